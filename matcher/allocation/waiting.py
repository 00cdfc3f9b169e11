"""Who is next where somebody does not come: the waiting list of each vacancy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.allocation.conditions import FREE, Conditions
from matcher.allocation.problem import NO_HOUSEHOLD, NO_TIER, Plan, Problem

LAST = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class WaitingList:
    """Who could take a place that comes free, sorted by (vacancy, turn).

    Attributes:
        vacancy_at, person_at: (k,) int32.
        turn: (k,) int32 from 1 within each vacancy.
        open_only: (k,) bool, the post keeps places for groups and this person belongs to none of
            them: a kept place that comes free goes to the next who is not marked.
    """

    vacancy_at: NDArray[np.int32]
    person_at: NDArray[np.int32]
    turn: NDArray[np.int32]
    open_only: NDArray[np.bool_]


def waiting_list(
    problem: Problem,
    plan: Plan,
    conditions: Conditions = FREE,
    *,
    absent: NDArray[np.int32] | None = None,
    households_first: bool = False,
) -> WaitingList:
    """The order in which people are asked when a place of a vacancy comes free.

    The order is that of the plan itself: who would add most to it. On a public-welfare post the
    tier for that post comes first, then a zero-employment household that holds no place, then
    score, tie rank and id; elsewhere the same without tiers. People at their cap are not asked.

    Args:
        problem: persons, vacancies and pairs.
        plan: who holds what; only pairs of the problem.
        conditions: banned pairs are left out, kept places marked.
        absent: (k,) int32 positions of those who did not come: their places count as free, and
            they are asked nowhere.
        households_first: households before tiers, as the pack of the fair's place may say.
    """
    gone = np.zeros(problem.n_persons, dtype=np.bool_)
    gone[absent if absent is not None else []] = True
    there = ~gone[plan.person_at]
    held_by, held = plan.person_at[there], plan.vacancy_at[there]
    below_cap = np.bincount(held_by, minlength=problem.n_persons) < problem.cap
    width = np.int64(max(problem.n_vacancies, 1))
    pair = problem.person_at * width + problem.vacancy_at
    taken = [
        held_by * width + held,
        conditions.ban_person * width + conditions.ban_vacancy,
    ]
    asked = below_cap & ~gone
    edge = np.flatnonzero(asked[problem.person_at] & ~np.isin(pair, np.concatenate(taken)))
    edge = edge[_order(problem, edge, _unserved(problem, held_by), households_first)]
    vacancy_at, person_at = problem.vacancy_at[edge], problem.person_at[edge]
    begins = np.flatnonzero(np.r_[True, vacancy_at[1:] != vacancy_at[:-1]]) if len(edge) else edge
    lengths = np.diff(np.r_[begins, len(edge)])
    return WaitingList(
        vacancy_at,
        person_at,
        (np.arange(len(edge)) - np.repeat(begins, lengths) + 1).astype(np.int32),
        _open_only(conditions, person_at, vacancy_at),
    )


def waiting_frame(problem: Problem, waiting: WaitingList) -> pd.DataFrame:
    """The list as `vacancy_id`, `turn`, `person_id`, `open_only`."""
    return pd.DataFrame(
        {
            "vacancy_id": problem.vacancy_ids[waiting.vacancy_at],
            "turn": waiting.turn,
            "person_id": problem.person_ids[waiting.person_at],
            "open_only": waiting.open_only,
        }
    )


def _unserved(problem: Problem, held_by: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(n,) bool: of a zero-employment household of which nobody holds a place."""
    placed = np.zeros(problem.n_persons, dtype=np.bool_)
    placed[held_by] = True
    homes = np.zeros(len(problem.household_ids) + 1, dtype=np.bool_)
    # The last entry stands for people without a household, who count one by one.
    homes[problem.household[placed]] = True
    alone = problem.household == NO_HOUSEHOLD
    served = np.where(alone, placed, homes[problem.household])
    return problem.zero_employment & ~served


def _order(
    problem: Problem,
    edge: NDArray[np.int64],
    unserved: NDArray[np.bool_],
    households_first: bool,
) -> NDArray[np.int64]:
    """Positions of these edges by vacancy, then by what each would add."""
    person, vacancy = problem.person_at[edge], problem.vacancy_at[edge]
    welfare, tier = problem.public_welfare[vacancy], problem.edge_tier[edge].astype(np.int32)
    tier = np.where(tier == NO_TIER, LAST, tier)
    by_tier = np.where(welfare, tier, 0)
    household = ~unserved[person]
    first, second = (household, by_tier) if households_first else (by_tier, household)
    return np.lexsort(
        (person, -problem.tie[person], -problem.score[edge], second, first, vacancy)
    ).astype(np.int64)


def _open_only(
    conditions: Conditions,
    person: NDArray[np.int32],
    vacancy: NDArray[np.int32],
) -> NDArray[np.bool_]:
    kept = np.zeros(len(person), dtype=np.bool_)
    member = np.zeros(len(person), dtype=np.bool_)
    for reserve in conditions.reserves:
        here = np.isin(vacancy, reserve.vacancy_at[reserve.places > 0])
        kept |= here
        member |= here & reserve.member[person]
    return kept & ~member
