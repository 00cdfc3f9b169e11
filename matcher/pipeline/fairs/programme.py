"""A plan become a day: for every pairing its number, booth, slot and clock time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

import numpy as np
import pandas as pd

from matcher.allocation.checking.timetable import check_timetable
from matcher.allocation.problem import Plan, Problem, plan_frame
from matcher.allocation.timetable.colouring import timetable
from matcher.allocation.timetable.layout import hall_in_order, propose_hall
from matcher.allocation.timetable.talks import (
    Hours,
    Talks,
    fewest_slots,
    slot_times,
    talks_of,
)
from matcher.allocation.timetable.walks import Hall, Ways, ways
from matcher.errors import BrokenPlan, WrongUse
from matcher.pipeline.fairs.booths import Booths, booths_of
from matcher.pipeline.fairs.pairing_ids import pairing_id
from matcher.pipeline.snapshot import Snapshot

NINE, FIVE = time(9), time(17)
NOON = (time(12), time(13, 30))
BOOTHS_IN_A_ROW = 10


@dataclass(frozen=True, slots=True)
class Opening:
    """When a fair is open, and how its booths are staffed and set up.

    Attributes:
        start, until: of the talks, by the clock.
        minutes: of a slot, the walk to the next booth included.
        breaks: in which nobody talks.
        interviewers: by employer id; "" is what holds for all others.
        arrange: place booths by whom they share instead of in the order of the record.
    """

    start: time = NINE
    until: time = FIVE
    minutes: int = 10
    breaks: Sequence[tuple[time, time]] = (NOON,)
    interviewers: Mapping[str, int] = field(default_factory=dict)
    arrange: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FairDay:
    """A fair's day as it is printed.

    Attributes:
        fair: its record.
        booths: in the order of the record.
        employers: (n_booths,) names; the id where none is on record.
        number: (n_booths,) int, what stands on each booth, from 1 along the rows.
        hall: where each booth stands.
        talks: one row for each pairing, by slot and booth: `pairing_id`, `person_id`,
            `vacancy_id`, `score`, `booth_at`, `booth`, `slot`, `start`, `end`, `interviewer`
            (from 1), `title`, `employer`, `wage_min`, `wage_max`.
    """

    fair: Mapping[Any, Any]
    booths: Booths
    employers: tuple[str, ...]
    number: tuple[int, ...]
    hall: Hall
    talks: pd.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme(FairDay):
    """A fair's day made from its plan.

    Attributes:
        problem, plan: what was planned.
        n_slots, bound: slots in use, and the fewest that any timetable needs.
        ways: what the day asks of people in steps and waiting.
    """

    problem: Problem
    plan: Plan
    n_slots: int
    bound: int
    ways: Ways


def programme_of(
    snapshot: Snapshot, fair: Mapping[Any, Any], problem: Problem, plan: Plan, opening: Opening
) -> Programme:
    """The day of a fair from its plan; the same input gives the same day.

    Raises:
        WrongUse: the talks do not fit the opening hours, or a planned post has no booth.
        BrokenPlan: the separate check finds a clash.
    """
    booths = booths_of(fair, opening.interviewers)
    posts = snapshot.market.vacancies
    at = np.searchsorted(posts.ids, problem.vacancy_ids)
    owners = [str(posts.employer_ids[each]) if each >= 0 else "" for each in posts.employer[at]]
    of = talks_of(problem, plan, booths.showing(problem.vacancy_ids, owners), booths.interviewers)
    clock = slot_times(opening.start, opening.until, opening.minutes, opening.breaks)
    _refuse_too_many(of, booths, len(clock), opening)
    hall = (propose_hall if opening.arrange else hall_in_order)(of, BOOTHS_IN_A_ROW)
    hours = Hours(len(clock))
    made = timetable(of, hours, hall)
    clashes = check_timetable(of, hours, made)
    if clashes:
        raise BrokenPlan(violations=clashes)
    number = _numbers(hall)
    talks = plan_frame(problem, plan).assign(
        booth_at=of.booth_at,
        booth=np.array(number, dtype=np.int64)[of.booth_at],
        slot=made.slot,
        start=[f"{clock[slot][0]:%H:%M}" for slot in made.slot.tolist()],
        end=[f"{clock[slot][1]:%H:%M}" for slot in made.slot.tolist()],
        interviewer=made.interviewer + 1,
    )
    talks = _with_posts(snapshot, str(fair["fair_id"]), talks)
    return Programme(
        fair=fair,
        problem=problem,
        plan=plan,
        booths=booths,
        employers=_names(snapshot, booths),
        number=number,
        hall=hall,
        talks=talks.sort_values(["slot", "booth", "interviewer"], ignore_index=True),
        n_slots=made.n_slots,
        bound=made.bound,
        ways=ways(of, hours, hall, made.slot),
    )


def _refuse_too_many(of: Talks, booths: Booths, n_slots: int, opening: Opening) -> None:
    most = max(np.bincount(each).max(initial=0) for each in (of.person_at, of.booth_at))
    needed = fewest_slots(of, Hours(int(most)))
    if needed <= n_slots:
        return
    load = np.bincount(of.booth_at, minlength=of.n_booths) / of.interviewers
    busiest = booths.employer_ids[int(load.argmax())]
    raise WrongUse(
        what=f"the talks need {needed} slots and {n_slots} of {opening.minutes} minutes fit "
        f"between {opening.start:%H:%M} and {opening.until:%H:%M}",
        expected=f"at least {needed}",
        do=f"Shorten --minutes, or add interviewers to the busiest booth: "
        f"--interviewers {busiest}={int(np.ceil(needed / max(n_slots, 1)))}.",
    )


def _numbers(hall: Hall) -> tuple[int, ...]:
    """(n_booths,) int: 1 for the first booth of the first row, on along it, then the next row."""
    order = np.lexsort((hall.x, hall.y))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(1, len(order) + 1)
    return tuple(number.tolist())


def _with_posts(snapshot: Snapshot, fair_id: str, talks: pd.DataFrame) -> pd.DataFrame:
    posts = snapshot.market.vacancies
    at = np.searchsorted(posts.ids, talks["vacancy_id"].to_numpy(object))
    pairs = zip(talks["person_id"], talks["vacancy_id"], strict=True)
    return talks.assign(
        pairing_id=[pairing_id(fair_id, person, vacancy) for person, vacancy in pairs],
        title=posts.titles[at],
        employer=posts.employer_names[at],
        wage_min=posts.wage_min[at],
        wage_max=posts.wage_max[at],
    )


def _names(snapshot: Snapshot, booths: Booths) -> tuple[str, ...]:
    """The name of each booth's employer as its first post states it; else the id."""
    posts = snapshot.market.vacancies
    stated = pd.Series(posts.employer_names, dtype=object)[posts.employer >= 0]
    owner = pd.Series(posts.employer_ids[posts.employer[posts.employer >= 0]], dtype=object)
    names = dict(zip(owner[::-1], stated.to_numpy()[::-1], strict=True))
    return tuple(str(names.get(each) or each) for each in booths.employer_ids)
