"""Scarce instances of some thousand people, against linear programmes level by level (HiGHS)."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matcher.allocation.certificate import certificate, recheck
from matcher.allocation.problem import Problem
from matcher.allocation.solving.network import units_of
from matcher.allocation.solving.solve import solve
from matcher.allocation.value import Value, tiers_of


def scarce(n: int, m: int, seed: int, *, share: float = 0.35, degree: int = 12) -> Problem:
    """People who queue for few places, households of two, tiers that follow the households."""
    rng = np.random.default_rng(seed)
    draws = rng.integers(0, m, size=(n, degree))
    keys = np.unique(np.repeat(np.arange(n), degree) * m + draws.ravel())
    household = rng.integers(0, n // 2, size=n).astype(np.int32)
    zero = (rng.random(n // 2) < 0.3)[household]
    tier = np.where(zero, 1, rng.choice([2, 3, 0], size=n)).astype(np.int16)
    person = (keys // m).astype(np.int32)
    return Problem(
        person_ids=np.array([f"P{at:05}" for at in range(n)], dtype=object),
        tier=tier,
        household=household,
        household_ids=np.array([f"H{at:05}" for at in range(n // 2)], dtype=object),
        zero_employment=zero,
        cap=rng.integers(1, 3, size=n).astype(np.int32),
        vacancy_ids=np.array([f"V{at:05}" for at in range(m)], dtype=object),
        places=rng.multinomial(int(share * n), np.full(m, 1 / m)).astype(np.int32),
        public_welfare=rng.random(m) < 0.3,
        person_at=person,
        vacancy_at=(keys % m).astype(np.int32),
        score=rng.integers(1_000, 10_001, size=len(keys)).astype(np.int32),
        edge_tier=tier[person],
        tie=rng.integers(0, 1_001, size=n).astype(np.int32),
    )


def by_linear_programmes(problem: Problem) -> Value:
    """The best value: one programme a level, the levels above held at their best."""
    edges, units = problem.n_edges, units_of(problem)
    unit, n_units = units
    columns = np.arange(edges)
    ones = np.ones(edges)
    shape = (0, edges + n_units)

    def rows(of: NDArray[np.int32], count: int) -> csr_array:
        return csr_array((ones, (of, columns)), shape=(count, shape[1]))

    members = np.flatnonzero(unit[problem.person_at] >= 0)
    served = csr_array(
        (
            np.r_[-np.ones(len(members)), np.ones(n_units)],
            (
                np.r_[unit[problem.person_at[members]], np.arange(n_units)],
                np.r_[members, edges + np.arange(n_units)],
            ),
        ),
        shape=(n_units, shape[1]),
    )
    held = [
        rows(problem.person_at, problem.n_persons),
        rows(problem.vacancy_at, problem.n_vacancies),
        served,
    ]
    most = [problem.cap, problem.places, np.zeros(n_units)]
    welfare = problem.public_welfare[problem.vacancy_at]
    zeros = np.zeros(n_units)
    levels = [
        np.r_[(welfare & (problem.edge_tier == tier)).astype(float), zeros]
        for tier in tiers_of(problem)
    ]
    levels.append(np.r_[np.zeros(edges), np.ones(n_units)])
    levels.append(np.r_[problem.score.astype(float), zeros])
    levels.append(np.r_[problem.tie[problem.person_at].astype(float), zeros])
    values = []
    for gain in levels:
        found = linprog(
            -gain, A_ub=vstack(held), b_ub=np.concatenate(most), bounds=(0, 1), method="highs"
        )
        values.append(round(-found.fun))
        held.append(csr_array(-gain[None, :]))
        most.append(np.array([-float(values[-1])]))
    return Value(tuple(values[:-3]), *values[-3:])


@pytest.mark.parametrize(
    ("n", "m", "seed"),
    [
        pytest.param(150, 25, 1, id="150 people"),
        pytest.param(400, 60, 2, id="400 people"),
        pytest.param(2_000, 300, 3, id="2,000 people", marks=pytest.mark.slow),
        pytest.param(2_000, 300, 4, id="2,000 other people", marks=pytest.mark.slow),
    ],
)
def test_every_level_equals_its_linear_programme(n: int, m: int, seed: int) -> None:
    problem = scarce(n, m, seed)
    solution = solve(problem)
    assert solution.value == by_linear_programmes(problem)
    assert recheck(problem, solution.plan, certificate(problem, solution)).violations == ()


def test_where_tier_one_is_the_zero_employment_members_the_first_two_aims_never_conflict() -> None:
    """Mendelsohn and Dulmage: one plan fills the most welfare places and serves most households."""
    for seed in range(40):
        problem = scarce(30, 6, seed, degree=3)
        assert (problem.tier[problem.zero_employment] == 1).all()
        first = solve(problem).value
        other = solve(problem, households_first=True).value
        assert (first.filled[0], first.households) == (other.filled[0], other.households)
