"""The problem as a network of arcs: one unit of flow is one pairing.

A person is a node that supplies as many units as they may have posts; a unit that is not used
goes straight to the sink. The members of a zero-employment household draw their units from one
node of the household, and its first unit earns the household's bonus.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.conditions import NO_EMPLOYER, Conditions
from matcher.allocation.problem import NO_HOUSEHOLD, Problem

Longs = NDArray[np.int64]
Positions = NDArray[np.int32]
_Columns = tuple[Positions, Positions, Longs, NDArray[np.int8]]


class Kind(IntEnum):
    """What an arc stands for."""

    PAIR = 0
    FIRST = 1
    """The first unit of a zero-employment household."""

    FLOOR = 2
    """A unit that a post must be sent."""

    PLAIN = 3


@dataclass(frozen=True, slots=True)
class Network:
    """A problem's pairs as the first arcs of a network.

    Attributes:
        tail, head: (n_arcs,) int32 nodes; the pairs' arcs come first, in the order of the pairs.
        capacity: (n_arcs,) int64.
        kind: (n_arcs,) int8, see `Kind`.
        supply: (n_nodes,) int64, units that start (or, below zero, end) in each node.
        n_pairs: how many of the first arcs are pairs.
    """

    tail: Positions
    head: Positions
    capacity: Longs
    kind: NDArray[np.int8]
    supply: Longs
    n_pairs: int

    @property
    def n_nodes(self) -> int:
        """How many nodes there are."""
        return len(self.supply)

    def gain(self, pairs: Longs | None = None, *, first: int = 0, floor: int = 0) -> Longs:
        """(n_arcs,) int64: gains of the pairs, of first units and of units under a floor."""
        gain = np.zeros(len(self.tail), dtype=np.int64)
        if pairs is not None:
            gain[: self.n_pairs] = pairs
        gain[self.kind == Kind.FIRST] = first
        gain[self.kind == Kind.FLOOR] = floor
        return gain


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of a problem once some pairs are settled: who may still go where.

    Attributes:
        edges: (k,) int64 rows of the problem's pairs still open, ascending.
        cap: (n,) int32 left of each person.
        places: (m,) int32 left of each post.
        kept: (n_reserves,) tuple of (k,) int32: places still kept for each reserve's group.
        floor: (m,) int32 people each post must still be sent.
        employer_limit: (n_employers,) int32 left.
        served: (n_units,) bool, zero-employment households that hold a settled place.
    """

    edges: Longs
    cap: Positions
    places: Positions
    kept: tuple[Positions, ...]
    floor: Positions
    employer_limit: Positions
    served: NDArray[np.bool_]


def units_of(problem: Problem) -> tuple[Positions, int]:
    """((n,) int32 unit of each zero-employment member, -1 for others; how many units).

    A unit is a household; a member without one is a unit alone.
    """
    alone = problem.household == NO_HOUSEHOLD
    own = len(problem.household_ids) + np.arange(problem.n_persons, dtype=np.int64)
    key = np.where(alone, own, problem.household)
    unit = np.full(problem.n_persons, -1, dtype=np.int32)
    members = np.flatnonzero(problem.zero_employment)
    kinds, unit[members] = np.unique(key[members], return_inverse=True)
    return unit, len(kinds)


def build_network(problem: Problem, conditions: Conditions, room: Room) -> Network:
    """The network of the pairs of a room.

    Args:
        problem: who and where.
        conditions: what the organiser added.
        room: what is left of them.
    """
    layout = _Layout(problem, conditions, room)
    person = problem.person_at[room.edges]
    pairs = _arcs(person, layout.heads, np.ones(len(person)), Kind.PAIR)
    degree = np.bincount(person, minlength=problem.n_persons)
    supply_of = np.minimum(room.cap, degree).astype(np.int64)
    parts = [pairs, *layout.people(supply_of), *layout.reserved(), *layout.posts()]
    supply = np.zeros(layout.n_nodes, dtype=np.int64)
    free = layout.unit < 0
    supply[: problem.n_persons][free] = supply_of[free]
    members = np.flatnonzero(~free)
    np.add.at(supply, layout.origin + layout.unit[members], supply_of[members])
    supply[layout.sink] = -supply.sum()
    tail, head, capacity, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Network(tail, head, capacity, kind, supply, len(person))


class _Layout:
    """The numbers of the nodes: people, posts, household origins and hubs, employers, sink.

    Where places are kept for groups, a post has a door for each group beside the door for all,
    and an exit behind them.
    """

    def __init__(self, problem: Problem, conditions: Conditions, room: Room) -> None:
        self.problem, self.conditions, self.room = problem, conditions, room
        self.unit, self.n_units = units_of(problem)
        self.origin = problem.n_persons + problem.n_vacancies
        self.hub = self.origin + self.n_units
        self.employer = self.hub + self.n_units
        posts = problem.n_persons
        self.exit = posts if not conditions.reserves else self.employer + len(room.employer_limit)
        apart = problem.n_vacancies if conditions.reserves else 0
        self.group = self.employer + len(room.employer_limit) + apart
        sizes = [len(reserve.vacancy_at) for reserve in conditions.reserves]
        self.group_starts = self.group + np.cumsum([0, *sizes])
        self.shared = int(self.group_starts[-1])
        self.heads, self.forks = self._entrances()
        self.sink = self.shared + len(self.forks)
        self.n_nodes = self.sink + 1

    def _entrances(self) -> tuple[Positions, list[tuple[int, list[int]]]]:
        """(head of each pair; pairs that may enter by several doors, with those doors)."""
        at = self.room.edges
        vacancy = self.problem.vacancy_at[at]
        post = (self.problem.n_persons + vacancy).astype(np.int32)
        doors: dict[int, list[int]] = {}
        head = post.copy()
        for start, reserve in zip(self.group_starts, self.conditions.reserves, strict=False):
            where = np.full(self.problem.n_vacancies, -1, dtype=np.int64)
            where[reserve.vacancy_at] = np.arange(len(reserve.vacancy_at))
            of_group = reserve.member[self.problem.person_at[at]] & (where[vacancy] >= 0)
            for pair in np.flatnonzero(of_group).tolist():
                doors.setdefault(pair, []).append(int(start + where[vacancy[pair]]))
        for pair, of_pair in doors.items():
            head[pair] = of_pair[0]
        forks = [(pair, of_pair) for pair, of_pair in doors.items() if len(of_pair) > 1]
        for number, (pair, _) in enumerate(forks):
            head[pair] = self.shared + number
        return head, forks

    def people(self, supply: Longs) -> list[_Columns]:
        """Arcs that bring units to people, or past them to the sink."""
        free = np.flatnonzero(self.unit < 0)
        members = np.flatnonzero(self.unit >= 0)
        unit = self.unit[members]
        total = np.bincount(unit, weights=supply[members], minlength=self.n_units)
        every = np.arange(self.n_units)
        first = (total > 0) & ~self.room.served
        return [
            _arcs(free, self.sink, supply[free]),
            _arcs(self.hub + unit, members, supply[members]),
            _arcs(self.origin + every, self.hub + every, first, Kind.FIRST),
            _arcs(self.origin + every, self.hub + every, total),
            _arcs(self.origin + every, self.sink, total),
        ]

    def reserved(self) -> list[_Columns]:
        """Arcs through the doors of groups: to the kept places, or to those open to all."""
        parts = []
        for start, reserve, kept in zip(
            self.group_starts, self.conditions.reserves, self.room.kept, strict=False
        ):
            door = start + np.arange(len(kept))
            post = self.problem.n_persons + reserve.vacancy_at
            parts.append(_arcs(door, post, self.room.places[reserve.vacancy_at]))
            parts.append(_arcs(door, self.exit + reserve.vacancy_at, kept))
        for number, (_, doors) in enumerate(self.forks):
            parts.append(_arcs(self.shared + number, np.array(doors), np.ones(len(doors))))
        return parts

    def posts(self) -> list[_Columns]:
        """Arcs from posts to the sink, through their employers where these have a limit."""
        every = np.arange(self.problem.n_vacancies)
        places = self.room.places.astype(np.int64)
        lifted = np.minimum(self.room.floor, places)
        behind = self._behind(every)
        firms = np.arange(len(self.room.employer_limit))
        parts = [
            _arcs(self.exit + every, behind, lifted, Kind.FLOOR),
            _arcs(self.exit + every, behind, places - lifted),
            _arcs(self.employer + firms, self.sink, self.room.employer_limit),
        ]
        if self.conditions.reserves:
            to_all = places.copy()
            for reserve, kept in zip(self.conditions.reserves, self.room.kept, strict=True):
                np.subtract.at(to_all, reserve.vacancy_at, kept)
            posts = self.problem.n_persons + every
            parts.append(_arcs(posts, self.exit + every, np.maximum(to_all, 0)))
        return parts

    def _behind(self, vacancy: NDArray[np.integer]) -> Positions:
        employer = self.conditions.employer
        if employer is None or self.conditions.employer_limit is None:
            return np.full(len(vacancy), self.sink, dtype=np.int32)
        of = employer[vacancy]
        return np.where(of == NO_EMPLOYER, self.sink, self.employer + of).astype(np.int32)


def _arcs(
    tail: NDArray[np.integer] | int,
    head: NDArray[np.integer] | int,
    capacity: NDArray[np.generic],
    kind: Kind = Kind.PLAIN,
) -> _Columns:
    """Tails, heads, capacities and kinds of the arcs that can carry anything."""
    carries = np.asarray(capacity) > 0
    return (
        np.broadcast_to(tail, carries.shape)[carries].astype(np.int32),
        np.broadcast_to(head, carries.shape)[carries].astype(np.int32),
        np.asarray(capacity)[carries].astype(np.int64),
        np.full(int(carries.sum()), kind, dtype=np.int8),
    )
