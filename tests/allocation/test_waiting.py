"""Waiting lists: the first on a list is who adds most to the plan; who is not asked at all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.conditions import Conditions, Reserve
from matcher.allocation.problem import Plan, Problem
from matcher.allocation.solving.solve import solve
from matcher.allocation.value import value_of
from matcher.allocation.waiting import waiting_frame, waiting_list
from tests.allocation.problems import plan_of, problem_of, problems


def names(problem: Problem, plan: Plan, vacancy: str, **given: object) -> list[str]:
    frame = waiting_frame(problem, waiting_list(problem, plan, **given))  # type: ignore[arg-type]  # keywords of the function under test
    return frame.loc[frame["vacancy_id"] == vacancy, "person_id"].tolist()


def crowd(welfare: int) -> Problem:
    return problem_of(
        [
            ("P1", None, None, 0, 1),
            ("P2", 2, None, 0, 1),
            ("P3", 1, None, 0, 1),
            ("P4", None, "H1", 1, 1),
            ("P5", None, None, 0, 1),
        ],
        [("V1", 1, welfare), ("V2", 1, 0)],
        [(f"P{at}", "V1", score) for at, score in ((1, 900), (2, 100), (3, 50), (4, 10), (5, 900))],
    )


@pytest.mark.parametrize(
    ("welfare", "listed"),
    [
        pytest.param(1, ["P3", "P2", "P4", "P5"], id="a public-welfare post goes by tier"),
        pytest.param(0, ["P4", "P5", "P2", "P3"], id="elsewhere households, then score"),
    ],
)
def test_the_list_goes_by_the_order_of_the_plan(welfare: int, listed: list[str]) -> None:
    problem = crowd(welfare)
    plan = plan_of(problem, ("P1", "V1", 900))
    assert names(problem, plan, "V1") == listed


def test_households_may_come_before_tiers() -> None:
    problem = crowd(1)
    plan = plan_of(problem, ("P1", "V1", 900))
    assert names(problem, plan, "V1", households_first=True) == ["P4", "P3", "P2", "P5"]


def test_the_banned_and_the_absent_are_not_asked() -> None:
    problem = crowd(1)
    plan = plan_of(problem, ("P1", "V1", 900))
    ban = Conditions(
        ban_person=np.array([2], dtype=np.int32), ban_vacancy=np.array([0], dtype=np.int32)
    )
    absent = np.array([0, 4], dtype=np.int32)
    assert names(problem, plan, "V1", conditions=ban, absent=absent) == ["P2", "P4"]


def test_who_belongs_to_no_group_is_marked_where_places_are_kept() -> None:
    problem = crowd(0)
    member = np.array([False, True, False, False, False])
    one = np.array([1], dtype=np.int32)
    kept = Conditions(reserves=(Reserve("youth", member, one * 0, one),))
    waiting = waiting_list(problem, plan_of(problem), kept)
    assert dict(zip(waiting.person_at.tolist(), waiting.open_only.tolist(), strict=True)) == {
        0: True,
        1: False,
        2: True,
        3: True,
        4: True,
    }


def test_nobody_waits_where_there_is_nobody() -> None:
    empty = problem_of([], [], [])
    assert len(waiting_frame(empty, waiting_list(empty, plan_of(empty)))) == 0


@pytest.mark.slow
@given(problems(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_the_first_of_a_list_adds_most_of_all_who_could_come(
    problem: Problem, households_first: bool
) -> None:
    plan = solve(problem).plan
    waiting = waiting_list(problem, plan, households_first=households_first)
    worths = [
        worth(problem, plan, int(who), int(where), households_first=households_first)
        for who, where in zip(waiting.person_at, waiting.vacancy_at, strict=True)
    ]
    for at in range(1, len(worths)):
        if waiting.vacancy_at[at] == waiting.vacancy_at[at - 1]:
            assert worths[at - 1] >= worths[at]
            assert waiting.turn[at] == waiting.turn[at - 1] + 1


def worth(
    problem: Problem, plan: Plan, who: int, where: int, *, households_first: bool
) -> tuple[int, ...]:
    """The levels of the plan with this pair added, first level first."""
    wanted = [*zip(plan.person_at.tolist(), plan.vacancy_at.tolist(), strict=True), (who, where)]
    pairs = list(zip(problem.person_at.tolist(), problem.vacancy_at.tolist(), strict=True))
    edges = np.array([pairs.index(pair) for pair in wanted], dtype=np.int64)
    return value_of(problem, edges).key(households_first=households_first)
