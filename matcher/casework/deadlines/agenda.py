"""The list of the day: what is overdue, due, and coming, of all streams and clocks together."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from matcher.casework.deadlines.clocks import clock_table
from matcher.casework.ledger.machine import machine
from matcher.domain import Language

COLUMNS = (
    *("due_on", "days_left", "matter", "state", "subject_id", "person_id", "household_id"),
    *("vacancy_id", "area_code", "projected"),
)


def agenda(
    states: pd.DataFrame, running: pd.DataFrame, on: date, *, ahead_days: int
) -> pd.DataFrame:
    """What is due until so many days from now, what is overdue first.

    Nothing that is overdue drops out by itself: it stands on the list until its stream moves, or
    the law's clock no longer runs.

    Args:
        states: of the ledger; those in a final state, or with nothing due, are left out.
        running: clocks, as `clocks`; those whose day is open are left out: they are questions.
        on: today.
        ahead_days: how many days to look ahead, 0 for today alone.

    Returns:
        The columns of `COLUMNS`, sorted by day, matter and subject. `matter` is a stream or a
        clock; `days_left` is negative where overdue.
    """
    until = (on + timedelta(days=ahead_days)).isoformat()
    both = pd.concat([_steps(states), _clocks(running)], ignore_index=True)
    due = both[both["due_on"].notna() & (both["due_on"] <= until)].copy()
    left = pd.to_datetime(due["due_on"]) - pd.Timestamp(on)
    due["days_left"] = left.dt.days.astype("int64")
    order = ["due_on", "matter", "subject_id"]
    return due.sort_values(order, kind="stable", ignore_index=True)[list(COLUMNS)]


def _steps(states: pd.DataFrame) -> pd.DataFrame:
    waiting = [
        part[part["state"].isin(machine(str(stream)).open_states)]
        for stream, part in states.groupby("stream", sort=True)
    ]
    frame = pd.concat(waiting, ignore_index=True) if waiting else states.iloc[:0]
    return frame.assign(matter=frame["stream"], projected=False)


def _clocks(running: pd.DataFrame) -> pd.DataFrame:
    frame = running[~running["open"].astype(bool)]
    return frame.assign(matter=frame["clock"], state=None, vacancy_id=None)


def at_risk(due: pd.DataFrame, *, digits: int) -> pd.DataFrame:
    """What is overdue and what is coming, counted by area and matter.

    Args:
        due: as `agenda`.
        digits: of the area code to count by: 6 counties, 9 streets, 12 communities.

    Returns:
        `area_code`, `matter`, `overdue`, `today`, `coming`, sorted; an unknown area is NA, last.
    """
    frame = due.assign(
        area_code=due["area_code"].astype("str").str.slice(0, digits),
        overdue=due["days_left"] < 0,
        today=due["days_left"] == 0,
        coming=due["days_left"] > 0,
    )
    keys = ["area_code", "matter"]
    counted = frame.groupby(keys, dropna=False, sort=True)[["overdue", "today", "coming"]].sum()
    return counted.astype("int64").reset_index()


def matter_words(language: Language) -> dict[str, str]:
    """The name of every clock in a language."""
    return {each.name: each.zh if language == "zh" else each.en for each in clock_table()}
