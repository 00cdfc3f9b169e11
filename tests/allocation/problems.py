"""Small pairing problems, by hand and drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from matcher.allocation.problem import Plan, Problem, build_problem, read_plan

PERSON = ("person_id", "tier", "household_id", "zero_employment", "cap")
VACANCY = ("vacancy_id", "places", "public_welfare")
EDGE = ("person_id", "vacancy_id", "score")
TIERED_EDGE = (*EDGE, "tier")


def tables(
    persons: Sequence[tuple[Any, ...]],
    vacancies: Sequence[tuple[Any, ...]],
    edges: Sequence[tuple[Any, ...]],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The three tables of the bare files; edges of four carry a tier of their own."""
    edge = TIERED_EDGE if edges and len(edges[0]) == len(TIERED_EDGE) else EDGE
    return (
        pd.DataFrame(persons, columns=list(PERSON)),
        pd.DataFrame(vacancies, columns=list(VACANCY)),
        pd.DataFrame(edges, columns=list(edge)),
    )


def problem_of(persons: Any, vacancies: Any, edges: Any) -> Problem:
    """A problem of rows in the order of the bare files' columns."""
    return build_problem(*tables(persons, vacancies, edges))


def plan_of(problem: Problem, *pairs: tuple[str, str, int]) -> Plan:
    """A plan of (person, vacancy, score)."""
    return read_plan(problem, pd.DataFrame(list(pairs), columns=list(EDGE)))


@st.composite
def rows(draw: Any, most_edges: int = 35) -> tuple[list[Any], list[Any], list[Any]]:
    """Up to 7 people of up to 4 households, up to 5 posts, some of every edge, tiered or not."""
    n, m = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    zero = draw(st.lists(st.booleans(), min_size=4, max_size=4))
    persons = []
    for at in range(n):
        household = draw(st.integers(0, 4))
        alone = household == 4
        persons.append(
            (
                f"P{at}",
                draw(st.sampled_from([1, 2, 3, None])),
                None if alone else f"H{household}",
                int(not alone and zero[household]),
                draw(st.integers(0, 3)),
            )
        )
    vacancies = [(f"V{at}", draw(st.integers(0, 3)), int(draw(st.booleans()))) for at in range(m)]
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, m - 1)),
            unique=True,
            max_size=min(n * m, most_edges),
        )
    )
    score = st.sampled_from([0, 500, 500, 9000, 10_000])
    edges: list[Any] = [(f"P{who}", f"V{where}", draw(score)) for who, where in pairs]
    if draw(st.booleans()):
        edges = [(*edge, draw(st.sampled_from([1, 2, 3, None]))) for edge in edges]
    return persons, vacancies, edges


@st.composite
def problems(draw: Any) -> Problem:
    """A problem of `rows` with few enough pairs to try every plan, people with tie ranks."""
    persons, vacancies, edges = draw(rows(most_edges=9))
    tied = tables(persons, vacancies, edges)
    ranks = st.sampled_from([0, 1, 500, 999, 1000])
    tied[0]["tie"] = draw(st.lists(ranks, min_size=len(persons), max_size=len(persons)))
    return build_problem(*tied)
