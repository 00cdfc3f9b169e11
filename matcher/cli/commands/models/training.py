"""The command `rengang train`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from matcher.cli.commands.models.wording import (
    SENTENCES,
    evaluation_answer,
    evaluation_text,
)
from matcher.cli.session import Session
from matcher.cli.wording import Language
from matcher.domain.scope import Scope
from matcher.pipeline.judging.shelving import Made, shelve, training_of
from matcher.pipeline.judging.trials import take_trial
from matcher.pipeline.models.training import train as train_on
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.shelf.opening import TREES, TWO_SIDED


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("train")(train)


def train(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Option(help="Name of the model; replaces one of that name, not the champion."),
    ] = "trained",
    seed: Annotated[int, typer.Option(min=0, help="Seed of every draw.")] = 0,
    on: Annotated[str | None, typer.Option(help="Day of the question (default today).")] = None,
    language: Annotated[Language, typer.Option("--lang", help="Language.")] = Language.ZH,
) -> None:
    """Train a ranker from the workspace's outcomes; the first that passes the gate is champion."""
    session: Session = context.obj
    shelf, words = session.shelf(), SENTENCES[language]
    shelf.check_free(name, replace=True)
    with session.open_store() as store:
        trial = take_trial(store, Scope.office("train"), on=session.day(on, store), seed=seed)
        generated = store.meta("demo_city") is not None
    session.say(f"training '{name}' on {len(trial.learned):,} outcomes")
    ranker, report = train_on(trial.snapshot, name=name, seed=seed)
    session.say("measuring it against the champion on outcomes it has not seen")
    kind = TWO_SIDED if isinstance(ranker, TwoSidedRanker) else TREES
    made = Made(ranker, kind, ranker.save, training_of(report))
    done = shelve(shelf, trial, made, generated=generated, replace=True)
    key = "promoted" if done.promoted else "waits"
    after = words[key].format(name=name, before=done.evaluation.models[1].name)
    answer: dict[str, Any] = evaluation_answer(trial, done.evaluation) | {
        "model": name,
        "promoted": done.promoted,
        "champion": done.champion,
    }
    session.answer(answer, f"{evaluation_text(trial, done.evaluation, language)}\n{after}")
