"""A first plan in one pass over sorted pairs: quick, lawful, and not claimed to be the best.

It honours the published order of aims step by step, so nobody of a higher tier has reason to
envy a public-welfare post; how far it is from the optimum is for the exact solver to say.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.allocation.problem import NO_HOUSEHOLD, NO_TIER, Plan, Problem


def greedy_plan(problem: Problem) -> Plan:
    """A plan by the published order, taking the best pair that still fits at each step.

    1. Public-welfare posts, tier by tier: first one place for each person who has this tier for
       a post and holds none yet, by score, then further places for those who may have several.
    2. One place anywhere for each zero-employment household that has none yet, by score.
    3. Whatever is left, by score.

    Equal scores go by (person_id, vacancy_id), so the plan does not depend on the order of rows.
    """
    taken = np.zeros(problem.n_edges, dtype=np.bool_)
    cap_left, places_left = problem.cap.copy(), problem.places.copy()
    by_score = np.argsort(-problem.score, kind="stable")
    tier = problem.edge_tier[by_score]
    welfare = problem.public_welfare[problem.vacancy_at[by_score]]
    one_each = np.ones(problem.n_persons, dtype=np.bool_)

    def fill(order: NDArray[np.int64], unit: NDArray[np.int32], waiting: NDArray[np.bool_]) -> None:
        edges = problem.person_at, problem.vacancy_at
        _fill(order, *edges, unit, waiting, cap_left, places_left, taken)

    every = np.arange(problem.n_persons, dtype=np.int32)
    without_limit = np.full(problem.n_persons, -1, dtype=np.int32)
    for step in np.unique(tier[welfare & (tier != NO_TIER)]):
        of_tier = by_score[welfare & (tier == step)]
        fill(of_tier, every, one_each)
        fill(of_tier, without_limit, one_each)
    unit, waiting = _waiting_households(problem, taken)
    member = problem.zero_employment[problem.person_at[by_score]]
    fill(by_score[member], unit, waiting)
    fill(by_score, without_limit, one_each)
    return Plan(problem.person_at[taken], problem.vacancy_at[taken], problem.score[taken])


def _waiting_households(
    problem: Problem, taken: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """(unit of each person, is the unit without a place); a person alone is a unit."""
    n_households = len(problem.household_ids)
    alone = problem.household == NO_HOUSEHOLD
    own = n_households + np.arange(problem.n_persons, dtype=np.int32)
    unit = np.where(alone, own, problem.household).astype(np.int32)
    waiting = np.ones(n_households + problem.n_persons, dtype=np.bool_)
    placed = problem.person_at[taken]
    waiting[unit[placed[problem.zero_employment[placed]]]] = False
    return unit, waiting


@njit(cache=True, nogil=True)
def _fill(  # noqa: PLR0913 - numba takes plain arrays
    order: NDArray[np.int64],
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
    unit: NDArray[np.int32],
    waiting: NDArray[np.bool_],
    cap_left: NDArray[np.int32],
    places_left: NDArray[np.int32],
    taken: NDArray[np.bool_],
) -> None:
    """Take each edge of `order` that fits; a unit (-1: without limit) only while it waits."""
    for edge in order:
        person, vacancy = person_at[edge], vacancy_at[edge]
        of = unit[person]
        free = cap_left[person] > 0 and places_left[vacancy] > 0 and not taken[edge]
        if free and (of < 0 or waiting[of]):
            taken[edge] = True
            cap_left[person] -= 1
            places_left[vacancy] -= 1
            if of >= 0:
                waiting[of] = False
