"""What is due: the day's list, what is at risk, a calendar to take along."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from matcher.casework.deadlines.agenda import at_risk, matter_words
from matcher.casework.ledger.settings import setting_in
from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language
from matcher.documents.calendar import DayEntry, write_calendar
from matcher.domain.scope import Role, Scope
from matcher.errors import WrongUse
from matcher.pipeline.casework.agenda import Day, day_of
from matcher.pipeline.casework.keeping import keep
from matcher.pipeline.casework.moving import Desk
from matcher.store.store import Store

On = Annotated[str | None, typer.Option("--on", help="The day, as 2026-11-02.")]
Area = Annotated[str | None, typer.Option(help="Area code with all below (default: all).")]
Ahead = Annotated[int | None, typer.Option(help="Days to look ahead.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the words.")]
Whose = Annotated[
    str | None, typer.Option("--for", help="Name of an account: the list of the areas it serves.")
]
SHOWN = 40


def register(app: typer.Typer) -> None:
    """Add the commands `today`, `at-risk`, `calendar` and `promise`."""
    app.command("today")(today)
    app.command("at-risk")(risks)
    app.command("calendar")(calendar)
    app.command("promise")(promise)


def _scope(store: Store, area: str | None, whose: str | None) -> Scope:
    """The area named, or the areas that an account serves."""
    if whose is None:
        return Scope(Role.SUPERVISOR, (area or "",), "deadlines", "cli")
    if area is not None:
        raise WrongUse(
            what="both --area and --for", expected="one of them", do="An account has its own areas."
        )
    return store.accounts.find(whose).scope("deadlines")


def _day(
    session: Session,
    store: Store,
    area: str | None,
    whose: str | None,
    on: str | None,
    ahead: int,
) -> Day:
    scope = _scope(store, area, whose)
    return day_of(store, scope, session.day(on, store), ahead_days=ahead)


def _ahead(session: Session, store: Store, area: str | None, on: str | None) -> int:
    """The days that the office warns ahead."""
    kept = store.office_settings.all()
    return setting_in(kept, "at_risk_days", area, session.day(on, store))


def today(
    context: typer.Context,
    area: Area = None,
    whose: Whose = None,
    ahead: Ahead = None,
    on: On = None,
    language: Lang = Language.ZH,
) -> None:
    """What is overdue, due today and soon: next steps of all matters and clocks of the law."""
    session: Session = context.obj
    with session.open_store() as store:
        found = _day(session, store, area, whose, on, ahead or 0)
    rows = _rows(found.due)
    words = matter_words(language.value)
    lines = [_line(row, words) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(f"… {len(rows) - SHOWN} more; --json gives all")
    if len(found.questions):
        lines.append(f"{len(found.questions)} clocks wait for facts nobody has asked for yet")
    questions = found.questions["clock"].value_counts().sort_index()
    value = {
        "due": rows,
        "open_clocks": len(found.questions),
        "open_by_clock": {str(clock): int(count) for clock, count in questions.items()},
    }
    session.answer(value, "\n".join(lines) or "nothing is due")


def risks(
    context: typer.Context,
    area: Area = None,
    whose: Whose = None,
    ahead: Ahead = None,
    digits: Annotated[int, typer.Option(help="Digits of the area code to count by.")] = 9,
    on: On = None,
) -> None:
    """How much is overdue and coming, by area and matter."""
    session: Session = context.obj
    with session.open_store() as store:
        days = _ahead(session, store, area, on) if ahead is None else ahead
        found = _day(session, store, area, whose, on, days)
    table = at_risk(found.due, digits=digits)
    rows = _rows(table)
    text = table.to_string(index=False) if len(table) else "nothing is at risk"
    session.answer(rows, text)


def calendar(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="File to write, .ics.")],
    area: Area = None,
    whose: Whose = None,
    ahead: Ahead = None,
    on: On = None,
    language: Lang = Language.ZH,
) -> None:
    """The list of the coming days as a calendar file; it carries numbers, no names."""
    session: Session = context.obj
    with session.open_store() as store:
        days = _ahead(session, store, area, on) if ahead is None else ahead
        found = _day(session, store, area, whose, on, days)
    words = matter_words(language.value)
    entries = [_entry(row, words) for row in _rows(found.due)]
    write_calendar(out, "人岗 Rengang", entries, at=utc_now())
    session.answer({"file": str(out), "entries": len(entries)}, f"{len(entries)} entries in {out}")


def promise(
    context: typer.Context,
    person: Annotated[str, typer.Option("--person", help="Id of the person.")],
    clock: Annotated[str, typer.Option("--which", help="Name of the promise, as 'today' has it.")],
    on: On = None,
    by: Annotated[str, typer.Option("--by", help="Name of who does it, for the record.")] = "cli",
) -> None:
    """Write down that a promised service was given; it leaves the list of the day."""
    session: Session = context.obj
    with session.open_store() as store:
        desk = Desk(store, Scope.office("casework"), by, utc_now())
        done = keep(desk, person, clock, session.day(on, store))
    row = done.events.iloc[0]
    value = {"promise": row["subject_id"], "state": row["state"]}
    session.answer(value, f"{row['subject_id']}: {row['state']}")


def _entry(row: dict[str, Any], words: dict[str, str]) -> DayEntry:
    name = words.get(row["matter"], row["matter"])
    key = f"{row['matter']}:{row['subject_id']}"
    return DayEntry(key, date.fromisoformat(row["due_on"]), f"{name} {row['subject_id']}")


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def _line(row: dict[str, Any], words: dict[str, str]) -> str:
    left = row["days_left"]
    when = f"{-left} d overdue" if left < 0 else "today" if left == 0 else f"in {left} d"
    about = row["state"] or ""
    name = words.get(row["matter"], row["matter"])
    projected = " (projected)" if row["projected"] else ""
    return f"{row['due_on']}  {when:>12}  {name}  {row['subject_id']}  {about}{projected}".rstrip()
