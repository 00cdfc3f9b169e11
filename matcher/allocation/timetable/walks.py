"""Where booths stand, what a timetable costs people in steps and waiting, and how to cost less.

Slots of two talks are exchanged along alternating chains (Kempe): a chain keeps every person and
interviewer free of clashes, so any exchange that shortens the way of those concerned is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.allocation.timetable.talks import Hours, Positions, Talks, availability

Longs = NDArray[np.int64]
Table = NDArray[np.int32]

RUSH = 10_000
"""Metres that a walk too long for the time between two slots counts as, beside its own."""

WAIT = 40
"""Metres that one slot of waiting counts as: people rather walk across a hall than sit."""

LONGEST_CHAIN = 60
"""Exchanges that move more talks than this are not tried."""

NEAR = 4
"""A talk is tried in slots so near to another of its person: elsewhere it would only wait."""

SWEEPS = 6
"""Passes over everybody; later ones hardly find anything."""


@dataclass(frozen=True, slots=True)
class Hall:
    """Where booths stand.

    Attributes:
        x, y: (n_booths,) int32 metres; empty where nobody said, then no walk counts.
        reach: metres one can go between two slots that follow each other.
    """

    x: Positions
    y: Positions
    reach: int = 60

    def metres(self, one: NDArray[np.integer], other: NDArray[np.integer]) -> Longs:
        """(k,) int64: along the aisles from one booth to the other."""
        if not len(self.x):
            return np.zeros(len(one), dtype=np.int64)
        across = np.abs(self.x[one].astype(np.int64) - self.x[other])
        along = np.abs(self.y[one].astype(np.int64) - self.y[other])
        return np.asarray(across + along, dtype=np.int64)


NO_HALL = Hall(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))
"""A fair of which nobody said where booths stand."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a timetable asks of people, over all of them.

    Attributes:
        metres: walked between talks.
        waiting: slots between a person's first and last talk without one, breaks left out.
        rushed: times that two talks follow each other further apart than one can go.
    """

    metres: int
    waiting: int
    rushed: int


def ways(talks: Talks, hours: Hours, hall: Hall, slot: Positions) -> Ways:
    """What a timetable asks of people."""
    order = np.lexsort((slot, talks.person_at))
    person, booth = talks.person_at[order], talks.booth_at[order]
    open_, _ = availability(talks, hours)
    clock = np.cumsum(open_.any(axis=0))
    same = person[1:] == person[:-1]
    metres = hall.metres(booth[:-1], booth[1:])[same]
    waiting = np.diff(clock[slot[order]])[same] - 1
    next_slot = np.diff(slot[order])[same] == 1
    rushed = next_slot & (metres > hall.reach)
    return Ways(int(metres.sum()), int(waiting.sum()), int(rushed.sum()))


def shorten(talks: Talks, hours: Hours, hall: Hall, slot: Positions) -> tuple[Positions, Positions]:
    """The slots with shorter ways and waits for people, and the interviewer of each talk.

    Neither the number of slots nor anybody's rest or absence changes.
    """
    interviewer = _interviewers(talks, slot)
    first_lane = np.concatenate(([0], np.cumsum(talks.interviewers)[:-1])).astype(np.int32)
    lane_at = (first_lane[talks.booth_at] + interviewer).astype(np.int32)
    n_lanes = int(talks.interviewers.sum())
    of_person = np.full((talks.n_persons, hours.n_slots), -1, dtype=np.int32)
    of_lane = np.full((n_lanes, hours.n_slots), -1, dtype=np.int32)
    numbers = np.arange(len(talks), dtype=np.int32)
    of_person[talks.person_at, slot] = numbers
    of_lane[lane_at, slot] = numbers
    open_, there = availability(talks, hours)
    booths = np.arange(talks.n_booths)
    metres = hall.metres(np.repeat(booths, len(booths)), np.tile(booths, len(booths)))
    made = slot.astype(np.int32).copy()
    _exchange(
        made,
        talks.person_at,
        talks.booth_at,
        lane_at,
        of_person,
        of_lane,
        open_,
        there,
        np.cumsum(open_.any(axis=0)).astype(np.int64),
        metres.reshape(len(booths), len(booths)),
        hall.reach,
    )
    return made, interviewer


def _interviewers(talks: Talks, slot: Positions) -> Positions:
    """(k,) int32: talks of one booth in one slot get its interviewers in order of persons."""
    order = np.lexsort((talks.person_at, slot, talks.booth_at))
    key = talks.booth_at[order].astype(np.int64) * (slot.max(initial=0) + 1) + slot[order]
    begins = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else key
    made = np.empty(len(talks), dtype=np.int32)
    lengths = np.diff(np.r_[begins, len(key)])
    made[order] = np.arange(len(key)) - np.repeat(begins, lengths)
    return made


@njit(cache=True, nogil=True)
def _cost(
    row: Table, booth_at: Table, clock: Longs, metres: NDArray[np.int64], reach: int
) -> np.int64:
    """What one person's day costs, in metres: walks, waits, rushes."""
    total, last, then, before = np.int64(0), -1, np.int64(0), -1
    for at in range(len(row)):
        if row[at] < 0:
            continue
        booth = booth_at[row[at]]
        if last >= 0:
            gap, way = clock[at] - then, metres[last, booth]
            total += way + WAIT * (gap - 1)
            if at == before + 1 and way > reach:
                total += RUSH
        last, then, before = booth, clock[at], at
    return total


@njit(cache=True, nogil=True)
def _chain(  # noqa: PLR0913 - numba takes plain arrays
    chain: Table,
    start: int,
    one: int,
    other: int,
    person_at: Table,
    booth_at: Table,
    lane_at: Table,
    of_person: Table,
    of_lane: Table,
    open_: NDArray[np.bool_],
    there: NDArray[np.bool_],
) -> int:
    """The talks that swap slots `one` and `other` with a person's; 0 where that cannot be.

    From the person along its talk in `one`, then, unless that came back, along that in `other`.
    """
    size = 0
    for first in (np.int64(one), np.int64(other)):
        person, now, then = start, first, one + other - first
        talk = of_person[person, now]
        while talk >= 0:
            if size == len(chain) or not (there[person, then] and open_[booth_at[talk], then]):
                return 0
            chain[size] = talk
            size += 1
            talk = of_lane[lane_at[talk], then]
            if talk < 0:
                break
            person = person_at[talk]
            if size == len(chain) or not (there[person, now] and open_[booth_at[talk], now]):
                return 0
            chain[size] = talk
            size += 1
            if person == start:
                return size
            talk = of_person[person, now]
    return size


@njit(cache=True, nogil=True)
def _swap(  # noqa: PLR0913 - numba takes plain arrays
    chain: Table,
    one: int,
    other: int,
    slot: Table,
    person_at: Table,
    lane_at: Table,
    of_person: Table,
    of_lane: Table,
) -> None:
    """Exchange the two slots of every talk of a chain."""
    for talk in chain:
        of_person[person_at[talk], slot[talk]] = -1
        of_lane[lane_at[talk], slot[talk]] = -1
    for talk in chain:
        slot[talk] = one + other - slot[talk]
        of_person[person_at[talk], slot[talk]] = talk
        of_lane[lane_at[talk], slot[talk]] = talk


@njit(cache=True, nogil=True)
def _total(  # noqa: PLR0913 - numba takes plain arrays
    chain: Table,
    one: int,
    slot: Table,
    person_at: Table,
    of_person: Table,
    booth_at: Table,
    clock: Longs,
    metres: NDArray[np.int64],
    reach: int,
) -> np.int64:
    """What the days of those in a chain cost; who has a talk in both slots counts once."""
    total = np.int64(0)
    for talk in chain:
        person = person_at[talk]
        if slot[talk] == one or of_person[person, one] < 0:
            total += _cost(of_person[person], booth_at, clock, metres, reach)
    return total


@njit(cache=True, nogil=True)
def _near(row: Table, one: int, other: int) -> bool:
    """Is a slot near another talk of a person than the one in slot `one`."""
    for at in range(max(0, other - NEAR), min(len(row), other + NEAR + 1)):
        if at != one and row[at] >= 0:
            return True
    return False


@njit(cache=True, nogil=True)
def _exchange(  # noqa: PLR0913 - numba takes plain arrays
    slot: Table,
    person_at: Table,
    booth_at: Table,
    lane_at: Table,
    of_person: Table,
    of_lane: Table,
    open_: NDArray[np.bool_],
    there: NDArray[np.bool_],
    clock: Longs,
    metres: NDArray[np.int64],
    reach: int,
) -> None:
    """Exchange slots along chains, in place, while that shortens anything."""
    room = np.empty(LONGEST_CHAIN, dtype=np.int32)
    n_slots = of_person.shape[1]
    for _ in range(SWEEPS):
        better = False
        for talk in range(len(slot)):
            person = person_at[talk]
            if _cost(of_person[person], booth_at, clock, metres, reach) == 0:
                continue
            for other in range(n_slots):
                one = slot[talk]
                if other == one or not _near(of_person[person], one, other):
                    continue
                size = _chain(
                    room, person, one, other,
                    person_at, booth_at, lane_at, of_person, of_lane, open_, there,
                )  # fmt: skip
                if size == 0:
                    continue
                chain = room[:size]
                before = _total(
                    chain, one, slot, person_at, of_person, booth_at, clock, metres, reach
                )
                _swap(chain, one, other, slot, person_at, lane_at, of_person, of_lane)
                after = _total(
                    chain, one, slot, person_at, of_person, booth_at, clock, metres, reach
                )
                if after < before:
                    better = True
                else:
                    _swap(chain, one, other, slot, person_at, lane_at, of_person, of_lane)
        if not better:
            return
