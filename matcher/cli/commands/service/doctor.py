"""The command `rengang doctor`: what is wrong, and what to do about each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Any

import typer

from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language
from matcher.errors import KeyMissing, SchemaMismatch
from matcher.pipeline.health.checks import examination
from matcher.pipeline.health.finding import Finding, State, note, wrong
from matcher.settings import Settings

PREFIX = "RENGANG_"
MARK = {State.OK: " ", State.NOTE: "!", State.WRONG: "✗"}


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    language: Annotated[Language, typer.Option("--lang", help="Language.")] = Language.EN,
) -> None:
    """Check the service: database, seals, keys, disk, clock, work, models, backups.

    Exit 1 lists what is wrong and what to do. Where all is well, what was written since the last
    time is sealed: audit, moves, decisions.
    """
    session: Session = context.obj
    found, counts, sealed = _examined(session)
    found += list(_unknown_variables())
    faults = [each for each in found if each.state is State.WRONG]
    value = {
        "problems": [each.said("en") for each in faults],
        "checks": [_row(each, language) for each in found],
        "records": counts,
        "sealed": sealed,
    }
    lines = [line for each in found for line in _lines(each, language)]
    if not faults:
        lines += [f"  newly sealed: {sealed:,}", *(f"  {k}: {n:,}" for k, n in counts.items())]
    session.answer(value, "\n".join(lines))
    if faults:
        raise typer.Exit(1)


def _examined(session: Session) -> tuple[list[Finding], dict[str, int], int]:
    """What was found, the records by kind, and the rows that came under seal."""
    try:
        store = session.open_store()
    except SchemaMismatch as other:
        return [wrong("schema", "differs", found=other.found, needed=other.needed)], {}, 0
    except KeyMissing as fault:
        return [wrong("key", "of_people", told=str(fault))], {}, 0
    with store:
        found = examination(store, session.settings, utc_now())
        counts = {kind.value: count for kind, count in store.counts().items()}
        is_sound = all(each.state is not State.WRONG for each in found if each.check == "seals")
        return found, counts, store.seal(at=utc_now()) if is_sound else 0


def _unknown_variables() -> Iterator[Finding]:
    """Variables that look like settings and are none: most likely mistyped."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0)[0]
            yield note("settings", "unknown", name=name, near=near)


def _row(each: Finding, language: Language) -> dict[str, Any]:
    said, advice = each.said(language.value), each.advice(language.value)
    return {"check": each.check, "state": each.state.value, "found": said, "do": advice}


def _lines(each: Finding, language: Language) -> Iterator[str]:
    yield f"{MARK[each.state]} {each.said(language.value)}"
    advice = each.advice(language.value)
    if advice:
        yield f"    → {advice}"
