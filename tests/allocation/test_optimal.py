from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher.allocation.checking.limits import check
from matcher.allocation.checking.optimal import better_plan
from matcher.allocation.conditions import FREE, Conditions
from matcher.allocation.problem import Plan, Problem
from matcher.allocation.solving.solve import solve
from tests.allocation import brute
from tests.allocation.problems import problems
from tests.allocation.test_solve import conditioned, reserves_fit, with_households

EXAMPLES = settings(max_examples=200, deadline=None)


def plan_of_rows(problem: Problem, taken: brute.Pairs) -> Plan:
    rows = list(taken)
    return Plan(problem.person_at[rows], problem.vacancy_at[rows], problem.score[rows])


def assert_judged_rightly(
    problem: Problem, conditions: Conditions, taken: brute.Pairs, best: brute.Key, first: bool
) -> None:
    plan = plan_of_rows(problem, taken)
    better = better_plan(problem, conditions, plan, households_first=first)
    value = brute.key(problem, taken, households_first=first)
    assert (better is None) == (value == best)
    if better is not None:
        assert set(better.given_up.tolist()) <= set(taken)
        changed = (set(taken) - set(better.given_up.tolist())) | set(better.taken.tolist())
        assert brute.key(problem, tuple(sorted(changed)), households_first=first) > value
        assert tuple(sorted(changed)) in set(brute.plans(problem, conditions))


@EXAMPLES
@given(problems(), st.booleans(), st.data())
def test_a_plan_is_found_best_exactly_if_no_plan_is_better(
    problem: Problem, households_first: bool, data: Any
) -> None:
    every = list(brute.plans(problem))
    keys = [brute.key(problem, taken, households_first=households_first) for taken in every]
    drawn = data.draw(st.sampled_from(every))
    for taken in (drawn, every[int(np.argmax([k == max(keys) for k in keys]))]):
        assert_judged_rightly(problem, FREE, taken, max(keys), households_first)


@EXAMPLES
@given(conditioned(), st.booleans(), st.data())
def test_conditions_are_read_the_same_way_by_other_code(
    drawn: tuple[Problem, Conditions], households_first: bool, data: Any
) -> None:
    problem, conditions = drawn
    assume(reserves_fit(problem, conditions))
    every = list(brute.plans(problem, conditions))
    assume(every)
    keys = [brute.key(problem, taken, households_first=households_first) for taken in every]
    best = max(keys)
    for taken in (data.draw(st.sampled_from(every)), every[keys.index(best)]):
        assert_judged_rightly(problem, conditions, taken, best, households_first)


def without_envy(violations: list[str]) -> list[str]:
    return [words for words in violations if "holds no public-welfare place" not in words]


@EXAMPLES
@given(st.one_of(conditioned(), with_households()), st.data())
def test_every_limit_is_held_exactly(drawn: tuple[Problem, Conditions], data: Any) -> None:
    problem, conditions = drawn
    assume(reserves_fit(problem, conditions))
    rows = data.draw(st.sets(st.integers(0, max(problem.n_edges - 1, 0)), max_size=4))
    taken = tuple(sorted(row for row in rows if row < problem.n_edges))
    violations = without_envy(check(problem, plan_of_rows(problem, taken), conditions))
    assert (violations == []) == (taken in set(brute.plans(problem, conditions)))


@EXAMPLES
@given(st.one_of(conditioned(), with_households()), st.booleans())
def test_the_checker_accepts_every_solved_plan(
    drawn: tuple[Problem, Conditions], households_first: bool
) -> None:
    problem, conditions = drawn
    assume(reserves_fit(problem, conditions))
    assume(any(True for _ in brute.plans(problem, conditions)))
    plan = solve(problem, conditions, households_first=households_first).plan
    assert check(problem, plan, conditions, households_first=households_first) == []
