"""Clocks that the law sets: by which day somebody must be in work, visited, answered.

Every day comes from a decision of the policy packs; `clocks.csv` says which decision, which of its
answers, about whom, and whether work ends the clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET, UNKNOWN
from matcher.policy.law import Law, places_of
from matcher.policy.records import RecordFacts
from matcher.reference.calendar.working_days import published_until
from matcher.reference.paths import path

COLUMNS = (
    *("clock", "subject", "subject_id", "person_id", "household_id", "area_code"),
    *("due_on", "set_by", "projected", "open"),
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A row of `clocks.csv`; `stops` is the answer from which day on nothing more is due."""

    name: str
    decision: str
    answer: str
    subject: str
    ends_with_work: bool
    stops: str | None
    zh: str
    en: str


@cache
def clock_table() -> tuple[Clock, ...]:
    """The clocks, in the table's order."""
    table = pd.read_csv(
        path("casework", "clocks.csv"), dtype=str, keep_default_na=False, encoding="utf-8"
    )
    return tuple(
        Clock(
            row["clock"],
            row["decision"],
            row["answer"],
            row["subject"],
            row["ends_with_work"] == "1",
            row["stops"] or None,
            row["zh"],
            row["en"],
        )
        for row in table.to_dict("records")
    )


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Who is asked about: records, their facts, and who is in work.

    Attributes:
        facts: of the persons and households, in the frames' order.
        persons: `person_id`, `household_id`, `area_code`.
        households: `household_id`, `area_code`.
        working: (n_persons,) bool, holds a placement that is not ended.
    """

    facts: RecordFacts
    persons: pd.DataFrame
    households: pd.DataFrame
    working: NDArray[np.bool_]


def clocks(people: People, on: date, *, layer: str = "current") -> pd.DataFrame:
    """The clocks that run for these people on a day.

    One that work ends no longer runs once the person, or a member of the household, is in work.

    Args:
        people: whom.
        on: the day; the law in force then.
        layer: `current` or `source`.

    Returns:
        The columns of `COLUMNS`, a row per clock and subject, sorted by due day, clock, subject.
        `due_on` is ISO text, NA where the law has a term that the facts at hand do not settle;
        `open` then says so. `set_by` is the place whose text answers. `projected` marks days
        beyond the published holidays.
    """
    parts = [*_rows(people, "person", on, layer), *_rows(people, "household", on, layer)]
    if not parts:
        return pd.DataFrame(columns=list(COLUMNS))
    made = _without_doubles(pd.concat(parts, ignore_index=True))
    order = ["due_on", "clock", "subject_id"]
    return made.sort_values(order, kind="stable", ignore_index=True)[list(COLUMNS)]


def _without_doubles(made: pd.DataFrame) -> pd.DataFrame:
    """Without a member's clock where the household's own, of the same decision and day, runs."""
    decision = made["clock"].map({each.name: each.decision for each in clock_table()})
    key = pd.MultiIndex.from_arrays([made["household_id"], decision, made["due_on"].fillna("")])
    of_home = (made["subject"] == "household").to_numpy()
    double = ~of_home & made["household_id"].notna().to_numpy() & key.isin(key[of_home])
    return made[~double]


def _rows(people: People, subject: str, on: date, layer: str) -> Iterator[pd.DataFrame]:
    """The rows of one kind of subject, place by place."""
    is_person = subject == "person"
    frame = people.persons if is_person else people.households
    facts = people.facts.persons if is_person else people.facts.households
    in_work = people.working if is_person else _with_a_worker(people)
    area = frame["area_code"].astype(object).where(frame["area_code"].notna(), None)
    code, places = pd.factorize(np.array(places_of(list(area)), dtype=object))
    for at, place in enumerate(places):
        rows = np.flatnonzero(code == at)
        if len(rows):
            law = Law.on_day(str(place), on, layer=layer)
            there = frame.iloc[rows]
            yield from _of_place(law, facts.take(rows), there, in_work[rows], subject)


def _with_a_worker(people: People) -> NDArray[np.bool_]:
    """(n_households,) a member of the household is in work."""
    of_workers = people.persons.loc[people.working, "household_id"].dropna().unique()
    return np.asarray(pd.Index(people.households["household_id"]).isin(of_workers))


def _of_place(
    law: Law, facts: Facts, frame: pd.DataFrame, in_work: NDArray[np.bool_], subject: str
) -> Iterator[pd.DataFrame]:
    last = np.datetime64(published_until())
    for clock in clock_table():
        if clock.subject != subject:
            continue
        decided = decide(law, clock.decision, facts)
        days = decided.value(clock.answer)
        known = np.isfinite(days) & (decided.outcome == MET)
        may_be = (decided.outcome == UNKNOWN) & np.array(
            [place is not None for place in decided.set_by], bool
        )
        runs = (known | may_be) & ~(in_work & clock.ends_with_work)
        if clock.stops is not None:
            # What was due before the stop stays due; NaN stops nothing.
            runs &= ~(days >= decided.value(clock.stops))
        if not runs.any():
            continue
        due = np.full(len(frame), np.datetime64("NaT"), "datetime64[D]")
        due[known] = days[known].astype("datetime64[D]")
        told = frame[runs]
        text = pd.Series(np.datetime_as_string(due[runs]), index=told.index, dtype="str")
        yield pd.DataFrame(
            {
                "clock": clock.name,
                "subject": subject,
                "subject_id": told[f"{subject}_id"],
                "person_id": told["person_id"] if subject == "person" else None,
                "household_id": told["household_id"],
                "area_code": told["area_code"],
                "due_on": text.where(known[runs]),
                "set_by": np.array(decided.set_by, dtype=object)[runs],
                "projected": due[runs] > last,
                "open": ~known[runs],
            }
        )
