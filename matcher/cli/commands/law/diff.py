"""The command `policy diff`: two places or days, rule by rule, and over the workspace's people."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli.policy_wording import diff_answer, diff_text
from matcher.cli.session import Session, local_today, parse_day
from matcher.cli.wording import Language
from matcher.documents.writing import write_table
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.law.comparing import WorkspaceDifference, compare_in_workspace
from matcher.policy.catalogue import decision_kind
from matcher.policy.comparing.rules import compare_rules
from matcher.policy.law import Law
from matcher.policy.reading.rules import LAYERS
from matcher.store.store import Store

DAY_MARK = "@"


def diff(
    context: typer.Context,
    a: Annotated[str, typer.Argument(help="Place path, or place@YYYY-MM-DD.")],
    b: Annotated[str, typer.Argument(help="The place or day to hold against it.")],
    decision: Annotated[
        list[str] | None, typer.Option(help="Only this decision; may be repeated.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="Day of a side without its own (default today).")
    ] = None,
    layer: Annotated[str, typer.Option(help="source or current (later law on top).")] = "current",
    out: Annotated[
        Path | None, typer.Option(help="CSV or XLSX file for the ids of those concerned.")
    ] = None,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the sentences.")
    ] = Language.ZH,
) -> None:
    """How the law of two places or days differs, and who of the workspace gains or loses."""
    session: Session = context.obj
    store = _workspace(session)
    if store is None and out is not None:
        session.open_store()
    try:
        day = _day(session, store, on)
        law_a, law_b = (_law(side, day, layer) for side in (a, b))
        rules = compare_rules(law_a, law_b, decision)
        asked = decision or sorted({*law_a.decisions, *law_b.decisions})
        people = None if store is None else _people(store, law_a, law_b, asked)
    finally:
        if store is not None:
            store.close()
    if people is not None and out is not None:
        write_table(out, people.ids, mark=False)
    session.answer(
        diff_answer(law_a, law_b, rules, people), diff_text(law_a, law_b, rules, people, language)
    )


def _workspace(session: Session) -> Store | None:
    """The workspace's store, or None where there is none: the rules can be told without people."""
    file = session.settings.workspace / "rengang.sqlite"
    if session.settings.database_url is None and not file.exists():
        return None
    return session.open_store()


def _day(session: Session, store: Store | None, on: str | None) -> date:
    if store is not None:
        return session.day(on, store)
    return local_today() if on is None else parse_day(on)


def _law(side: str, day: date, layer: str) -> Law:
    if layer not in LAYERS:
        raise WrongUse(
            what=f"'{layer}' is no layer of the law",
            expected=" or ".join(LAYERS),
            do="Correct the word after --layer.",
        )
    place, mark, own_day = side.partition(DAY_MARK)
    return Law.on_day(place, parse_day(own_day) if mark else day, layer=layer)


def _people(store: Store, a: Law, b: Law, decisions: list[str]) -> WorkspaceDifference:
    for one in decisions:
        decision_kind(one)
    return compare_in_workspace(store, Scope.office("policy diff"), a, b, decisions)
