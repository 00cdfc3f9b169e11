"""Small instances by the thousand: drawn fast, every plan of each tried (all with --soak)."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.allocation.certificate import certificate, recheck
from matcher.allocation.problem import Plan, Problem
from matcher.allocation.solving.solve import solve
from tests.allocation import brute

QUICK, SOAK = 400, 10_000


def small(seed: int) -> Problem:
    """Up to 6 people, 4 posts and 9 pairs; few distinct scores and ties, so that levels matter."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 7)), int(rng.integers(1, 5))
    keys = np.sort(rng.choice(n * m, size=min(n * m, int(rng.integers(1, 10))), replace=False))
    household = rng.integers(-1, 3, size=n).astype(np.int32)
    zero_home = rng.random(3) < 0.5
    tier = rng.integers(0, 4, size=n).astype(np.int16)
    person_at = (keys // m).astype(np.int32)
    by_pair = rng.random() < 0.3
    own = rng.integers(0, 4, size=len(keys)).astype(np.int16)
    return Problem(
        person_ids=np.array([f"P{at}" for at in range(n)], dtype=object),
        tier=tier,
        household=household,
        household_ids=np.array(["H0", "H1", "H2"], dtype=object),
        zero_employment=np.where(household >= 0, zero_home[household], rng.random(n) < 0.3),
        cap=rng.integers(0, 3, size=n).astype(np.int32),
        vacancy_ids=np.array([f"V{at}" for at in range(m)], dtype=object),
        places=rng.integers(0, 3, size=m).astype(np.int32),
        public_welfare=rng.random(m) < 0.5,
        person_at=person_at,
        vacancy_at=(keys % m).astype(np.int32),
        score=rng.choice([0, 500, 501, 9000], size=len(keys)).astype(np.int32),
        edge_tier=own if by_pair else tier[person_at],
        tie=rng.choice([0, 1, 500, 1000], size=n).astype(np.int32),
    )


def without_one(plan: Plan, at: int) -> Plan:
    """The plan with one pairing dropped."""
    return Plan(
        *(np.delete(column, at) for column in (plan.person_at, plan.vacancy_at, plan.score))
    )


@pytest.mark.timeout(1_800)
def test_every_small_plan_is_the_best_and_every_dropped_pairing_is_missed(
    soak: bool,
) -> None:
    for seed in range(SOAK if soak else QUICK):
        problem, first = small(seed), bool(seed % 2)
        best = max(
            brute.key(problem, taken, households_first=first) for taken in brute.plans(problem)
        )
        solution = solve(problem, households_first=first)
        taken = brute.rows_of_plan(problem, solution.plan)
        assert brute.key(problem, taken, households_first=first) == best, seed
        stated = certificate(problem, solution, households_first=first)
        assert recheck(problem, solution.plan, stated).violations == (), seed
        for at in range(len(solution.plan)):
            less = without_one(solution.plan, at)
            assert recheck(problem, less, stated).violations, seed
