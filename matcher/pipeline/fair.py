"""A first plan for a job fair: its invitees and booths, paired as the law orders them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.allocation.check import check
from matcher.allocation.greedy import greedy_plan
from matcher.allocation.problem import MAX_SCORE, Plan, Problem, build_problem, plan_frame, summary
from matcher.pipeline.matching import score_of
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker
from matcher.screening.pairs import screen_pairs

FLOOR = 1_000
"""Pairs of a lower score, of 10,000, are not worth a talk at a fair."""

Positions = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class FairPlan:
    """A first plan for a job fair, with what a separate check says of it."""

    fair_id: str
    on: date
    problem: Problem
    plan: Plan
    counts: Mapping[str, Any]
    violations: tuple[str, ...]
    not_seeking: int

    def rows(self) -> pd.DataFrame:
        """The plan as `person_id,vacancy_id,score`."""
        return plan_frame(self.problem, self.plan)


def pair_fair(snapshot: Snapshot, ranker: Ranker, fair: Mapping[Any, Any]) -> FairPlan:
    """Pair a fair's invitees with the vacancies of its booths, as the law orders them.

    Args:
        snapshot: of the fair's day.
        ranker: what scores the pairs.
        fair: the fair's record (`fair_id`, `booths`, `invitees`).
    """
    market = snapshot.market
    invited = _split(fair["invitees"])
    shown = [vacancy for booth in _split(fair["booths"]) for vacancy in _posts_of(booth)]
    persons = np.flatnonzero(np.isin(market.jobseekers.ids, invited)).astype(np.int32)
    vacancies = np.flatnonzero(np.isin(market.vacancies.ids, shown)).astype(np.int32)
    person_at = np.repeat(persons, len(vacancies))
    vacancy_at = np.tile(vacancies, len(persons))
    failed = screen_pairs(
        market,
        snapshot.entitlement.welfare,
        person_at,
        vacancy_at,
        working_age_min=snapshot.entitlement.working_age_min,
    )
    person_at, vacancy_at = person_at[failed == 0], vacancy_at[failed == 0]
    score = np.rint(score_of(snapshot, ranker, person_at, vacancy_at) * MAX_SCORE).astype(np.int64)
    worth = score >= FLOOR
    edges = pd.DataFrame(
        {
            "person_id": market.jobseekers.ids[person_at[worth]],
            "vacancy_id": market.vacancies.ids[vacancy_at[worth]],
            "score": score[worth],
        }
    )
    problem = build_problem(
        _fair_persons(snapshot, persons), _fair_vacancies(snapshot, vacancies), edges
    )
    plan = greedy_plan(problem)
    return FairPlan(
        fair_id=str(fair["fair_id"]),
        on=market.on,
        problem=problem,
        plan=plan,
        counts=summary(problem, plan),
        violations=tuple(check(problem, plan)),
        not_seeking=len(set(invited)) - len(persons),
    )


def _split(text: object) -> list[str]:
    return [item for item in str(text).split(";") if item] if isinstance(text, str) else []


def _posts_of(booth: str) -> list[str]:
    return booth.partition(":")[2].split("、")


def _fair_persons(snapshot: Snapshot, persons: Positions) -> pd.DataFrame:
    tier = snapshot.entitlement.best_tier(persons)
    household = snapshot.market.standing.household[persons]
    ids = snapshot.market.standing.household_ids
    return pd.DataFrame(
        {
            "person_id": snapshot.market.jobseekers.ids[persons],
            "tier": pd.Series(tier, dtype="Int64").where(tier > 0),
            "household_id": [str(ids[at]) if at >= 0 else None for at in household.tolist()],
            "zero_employment": snapshot.entitlement.zero_employment[persons].astype(np.int64),
            "cap": 1,
        }
    )


def _fair_vacancies(snapshot: Snapshot, vacancies: Positions) -> pd.DataFrame:
    left = snapshot.market.vacancies.places_left[vacancies]
    return pd.DataFrame(
        {
            "vacancy_id": snapshot.market.vacancies.ids[vacancies],
            "places": np.where(left >= 0, left, 1),
            "public_welfare": (snapshot.market.vacancies.public_welfare[vacancies] == 1).astype(
                int
            ),
        }
    )
