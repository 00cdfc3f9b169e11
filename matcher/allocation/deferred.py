"""Deferred acceptance: people propose, posts keep the best so far; stable, and no optimum.

Gale and Shapley (American Mathematical Monthly 69, 1962), many to many by repeated proposals. It
stands beside the exact plan as what a matching clearing-house would give.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.allocation.problem import NO_TIER, Plan, Problem


def deferred_acceptance(problem: Problem) -> Plan:
    """The person-proposing stable plan: people by their scores, posts by tier, then score.

    A public-welfare post prefers the better tier, then the higher score; any other post the score
    alone. Equal pairs go by (person_id, vacancy_id). Someone with a cap of several proposes until
    so many posts keep them.

    Example:
        >>> import pandas as pd
        >>> from matcher.allocation.problem import build_problem, plan_frame
        >>> persons = pd.DataFrame({"person_id": ["P1", "P2"], "tier": [None, 1],
        ...     "household_id": [None, None], "zero_employment": [0, 0], "cap": [1, 1]})
        >>> posts = pd.DataFrame({"vacancy_id": ["V1"], "places": [1], "public_welfare": [1]})
        >>> edges = pd.DataFrame({"person_id": ["P1", "P2"], "vacancy_id": ["V1", "V1"],
        ...     "score": [9000, 3000]})
        >>> problem = build_problem(persons, posts, edges)
        >>> plan_frame(problem, deferred_acceptance(problem))["person_id"].tolist()
        ['P2']
    """
    welfare = problem.public_welfare[problem.vacancy_at]
    tier = np.where(problem.edge_tier == NO_TIER, np.iinfo(np.int16).max, problem.edge_tier)
    rank = np.empty(problem.n_edges, dtype=np.int64)
    worst_last = np.lexsort((-problem.score, np.where(welfare, tier, 0), problem.vacancy_at))
    rank[worst_last] = np.arange(problem.n_edges)
    wish = np.lexsort((-problem.score, problem.person_at))
    starts = np.searchsorted(problem.person_at[wish], np.arange(problem.n_persons + 1))
    kept = _propose(wish, starts, rank, problem.vacancy_at, problem.cap, problem.places)
    return Plan(problem.person_at[kept], problem.vacancy_at[kept], problem.score[kept])


@njit(cache=True, nogil=True)
def _propose(
    wish: NDArray[np.int64],
    starts: NDArray[np.int64],
    rank: NDArray[np.int64],
    vacancy_at: NDArray[np.int32],
    cap: NDArray[np.int32],
    places: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """(n_edges,) bool: the pairs kept when nobody has anyone left to propose to."""
    n = len(starts) - 1
    person_of = np.empty(len(wish), np.int64)
    for person in range(n):
        person_of[wish[starts[person] : starts[person + 1]]] = person
    kept = np.zeros(len(wish), np.bool_)
    held, next_wish = np.zeros(n, np.int64), starts[:-1].copy()
    offsets = [0]
    for room in places:
        offsets.append(offsets[-1] + int(room))
    seats, used = np.empty(offsets[-1], np.int64), np.zeros(len(places), np.int64)
    waiting = list(range(n - 1, -1, -1))
    while waiting:
        person = waiting.pop()
        while held[person] < cap[person] and next_wish[person] < starts[person + 1]:
            edge = wish[next_wish[person]]
            next_wish[person] += 1
            post = vacancy_at[edge]
            if used[post] < places[post]:
                seats[offsets[post] + used[post]] = edge
                used[post] += 1
                kept[edge] = True
                held[person] += 1
                continue
            if places[post] == 0:
                continue
            there = seats[offsets[post] : offsets[post] + used[post]]
            last = offsets[post] + np.argmax(rank[there])
            if rank[edge] < rank[seats[last]]:
                out = seats[last]
                kept[out], kept[edge] = False, True
                seats[last] = edge
                held[person] += 1
                held[person_of[out]] -= 1
                waiting.append(int(person_of[out]))
    return kept
