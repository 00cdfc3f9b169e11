"""Slots without clash: an edge colouring of the bipartite graph of people and booths.

Slot by slot, the talks held at once are a matching that serves whoever could not finish without
this slot. Where nobody rests or is away, such a matching always exists (Mendelsohn and Dulmage),
so the slots used are as few as the busiest person or booth needs (König). With rests and absences
the question is NP-complete (Even, Itai and Shamir 1976): then a slot is added until all fits, and
the bound tells how far from proved that is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from matcher.allocation.timetable.talks import (
    Hours,
    Talks,
    Timetable,
    availability,
    fewest_slots,
)
from matcher.allocation.timetable.walks import NO_HALL, Hall, shorten
from matcher.errors import Infeasible

Longs = NDArray[np.int64]

MUST = 1_000_000_000
"""What serving somebody who cannot wait is worth: more than all else in one slot together."""

GO_ON = 2_000
START = 1_000
"""A talk of somebody already under way counts more, so that people are done early."""

NEAREST = 900
"""Metres that count; with `START` above it, a walk never leaves a talk unheld."""

NOWHERE = -1


def timetable(talks: Talks, hours: Hours, hall: Hall = NO_HALL) -> Timetable:
    """A slot for each talk: no clash of person or interviewer, few slots, then short walks.

    Returns:
        A timetable of exactly `bound` slots where nobody rests or is away but in common breaks;
        otherwise of the fewest that were found. The same talks give the same timetable.

    Raises:
        Infeasible: no timetable within the hours was found.
        WrongUse: rests or absences of another shape.
    """
    bound = fewest_slots(talks, hours)
    for n_slots in range(bound, hours.n_slots + 1):
        slot = _coloured(talks, hours, hall, n_slots)
        if slot is not None:
            within = Hours(n_slots, _first(hours.rests, n_slots), _first(hours.away, n_slots))
            slot, interviewer = shorten(talks, within, hall, slot)
            return Timetable(slot, interviewer, n_slots, bound)
    raise Infeasible(
        limits=[f"{len(talks)} talks", f"{hours.n_slots} slots with their rests and absences"]
    )


def _first(flags: NDArray[np.bool_] | None, n_slots: int) -> NDArray[np.bool_] | None:
    return None if flags is None else flags[:, :n_slots]


def _coloured(talks: Talks, hours: Hours, hall: Hall, n_slots: int) -> NDArray[np.int32] | None:
    """The slot of each talk within the first `n_slots`; None where somebody was left over."""
    open_, there = availability(talks, hours)
    open_, there = open_[:, :n_slots], there[:, :n_slots]
    room_after = _after(open_.astype(np.int64) * talks.interviewers[:, None])
    slots_after = _after(there.astype(np.int64))
    slot = np.full(len(talks), -1, dtype=np.int32)
    last_booth = np.full(talks.n_persons, NOWHERE, dtype=np.int64)
    for at in range(n_slots):
        waiting = np.flatnonzero(slot < 0)
        person, booth = talks.person_at[waiting], talks.booth_at[waiting]
        must_person = np.bincount(person, minlength=talks.n_persons) - slots_after[:, at]
        must_booth = np.bincount(booth, minlength=talks.n_booths) - room_after[:, at]
        can = there[person, at] & open_[booth, at]
        held = _matching(
            talks,
            waiting[can],
            np.maximum(must_person, 0),
            np.maximum(must_booth, 0),
            _worth(hall, last_booth[person[can]], booth[can]),
        )
        served = np.bincount(talks.person_at[held], minlength=talks.n_persons)
        received = np.bincount(talks.booth_at[held], minlength=talks.n_booths)
        if (served < must_person).any() or (received < must_booth).any():
            return None
        slot[held] = at
        last_booth[talks.person_at[held]] = talks.booth_at[held]
    return slot


def _after(room: Longs) -> Longs:
    """Room in all columns behind each."""
    return room[:, ::-1].cumsum(axis=1)[:, ::-1] - room


def _worth(hall: Hall, last: Longs, booth: NDArray[np.int32]) -> Longs:
    under_way = last != NOWHERE
    metres = np.where(under_way, hall.metres(last, booth), 0)
    return np.where(under_way, GO_ON, START) - np.minimum(metres, NEAREST)


def _matching(
    talks: Talks, waiting: NDArray[np.int64], person: Longs, booth: Longs, worth: Longs
) -> NDArray[np.int64]:
    """Which of the waiting talks are held at once: those who must first, then by worth.

    A min-cost flow from people to booths; a unit of a person or booth that must be served gains
    `MUST`, so no such unit is left out where a matching serves them all.
    """
    if not len(waiting):
        return waiting
    people, who = np.unique(talks.person_at[waiting], return_inverse=True)
    places, where = np.unique(talks.booth_at[waiting], return_inverse=True)
    n, m = len(people), len(places)
    source, sink = n + m, n + m + 1
    room = talks.interviewers[places].astype(np.int64)
    pressing = np.minimum(booth[places], room)
    # Tail, head, capacity and gain of the arcs, talks last; idle people flow past the booths.
    tail = np.r_[np.full(n, source), source, n + np.arange(m), n + np.arange(m), who]
    head = np.r_[np.arange(n), sink, np.full(2 * m, sink), n + where]
    capacity = np.r_[np.ones(n), n, pressing, room - pressing, np.ones(len(waiting))]
    gain = np.r_[
        np.where(person[people] > 0, MUST, 0), 0, np.full(m, MUST), np.zeros(m), worth
    ].astype(np.int64)
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(
        tail.astype(np.int32), head.astype(np.int32), capacity.astype(np.int64), -gain
    )
    solver.set_nodes_supplies(
        np.array([source, sink], dtype=np.int32), np.array([n, -n], dtype=np.int64)
    )
    if solver.solve() != solver.OPTIMAL:
        raise Infeasible(limits=[f"{len(waiting)} talks in one slot"])
    arcs = np.arange(len(tail) - len(waiting), len(tail), dtype=np.int32)
    return waiting[np.asarray(solver.flows(arcs)) > 0]
