"""The independent checker of timetables: every clash, in words.

It shares no code with what makes timetables; of that room it imports the record types alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.timetable.talks import Hours, Talks, Timetable


def check_timetable(talks: Talks, hours: Hours, made: Timetable) -> list[str]:
    """Everything that cannot be kept; an empty list is a timetable without clash.

    Held: a slot of the day for each talk; nobody in two talks at once; no interviewer in two at
    once, and none whom the booth lacks; no talk while its booth rests or its person is away.
    Persons and booths are named by position.
    """
    slot = made.slot.astype(np.int64)
    if len(slot) != len(talks.person_at) or len(made.interviewer) != len(slot):
        return [f"{len(slot)} slots are given to {len(talks.person_at)} talks"]
    inside = (slot >= 0) & (slot < min(made.n_slots, hours.n_slots))
    outside = [f"talk {at} has no slot of the day" for at in np.flatnonzero(~inside).tolist()]
    lane = made.interviewer.astype(np.int64)
    lacking = (lane < 0) | (lane >= talks.interviewers[talks.booth_at])
    strange = [
        f"talk {at} is with interviewer {lane[at]} whom booth {talks.booth_at[at]} lacks"
        for at in np.flatnonzero(lacking).tolist()
    ]
    at = np.flatnonzero(inside)
    width = int(lane.max(initial=0)) + 1
    seats = talks.booth_at[at].astype(np.int64) * width + lane[at]
    return [
        *outside,
        *strange,
        *_twice("person", talks.person_at[at].astype(np.int64), slot[at], 1),
        *_twice("booth", seats, slot[at], width),
        *_absent("booth", talks.booth_at[at], slot[at], hours.rests),
        *_absent("person", talks.person_at[at], slot[at], hours.away),
    ]


def _twice(what: str, who: NDArray[np.int64], slot: NDArray[np.int64], width: int) -> Iterator[str]:
    pairs, times = np.unique(np.column_stack((who, slot)), axis=0, return_counts=True)
    for (one, when), count in zip(pairs[times > 1], times[times > 1], strict=True):
        yield f"{what} {one // width} is in {count} talks at once in slot {when}"


def _absent(
    what: str,
    who: NDArray[np.int32],
    slot: NDArray[np.int64],
    absent: NDArray[np.bool_] | None,
) -> Iterator[str]:
    if absent is None:
        return
    for at in np.flatnonzero(absent[who, slot]).tolist():
        yield f"{what} {who[at]} is not there in slot {slot[at]}"
