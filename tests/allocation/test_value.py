from __future__ import annotations

import numpy as np

from matcher.allocation.value import Value, tiers_of, value_of
from tests.allocation.problems import problem_of
from tests.allocation.test_problem import EDGES, PERSONS, TIERED, VACANCIES


def all_edges(count: int) -> np.ndarray:
    return np.arange(count)


def test_a_place_counts_for_the_tier_of_its_pair() -> None:
    problem = problem_of(PERSONS, VACANCIES, TIERED)
    assert tiers_of(problem) == (1, 2, 4)
    assert value_of(problem, all_edges(0)).filled == (0, 0, 0)
    one_by_one = [value_of(problem, np.array([row])).filled for row in range(problem.n_edges)]
    assert [1 in filled for filled in one_by_one] == [
        bool(problem.public_welfare[post]) and tier > 0
        for post, tier in zip(problem.vacancy_at, problem.edge_tier, strict=True)
    ]


def test_a_value_counts_places_households_score_and_ties() -> None:
    problem = problem_of(PERSONS, VACANCIES, EDGES)
    value = value_of(problem, all_edges(problem.n_edges))
    assert value.score == sum(edge[2] for edge in EDGES)
    assert value.stated(tiers_of(problem))["total_score"] == value.score


def test_a_zero_employment_person_without_a_household_number_counts_alone() -> None:
    problem = problem_of(
        [("P1", 1, None, 1, 1), ("P2", 1, None, 1, 1)],
        [("V1", 2, 0)],
        [("P1", "V1", 1), ("P2", "V1", 1)],
    )
    assert value_of(problem, all_edges(2)).households == 2


def test_the_order_of_the_aims_is_a_choice() -> None:
    one, other = Value((1,), 0, 5, 0), Value((0,), 1, 5, 0)
    assert one.key(households_first=False) > other.key(households_first=False)
    assert one.key(households_first=True) < other.key(households_first=True)
