"""The command `rengang train`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from matcher.cli.commands.models.wording import (
    SENTENCES,
    evaluation_answer,
    evaluation_text,
)
from matcher.cli.session import Session, progress_of
from matcher.cli.wording import Language
from matcher.domain.scope import Scope
from matcher.pipeline.judging.learning import learn
from matcher.pipeline.judging.trials import take_trial
from matcher.pipeline.snapshot import take_snapshot


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
        day, scope = session.day(on, store), Scope.office("train")
        trial = take_trial(store, scope, on=day, seed=seed)
        whole = take_snapshot(store, scope, on=day, threads=session.settings.jobs)
        generated = store.meta("demo_city") is not None
    session.say(
        f"training '{name}' on {len(trial.learned):,} outcomes to measure it on the others, "
        f"then on all {len(whole.outcomes):,} to serve"
    )
    with progress_of("trained") as steps:
        done = learn(shelf, trial, whole, name=name, seed=seed, generated=generated, progress=steps)
    key = "promoted" if done.promoted else "waits"
    after = words[key].format(name=name, before=done.evaluation.models[1].name)
    answer: dict[str, Any] = evaluation_answer(trial, done.evaluation) | {
        "model": name,
        "promoted": done.promoted,
        "champion": done.champion,
    }
    session.answer(answer, f"{evaluation_text(trial, done.evaluation, language)}\n{after}")
