"""Days in rounds: limits kept, hindsight unbeaten, places kept for those who surely come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.checking.limits import check
from matcher.allocation.problem import Plan, Problem, plan_frame
from matcher.allocation.rounds.day import NEVER, Forecast, Policy, draw_arrivals, run_day
from matcher.allocation.rounds.matching import worth_of
from tests.allocation.problems import problem_of, problems


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def run(problem: Problem, arrives: list[int], policy: Policy, chance: list[list[float]]) -> Plan:
    forecast = Forecast(np.array(chance, dtype=np.float64).reshape(problem.n_persons, -1))
    return run_day(problem, np.array(arrives), policy, forecast, rng())


def scarce() -> Problem:
    """One public-welfare place; tier 2 comes first and fits better, tier 1 comes later."""
    return problem_of(
        [("P1", 2, None, 0, 1), ("P2", 1, None, 0, 1)],
        [("V1", 1, 1)],
        [("P1", "V1", 9000), ("P2", "V1", 100)],
    )


@pytest.mark.parametrize(
    ("policy", "who"),
    [
        pytest.param(Policy.GREEDY, "P1", id="greedy gives it to who is here"),
        pytest.param(Policy.MYOPIC, "P1", id="so does the best plan of the round"),
        pytest.param(Policy.LOOK_AHEAD, "P2", id="looking ahead keeps it"),
        pytest.param(Policy.HINDSIGHT, "P2", id="hindsight"),
    ],
)
def test_a_place_is_kept_for_who_surely_comes(policy: Policy, who: str) -> None:
    problem = scarce()
    plan = run(problem, [0, 1], policy, [[1.0, 0.0], [0.0, 1.0]])
    assert plan_frame(problem, plan)["person_id"].tolist() == [who]


def test_no_place_is_kept_for_who_surely_stays_away() -> None:
    problem = scarce()
    plan = run(problem, [0, NEVER], Policy.LOOK_AHEAD, [[1.0, 0.0], [0.0, 0.0]])
    assert plan_frame(problem, plan)["person_id"].tolist() == ["P1"]


@given(problems(), st.data())
@settings(max_examples=60, deadline=None)
def test_every_policy_keeps_the_limits_and_none_beats_hindsight(
    problem: Problem, data: st.DataObject
) -> None:
    n = problem.n_persons
    arrives = data.draw(st.lists(st.sampled_from([NEVER, 0, 1, 2]), min_size=n, max_size=n))
    worth = worth_of(problem)
    edge = {
        pair: at
        for at, pair in enumerate(
            zip(problem.person_at.tolist(), problem.vacancy_at.tolist(), strict=True)
        )
    }
    alone = len(set(problem.household.tolist())) == n
    sums = {}
    for policy in Policy:
        plan = run(problem, arrives, policy, [[0.3, 0.3, 0.3]] * n)
        broken = [each for each in check(problem, plan) if "places" in each or "cap" in each]
        assert broken == []
        assert len(set(plan.person_at.tolist())) == len(plan)
        assert all(arrives[who] != NEVER for who in plan.person_at.tolist())
        pairs = zip(plan.person_at.tolist(), plan.vacancy_at.tolist(), strict=True)
        bonus = worth.household * problem.zero_employment[plan.person_at].sum()
        sums[policy] = sum(worth.pair[edge[pair]] for pair in pairs) + bonus
    if alone or not problem.zero_employment.any():
        assert all(sums[Policy.HINDSIGHT] >= each for each in sums.values())


def test_arrivals_come_as_often_as_they_should() -> None:
    chance = np.tile([0.5, 0.2, 0.1], (20_000, 1))
    drawn = draw_arrivals(chance, rng())
    shares = [(drawn == each).mean() for each in (0, 1, 2, NEVER)]
    assert shares == pytest.approx([0.5, 0.2, 0.1, 0.2], abs=0.02)


def test_nobody_comes_to_an_empty_fair() -> None:
    empty = problem_of([], [], [])
    for policy in Policy:
        assert len(run_day(empty, np.empty(0, int), policy, Forecast(np.zeros((0, 3))), rng())) == 0
