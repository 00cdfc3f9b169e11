"""The commands household open, follow, move, show and ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

import pandas as pd
import typer

from matcher.casework.households.spells import FLOWS, TOTAL
from matcher.casework.ledger.machine import machine
from matcher.casework.reports.monthly import Monthly, month_of, monthly
from matcher.casework.reports.words import area_name, words
from matcher.cli.commands.casework.ledgers.options import (
    Area,
    By,
    Lang,
    Month,
    area_of,
    records,
    text_table,
)
from matcher.cli.commands.matching import OnOption
from matcher.cli.session import Session, utc_now
from matcher.cli.wording import Language
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.casework.ledgers.households import (
    Act,
    act,
    due_moves,
    follow,
    ledger_events,
    open_ledger,
)
from matcher.store.events.reading import Wanted

Household = Annotated[str, typer.Option(help="Id of the household.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    household = typer.Typer(help="The ledger of zero-employment households.", no_args_is_help=True)
    household.command("open")(open_command)
    household.command("follow")(follow_command)
    household.command("move")(move_command)
    household.command("show")(show_command)
    household.command("ledger")(ledger_command)
    app.add_typer(household, name="household")


def open_command(context: typer.Context, on: OnOption = None) -> None:
    """Bring the households that were on record before into the ledger; again changes nothing."""
    session: Session = context.obj
    with session.open_store() as store:
        day = session.day(on, store)
        done = open_ledger(store, Scope.office("household"), day, at=utc_now())
    opened = int(done.events["subject_id"].nunique())
    session.answer(
        {"on": day, "households": opened, "moves": len(done.events)},
        f"台账建账：{opened} 户，{len(done.events)} 条记录 / opened with {opened} households",
    )


def follow_command(
    context: typer.Context,
    on: OnOption = None,
    dry_run: Annotated[bool, typer.Option(help="Tell what is due, write nothing.")] = False,
) -> None:
    """Make the moves that follow from certificates, work begun and work ended on record."""
    session: Session = context.obj
    with session.open_store() as store:
        day, scope = session.day(on, store), Scope.office("household")
        if dry_run:
            events = due_moves(store, scope, day)
        else:
            events = follow(store, scope, day, at=utc_now()).events
    shown = events[["subject_id", "event", "on"]]
    counted = {str(name): int(size) for name, size in shown["event"].value_counts().items()}
    told = "，".join(f"{_event(name)} {size}" for name, size in counted.items()) or "无"
    session.answer(
        {"on": day, "dry_run": dry_run, "counts": counted, "moves": records(shown)},
        f"{day}：{told} / {sum(counted.values())} moves",
    )


def _event(name: str, language: str = "zh") -> str:
    found = next(m for (_, e), m in machine("household").transitions.items() if e == name)
    return found.zh if language == "zh" else found.en


def move_command(
    context: typer.Context,
    event: Annotated[
        str, typer.Argument(help="find, apply, certify, aid, clear, employ, settle, … (see show).")
    ],
    household: Household,
    on: OnOption = None,
    by: By = None,
    reason: Annotated[str | None, typer.Option(help="Coded reason, where it needs one.")] = None,
    placement: Annotated[
        str | None, typer.Option(help="The work that clears the household, or that is stable.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Your own name for the move: the same key moves once.")
    ] = None,
) -> None:
    """Move a household: clearing names the work, settling asks the law, removal the official."""
    session: Session = context.obj
    with session.open_store() as store:
        day = session.day(on, store)
        wanted = Act(event, household, day, by, reason, placement, key)
        done = act(store, Scope.office("household"), wanted, at=utc_now())
    made = records(done.recorded.events[["subject_id", "event", "state", "on", "version"]])
    state = made[0]["state"] if made else None
    zh = f"{household}：{_event(event)}" + (f"（判定 {done.decision}）" if done.decision else "")
    en = f"now {state}" if made else "was made before"
    session.answer(
        {"moves": made, "decision": done.decision, "outcome": done.outcome}, f"{zh} / {en}"
    )


def show_command(context: typer.Context, household: Household, lang: Lang = Language.ZH) -> None:
    """Where a household stands, how it came there, and what may be done next."""
    session: Session = context.obj
    with session.open_store() as store:
        scope = Scope.office("household")
        wanted = Wanted(streams=["household"], ids=[household])
        states, events = store.states(scope, wanted), store.events(scope, wanted)
    if states.empty:
        raise NotFound(kind="household on the ledger", key=household)
    made = machine("household")
    state = made.states[str(states["state"].iloc[0])]
    following = made.events_from(state.name)
    shown = events[["on", "event", "state", "reason", "actor", "data"]]
    chinese = lang is Language.ZH
    names = [state.zh if chinese else state.en]
    names += [_event(each, lang.value) for each in following]
    heading = f"{household}  {names[0]}  →  {' / '.join(names[1:]) or '-'}"
    answer = {"household_id": household, "state": state.name, "next": following}
    session.answer(answer | {"events": records(shown)}, f"{heading}\n{text_table(shown)}")


def ledger_command(
    context: typer.Context,
    month: Month = None,
    area: Area = "",
    on: OnOption = None,
    drill: Annotated[
        str | None, typer.Option(help="The households behind a number: AREA/COLUMN.")
    ] = None,
    lang: Lang = Language.ZH,
) -> None:
    """Stock and flow of a month by area: start + appeared + returned - cleared - left - removed."""
    session: Session = context.obj
    with session.open_store() as store:
        day = month_of(month) if month else session.day(on, store)
        made = monthly(ledger_events(store, Scope.office("household")), day, area=area_of(area))
    if drill is not None:
        answer_drill(session, made, drill)
        return
    text = text_table(_in_words(made.table[[*FLOWS, "held"]], lang.value))
    session.answer(monthly_answer(made), f"{made.month:%Y-%m}\n{text}")


def _in_words(table: pd.DataFrame, language: str) -> pd.DataFrame:
    said = words(language)
    names = [
        said["total"] if code == TOTAL else area_name(str(code), language) for code in table.index
    ]
    shown = table.rename(columns=said["monthly"]["measures"]).reset_index(drop=True)
    shown.insert(0, said["monthly"]["area"], pd.Series(names, dtype="str"))
    return shown


def monthly_answer(made: Monthly) -> dict[str, Any]:
    """The table for programs."""
    last: date = (made.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return {
        "month": f"{made.month:%Y-%m}",
        "until": last,
        "area": made.area,
        "due": None if made.due is None else made.due.day,
        "rule": made.form.rule,
        "rows": records(made.table.reset_index()),
    }


def answer_drill(session: Session, made: Monthly, cell: str) -> None:
    """The households and members behind one number.

    Raises:
        WrongUse: not of the form AREA/COLUMN.
        NotFound: no such cell.
    """
    row, found, measure = cell.partition("/")
    if not found:
        raise WrongUse(
            what=f"'{cell}' names no number",
            expected="AREA/COLUMN, such as 320613/cleared or total/end",
            do="See the table for its areas and the answer in JSON for its columns.",
        )
    behind = made.behind(row, measure)[["household_id", "person_id", "on", "reason"]]
    behind = behind.assign(on=pd.to_datetime(behind["on"]).dt.strftime("%Y-%m-%d"))
    answer = {"cell": cell, "count": len(behind), "behind": records(behind)}
    session.answer(answer, f"{cell}: {len(behind)}\n{text_table(behind)}")
