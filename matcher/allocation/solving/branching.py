"""Rules over members of one household: flow first, then branching on the rows it violates.

Best bound first (Land and Doig 1960): a node forbids some pairs, the flow over the rest bounds
every plan below it, and a node whose flow breaks no rule is the best plan below it.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.conditions import NO_EMPLOYER, NO_SHIFT, Conditions
from matcher.allocation.problem import NO_HOUSEHOLD, Problem
from matcher.allocation.solving.network import Longs, Room
from matcher.allocation.value import Value, value_of

Relax = Callable[[Room], Longs]
"""The best pairs of a room when the rules over households are left out."""


@dataclass(frozen=True, slots=True)
class Branched:
    """What branching found.

    Attributes:
        edges: (k,) int64 rows of the pairs taken, or None when no plan keeps the rules.
        bound: no plan is worth more; equal to the plan's own value where it is proved best.
        nodes: how many flows were solved.
    """

    edges: Longs | None
    bound: Value
    nodes: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Pairs of one household that may not all be taken, as alternatives.

    Attributes:
        forbidden: for each alternative (k,) int64 rows of pairs that it gives up; every plan that
            keeps the rule gives up at least one of these sets.
    """

    forbidden: tuple[Longs, ...]


def branch(  # noqa: PLR0913 - what solve was asked, and how it relaxes
    problem: Problem,
    conditions: Conditions,
    pins: Longs,
    room: Room,
    relax: Relax,
    *,
    households_first: bool,
    stop: Callable[[], bool],
    found: Longs | None = None,
) -> Branched:
    """The best plan that keeps the rules over households, or the best found when told to stop.

    Args:
        problem: who and where.
        conditions: with the rules over households.
        pins: (k,) int64 rows of the settled pairs, in every plan.
        room: what the pins leave.
        relax: the exact solve without these rules.
        households_first: how values are compared.
        stop: asked before each flow; True ends the search with a bound instead of a proof.
        found: rows of a plan known already; one that breaks a rule is not used.
    """
    search = _Search(problem, conditions, pins, relax, households_first=households_first)
    if found is not None and lawful(problem, conditions, pins, room, found):
        search.offer(found, value_of(problem, found))
    search.push(room)
    if search.heap and not stop():
        search.repair(room, stop)
    while search.heap and not stop() and search.open_better():
        node = heapq.heappop(search.heap)
        for forbidden in node.conflict.forbidden if node.conflict else ():
            search.push(_without(node.room, forbidden))
    return search.result()


@dataclass(order=True, slots=True)
class _Node:
    order: tuple[int, ...]
    number: int
    room: Room
    value: Value
    edges: Longs
    conflict: Conflict | None

    def __post_init__(self) -> None:
        self.order = tuple(-level for level in self.order)


class _Search:
    def __init__(
        self,
        problem: Problem,
        conditions: Conditions,
        pins: Longs,
        relax: Relax,
        *,
        households_first: bool,
    ) -> None:
        self.problem, self.conditions, self.pins, self.relax = problem, conditions, pins, relax
        self.households_first = households_first
        self.heap: list[_Node] = []
        self.best: Longs | None = None
        self.best_value: Value | None = None
        self.nodes = 0

    def push(self, room: Room) -> _Node:
        """Solve a node; keep it as the best plan or for later, unless it can't be better."""
        edges = np.sort(np.concatenate([self.pins, self.relax(room)]))
        self.nodes += 1
        value = value_of(self.problem, edges)
        conflict = next(conflicts(self.problem, self.conditions, edges), None)
        node = _Node(self.key(value), self.nodes, room, value, edges, conflict)
        if conflict is None:
            self.offer(edges, value)
        elif self.best_value is None or self.key(value) > self.key(self.best_value):
            heapq.heappush(self.heap, node)
        return node

    def offer(self, edges: Longs, value: Value) -> None:
        """A plan that keeps every rule."""
        if self.best_value is None or self.key(value) > self.key(self.best_value):
            self.best, self.best_value = edges, value

    def repair(self, room: Room, stop: Callable[[], bool]) -> None:
        """A first plan that keeps the rules: settle every violated row at once, and again."""
        edges = self.heap[0].edges
        while not stop():
            given_up = [
                min(found.forbidden, key=lambda rows: int(self.problem.score[rows].sum()))
                for found in conflicts(self.problem, self.conditions, edges)
            ]
            if not given_up:
                self.offer(edges, value_of(self.problem, edges))
                return
            room = _without(room, np.concatenate(given_up))
            edges = np.sort(np.concatenate([self.pins, self.relax(room)]))
            self.nodes += 1
            if all(np.isin(rows, self.pins).any() for rows in given_up):
                return

    def open_better(self) -> bool:
        """May a plan below an open node still be better than the best one."""
        return self.best_value is None or self.top() > self.key(self.best_value)

    def top(self) -> tuple[int, ...]:
        """The largest bound of an open node."""
        return tuple(-level for level in self.heap[0].order)

    def key(self, value: Value) -> tuple[int, ...]:
        """How values are compared."""
        return value.key(households_first=self.households_first)

    def result(self) -> Branched:
        """What stands when the search ends."""
        bounds = [node.value for node in self.heap]
        if self.best_value is not None:
            bounds.append(self.best_value)
        if not bounds:
            return Branched(None, value_of(self.problem, self.pins), self.nodes)
        return Branched(self.best, max(bounds, key=self.key), self.nodes)


def lawful(problem: Problem, conditions: Conditions, pins: Longs, room: Room, edges: Longs) -> bool:
    """Does a plan keep the pins, the room they leave and the rules over households."""
    more = np.setdiff1d(edges, pins)
    sent = np.bincount(problem.vacancy_at[more], minlength=problem.n_vacancies)
    held = np.bincount(problem.person_at[more], minlength=problem.n_persons)
    return bool(
        np.isin(pins, edges).all()
        and np.isin(more, room.edges).all()
        and (sent <= room.places).all()
        and (held <= room.cap).all()
        and not conditions.reserves
        and conditions.employer_limit is None
        and next(conflicts(problem, conditions, edges), None) is None
    )


def _without(room: Room, forbidden: Longs) -> Room:
    return replace(room, edges=np.setdiff1d(room.edges, forbidden, assume_unique=False))


def conflicts(problem: Problem, conditions: Conditions, edges: Longs) -> Iterator[Conflict]:
    """Every violated row of a plan, in order of households; each pair stands in one of them."""
    person = problem.person_at[edges]
    household = problem.household[person]
    in_one = household != NO_HOUSEHOLD
    rules = conditions.household
    if rules.one_per_employer and conditions.employer is not None:
        yield from _at_one_employer(problem, conditions.employer, edges[in_one])
    if rules.clashes is not None and rules.shift is not None:
        yield from _clashing(problem, rules.shift, rules.clashes, edges[in_one])


def _at_one_employer(
    problem: Problem, employer: NDArray[np.int32], edges: Longs
) -> Iterator[Conflict]:
    person = problem.person_at[edges]
    of = employer[problem.vacancy_at[edges]]
    known = of != NO_EMPLOYER
    width = np.int64(int(employer.max(initial=0)) + 1)
    row = (problem.household[person].astype(np.int64) * width + of)[known]
    who = person[known]
    members = np.unique(np.column_stack([row, who]), axis=0)
    rows, counts = np.unique(members[:, 0], return_counts=True)
    for broken in rows[counts > 1].tolist():
        household, firm = divmod(broken, int(width))
        of_row = np.flatnonzero(
            (problem.household[problem.person_at] == household)
            & (employer[problem.vacancy_at] == firm)
        )
        whose = problem.person_at[of_row]
        yield Conflict(tuple(of_row[whose != one] for one in np.unique(whose).tolist()))


def _clashing(
    problem: Problem, shift: NDArray[np.int16], clashes: NDArray[np.bool_], edges: Longs
) -> Iterator[Conflict]:
    person = problem.person_at[edges]
    household = problem.household[person]
    of = shift[problem.vacancy_at[edges]]
    several = np.isin(household, np.flatnonzero(np.bincount(household) > 1))
    order = np.flatnonzero(several)[np.argsort(household[several], kind="stable")]
    starts = np.flatnonzero(np.r_[True, np.diff(household[order]) != 0][: len(order)])
    for group in np.split(order, starts[1:]) if len(order) else ():
        found = _first_clash(person[group], of[group], clashes)
        if found is not None:
            one, other = group[found[0]], group[found[1]]
            yield Conflict(
                tuple(
                    np.flatnonzero(
                        (problem.person_at == person[at]) & (shift[problem.vacancy_at] == of[at])
                    )
                    for at in (one, other)
                )
            )


def _first_clash(
    person: NDArray[np.int32], shift: NDArray[np.int16], clashes: NDArray[np.bool_]
) -> tuple[int, int] | None:
    known = shift != NO_SHIFT
    at = np.maximum(shift, 0)
    bad = clashes[np.ix_(at, at)] & known[:, None] & known[None, :]
    bad &= person[:, None] != person[None, :]
    rows, columns = np.nonzero(bad)
    return (int(rows[0]), int(columns[0])) if len(rows) else None
