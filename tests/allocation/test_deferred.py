from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from matcher.allocation.checking.limits import check
from matcher.allocation.deferred import deferred_acceptance
from matcher.allocation.problem import Problem
from tests.allocation.problems import problems


def stands(problem: Problem, row: int) -> tuple[int, int, int]:
    """How a post sees a pair: smaller is better."""
    welfare = problem.public_welfare[problem.vacancy_at[row]]
    tier = int(problem.edge_tier[row]) or 10_000
    return (tier if welfare else 0, -int(problem.score[row]), row)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_no_pair_would_rather_have_each_other(problem: Problem) -> None:
    plan = deferred_acceptance(problem)
    pairs = set(zip(plan.person_at.tolist(), plan.vacancy_at.tolist(), strict=True))
    every = list(zip(problem.person_at.tolist(), problem.vacancy_at.tolist(), strict=True))
    kept = {row for row, pair in enumerate(every) if pair in pairs}

    def of(column: Any, at: int) -> list[int]:
        return [row for row in kept if column[row] == at]

    for row, (person, post) in enumerate(every):
        if row in kept:
            continue
        mine, theirs = of(problem.person_at, person), of(problem.vacancy_at, post)
        wants = len(mine) < problem.cap[person] or any(
            (-problem.score[other], other) > (-problem.score[row], row) for other in mine
        )
        would = len(theirs) < problem.places[post] or any(
            stands(problem, other) > stands(problem, row) for other in theirs
        )
        blocked = problem.cap[person] == 0 or problem.places[post] == 0
        assert blocked or not (wants and would)


@settings(max_examples=50, deadline=None)
@given(problems())
def test_limits_hold(problem: Problem) -> None:
    violations = check(problem, deferred_acceptance(problem))
    assert [words for words in violations if "could hold" not in words] == []
