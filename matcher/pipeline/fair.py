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
        fair: the fair's record (`fair_id`, `booths`, `invitees`). A booth that names no posts
            shows all that its employer has open that day.

    Returns:
        A plan over the lawful pairs worth a talk that nobody has acted upon yet. A public-welfare
        post goes by the order that the law of its own place sets.
    """
    market = snapshot.market
    invited = _split(fair["invitees"])
    persons = np.flatnonzero(np.isin(market.jobseekers.ids, invited)).astype(np.int32)
    vacancies = _shown(snapshot, _split(fair["booths"]))
    problem = build_problem(
        _fair_persons(snapshot, persons),
        _fair_vacancies(snapshot, vacancies),
        _fair_edges(snapshot, ranker, persons, vacancies),
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


def _shown(snapshot: Snapshot, booths: list[str]) -> Positions:
    """The posts that booths name, and all open ones of the employers whose booths name none."""
    posts = snapshot.market.vacancies
    named, whole = [], []
    for booth in booths:
        employer, _, listed = booth.partition(":")
        ids = [post for post in listed.split("、") if post]
        named += ids
        whole += [] if ids else [employer]
    of_whole = np.isin(posts.employer, np.flatnonzero(np.isin(posts.employer_ids, whole)))
    is_open = ~(posts.expires_on < np.datetime64(snapshot.market.on)) & (posts.places_left != 0)
    return np.flatnonzero(np.isin(posts.ids, named) | (of_whole & is_open)).astype(np.int32)


def _fair_edges(
    snapshot: Snapshot, ranker: Ranker, persons: Positions, vacancies: Positions
) -> pd.DataFrame:
    """The pairs that are lawful, new and worth a talk, each with its tier by law."""
    market = snapshot.market
    person_at = np.repeat(persons, len(vacancies))
    vacancy_at = np.tile(vacancies, len(persons))
    failed = screen_pairs(
        market,
        snapshot.entitlement.welfare,
        person_at,
        vacancy_at,
        working_age_min=snapshot.entitlement.working_age_min,
    )
    known = np.isin(snapshot.pair_key(person_at, vacancy_at), snapshot.known_pairs)
    kept = (failed == 0) & ~known
    person_at, vacancy_at = person_at[kept], vacancy_at[kept]
    score = np.rint(score_of(snapshot, ranker, person_at, vacancy_at) * MAX_SCORE).astype(np.int64)
    tier = pd.Series(snapshot.entitlement.tiers(person_at, vacancy_at), dtype="Int64")
    edges = pd.DataFrame(
        {
            "person_id": market.jobseekers.ids[person_at],
            "vacancy_id": market.vacancies.ids[vacancy_at],
            "score": score,
            "tier": tier.where(tier > 0),
        }
    )
    return edges[score >= FLOOR]


def _fair_persons(snapshot: Snapshot, persons: Positions) -> pd.DataFrame:
    household = snapshot.market.standing.household[persons]
    ids = snapshot.market.standing.household_ids
    return pd.DataFrame(
        {
            "person_id": snapshot.market.jobseekers.ids[persons],
            # One person stands in several tiers, by whose law a post is under: edges carry them.
            "tier": pd.Series(pd.NA, index=range(len(persons)), dtype="Int64"),
            "household_id": [str(ids[at]) if at >= 0 else None for at in household.tolist()],
            "zero_employment": snapshot.entitlement.zero_employment[persons].astype(np.int64),
            "cap": 1,
            "tie": snapshot.entitlement.tie_ranks[persons],
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
