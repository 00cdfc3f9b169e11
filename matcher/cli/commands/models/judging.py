"""The commands about models: evaluate, models list, promote and card, report fairness."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from matcher.cli.commands.models.pictures import draw
from matcher.cli.commands.models.wording import (
    SENTENCES,
    evaluation_answer,
    evaluation_text,
    fairness_answer,
    fairness_text,
    judgement_answer,
    judgement_text,
)
from matcher.cli.commands.report_group import report_group
from matcher.cli.session import Session, progress_of
from matcher.cli.wording import Language
from matcher.documents.writing import fill_sheet, whole_workbook, write_table
from matcher.domain.scope import Scope
from matcher.errors import ModelNotTrusted, WrongUse
from matcher.evaluation.calibration import by_week
from matcher.evaluation.fairness.groups import groupings_of
from matcher.evaluation.limits import shipped_limits
from matcher.evaluation.trials.trial import Measured
from matcher.pipeline.judging.fairness import Fairness, fairness_report
from matcher.pipeline.judging.promoting import evaluate as evaluate_models
from matcher.pipeline.judging.retraining import retrainings
from matcher.pipeline.judging.trials import OfficeTrial, take_trial
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.shelf.card import card_markdown
from matcher.ranking.shelf.shelf import UNTRAINED, Shelf, card_in
from matcher.ranking.shelf.shipped import shipped_contents, shipped_names
from matcher.store.store import Store

ModelOption = Annotated[
    str | None, typer.Option("--model", help="Name of the model (default the champion).")
]
OnOption = Annotated[str | None, typer.Option(help="Day of the question (default today).")]
LanguageOption = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]
SeedOption = Annotated[
    int, typer.Option(min=0, help="Of the lots by which people are held out; as in training.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("evaluate")(evaluate)
    models = typer.Typer(help="The models of the workspace.", no_args_is_help=True)
    models.command("list")(list_models)
    models.command("promote")(promote)
    models.command("card")(card)
    app.add_typer(models, name="models")
    report_group(app).command("fairness")(fairness)


def evaluate(
    context: typer.Context,
    model: ModelOption = None,
    against: Annotated[
        str | None, typer.Option(help="A model to hold it against, by the promotion gate.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="'week': calibration and drift by week.")] = None,
    on: OnOption = None,
    seed: SeedOption = 0,
    out: Annotated[Path | None, typer.Option(help="CSV or XLSX file for the measures.")] = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """Measure a model over the whole pool of posts, beside baselines in the same run."""
    session: Session = context.obj
    if by not in (None, "week"):
        raise WrongUse(what=f"--by {by}", expected="--by week", do="Leave it out, or say week.")
    names = [model] if against is None else [model, against]
    rankers = [session.ranker(name, measured=True) for name in names]
    if len({ranker.name for ranker in rankers}) < len(rankers):
        raise WrongUse(
            what=f"'{rankers[0].name}' was held against itself",
            expected="another model after --against",
            do="See 'rengang models list'.",
        )
    trial = _trial(session, on, seed)
    found = evaluate_models(trial, rankers)
    answer, text = evaluation_answer(trial, found), evaluation_text(trial, found, language)
    table = found.table
    if by is not None:
        rated, chances = trial.trial.rated, trial.chances(rankers[0])
        if rated is None or chances is None:
            raise WrongUse(
                what="no outcome on record tells chances",
                expected="referrals that were answered, by either side",
                do="Import refusals and hires too, or leave out --by.",
            )
        table = by_week(rated.day, chances, rated.happened)
        answer["weeks"] = table.to_dict(orient="records")
        text = f"{text}\n\n{table.round(4).to_string(index=False)}"
    if out is not None:
        write_table(out, table)
        answer["file"] = str(out)
    session.answer(answer, text)
    if found.judgement is not None and not found.judgement.passed:
        raise typer.Exit(1)


def list_models(context: typer.Context, language: LanguageOption = Language.ZH) -> None:
    """The models there are, who is champion, and which cannot be trusted."""
    session: Session = context.obj
    shelf, words = session.shelf(), SENTENCES[language]
    champion = shelf.check_champion().name
    rows: list[dict[str, Any]] = [{"name": UNTRAINED, "mark": words["untrained"], "usable": True}]
    for name in shelf.names():
        try:
            shelf.contents(name)
            rows.append({"name": name, "mark": "", "usable": True})
        except ModelNotTrusted as broken:
            mark = words["broken"].format(why=f"{broken.file} {broken.found}")
            rows.append({"name": name, "mark": mark, "usable": False})
    own = {row["name"] for row in rows}
    rows += [
        {"name": name, "mark": words["shipped"], "usable": True}
        for name in shipped_names()
        if name not in own
    ]
    lines = []
    for row in rows:
        row["champion"] = row["name"] == champion
        mark = row.pop("mark")
        lines.append(row["name"] + mark + words["champion"] * row["champion"])
    session.answer({"champion": champion, "models": rows}, "\n".join(lines))


def promote(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Name of the model.")],
    on: OnOption = None,
    seed: SeedOption = 0,
    language: LanguageOption = Language.ZH,
) -> None:
    """Make a model the champion if it passes the gate; exit 1 says why it does not."""
    session: Session = context.obj
    shelf, words = session.shelf(), SENTENCES[language]
    before = shelf.check_champion().name
    if name in (before, UNTRAINED):
        # Back to the untrained rules is always open: an office may switch a model off.
        shelf.promote(name)
        answer = {"champion": name, "before": before, "gate": None}
        session.answer(answer, words["promoted"].format(name=name, before=before))
        return
    rankers = [session.ranker(each, measured=True) for each in (name, before)]
    judgement = evaluate_models(_trial(session, on, seed), rankers).judgement
    if judgement is None or not judgement.passed:
        refused = None if judgement is None else judgement_answer(judgement)
        text = "" if judgement is None else judgement_text(judgement, language)
        session.answer({"champion": before, "before": before, "gate": refused}, text)
        raise typer.Exit(1)
    shelf.promote(name)
    told = words["promoted"].format(name=name, before=before)
    session.answer(
        {"champion": name, "before": before, "gate": judgement_answer(judgement)},
        f"{judgement_text(judgement, language)}\n{told}",
    )


def card(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="The model (default champion).")] = None,
    out: Annotated[Path | None, typer.Option(help="File for the page (.md).")] = None,
    language: LanguageOption = Language.ZH,
) -> None:
    """A model's card: data, quality by group, what it is for and not for."""
    session: Session = context.obj
    shelf = session.shelf()
    chosen = shelf.check_champion().name if name is None else name
    if chosen == UNTRAINED:
        raise WrongUse(
            what="the untrained rules have no card",
            expected="the name of a trained model",
            do="See 'rengang models list'; the rules are told in data/ranking/rules.yaml.",
        )
    told = _card(shelf, chosen)
    page = card_markdown(told, "zh" if language is Language.ZH else "en")
    if out is not None:
        out.write_text(page, "utf-8")
    session.answer(told, page)


def fairness(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="XLSX file, or CSV: one file for each table.")],
    model: ModelOption = None,
    on: OnOption = None,
    seed: SeedOption = 0,
    again: Annotated[
        int,
        typer.Option(
            "--retrainings",
            min=0,
            max=20,
            help="Train so many times with other seeds and tell whose lists change; 0 or from 2.",
        ),
    ] = 0,
    language: LanguageOption = Language.ZH,
) -> None:
    """How a model treats groups of people: exposure, selection, quality, calibration, proxies."""
    session: Session = context.obj
    ranker = session.ranker(model)
    limits, scope = shipped_limits(), Scope.office("fairness")
    with session.open_store() as store:
        day = session.day(on, store)
        snapshot = take_snapshot(store, scope, on=day, threads=session.settings.jobs)
        status = store.persons(scope, parts=("status",))
        trial = _trial_or_none(session, store, day, seed)
    retrained: tuple[Measured, ...] = ()
    if trial is not None and again:
        session.say(f"training {again} times with other seeds")
        with progress_of("trained") as steps:
            retrained = retrainings(trial, again, seed=seed, progress=steps)
    session.say("measuring how groups are treated")
    groupings = groupings_of(
        status,
        snapshot.market.jobseekers.ids,
        _newcomers(snapshot, trial),
        on=day,
        age_bands=limits.report.age_bands,
    )
    report = fairness_report(
        snapshot,
        ranker,
        groupings,
        trial,
        limits=limits,
        seed=seed,
        measured=session.ranker(model, measured=True),
        retrained=retrained,
    )
    files = [str(file) for file in _write_tables(out, report)]
    session.answer(fairness_answer(report, files), fairness_text(report, files, language))


def _trial(session: Session, on: str | None, seed: int) -> OfficeTrial:
    with session.open_store() as store:
        return take_trial(store, Scope.office("evaluate"), on=session.day(on, store), seed=seed)


def _trial_or_none(session: Session, store: Store, day: date, seed: int) -> OfficeTrial | None:
    """The trial; a workspace without outcomes still has lists to report on."""
    try:
        return take_trial(store, Scope.office("fairness"), on=day, seed=seed)
    except WrongUse as nothing:
        session.say(str(nothing))
        return None


def _newcomers(snapshot: Snapshot, trial: OfficeTrial | None) -> np.ndarray[Any, np.dtype[Any]]:
    if trial is None:
        return np.ones(len(snapshot.market.jobseekers), np.bool_)
    seen = pd.Index(trial.learned["person_id"].unique())
    return ~np.isin(snapshot.market.jobseekers.ids, seen.to_numpy(object))


def _card(shelf: Shelf, name: str) -> dict[str, Any]:
    if name in shelf.names() or name not in shipped_names():
        return shelf.card(name)
    return card_in(name, shipped_contents(name))


def _write_tables(out: Path, report: Fairness) -> list[Path]:
    if out.suffix.lower() == ".xlsx":
        with whole_workbook(out) as book:
            for name, table in report.tables.items():
                sheet = book.add_worksheet(name)
                fill_sheet(sheet, table)
                draw(book, sheet, name, table)
        return [out]
    files = []
    for name, table in report.tables.items():
        files.append(out.with_name(f"{out.stem}-{name}{out.suffix}"))
        write_table(files[-1], table)
    return files
