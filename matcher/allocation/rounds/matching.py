"""The best pairings of some people with the places left, now, or now and over sampled futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matcher.allocation.problem import MAX_SCORE, NO_TIER, Problem
from matcher.errors import Infeasible

Longs = NDArray[np.int64]
Reals = NDArray[np.float64]

HALF = 0.5
"""A pair that the average over futures takes at least so far is taken."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What pairs are worth in one number, the levels of the published order far apart.

    A tier outweighs every score of one person, and the first place of a household stands between;
    sums over many people may still trade one for the other, so plans are judged level by level.

    Attributes:
        pair: (n_edges,) float64, tier and score.
        household: float, what the first place of a zero-employment household adds.
    """

    pair: Reals
    household: float


def worth_of(problem: Problem) -> Worth:
    """The worth of each pair of a problem."""
    unit = 2.0 * (MAX_SCORE + 1)
    tiers = int(problem.edge_tier.max(initial=0))
    welfare = problem.public_welfare[problem.vacancy_at] & (problem.edge_tier != NO_TIER)
    steps = np.where(welfare, tiers + 1 - problem.edge_tier.astype(np.float64), 0.0)
    return Worth(problem.score + 2.0 * unit * steps, unit)


def edges_of(problem: Problem, people: NDArray[np.integer]) -> Longs:
    """(k,) int64: the pairs of these people, ascending."""
    wanted = np.zeros(problem.n_persons, dtype=np.bool_)
    wanted[people] = True
    return np.flatnonzero(wanted[problem.person_at])


def gains(problem: Problem, worth: Worth, edge: Longs, unserved: NDArray[np.bool_]) -> Reals:
    """(k,) float64: the worth of pairs, with the bonus of people whose household has no place."""
    return worth.pair[edge] + worth.household * unserved[problem.person_at[edge]]


def best_now(problem: Problem, edge: Longs, gain: Reals, left: Longs) -> Longs:
    """(k,) int64: of these pairs the set worth most, nobody twice, no post over its places."""
    return best_on_average(problem, (edge, gain), [], left)


def best_on_average(
    problem: Problem,
    now: tuple[Longs, Reals],
    futures: Sequence[tuple[Longs, Reals]],
    left: Longs,
) -> Longs:
    """The pairs to make now, the rest of the day being one of several futures.

    A two-stage programme over sampled futures (sample average approximation): what is taken now
    is shared by all of them, what is taken later each decides for itself. It is solved as a linear
    programme; where its answer for now is fractional, the pairs it takes furthest are taken.

    Args:
        problem: persons, vacancies and pairs.
        now: pairs (ascending positions) and gains of those who are here.
        futures: the same of those who come later, for each sampled future.
        left: (m,) places left.
    """
    edge, gain = now
    if not len(edge):
        return edge
    taken = _solve(problem, edge, gain, futures, left)
    if futures:
        # The averaged answer may be fractional; the nearest whole one keeps every limit.
        taken = _solve(problem, edge, taken - HALF, [], left)
    return edge[taken > HALF]


def _solve(
    problem: Problem,
    edge: Longs,
    gain: Reals,
    futures: Sequence[tuple[Longs, Reals]],
    left: Longs,
) -> Reals:
    """(k,) float64 in [0, 1]: how far each pair of now is taken."""
    stages = [(edge, gain), *futures]
    starts = np.cumsum([0, *(len(each) for each, _ in stages)])
    width = int(starts[-1])
    rows, limits = [_once(problem, edge, 0, width)], [np.ones(_people(problem, edge))]
    for number in range(max(len(futures), 1)):
        later = futures[number][0] if futures else edge[:0]
        start = int(starts[number + 1]) if futures else width
        rows.append(_places(problem, edge, later, start, width))
        limits.append(left.astype(np.float64))
        if len(later):
            rows.append(_once(problem, later, start, width))
            limits.append(np.ones(_people(problem, later)))
    share = 1.0 / max(len(futures), 1)
    objective = np.concatenate([gain, *(share * each for _, each in futures)])
    solved = linprog(
        -objective,
        A_ub=vstack(rows, format="csr"),
        b_ub=np.concatenate(limits),
        bounds=(0, 1),
        method="highs-ds",
    )
    if solved.status != 0 or solved.x is None:
        raise Infeasible(limits=[f"{len(edge)} pairs of one round"])
    return np.asarray(solved.x[: len(edge)], dtype=np.float64)


def _people(problem: Problem, edge: Longs) -> int:
    return len(np.unique(problem.person_at[edge]))


def _once(problem: Problem, edge: Longs, start: int, width: int) -> csr_array:
    """One row for each person with these pairs: at most one is taken."""
    _, row = np.unique(problem.person_at[edge], return_inverse=True)
    shape = (int(row.max(initial=-1)) + 1, width)
    return csr_array((np.ones(len(edge)), (row, start + np.arange(len(edge)))), shape=shape)


def _places(problem: Problem, edge: Longs, later: Longs, start: int, width: int) -> csr_array:
    """One row for each post: what is taken now and in one future fits its places."""
    row = problem.vacancy_at[np.concatenate([edge, later])]
    column = np.concatenate([np.arange(len(edge)), start + np.arange(len(later))])
    return csr_array((np.ones(len(row)), (row, column)), shape=(problem.n_vacancies, width))
