"""Is there a better plan: no, if no closed round of changes gains anything.

A plan is best exactly if its residual network has no cycle of positive gain (Klein 1967), and that
holds for gains of several levels compared one after the other as for single numbers. So the proof
needs no word from whoever made the plan: the network is laid out here from the problem alone, and
prices that leave no gainful change anywhere are found or the cycle that shows a better plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.allocation.checking.residual import Residual, residual
from matcher.allocation.conditions import Conditions
from matcher.allocation.problem import Plan, Problem

Longs = NDArray[np.int64]

PASSES = 32
"""After so many passes the last changes are searched for a cycle."""


@dataclass(frozen=True, slots=True)
class Better:
    """A round of changes that makes a plan better.

    Attributes:
        given_up, taken: (k,) int64 rows of the problem's pairs.
    """

    given_up: Longs
    taken: Longs


def better_plan(
    problem: Problem, conditions: Conditions, plan: Plan, *, households_first: bool = False
) -> Better | None:
    """A round of changes that gains on the first level that it touches, or None if there is none.

    Rules over members of one household are left out: a plan that keeps them may well be worth less
    than the best one that does not.

    Args:
        problem: who may be sent where.
        conditions: what the organiser added.
        plan: keeps every limit (see `checking.limits`); each pairing is a pair of the problem.
        households_first: whether households served come before public-welfare places.
    """
    network = residual(problem, conditions, plan, households_first=households_first)
    moves = _moves(network)
    price = np.zeros((network.n_nodes, network.gain.shape[1]), dtype=np.int64)
    reached_by = np.zeros(network.n_nodes, dtype=np.int64)
    changed_in = np.zeros(network.n_nodes, dtype=np.int64)
    start = 1
    while _passes(*moves, network.gain, price, reached_by, changed_in, start):
        start += PASSES
        cycle = _cycle(network.tail, network.head, reached_by)
        if len(cycle):
            pairs = cycle[np.abs(cycle) <= network.n_pairs]
            return Better(given_up=-pairs[pairs < 0] - 1, taken=pairs[pairs > 0] - 1)
    return None


class _Moves(NamedTuple):
    """Every change that is still possible, by the node it starts from.

    Attributes:
        offsets: (n_nodes + 1,) int64; the moves from node i are `offsets[i]:offsets[i + 1]`.
        to: (n_moves,) int32 nodes.
        arc: (n_moves,) int32, number of the arc from 1, negative where it carries a unit less.
    """

    offsets: Longs
    to: NDArray[np.int32]
    arc: NDArray[np.int32]


def _moves(network: Residual) -> _Moves:
    forth, back = np.flatnonzero(network.forth), np.flatnonzero(network.back)
    start = np.concatenate([network.tail[forth], network.head[back]])
    end = np.concatenate([network.head[forth], network.tail[back]])
    arc = np.concatenate([forth + 1, -back - 1]).astype(np.int32)
    order = np.argsort(start, kind="stable")
    counts = np.bincount(start, minlength=network.n_nodes)
    return _Moves(np.concatenate([[0], np.cumsum(counts)]), end[order], arc[order])


@njit(cache=True, nogil=True)
def _passes(  # noqa: PLR0913 - numba takes plain arrays
    offsets: Longs,
    to: NDArray[np.int32],
    arcs: NDArray[np.int32],
    gain: Longs,
    price: Longs,
    reached_by: Longs,
    changed_in: Longs,
    start: int,
) -> bool:
    """Raise prices along gainful changes; True if something still moved in the last pass.

    The moves from a node are looked at again only after its price changed: `changed_in` holds the
    pass in which that happened last, `reached_by` the arc that did it.
    """
    width = gain.shape[1]
    moved = True
    for now in range(start, start + PASSES):
        moved = False
        for a in range(len(offsets) - 1):
            if changed_in[a] < now - 1:
                continue
            for move in range(offsets[a], offsets[a + 1]):
                b, arc = to[move], arcs[move]
                row, sign = (arc - 1, 1) if arc > 0 else (-arc - 1, -1)
                more = np.int64(0)
                for word in range(width):
                    more = price[a, word] + sign * gain[row, word] - price[b, word]
                    if more != 0:
                        break
                if more > 0:
                    for word in range(width):
                        price[b, word] = price[a, word] + sign * gain[row, word]
                    reached_by[b] = arc
                    changed_in[b] = now
                    moved = True
        if not moved:
            return False
    return moved


@njit(cache=True, nogil=True)
def _cycle(tail: NDArray[np.int32], head: NDArray[np.int32], reached_by: Longs) -> Longs:
    """The arcs of a cycle among the last changes (numbers from 1, negative against), or none."""
    seen = np.zeros(len(reached_by), np.int64)
    for start in range(len(reached_by)):
        node = start
        while node >= 0 and seen[node] == 0:
            seen[node] = start + 1
            by = reached_by[node]
            node = -1 if by == 0 else (tail[by - 1] if by > 0 else head[-by - 1])
        if node >= 0 and seen[node] == start + 1:
            arcs = []
            at = node
            while True:
                by = reached_by[at]
                arcs.append(by)
                at = tail[by - 1] if by > 0 else head[-by - 1]
                if at == node:
                    return np.array(arcs)
    return np.empty(0, np.int64)
