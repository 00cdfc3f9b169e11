"""The exact plan: every level of the published order reaches its own upper bound, one by one.

A weight on the higher levels lets one flow serve all of them. That the weight was large enough is
not assumed but seen: the plan attains the bound of each higher level, found by a flow of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.conditions import Conditions
from matcher.allocation.problem import MAX_SCORE, NO_TIER, Problem
from matcher.allocation.solving.face import lexicographic_flow
from matcher.allocation.solving.flow import best_flow, fits
from matcher.allocation.solving.network import Longs, Network, Room, build_network, units_of

FIRST_WEIGHT = 3
"""The higher levels start at so many times the largest score; most plans need no more."""

RAISED_BY = 16

FLOWS = 3
"""The bound of the public-welfare places, that of the households, and the plan."""


@dataclass(frozen=True, slots=True)
class _Level:
    """One level: what pairs, first units of households and units under a floor are worth.

    Attributes:
        pairs: (n_pairs,) int64 or None for nothing.
        first, floor: worth of such a unit.
        most: no plan is worth more on this level.
    """

    pairs: Longs | None
    first: int
    floor: int
    most: int

    def gain(self, network: Network) -> Longs:
        return network.gain(self.pairs, first=self.first, floor=self.floor)


class _Proved(NamedTuple):
    """Gains of arcs, and a flow that is best by them."""

    gain: Longs
    flow: Longs


def solve_levels(
    problem: Problem,
    conditions: Conditions,
    room: Room,
    *,
    households_first: bool,
    kept: Longs | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Longs:
    """(k,) int64: rows of the pairs of the best plan over a room, ascending.

    The order of aims: floors, then public-welfare places tier by tier and zero-employment
    households with a place (or the other way round), then the sum of scores, then that of tie
    ranks, then the fewest changes to an earlier plan; below that the order of (person_id,
    vacancy_id) settles it.

    Args:
        problem: who and where.
        conditions: what the organiser added.
        room: what is left once pins are settled.
        households_first: which of the two aims goes first.
        kept: (k,) int64 rows of the problem's pairs that stood in the earlier plan, if any.
        progress: told how many flows of how many are done.

    Raises:
        FlowTooLarge: scores or tie ranks alone pass 64 bits, beyond some hundred million people.
    """
    solver = _Solver(problem, conditions, room, kept, households_first=households_first)
    solver.progress = progress
    return room.edges[solver.taken()] if len(room.edges) else room.edges


class _Solver:
    def __init__(
        self,
        problem: Problem,
        conditions: Conditions,
        room: Room,
        kept: Longs | None,
        *,
        households_first: bool,
    ) -> None:
        self.problem, self.conditions, self.room = problem, conditions, room
        self.households_first = households_first
        at = room.edges
        welfare = problem.public_welfare[problem.vacancy_at[at]]
        self.tier = np.where(welfare, problem.edge_tier[at], NO_TIER)
        self.tiers = [int(tier) for tier in np.unique(self.tier) if tier != NO_TIER]
        self.most = min(int(room.cap.clip(0).sum()), int(room.places.clip(0).sum()), len(at))
        self.score = _Level(problem.score[at].astype(np.int64), 0, 0, MAX_SCORE * self.most)
        tie = problem.tie[problem.person_at[at]].astype(np.int64)
        self.tie = _Level(tie, 0, 0, int(tie.max(initial=0)) * self.most)
        self.progress: Callable[[int, int], None] | None = None
        self.unchanged: _Level | None = None
        if kept is not None:
            # A pair kept saves two changes to one that is new, and pairs left out cost nothing.
            worth = np.where(np.isin(at, kept), 1, -1).astype(np.int64)
            self.unchanged = _Level(worth, 0, 0, 2 * self.most)

    def taken(self) -> NDArray[np.bool_]:
        """(n_pairs,) bool over the room's pairs."""
        network = build_network(self.problem, self.conditions, self.room)
        proved = self._one_weight(network)
        gains = [proved.gain] if proved is not None else self._joined_levels(network)
        if self.unchanged is not None:
            gains.append(self.unchanged.gain(network))
        flow = lexicographic_flow(network, gains, found=proved.flow if proved else None)
        self._done(FLOWS)
        return flow[: network.n_pairs] > 0

    def _done(self, flows: int) -> None:
        if self.progress is not None:
            self.progress(flows, FLOWS)

    def _levels(self) -> list[_Level]:
        """Every level, the first one first."""
        tiers = [
            _Level((self.tier == tier).astype(np.int64), 0, 0, self.most) for tier in self.tiers
        ]
        households = _Level(None, 1, 0, len(self.room.served))
        aims = [households, *tiers] if self.households_first else [*tiers, households]
        floors = int(self.room.floor.sum())
        return [*([_Level(None, 0, 1, floors)] if floors else []), *aims, self.score, self.tie]

    def _joined_levels(self, network: Network) -> list[Longs]:
        """Gains of every level, in as few steps as 64 bits allow: levels that fit share one."""
        joined: list[_Level] = []
        for level in reversed(self._levels()):
            if joined and _fit_together(network.n_nodes, level, joined[-1]):
                joined[-1] = _above(level, joined[-1])
            else:
                joined.append(level)
        return [level.gain(network) for level in reversed(joined)]

    def _one_weight(self, network: Network) -> _Proved | None:
        """A flow with a moderate weight on the higher levels, if it is proved to serve them.

        None where it is not: with floors, where tiers differ between the posts of one person,
        where the aims conflict, or where 64 bits do not hold the weight.
        """
        if self.room.floor.any() or not self._tiers_by_person():
            return None
        bottom = _above(self.score, self.tie)
        weight = FIRST_WEIGHT * _largest(bottom) + 1
        top = len(self.tiers)
        rank = np.zeros(max(self.tiers, default=0) + 1, dtype=np.int64)
        rank[self.tiers] = np.arange(top, 0, -1)
        filled = self._most_filled(rank)
        self._done(1)
        households = self._most_households()
        self._done(2)
        while fits(network.n_nodes, weight * (top + 2)):
            gain = bottom.gain(network) + network.gain(weight * rank[self.tier], first=weight)
            flow = best_flow(network, gain)
            pairs = flow[: network.n_pairs] > 0
            if self._filled(pairs) == filled and self._households(pairs) == households:
                return _Proved(gain, flow)
            weight *= RAISED_BY
        return None

    def _tiers_by_person(self) -> bool:
        """Does everyone stand in one tier, whichever public-welfare post it is about."""
        tiered = self.tier != NO_TIER
        person, tier = self.problem.person_at[self.room.edges][tiered], self.tier[tiered]
        return bool((tier[1:] == tier[:-1])[person[1:] == person[:-1]].all())

    def _most_filled(self, rank: Longs) -> list[int]:
        """The most places each tier can fill, tier by tier, over public-welfare posts alone.

        Any falling weights give it where tiers belong to people: the sets of people that posts can
        hold together are a polymatroid, on which greedy choice is right for every prefix of tiers
        (Edmonds 1970).
        """
        rows = np.flatnonzero(self.tier != NO_TIER)
        network = build_network(self.problem, self.conditions, self._only(rows))
        flow = best_flow(network, network.gain(rank[self.tier[rows]]))
        pairs = np.zeros(len(self.tier), dtype=np.bool_)
        pairs[rows] = flow[: network.n_pairs] > 0
        return self._filled(pairs)

    def _most_households(self) -> int:
        """The most zero-employment households that can get a place when nothing else counts."""
        person = self.problem.person_at[self.room.edges]
        rows = np.flatnonzero(self.problem.zero_employment[person])
        network = build_network(self.problem, self.conditions, self._only(rows))
        flow = best_flow(network, network.gain(first=1))
        pairs = np.zeros(len(self.tier), dtype=np.bool_)
        pairs[rows] = flow[: network.n_pairs] > 0
        return self._households(pairs)

    def _only(self, rows: NDArray[np.int64]) -> Room:
        return replace(self.room, edges=self.room.edges[rows])

    def _filled(self, pairs: NDArray[np.bool_]) -> list[int]:
        counts = np.bincount(self.tier[pairs], minlength=max(self.tiers, default=0) + 1)
        return [int(counts[tier]) for tier in self.tiers]

    def _households(self, pairs: NDArray[np.bool_]) -> int:
        unit, _ = units_of(self.problem)
        placed = unit[self.problem.person_at[self.room.edges[pairs]]]
        fresh = np.unique(placed[placed >= 0])
        return int((~self.room.served[fresh]).sum())


def _above(level: _Level, lower: _Level) -> _Level:
    """One level that counts as the upper one and, where that is equal, as the lower one."""
    weight = lower.most + 1
    parts = [part for part in (level.pairs, lower.pairs) if part is not None]
    pairs = None
    if parts:
        above = 0 if level.pairs is None else level.pairs * weight
        below = 0 if lower.pairs is None else lower.pairs
        pairs = np.asarray(above + below, dtype=np.int64)
    return _Level(
        pairs,
        level.first * weight + lower.first,
        level.floor * weight + lower.floor,
        level.most * weight + lower.most,
    )


def _fit_together(n_nodes: int, level: _Level, lower: _Level) -> bool:
    """Does one level above the other stay within 64 bits (asked in whole numbers without end)."""
    return fits(n_nodes, _largest(level) * (lower.most + 1) + _largest(lower))


def _largest(level: _Level) -> int:
    pairs = 0 if level.pairs is None else int(level.pairs.max(initial=0))
    return max(pairs, level.first, level.floor)
