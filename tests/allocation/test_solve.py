from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher.allocation.conditions import Conditions, Household, Reserve
from matcher.allocation.problem import Plan, Problem, build_problem
from matcher.allocation.solving.face import lexicographic_flow
from matcher.allocation.solving.levels import _Solver
from matcher.allocation.solving.network import build_network
from matcher.allocation.solving.room import settle
from matcher.allocation.solving.solve import solve
from matcher.errors import Infeasible
from tests.allocation import brute
from tests.allocation.problems import problem_of, problems, tables

EXAMPLES = settings(max_examples=150, deadline=None)


def value_key(problem: Problem, plan: Plan, *, households_first: bool = False) -> brute.Key:
    return brute.key(problem, brute.rows_of_plan(problem, plan), households_first=households_first)


@EXAMPLES
@given(problems(), st.booleans())
def test_a_plan_equals_the_best_of_all_plans_on_every_level(
    problem: Problem, households_first: bool
) -> None:
    best = max(
        brute.key(problem, taken, households_first=households_first)
        for taken in brute.plans(problem)
    )
    solution = solve(problem, households_first=households_first)
    assert value_key(problem, solution.plan, households_first=households_first) == best
    assert solution.proved
    assert solution.value.key(households_first=households_first) == best


@st.composite
def conditioned(draw: Any) -> tuple[Problem, Conditions]:
    """A problem with conditions of every kind a flow can carry, perhaps impossible ones."""
    problem = draw(problems())
    n, m, k = problem.n_persons, problem.n_vacancies, problem.n_edges
    rows = st.lists(st.integers(0, max(k - 1, 0)), max_size=2 if k else 0, unique=True)
    pins, bans = draw(rows), draw(rows)
    reserves = []
    for name in draw(st.sampled_from([(), ("one",), ("one", "two")])):
        posts = draw(st.lists(st.integers(0, m - 1), max_size=2, unique=True))
        reserves.append(
            Reserve(
                name,
                np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), np.bool_),
                np.array(posts, np.int32),
                np.array([draw(st.integers(0, 2)) for _ in posts], np.int32),
            )
        )
    limits = draw(st.lists(st.integers(0, 3), min_size=2, max_size=2))
    firms = draw(st.lists(st.integers(-1, 1), min_size=m, max_size=m))
    floor = [draw(st.sampled_from([0, 0, 0, 1])) for _ in range(m)]
    return problem, Conditions(
        pin_person=problem.person_at[pins],
        pin_vacancy=problem.vacancy_at[pins],
        ban_person=problem.person_at[bans],
        ban_vacancy=problem.vacancy_at[bans],
        reserves=tuple(reserves),
        floor=np.array(floor, np.int32) if draw(st.booleans()) else None,
        employer=np.array(firms, np.int32),
        employer_ids=np.array(["E1", "E2"], object),
        employer_limit=np.array(limits, np.int32) if draw(st.booleans()) else None,
    )


def reserves_fit(problem: Problem, conditions: Conditions) -> bool:
    """Kept places that exceed a post's places are refused at once, whether or not they bind."""
    kept = np.zeros(problem.n_vacancies, np.int64)
    for reserve in conditions.reserves:
        np.add.at(kept, reserve.vacancy_at, reserve.places)
    return bool((kept <= problem.places).all())


@EXAMPLES
@given(conditioned(), st.booleans())
def test_a_plan_under_conditions_equals_the_best_of_all_plans_that_keep_them(
    drawn: tuple[Problem, Conditions], households_first: bool
) -> None:
    problem, conditions = drawn
    assume(reserves_fit(problem, conditions))
    lawful = [
        brute.key(problem, taken, households_first=households_first)
        for taken in brute.plans(problem, conditions)
    ]
    if not lawful:
        with pytest.raises(Infeasible):
            solve(problem, conditions, households_first=households_first)
        return
    plan = solve(problem, conditions, households_first=households_first).plan
    assert value_key(problem, plan, households_first=households_first) == max(lawful)
    assert brute.rows_of_plan(problem, plan) in set(brute.plans(problem, conditions))


@st.composite
def with_households(draw: Any) -> tuple[Problem, Conditions]:
    """A problem with rules over members of one household."""
    problem = draw(problems())
    m = problem.n_vacancies
    firms = np.array(draw(st.lists(st.integers(-1, 1), min_size=m, max_size=m)), np.int32)
    shifts = np.array(draw(st.lists(st.integers(-1, 1), min_size=m, max_size=m)), np.int16)
    clashes = np.array([[False, False], [False, True]]) if draw(st.booleans()) else None
    rules = Household(draw(st.booleans()), shifts, clashes)
    return problem, Conditions(employer=firms, household=rules)


@EXAMPLES
@given(with_households())
def test_rules_over_households_cost_nothing_that_branching_could_save(
    drawn: tuple[Problem, Conditions],
) -> None:
    problem, conditions = drawn
    best = max(brute.key(problem, taken) for taken in brute.plans(problem, conditions))
    solution = solve(problem, conditions)
    assert value_key(problem, solution.plan) == best
    assert solution.proved


@EXAMPLES
@given(problems(), st.data())
def test_a_new_plan_changes_the_fewest_pairings_of_an_equally_good_one(
    problem: Problem, data: Any
) -> None:
    every = list(brute.plans(problem))
    before = data.draw(st.sampled_from(every))
    rows = list(before)
    previous = Plan(problem.person_at[rows], problem.vacancy_at[rows], problem.score[rows])
    best = max(brute.key(problem, taken) for taken in every)
    equal = [taken for taken in every if brute.key(problem, taken) == best]
    plan = solve(problem, previous=previous).plan
    assert value_key(problem, plan) == best
    changed = brute.fewest_changes(problem, [brute.rows_of_plan(problem, plan)], previous)
    assert changed == brute.fewest_changes(problem, equal, previous)


@EXAMPLES
@given(problems(), st.booleans())
def test_levels_one_after_the_other_reach_what_one_weight_reaches(
    problem: Problem, households_first: bool
) -> None:
    conditions = Conditions()
    _, room = settle(problem, conditions)
    network = build_network(problem, conditions, room)
    solver = _Solver(problem, conditions, room, None, households_first=households_first)
    gains = [level.gain(network) for level in solver._levels()]
    taken = lexicographic_flow(network, gains)[: network.n_pairs] > 0
    by_levels = brute.key(
        problem, tuple(np.flatnonzero(taken).tolist()), households_first=households_first
    )
    plan = solve(problem, households_first=households_first).plan
    assert by_levels == value_key(problem, plan, households_first=households_first)


@settings(max_examples=50, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_change_the_plan(problem: Problem, random: Any) -> None:
    rows = list(range(problem.n_edges))
    random.shuffle(rows)
    persons, vacancies, edges = _tables_of(problem)
    turned = build_problem(
        persons.iloc[::-1], vacancies.iloc[::-1], edges.iloc[rows].reset_index(drop=True)
    )
    one, other = solve(problem).plan, solve(turned).plan
    assert one.person_at.tolist() == other.person_at.tolist()
    assert one.vacancy_at.tolist() == other.vacancy_at.tolist()


def _tables_of(problem: Problem) -> Any:
    none = {-1: None}
    persons = [
        (
            problem.person_ids[at],
            int(problem.tier[at]) or None,
            none.get(int(problem.household[at]), f"H{problem.household[at]}"),
            int(problem.zero_employment[at]),
            int(problem.cap[at]),
        )
        for at in range(problem.n_persons)
    ]
    vacancies = [
        (problem.vacancy_ids[at], int(problem.places[at]), int(problem.public_welfare[at]))
        for at in range(problem.n_vacancies)
    ]
    edges = [
        (
            problem.person_ids[problem.person_at[at]],
            problem.vacancy_ids[problem.vacancy_at[at]],
            int(problem.score[at]),
            int(problem.edge_tier[at]) or None,
        )
        for at in range(problem.n_edges)
    ]
    frames = tables(persons, vacancies, edges)
    frames[0]["tie"] = problem.tie
    if not edges:
        frames[2]["tier"] = None
    return frames


@pytest.mark.parametrize(
    ("persons", "vacancies", "edges", "pairs"),
    [
        pytest.param([], [], [], 0, id="nobody and nothing"),
        pytest.param([("P1", 1, None, 1, 1)], [("V1", 0, 1)], [("P1", "V1", 9)], 0, id="no place"),
        pytest.param([("P1", 1, None, 1, 0)], [("V1", 1, 1)], [("P1", "V1", 9)], 0, id="cap zero"),
        pytest.param([("P1", 1, None, 1, 1)], [("V1", 1, 1)], [], 0, id="nobody eligible"),
        pytest.param([("P1", 1, None, 1, 1)], [("V1", 1, 1)], [("P1", "V1", 0)], 1, id="score 0"),
        pytest.param(
            [(f"P{at}", None, None, 0, 1) for at in range(5)],
            [("V1", 2, 0)],
            [(f"P{at}", "V1", 500) for at in range(5)],
            2,
            id="all ties",
        ),
    ],
)
def test_small_cases_have_the_plan_one_expects(
    persons: Any, vacancies: Any, edges: Any, pairs: int
) -> None:
    assert len(solve(problem_of(persons, vacancies, edges)).plan) == pairs
