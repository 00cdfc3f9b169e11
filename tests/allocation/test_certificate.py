from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher.allocation.certificate import certificate, digest, left_out_rows, recheck
from matcher.allocation.conditions import Conditions, Household
from matcher.allocation.problem import Plan, Problem
from matcher.allocation.solving.solve import solve
from tests.allocation import brute
from tests.allocation.problems import plan_of, problem_of, problems
from tests.allocation.test_solve import conditioned, reserves_fit, with_households

PROBLEM = problem_of(
    [("P1", 1, "H1", 1, 1), ("P2", 2, "H2", 0, 1), ("P3", None, None, 0, 2)],
    [("V1", 1, 1), ("V2", 1, 0)],
    [("P1", "V1", 10), ("P2", "V1", 90), ("P1", "V2", 70), ("P2", "V2", 20), ("P3", "V2", 30)],
)


def test_a_certificate_has_the_published_keys_and_survives_json() -> None:
    stated = json.loads(json.dumps(certificate(PROBLEM, solve(PROBLEM))))
    levels = {
        "welfare_places_filled_by_tier": {"1": 1, "2": 0},
        "zero_employment_households_with_a_place": 1,
        "total_score": 40,
    }
    assert {name: stated[name] for name in levels} == levels
    assert stated["upper_bounds"] == levels
    assert stated["envy"] == []
    assert stated["problem_sha256"] == digest(PROBLEM)
    assert recheck(PROBLEM, solve(PROBLEM).plan, stated).violations == ()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("total_score", 41, id="score"),
        pytest.param("zero_employment_households_with_a_place", 2, id="households"),
        pytest.param("welfare_places_filled_by_tier", {"1": 2, "2": 0}, id="tiers"),
        pytest.param("upper_bounds", {}, id="bounds"),
        pytest.param("problem_sha256", "0" * 64, id="another problem"),
        pytest.param("plan_sha256", "0" * 64, id="another plan"),
        pytest.param("tie_ranks", 3, id="tie ranks"),
    ],
)
def test_a_certificate_that_says_anything_wrong_is_told(name: str, value: Any) -> None:
    solution = solve(PROBLEM)
    wrong = certificate(PROBLEM, solution) | {name: value}
    found = recheck(PROBLEM, solution.plan, wrong)
    assert found.violations[0].startswith(f"the certificate says {name} {value}, counted anew")


def test_a_lawful_plan_that_is_not_the_best_is_told_a_better_one() -> None:
    found = recheck(PROBLEM, plan_of(PROBLEM, ("P1", "V1", 10), ("P2", "V2", 20)), None)
    assert found.proved is False
    assert found.violations == ("a better plan exists: P3 with V2 instead of P2 with V2",)


def test_rules_over_households_leave_the_bound_to_the_solver() -> None:
    conditions = Conditions(
        employer=np.array([0, 0], np.int32), household=Household(one_per_employer=True)
    )
    solution = solve(PROBLEM, conditions)
    stated = certificate(PROBLEM, solution, conditions)
    assert recheck(PROBLEM, solution.plan, stated, conditions).proved is None
    assert stated["problem_sha256"] != digest(PROBLEM)


def mutated(problem: Problem, plan: Plan, draw: Any) -> Plan:
    """A plan moved, dropped, added to or swapped somewhere."""
    person, vacancy = plan.person_at.tolist(), plan.vacancy_at.tolist()
    score = plan.score.tolist()
    kind = draw(st.sampled_from(["move", "drop", "add", "swap"]))
    at = draw(st.integers(0, max(len(person) - 1, 0)))
    if kind == "drop" and person:
        del person[at], vacancy[at], score[at]
    elif kind == "move" and person:
        vacancy[at] = draw(st.integers(0, problem.n_vacancies - 1))
    elif kind == "swap" and len(person) > 1:
        other = draw(st.integers(0, len(person) - 1))
        vacancy[at], vacancy[other] = vacancy[other], vacancy[at]
    else:
        person.append(draw(st.integers(0, problem.n_persons - 1)))
        vacancy.append(draw(st.integers(0, problem.n_vacancies - 1)))
        score.append(500)
    order = np.lexsort((vacancy, person))
    return Plan(*(np.array(column, np.int32)[order] for column in (person, vacancy, score)))


@settings(max_examples=200, deadline=None)
@given(problems(), st.data())
def test_every_mutation_of_a_certified_plan_is_rejected(problem: Problem, data: Any) -> None:
    solution = solve(problem)
    stated = json.loads(json.dumps(certificate(problem, solution)))
    assert recheck(problem, solution.plan, stated).violations == ()
    changed = mutated(problem, solution.plan, data.draw)
    before = set(zip(solution.plan.person_at, solution.plan.vacancy_at, strict=True))
    after = list(zip(changed.person_at, changed.vacancy_at, strict=True))
    assume(sorted(before) != sorted(after))
    assert recheck(problem, changed, stated).violations != ()


@settings(max_examples=80, deadline=None)
@given(st.one_of(conditioned(), with_households()), st.booleans())
def test_whoever_stands_before_a_holder_and_is_left_out_is_told_why(
    drawn: tuple[Problem, Conditions], households_first: bool
) -> None:
    problem, conditions = drawn
    assume(reserves_fit(problem, conditions))
    assume(any(True for _ in brute.plans(problem, conditions)))
    plan = solve(problem, conditions, households_first=households_first).plan
    told = left_out_rows(problem, plan, conditions, households_first=households_first)
    pairs = set(zip(plan.person_at.tolist(), plan.vacancy_at.tolist(), strict=True))
    tier = {
        (p, v): int(t) or 10_000
        for p, v, t in zip(
            problem.person_at.tolist(),
            problem.vacancy_at.tolist(),
            problem.edge_tier.tolist(),
            strict=True,
        )
    }
    expected = {
        (problem.vacancy_ids[v], problem.person_ids[p])
        for p, v in tier.keys() - pairs
        if problem.public_welfare[v]
        and any(post == v and tier[holder, post] > tier[p, v] for holder, post in pairs)
    }
    assert set(zip(told["vacancy_id"], told["person_id"], strict=True)) == expected
    assert "justified envy" not in set(told["why"])


def test_the_reason_is_in_words_and_envy_is_called_so() -> None:
    problem = problem_of(
        [("P1", 1, None, 0, 1), ("P2", 2, None, 0, 1), ("P3", 1, None, 0, 1)],
        [("V1", 1, 1), ("V2", 1, 1)],
        [("P1", "V1", 9), ("P1", "V2", 10), ("P2", "V1", 9), ("P3", "V2", 1)],
    )
    best = left_out_rows(problem, plan_of(problem, ("P1", "V2", 10), ("P2", "V1", 9)))
    assert best.to_dict("records") == [
        {
            "vacancy_id": "V1",
            "person_id": "P1",
            "tier": 1,
            "why": "holds a public-welfare place at V2",
        }
    ]
    envious = left_out_rows(problem, plan_of(problem, ("P2", "V1", 9)))
    assert envious["why"].tolist() == ["justified envy"]
