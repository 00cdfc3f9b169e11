from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.checking.limits import check
from matcher.allocation.greedy import greedy_plan
from matcher.allocation.problem import Plan, Problem, plan_frame
from tests.allocation.problems import problem_of, rows


def pairs(problem: Problem, plan: Plan) -> list[tuple[str, str]]:
    frame = plan_frame(problem, plan)
    return list(zip(frame["person_id"], frame["vacancy_id"], strict=True))


@settings(max_examples=150, deadline=None)
@given(rows())
def test_a_greedy_plan_always_passes_the_check(drawn: Any) -> None:
    problem = problem_of(*drawn)
    assert check(problem, greedy_plan(problem)) == []


@settings(max_examples=60, deadline=None)
@given(rows(), st.randoms(use_true_random=False))
def test_the_plan_does_not_depend_on_the_order_of_rows(drawn: Any, random: Any) -> None:
    shuffled = [random.sample(table, len(table)) for table in drawn]
    first, second = problem_of(*drawn), problem_of(*shuffled)
    assert pairs(first, greedy_plan(first)) == pairs(second, greedy_plan(second))


@settings(max_examples=60, deadline=None)
@given(rows())
def test_nothing_that_fits_is_left_lying(drawn: Any) -> None:
    problem = problem_of(*drawn)
    plan = greedy_plan(problem)
    taken = set(pairs(problem, plan))
    cap = dict(zip(problem.person_ids, problem.cap, strict=True))
    places = dict(zip(problem.vacancy_ids, problem.places, strict=True))
    for person, vacancy in taken:
        cap[person] -= 1
        places[vacancy] -= 1
    for at in range(problem.n_edges):
        pair = (
            problem.person_ids[problem.person_at[at]],
            problem.vacancy_ids[problem.vacancy_at[at]],
        )
        assert pair in taken or cap[pair[0]] == 0 or places[pair[1]] == 0


def test_a_welfare_post_goes_to_the_first_tier_whatever_the_score() -> None:
    problem = problem_of(
        [("P1", 2, None, 0, 1), ("P2", 1, None, 0, 1)],
        [("V1", 1, 1)],
        [("P1", "V1", 9000), ("P2", "V1", 100)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P2", "V1")]


def test_a_welfare_post_goes_by_the_tier_for_that_post() -> None:
    problem = problem_of(
        [("P1", 1, None, 0, 1), ("P2", 1, None, 0, 1)],
        [("V1", 1, 1), ("V2", 1, 1)],
        [("P1", "V1", 9000, 2), ("P1", "V2", 10, 1), ("P2", "V1", 100, 1), ("P2", "V2", 900, 2)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P1", "V2"), ("P2", "V1")]


def test_a_place_in_a_higher_tier_is_the_one_that_comes_before_anothers_second() -> None:
    problem = problem_of(
        [("P1", None, None, 0, 2), ("P2", None, None, 0, 1)],
        [("V1", 1, 1), ("V2", 1, 1)],
        [("P1", "V1", 900, 1), ("P1", "V2", 800, 2), ("P2", "V2", 100, 2)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P1", "V1"), ("P2", "V2")]


def test_inside_a_tier_the_score_decides() -> None:
    problem = problem_of(
        [("P1", 1, None, 0, 1), ("P2", 1, None, 0, 1)],
        [("V1", 1, 1)],
        [("P1", "V1", 100), ("P2", "V1", 9000)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P2", "V1")]


def test_an_ordinary_post_is_no_matter_of_tiers() -> None:
    problem = problem_of(
        [("P1", 2, None, 0, 1), ("P2", 1, None, 0, 1)],
        [("V1", 1, 0)],
        [("P1", "V1", 9000), ("P2", "V1", 100)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P1", "V1")]


def test_a_household_without_anyone_placed_comes_before_a_better_score() -> None:
    problem = problem_of(
        [("P1", None, "H1", 1, 1), ("P2", None, "H2", 0, 1)],
        [("V1", 1, 0)],
        [("P1", "V1", 100), ("P2", "V1", 9000)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P1", "V1")]


def test_one_place_per_household_before_a_second_for_any() -> None:
    problem = problem_of(
        [("P1", None, "H1", 1, 1), ("P2", None, "H1", 1, 1), ("P3", None, "H2", 1, 1)],
        [("V1", 2, 0)],
        [("P1", "V1", 900), ("P2", "V1", 800), ("P3", "V1", 100)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P1", "V1"), ("P3", "V1")]


def test_one_person_holds_no_second_welfare_place_before_another_has_one() -> None:
    problem = problem_of(
        [("P1", 1, None, 0, 2), ("P2", 1, None, 0, 1)],
        [("V1", 1, 1), ("V2", 1, 1)],
        [("P1", "V1", 900), ("P1", "V2", 800), ("P2", "V2", 100)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P1", "V1"), ("P2", "V2")]


def test_equal_scores_go_by_id() -> None:
    problem = problem_of(
        [("P2", None, None, 0, 1), ("P1", None, None, 0, 1)],
        [("V2", 1, 0), ("V1", 1, 0)],
        [("P2", "V1", 500), ("P1", "V1", 500), ("P1", "V2", 500)],
    )
    assert pairs(problem, greedy_plan(problem)) == [("P1", "V1")]


def test_no_edges_make_an_empty_plan() -> None:
    problem = problem_of([("P1", 1, None, 0, 1)], [("V1", 1, 1)], [])
    assert len(greedy_plan(problem)) == 0
