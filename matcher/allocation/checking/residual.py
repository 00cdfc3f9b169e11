"""What could still change in a plan, as a network; laid out from the problem alone.

People draw pairings from the ground and posts give them back to it, so that a round of changes is
a closed walk. Where places are kept for groups, people are first seated: members on kept places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.checking.added import seats_at
from matcher.allocation.checking.words import Words
from matcher.allocation.conditions import Conditions
from matcher.allocation.problem import Plan, Problem

Longs = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Residual:
    """Arcs on which a unit more, or a unit less, could flow; the first ones are the pairs.

    Attributes:
        tail, head: (n_arcs,) int32 nodes.
        forth, back: (n_arcs,) bool, could one more flow, could one less.
        gain: (n_arcs, n_words) int64, what one more is worth, compared word by word.
        n_nodes, n_pairs: counts.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    forth: Flags
    back: Flags
    gain: Longs
    n_nodes: int
    n_pairs: int


def residual(
    problem: Problem, conditions: Conditions, plan: Plan, *, households_first: bool
) -> Residual:
    """The residual network of a plan that keeps every limit.

    Arguments as for `checking.optimal.better_plan`.
    """
    builder = _Builder(problem, conditions, plan, households_first=households_first)
    builder.pairs()
    builder.people()
    builder.posts()
    builder.employers()
    return builder.built()


class _Builder:
    def __init__(
        self, problem: Problem, conditions: Conditions, plan: Plan, *, households_first: bool
    ) -> None:
        self.problem, self.conditions, self.plan = problem, conditions, plan
        self.parts: list[tuple[Longs, Longs, Flags, Flags, Longs]] = []
        self.n_nodes = problem.n_persons + problem.n_vacancies
        self.ground = self.nodes(1)[0]
        most = 2 * (problem.n_persons + problem.n_vacancies) + len(conditions.reserves) + 8
        self.words = Words(problem, most=2 * most, households_first=households_first)
        key = np.int64(max(problem.n_vacancies, 1))
        self.keys = problem.person_at * key + problem.vacancy_at
        self.taken = np.isin(self.keys, plan.person_at * key + plan.vacancy_at)
        pinned = np.isin(self.keys, conditions.pin_person * key + conditions.pin_vacancy)
        banned = np.isin(self.keys, conditions.ban_person * key + conditions.ban_vacancy)
        self.free = ~pinned & ~banned
        self.sent = np.bincount(plan.vacancy_at, minlength=problem.n_vacancies)
        self.held = np.bincount(plan.person_at, minlength=problem.n_persons)

    def nodes(self, count: int) -> Longs:
        """The numbers of so many new nodes."""
        new = np.arange(self.n_nodes, self.n_nodes + count, dtype=np.int64)
        self.n_nodes += count
        return new

    def add(
        self,
        tail: NDArray[np.integer],
        head: NDArray[np.integer],
        forth: Flags,
        back: Flags,
        gain: Longs | None = None,
    ) -> None:
        """Arcs of one kind; one node stands for all of its side."""
        n = len(forth)
        worth = np.zeros((n, self.words.width), dtype=np.int64) if gain is None else gain
        both = np.broadcast_to(tail, n), np.broadcast_to(head, n)
        self.parts.append((both[0], both[1], forth, back, worth))

    def pairs(self) -> None:
        """One arc a pair, to the door of the post that it may use."""
        forth, back = self.free & ~self.taken, self.free & self.taken
        self.door = (self.problem.n_persons + self.problem.vacancy_at).astype(np.int64)
        self.groups = _groups(self.problem, self.conditions)
        mine = np.flatnonzero(self.groups)
        asked = np.column_stack([self.problem.vacancy_at[mine], self.groups[mine]])
        self.kinds, of_kind = np.unique(asked, axis=0, return_inverse=True)
        self.kind_of = dict(zip(mine.tolist(), of_kind.ravel().tolist(), strict=True))
        self.kind_node = self.nodes(len(self.kinds))
        self.door[mine] = self.kind_node[of_kind.ravel()]
        self.add(self.problem.person_at, self.door, forth, back, self.words.of_pairs())

    def people(self) -> None:
        """From the ground to people, by their household where that is a zero-employment one."""
        problem, held = self.problem, self.held
        more, less = held < problem.cap, held > 0
        every = np.arange(problem.n_persons)
        alone = problem.household < 0
        home = np.where(alone, len(problem.household_ids) + every, problem.household)
        members = np.flatnonzero(problem.zero_employment)
        others = np.flatnonzero(~problem.zero_employment)
        self.add(self.ground, others, more[others], less[others])
        homes, of_home = np.unique(home[members], return_inverse=True)
        hub = self.nodes(len(homes))
        self.add(hub[of_home], members, more[members], less[members])
        placed = np.bincount(of_home, weights=held[members], minlength=len(homes))
        first = np.tile(self.words.household, (len(homes), 1))
        self.add(self.ground, hub, placed == 0, placed > 0, first)
        self.add(self.ground, hub, np.ones(len(homes), np.bool_), placed > 1)

    def posts(self) -> None:
        """From the posts to the ground or to their employer, by way of kept places."""
        problem = self.problem
        every = np.arange(problem.n_vacancies)
        floor = self.conditions.floor
        least = np.zeros(problem.n_vacancies, np.int64) if floor is None else floor
        leave = problem.n_persons + every
        if self.conditions.reserves:
            leave = self.nodes(problem.n_vacancies)
            self._seats(leave)
        self.firms = self.nodes(0)
        behind = np.full(problem.n_vacancies, self.ground)
        if self.conditions.employer is not None and self.conditions.employer_limit is not None:
            self.firms = self.nodes(len(self.conditions.employer_limit))
            of = self.conditions.employer
            behind = np.where(of < 0, self.ground, self.firms[np.maximum(of, 0)])
        self.add(leave, behind, self.sent < problem.places, self.sent > least)

    def employers(self) -> None:
        """From employers with a limit to the ground."""
        limit, of = self.conditions.employer_limit, self.conditions.employer
        if limit is None or of is None:
            return
        firm = of[self.plan.vacancy_at]
        count = np.bincount(firm[firm >= 0], minlength=len(limit))
        self.add(self.firms, self.ground, count < limit, count > 0)

    def _seats(self, leave: Longs) -> None:
        """Doors, kept places and open places of the posts that keep some."""
        kept, open_places, seated = _seat(self.problem, self.conditions, self.plan)
        node = self.nodes(len(kept))
        number = {(post, group): at for at, (post, group, _) in enumerate(kept)}
        on_kept = np.zeros(len(kept), np.int64)
        on_open = self.sent.astype(np.int64).copy()
        used = np.zeros((len(self.kinds), len(self.conditions.reserves) + 1), np.int64)
        width = max(self.problem.n_vacancies, 1)
        for person, post, group in seated:
            kind = self.kind_of.get(int(np.searchsorted(self.keys, person * width + post)))
            if kind is not None:
                used[kind, group] += 1
            if group:
                on_kept[number[post, group - 1]] += 1
                on_open[post] -= 1
        for kind, (post, groups) in enumerate(self.kinds.tolist()):
            here = np.array([self.kind_node[kind]])
            yes = np.ones(1, np.bool_)
            plain = used[kind, 0] > 0
            self.add(here, np.array([self.problem.n_persons + post]), yes, np.array([plain]))
            for group in range(len(self.conditions.reserves)):
                if groups >> group & 1 and (post, group) in number:
                    door = np.array([node[number[post, group]]])
                    self.add(here, door, yes, np.array([used[kind, group + 1] > 0]))
        posts = np.array([post for post, _, _ in kept], dtype=np.int64)
        room = np.array([places for _, _, places in kept], dtype=np.int64)
        self.add(node, leave[posts], on_kept < room, on_kept > 0)
        every = self.problem.n_persons + np.arange(self.problem.n_vacancies)
        self.add(every, leave, on_open < open_places, on_open > 0)

    def built(self) -> Residual:
        """All arcs together."""
        tail, head, forth, back, gain = (
            np.concatenate(column) for column in zip(*self.parts, strict=True)
        )
        return Residual(
            tail.astype(np.int32),
            head.astype(np.int32),
            forth.astype(np.bool_),
            back.astype(np.bool_),
            gain,
            self.n_nodes,
            self.problem.n_edges,
        )


def _groups(problem: Problem, conditions: Conditions) -> Longs:
    """(n_edges,) int64 bits: the groups with kept places at the post that the person is in."""
    bits = np.zeros(problem.n_edges, dtype=np.int64)
    for group, reserve in enumerate(conditions.reserves):
        keeps = np.zeros(problem.n_vacancies, dtype=np.bool_)
        keeps[reserve.vacancy_at[reserve.places > 0]] = True
        mine = keeps[problem.vacancy_at] & reserve.member[problem.person_at]
        bits |= mine.astype(np.int64) << group
    return bits


def _seat(
    problem: Problem, conditions: Conditions, plan: Plan
) -> tuple[list[tuple[int, int, int]], Longs, list[tuple[int, int, int]]]:
    """(kept places as (post, group, how many), open places of each post, seats taken).

    A seat taken is (person, post, 0 on an open place or the number of the group from 1). Posts
    that keep nothing have open places alone.
    """
    kept = [
        (post, group, places)
        for group, reserve in enumerate(conditions.reserves)
        for post, places in zip(reserve.vacancy_at.tolist(), reserve.places.tolist(), strict=True)
        if places > 0
    ]
    open_places = problem.places.astype(np.int64).copy()
    for post, _, places in kept:
        open_places[post] -= places
    seated: list[tuple[int, int, int]] = []
    for post in sorted({post for post, _, _ in kept}):
        people = plan.person_at[plan.vacancy_at == post].tolist()
        seats = seats_at(problem, conditions, post, people) or []
        seated += [(who, post, seat) for who, seat in zip(people, seats, strict=True)]
    return kept, open_places, seated
