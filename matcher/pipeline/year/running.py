"""The year itself: every day's work in its order, every evening's recount, every month's table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import numpy as np
import pandas as pd

from matcher.casework.reports.monthly import monthly
from matcher.demo.basis.assumptions import demo_seed
from matcher.demo.city import generate_city
from matcher.errors import WrongUse
from matcher.pipeline.simulating import scene_of
from matcher.pipeline.snapshot import take_snapshot
from matcher.pipeline.year import households, referrals
from matcher.pipeline.year.invariants import Recount
from matcher.pipeline.year.office import SCOPE, Office, posts_of
from matcher.pipeline.year.pace import Pace, begins_month, is_working_day
from matcher.ranking.ranker import Ranker
from matcher.store.store import Store

Progress = Callable[[int, int], None]

UNSTABLE = ("seq", "at")
"""Columns of events that differ between two runs: when and as which row they were written."""


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """What came of it.

    Attributes:
        days: simulated.
        events: moves made, by stream and event.
        months: the ministry's table of each whole month, totals of all areas; a row per month.
        problems: what did not hold, in words, by day; empty when everything held.
        digest: of every move and its content: equal for equal years.
    """

    days: int
    events: pd.DataFrame
    months: pd.DataFrame
    problems: tuple[str, ...]
    digest: str


def office_of(store: Store, ranker: Ranker, *, seed: int, people: int, pace: Pace) -> Office:
    """The office of a workspace with the demo city.

    Raises:
        WrongUse: the workspace holds something else.
    """
    told = store.meta("demo_on")
    if told is None:
        raise WrongUse(
            what="the workspace does not hold the demo city",
            expected="a workspace made by 'rengang demo'",
            do="Run 'rengang demo' in another workspace first: the year writes into it.",
        )
    on = date.fromisoformat(told)
    rng = np.random.default_rng(seed)
    snapshot = take_snapshot(store, SCOPE, on=on)
    truth = generate_city(demo_seed(), on).truth
    scene = scene_of(snapshot, ranker, truth, people=people)
    ids = snapshot.market.jobseekers.ids
    records = store.persons(SCOPE, ids.tolist(), parts=("profile", "status"))
    kept = records.set_index("person_id")[["household_id", "area_code"]].reindex(ids)
    plain = kept.astype(object).where(kept.notna(), None).reset_index(drop=True)
    vacancies = snapshot.market.vacancies.ids
    return Office(store, scene, ids, vacancies, plain, posts_of(store), rng, pace)


def run_year(office: Office, first: date, *, days: int, progress: Progress | None = None) -> Year:
    """Work through so many days, and recount every evening.

    Args:
        office: as `office_of`.
        first: the first day.
        days: at least 1.
        progress: told how many days are done.
    """
    recount = Recount(office.store, office.scope)
    problems: list[str] = []
    households.open_books(office, first)
    for number in range(days):
        day = first + timedelta(days=number)
        work_day(office, day)
        office.store.seal(at=office.at(day))
        is_last = (day + timedelta(days=1)).day == 1 or number == days - 1
        problems += recount.month_end(day) if is_last else recount.evening(day)
        if progress is not None:
            progress(number + 1, days)
    events = recount.events
    last = first + timedelta(days=days - 1)
    return Year(
        days, moves_of(events), tables(events, first, last), tuple(problems), digest(events)
    )


def work_day(office: Office, day: date) -> None:
    """One day: what was planned, then what an office does every day, week and month."""
    if is_working_day(day):
        if begins_month(day):
            households.plan_visits(office, day)
            referrals.find_lasting(office, day)
        households.appear(office, day)
        for task in office.diary.take(day):
            task(day)
        referrals.answer_all(office, day)
        referrals.work_all(office, day)
        households.visit_all(office, day)
        referrals.propose(office, day)
    referrals.lapse(office, day)
    if day.isoweekday() == 5 or (day + timedelta(days=1)).day == 1:
        households.follow_on(office, day)


def moves_of(events: pd.DataFrame) -> pd.DataFrame:
    """`stream`, `event` and how many, sorted."""
    return events.groupby(["stream", "event"], as_index=False).size().rename(columns={"size": "n"})


def tables(events: pd.DataFrame, first: date, last: date) -> pd.DataFrame:
    """The totals of the monthly table of each month that the days cover whole.

    Returns:
        `month` and the measures of `casework/households`, a row per month.
    """
    moved = events[events["stream"] == "household"]
    rows = []
    for start in pd.date_range(first, last, freq="MS"):
        end = start + pd.offsets.MonthEnd(0)
        if end.date() <= last:
            total = monthly(moved, start.date()).table.iloc[-1]
            rows.append({"month": f"{start:%Y-%m}", **total.astype(int).to_dict()})
    return pd.DataFrame(rows)


def digest(events: pd.DataFrame) -> str:
    """A hash of every move and its content, in the order made."""
    said = events.drop(columns=list(UNSTABLE)).to_csv(index=False, lineterminator="\n")
    return sha256(said.encode()).hexdigest()
