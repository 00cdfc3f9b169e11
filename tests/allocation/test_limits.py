from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation.checking import limits as checker
from matcher.allocation.checking.limits import check
from matcher.allocation.greedy import greedy_plan
from matcher.allocation.problem import Plan, Problem
from tests.allocation.problems import plan_of, problem_of, rows

PROBLEM = problem_of(
    [
        ("P1", 1, "H1", 1, 1),
        ("P2", 2, "H2", 0, 1),
        ("P3", None, None, 0, 2),
        ("P4", 1, None, 0, 1),
    ],
    [("V1", 1, 1), ("V2", 1, 0), ("V3", 2, 1)],
    [
        *(("P1", "V1", 10), ("P2", "V1", 90), ("P3", "V1", 50)),
        *(("P1", "V2", 70), ("P2", "V2", 20), ("P3", "V2", 30), ("P3", "V3", 40)),
        ("P4", "V3", 60),
    ],
)
SOUND = (("P1", "V1", 10), ("P2", "V2", 20), ("P3", "V3", 40), ("P4", "V3", 60))


def test_a_sound_plan_has_no_violation() -> None:
    assert check(PROBLEM, plan_of(PROBLEM, *SOUND)) == []


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        pytest.param(
            (*SOUND[:2], ("P4", "V1", 60), SOUND[2]),
            ["P4 with V1 is no pair of the problem", "V1 is sent 2 people for 1 place(s)"],
            id="moved to a post that is no pair",
        ),
        pytest.param(
            (*SOUND, ("P3", "V2", 30)), ["V2 is sent 2 people for 1 place(s)"], id="over capacity"
        ),
        pytest.param(
            (("P1", "V1", 10), ("P1", "V2", 70), ("P3", "V3", 40), ("P4", "V3", 60)),
            ["P1 is sent to 2 posts, the cap is 1"],
            id="over a cap",
        ),
        pytest.param(
            (*SOUND, SOUND[2]),
            ["P3 with V3 stands in the plan more than once", "V3 is sent 3 people for 2 place(s)"],
            id="a pair twice",
        ),
        pytest.param(
            (("P1", "V1", 11), *SOUND[1:]),
            ["P1 with V1 is scored 11, the problem says 10"],
            id="another score",
        ),
        pytest.param(
            (("P9", "V1", 10), *SOUND[1:]),
            ["someone unknown is paired with V1: not both are listed in the problem"],
            id="an unknown person",
        ),
        pytest.param(
            (*SOUND, ("P1", "V9", 10)),
            ["P1 is paired with no post: not both are listed in the problem"],
            id="an unknown post",
        ),
        pytest.param(
            (("P2", "V1", 90), *SOUND[2:]),
            ["P1 (tier 1) holds no public-welfare place and could hold V1, given to P2 (tier 2)"],
            id="envy of a lower tier",
        ),
        pytest.param(
            (("P3", "V1", 50), ("P4", "V3", 60)),
            [
                "P1 (tier 1) holds no public-welfare place and could hold V1, "
                "given to P3 (no tier)",
                "P2 (tier 2) holds no public-welfare place and could hold V1, "
                "given to P3 (no tier)",
            ],
            id="envy of someone without a tier",
        ),
        pytest.param(
            SOUND[:3],
            ["P4 (tier 1) holds no public-welfare place and could hold V3, given to P3 (no tier)"],
            id="dropped from a welfare post",
        ),
    ],
)
def test_a_broken_plan_is_told_every_violation(pairs: Any, words: list[str]) -> None:
    plan = plan_of(PROBLEM, *pairs)
    assert check(PROBLEM, plan) == words


def test_who_is_at_cap_elsewhere_has_no_justified_envy() -> None:
    plan = plan_of(PROBLEM, ("P1", "V2", 70), ("P2", "V1", 90), *SOUND[2:])
    assert check(PROBLEM, plan) == []


TWO_LAWS = (
    [("P1", None, None, 0, 1), ("P2", 1, None, 0, 1)],
    [("HARBIN", 1, 1), ("SHANXI", 1, 1)],
    [("P1", "HARBIN", 100, 1), ("P2", "HARBIN", 900, 2), ("P2", "SHANXI", 10, 1)],
)
"""P2 stands first for one post and second for the other; P1 has a tier only by the pair."""


def test_envy_that_only_the_tiers_of_pairs_reveal_is_told() -> None:
    problem = problem_of(*TWO_LAWS)
    assert check(problem, plan_of(problem, ("P2", "HARBIN", 900))) == [
        "P1 (tier 1) holds no public-welfare place and could hold HARBIN, given to P2 (tier 2)"
    ]
    assert check(problem, plan_of(problem, ("P1", "HARBIN", 100), ("P2", "SHANXI", 10))) == []


def test_tiers_of_persons_say_nothing_where_pairs_have_their_own() -> None:
    persons, vacancies, edges = TWO_LAWS
    by_person = problem_of(persons, vacancies, [edge[:3] for edge in edges])
    assert check(by_person, plan_of(by_person, ("P2", "HARBIN", 900))) == []
    turned = [(*edge[:3], 3 - edge[3]) for edge in edges]
    problem = problem_of(persons, vacancies, turned)
    assert check(problem, plan_of(problem, ("P2", "HARBIN", 900))) == []


def test_who_holds_a_place_in_a_lower_tier_envies_nobody() -> None:
    problem = problem_of(
        [("P1", None, None, 0, 2), ("P2", None, None, 0, 1)],
        [("V1", 1, 1), ("V2", 1, 1)],
        [("P1", "V1", 10, 1), ("P1", "V2", 10, 2), ("P2", "V1", 10, None)],
    )
    assert check(problem, plan_of(problem, ("P2", "V1", 10), ("P1", "V2", 10))) == []
    assert check(problem, plan_of(problem, ("P2", "V1", 10))) == [
        "P1 (tier 1) holds no public-welfare place and could hold V1, given to P2 (no tier)"
    ]


def test_an_empty_plan_of_an_empty_problem_is_sound() -> None:
    problem = problem_of([], [], [])
    assert check(problem, plan_of(problem)) == []


def broken_by_hand(problem: Problem, plan: Plan) -> bool:
    """The same limits, counted one by one in plain Python."""
    pairs = list(zip(plan.person_at.tolist(), plan.vacancy_at.tolist(), strict=True))
    edges = {
        (p, v): s
        for p, v, s in zip(
            problem.person_at.tolist(),
            problem.vacancy_at.tolist(),
            problem.score.tolist(),
            strict=True,
        )
    }
    if len(set(pairs)) < len(pairs):
        return True
    if any(edges.get(pair) != score for pair, score in zip(pairs, plan.score, strict=True)):
        return True
    for v, places in enumerate(problem.places):
        if sum(pair[1] == v for pair in pairs) > places:
            return True
    for p, cap in enumerate(problem.cap):
        if sum(pair[0] == p for pair in pairs) > cap:
            return True
    tiers = dict(zip(edges, problem.edge_tier.tolist(), strict=True))
    for p, v in edges:
        if not problem.public_welfare[v] or tiers[p, v] == 0:
            continue
        held = [where for who, where in pairs if who == p]
        content = len(held) >= problem.cap[p] or any(problem.public_welfare[w] for w in held)
        holders = [tiers[pair] or 99 for pair in pairs if pair[1] == v]
        if not content and any(tier > tiers[p, v] for tier in holders):
            return True
    return False


@settings(max_examples=200, deadline=None)
@given(rows(), st.data())
def test_mutated_plans_are_judged_as_by_hand(drawn: Any, data: Any) -> None:
    problem = problem_of(*drawn)
    plan = greedy_plan(problem)
    person, vacancy, score = (
        list(column.tolist()) for column in (plan.person_at, plan.vacancy_at, plan.score)
    )
    change = data.draw(st.sampled_from(["move", "add", "drop", "swap", "twice", "score", "edges"]))
    at = data.draw(st.integers(0, max(len(person) - 1, 0)))
    post = st.integers(0, problem.n_vacancies - 1)
    if change == "add":
        person.append(data.draw(st.integers(0, problem.n_persons - 1)))
        vacancy.append(data.draw(post))
        score.append(500)
    elif change == "edges":
        some = data.draw(
            st.lists(st.booleans(), min_size=problem.n_edges, max_size=problem.n_edges)
        )
        mask = np.array(some, dtype=bool)
        person = problem.person_at[mask].tolist()
        vacancy = problem.vacancy_at[mask].tolist()
        score = problem.score[mask].tolist()
    elif person and change == "move":
        vacancy[at] = data.draw(post)
    elif person and change == "drop":
        del person[at], vacancy[at], score[at]
    elif person and change == "swap":
        vacancy[at], vacancy[0] = vacancy[0], vacancy[at]
    elif person and change == "twice":
        person.append(person[at])
        vacancy.append(vacancy[at])
        score.append(score[at])
    elif person:
        score[at] += 1
    mutated = Plan(*(np.array(column, np.int32) for column in (person, vacancy, score)))
    assert bool(check(problem, mutated)) == broken_by_hand(problem, mutated)


def test_the_checker_shares_no_code_with_the_planner() -> None:
    for file in Path(checker.__file__).parent.glob("*.py"):
        imported = {
            node.module
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("matcher")
        }
        allowed = {
            "matcher.allocation.problem",
            "matcher.allocation.conditions",
            "matcher.allocation.timetable.talks",  # record types, as the other two
        }
        strangers = {name for name in imported - allowed if "allocation.checking" not in name}
        assert not strangers, f"{file.name} imports {strangers}"
