"""The talks of a plan, the hours in which they can be held, and the slots they were given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import Plan, Problem
from matcher.errors import Infeasible, WrongUse

Flags = NDArray[np.bool_]
Positions = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Talks:
    """Who is to talk at which booth; two posts of one booth are two talks.

    Attributes:
        person_at: (k,) int32, in 0..n_persons-1.
        booth_at: (k,) int32, position in `interviewers`.
        n_persons: how many people there are, with or without a talk.
        interviewers: (n_booths,) int32 from 1, how many talks a booth holds at once.
    """

    person_at: Positions
    booth_at: Positions
    n_persons: int
    interviewers: Positions

    @property
    def n_booths(self) -> int:
        """How many booths there are."""
        return len(self.interviewers)

    def __len__(self) -> int:
        return len(self.person_at)


@dataclass(frozen=True, slots=True)
class Hours:
    """The slots of the day, and who is not there in which.

    A break of everybody is a column in which every booth rests.

    Attributes:
        n_slots: how many slots the day has.
        rests: (n_booths, n_slots) bool, the booth holds no talk; None for no rests.
        away: (n_persons, n_slots) bool, the person is not there; None for all there all day.
    """

    n_slots: int
    rests: Flags | None = None
    away: Flags | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """The slot of each talk.

    Attributes:
        slot: (k,) int32 from 0.
        interviewer: (k,) int32 from 0, which of the booth's interviewers holds the talk.
        n_slots: slots from the first of the day to the last in use, breaks included.
        bound: no timetable of these talks and hours ends earlier than after so many slots.
    """

    slot: Positions
    interviewer: Positions
    n_slots: int
    bound: int


def talks_of(problem: Problem, plan: Plan, booth: Positions, interviewers: Positions) -> Talks:
    """The talks of a plan.

    Args:
        problem: whose persons and vacancies.
        plan: its pairings, in whose order the talks stand.
        booth: (m,) int32, the booth at which each vacancy is shown.
        interviewers: (n_booths,) int32 from 1.

    Raises:
        WrongUse: a planned vacancy has no booth, or a booth nobody who talks.
    """
    booth_at = booth[plan.vacancy_at].astype(np.int32)
    outside = (booth_at < 0) | (booth_at >= len(interviewers))
    if outside.any():
        named = problem.vacancy_ids[plan.vacancy_at[outside]][0]
        raise WrongUse(
            what=f"vacancy {named} is in the plan and shown at no booth",
            expected="a booth for each planned vacancy",
            do="Add the vacancy to a booth of the fair.",
        )
    if (interviewers < 1).any():
        raise WrongUse(
            what=f"booth {int(np.flatnonzero(interviewers < 1)[0])} has no interviewer",
            expected="at least one",
            do="Correct the number of interviewers.",
        )
    return Talks(
        plan.person_at.astype(np.int32), booth_at, problem.n_persons, interviewers.astype(np.int32)
    )


def fewest_slots(talks: Talks, hours: Hours) -> int:
    """The fewest slots from the start of the day in which each person and booth alone could do.

    Without rests and absences this is the larger of the most talks of a person and the most talks
    of a booth over its interviewers, and by König's theorem a timetable of that length exists.

    Raises:
        Infeasible: somebody has more talks than slots; names positions, not people.
    """
    of_person = np.bincount(talks.person_at, minlength=talks.n_persons)
    of_booth = np.bincount(talks.booth_at, minlength=talks.n_booths)
    open_, there = availability(talks, hours)
    first_booth = _enough(open_.astype(np.int64) * talks.interviewers[:, None], of_booth)
    first_person = _enough(there.astype(np.int64), of_person)
    late = [f"booth {at}" for at in np.flatnonzero(first_booth > hours.n_slots).tolist()]
    late += [f"person {at}" for at in np.flatnonzero(first_person > hours.n_slots).tolist()]
    if late:
        raise Infeasible(limits=[f"{each} has more talks than slots" for each in late[:5]])
    return int(max(first_booth.max(initial=0), first_person.max(initial=0)))


def _open(hours: Hours, talks: Talks) -> tuple[Flags, Flags]:
    shape_b, shape_p = (talks.n_booths, hours.n_slots), (talks.n_persons, hours.n_slots)
    open_ = np.ones(shape_b, dtype=np.bool_) if hours.rests is None else ~hours.rests
    there = np.ones(shape_p, dtype=np.bool_) if hours.away is None else ~hours.away
    if open_.shape != shape_b or there.shape != shape_p:
        raise WrongUse(
            what=f"rests {open_.shape} and absences {there.shape} do not fit the fair",
            expected=f"{shape_b} and {shape_p}",
            do="Give one row for each booth and person, one column for each slot.",
        )
    return open_, there


def _enough(room: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """(n,) int64: after how many columns the room of each row first reaches what is wanted."""
    short = np.cumsum(room, axis=1) < wanted[:, None]
    return np.where(wanted > 0, short.sum(axis=1) + 1, 0)


def availability(talks: Talks, hours: Hours) -> tuple[Flags, Flags]:
    """(n_booths, n_slots) and (n_persons, n_slots) bool: who can talk in which slot.

    A slot in which every booth rests is nobody's.
    """
    open_, there = _open(hours, talks)
    return open_, there & open_.any(axis=0)


def slot_times(
    start: time, until: time, minutes: int, breaks: Sequence[tuple[time, time]] = ()
) -> list[tuple[time, time]]:
    """The slots that fit between two clock times; one that would run into a break comes after it.

    Raises:
        WrongUse: a slot has no length.

    Example:
        >>> hours = slot_times(time(11), time(14), 30, [(time(12), time(13, 15))])
        >>> [f"{first:%H:%M}-{last:%H:%M}" for first, last in hours]
        ['11:00-11:30', '11:30-12:00', '13:15-13:45']
    """
    if minutes < 1:
        raise WrongUse(
            what=f"slots of {minutes} minutes",
            expected="at least one minute",
            do="Correct the length of the slots.",
        )
    pauses = sorted((_minute(first), _minute(last)) for first, last in breaks)
    at = _minute(start)
    made: list[tuple[int, int]] = []
    while True:
        for first, last in pauses:
            if first < at + minutes and at < last:
                at = last
        if at + minutes > _minute(until):
            return [(time(*divmod(first, 60)), time(*divmod(last, 60))) for first, last in made]
        made.append((at, at + minutes))
        at += minutes


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
