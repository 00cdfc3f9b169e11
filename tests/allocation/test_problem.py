from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.allocation.problem import (
    NO_HOUSEHOLD,
    NO_TIER,
    build_problem,
    plan_frame,
    read_plan,
)
from matcher.errors import MalformedProblem
from tests.allocation.problems import plan_of, problem_of, tables

PERSONS = [("P2", 2, "H1", 1, 1), ("P1", 1, "H1", 1, 2), ("P3", None, None, 0, None)]
VACANCIES = [("V2", 1, 0), ("V1", 2, 1)]
EDGES = [("P3", "V2", 10), ("P1", "V1", 30), ("P1", "V2", 20), ("P2", "V1", 40)]


def test_rows_are_sorted_by_id_on_the_way_in() -> None:
    problem = problem_of(PERSONS, VACANCIES, EDGES)
    assert problem.person_ids.tolist() == ["P1", "P2", "P3"]
    assert problem.vacancy_ids.tolist() == ["V1", "V2"]
    assert problem.places.tolist() == [2, 1]
    pairs = zip(problem.person_at.tolist(), problem.vacancy_at.tolist(), strict=True)
    assert list(pairs) == [(0, 0), (0, 1), (1, 0), (2, 1)]
    assert problem.score.tolist() == [30, 20, 40, 10]


def test_an_empty_cell_means_none_of_it() -> None:
    problem = problem_of(PERSONS, VACANCIES, EDGES)
    assert problem.tier.tolist() == [1, 2, NO_TIER]
    assert problem.household.tolist() == [0, 0, NO_HOUSEHOLD]
    assert problem.cap.tolist() == [2, 1, 1]


def test_without_tiers_of_their_own_edges_have_the_persons() -> None:
    problem = problem_of(PERSONS, VACANCIES, EDGES)
    assert problem.edge_tier.tolist() == [1, 1, 2, NO_TIER]
    assert problem.edge_tier.dtype == np.int16


OWN_TIERS = (3, None, 2, 4)
TIERED = [(*edge, tier) for edge, tier in zip(EDGES, OWN_TIERS, strict=True)]


def test_edges_may_have_tiers_of_their_own_and_an_empty_one_is_none() -> None:
    problem = problem_of(PERSONS, VACANCIES, TIERED)
    assert problem.edge_tier.tolist() == [NO_TIER, 2, 4, 3]


@pytest.mark.parametrize("tier", [0, -1, 1.5, 40_000, "first"])
def test_a_tier_of_an_edge_is_a_whole_number_from_1(tier: Any) -> None:
    with pytest.raises(MalformedProblem, match=r"tier is not a whole number from 1 .*: P2"):
        problem_of(PERSONS, VACANCIES, [*TIERED[:3], (*TIERED[3][:3], tier)])


def test_a_problem_may_have_no_edges() -> None:
    assert problem_of(PERSONS, VACANCIES, []).n_edges == 0
    assert problem_of([], [], []).n_persons == 0


def changed(at: int, row: int, column: str, value: Any) -> Any:
    frames = [frame.astype(object) for frame in tables(PERSONS, VACANCIES, EDGES)]
    frames[at].loc[row, column] = value
    return frames


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        pytest.param(changed(0, 0, "person_id", "P1"), "listed twice: P1", id="a person twice"),
        pytest.param(changed(0, 0, "person_id", None), "have no person_id", id="no id"),
        pytest.param(changed(0, 0, "tier", 0), "tier is not .*: P2", id="tier 0"),
        pytest.param(changed(0, 1, "tier", "first"), "tier is not .*: P1", id="tier in words"),
        pytest.param(changed(0, 1, "cap", 1.5), "cap is not .*: P1", id="half a cap"),
        pytest.param(changed(0, 1, "zero_employment", 2), "zero_employment is not", id="flag"),
        pytest.param(changed(1, 0, "places", -1), "places is not .*: V2", id="negative places"),
        pytest.param(changed(1, 0, "places", None), "places is empty: V2", id="no places"),
        pytest.param(changed(2, 0, "score", 10_001), "score is not .* 10000: P3", id="score"),
        pytest.param(changed(2, 0, "score", None), "score is empty: P3", id="no score"),
        pytest.param(changed(2, 0, "person_id", "P9"), "not listed: P9", id="unknown person"),
        pytest.param(changed(2, 0, "vacancy_id", "V9"), "not listed: V9", id="unknown post"),
        pytest.param(changed(2, 2, "vacancy_id", "V1"), "pair twice: P1", id="a pair twice"),
    ],
)
def test_malformed_rows_are_named(frames: Any, words: str) -> None:
    with pytest.raises(MalformedProblem, match=words):
        build_problem(*frames)


def test_all_problems_are_told_at_once() -> None:
    frames = changed(0, 0, "tier", 0)
    frames[1].loc[0, "places"] = -1
    with pytest.raises(MalformedProblem) as raised:
        build_problem(*frames)
    assert len(raised.value.problems) == 2


def test_a_missing_column_is_named() -> None:
    persons, vacancies, edges = tables(PERSONS, VACANCIES, EDGES)
    with pytest.raises(MalformedProblem, match="no column cap"):
        build_problem(persons.drop(columns="cap"), vacancies, edges)


def test_a_plan_goes_out_and_comes_back() -> None:
    problem = problem_of(PERSONS, VACANCIES, EDGES)
    plan = plan_of(problem, ("P3", "V2", 10), ("P1", "V1", 30))
    frame = plan_frame(problem, plan)
    assert frame["person_id"].tolist() == ["P1", "P3"]
    again = read_plan(problem, frame)
    for name in ("person_at", "vacancy_at", "score"):
        np.testing.assert_array_equal(getattr(again, name), getattr(plan, name))


def test_a_plan_without_its_columns_is_refused() -> None:
    problem = problem_of(PERSONS, VACANCIES, EDGES)
    with pytest.raises(MalformedProblem, match="no column score"):
        read_plan(problem, pd.DataFrame({"person_id": [], "vacancy_id": []}))
