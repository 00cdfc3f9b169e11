"""What is due: the day's list, what is at risk, a calendar to take along."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from matcher.casework.deadlines.agenda import at_risk, matter_words
from matcher.casework.ledger.settings import setting
from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language
from matcher.documents.calendar import DayEntry, write_calendar
from matcher.domain.scope import Role, Scope
from matcher.pipeline.casework.agenda import Day, day_of
from matcher.store.store import Store

On = Annotated[str | None, typer.Option("--on", help="The day, as 2026-11-02.")]
Area = Annotated[str | None, typer.Option(help="Area code with all below (default: all).")]
Ahead = Annotated[int | None, typer.Option(help="Days to look ahead.")]
Lang = Annotated[Language, typer.Option("--lang", help="Language of the words.")]
SHOWN = 40


def register(app: typer.Typer) -> None:
    """Add the commands `today`, `at-risk` and `calendar`."""
    app.command("today")(today)
    app.command("at-risk")(risks)
    app.command("calendar")(calendar)


def _scope(area: str | None) -> Scope:
    return Scope(Role.SUPERVISOR, (area or "",), "deadlines", "cli")


def _day(session: Session, store: Store, area: str | None, on: str | None, ahead: int) -> Day:
    return day_of(store, _scope(area), session.day(on, store), ahead_days=ahead)


def today(
    context: typer.Context,
    area: Area = None,
    ahead: Ahead = None,
    on: On = None,
    language: Lang = Language.ZH,
) -> None:
    """What is overdue, due today and soon: next steps of all matters and clocks of the law."""
    session: Session = context.obj
    with session.open_store() as store:
        found = _day(session, store, area, on, ahead or 0)
    rows = _rows(found.due)
    words = matter_words(language.value)
    lines = [_line(row, words) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        lines.append(f"… {len(rows) - SHOWN} more; --json gives all")
    if len(found.questions):
        lines.append(f"{len(found.questions)} clocks wait for facts nobody has asked for yet")
    value = {"due": rows, "open_clocks": len(found.questions)}
    session.answer(value, "\n".join(lines) or "nothing is due")


def risks(
    context: typer.Context,
    area: Area = None,
    ahead: Ahead = None,
    digits: Annotated[int, typer.Option(help="Digits of the area code to count by.")] = 9,
    on: On = None,
) -> None:
    """How much is overdue and coming, by area and matter."""
    session: Session = context.obj
    days = setting("at_risk_days") if ahead is None else ahead
    with session.open_store() as store:
        found = _day(session, store, area, on, days)
    table = at_risk(found.due, digits=digits)
    rows = _rows(table)
    text = table.to_string(index=False) if len(table) else "nothing is at risk"
    session.answer(rows, text)


def calendar(
    context: typer.Context,
    out: Annotated[Path, typer.Option("--out", help="File to write, .ics.")],
    area: Area = None,
    ahead: Ahead = None,
    on: On = None,
    language: Lang = Language.ZH,
) -> None:
    """The list of the coming days as a calendar file; it carries numbers, no names."""
    session: Session = context.obj
    days = setting("at_risk_days") if ahead is None else ahead
    with session.open_store() as store:
        found = _day(session, store, area, on, days)
    words = matter_words(language.value)
    entries = [_entry(row, words) for row in _rows(found.due)]
    write_calendar(out, "人岗 Rengang", entries, at=utc_now())
    session.answer({"file": str(out), "entries": len(entries)}, f"{len(entries)} entries in {out}")


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
