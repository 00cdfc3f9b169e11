"""The independent checker: it re-derives every limit from the problem alone.

It shares no code with what makes plans, so that a fault there cannot hide here: of this room it
imports the record types and the other parts of the check, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.checking.added import broken_conditions
from matcher.allocation.checking.envy import Positions, edge_of, justified_envy
from matcher.allocation.conditions import FREE, Conditions
from matcher.allocation.problem import Plan, Problem


def check(
    problem: Problem, plan: Plan, conditions: Conditions = FREE, *, households_first: bool = False
) -> list[str]:
    """Every limit that a plan breaks, in words; an empty list is a lawful plan.

    Held: only pairs of the problem, with the problem's score, none twice; no post over its
    places, nobody over their cap; what the organiser added; and no justified envy (see
    `checking.envy`).
    """
    n, m = len(problem.person_ids), len(problem.vacancy_ids)
    person, vacancy = plan.person_at.astype(np.int64), plan.vacancy_at.astype(np.int64)
    listed = (person >= 0) & (person < n) & (vacancy >= 0) & (vacancy < m)
    return [
        *_strangers(problem, person[~listed], vacancy[~listed]),
        *_pairs(problem, person[listed], vacancy[listed], plan.score[listed]),
        *_capacities(problem, person[listed], vacancy[listed]),
        *broken_conditions(problem, conditions, person[listed], vacancy[listed]),
        *justified_envy(
            problem,
            conditions,
            person[listed],
            vacancy[listed],
            households_first=households_first,
        ),
    ]


def _strangers(problem: Problem, person: Positions, vacancy: Positions) -> Iterator[str]:
    for who, where in zip(person.tolist(), vacancy.tolist(), strict=True):
        whom = problem.person_ids[who] if 0 <= who < len(problem.person_ids) else "someone unknown"
        post = problem.vacancy_ids[where] if 0 <= where < len(problem.vacancy_ids) else "no post"
        yield f"{whom} is paired with {post}: not both are listed in the problem"


def _pairs(
    problem: Problem, person: Positions, vacancy: Positions, score: NDArray[np.int32]
) -> Iterator[str]:
    edge = edge_of(problem, person, vacancy)
    exists = edge >= 0
    for pair in np.flatnonzero(~exists).tolist():
        yield f"{_words(problem, person[pair], vacancy[pair])} is no pair of the problem"
    differs = exists.copy()
    differs[exists] = problem.score[edge[exists]] != score[exists]
    for pair in np.flatnonzero(differs).tolist():
        says = f"scored {score[pair]}, the problem says {problem.score[edge[pair]]}"
        yield f"{_words(problem, person[pair], vacancy[pair])} is {says}"
    width = max(len(problem.vacancy_ids), 1)
    distinct, times = np.unique(person * width + vacancy, return_counts=True)
    for key in distinct[times > 1].tolist():
        yield f"{_words(problem, key // width, key % width)} stands in the plan more than once"


def _capacities(problem: Problem, person: Positions, vacancy: Positions) -> Iterator[str]:
    sent = np.bincount(vacancy, minlength=len(problem.vacancy_ids))
    for at in np.flatnonzero(sent > problem.places).tolist():
        post, places = problem.vacancy_ids[at], problem.places[at]
        yield f"{post} is sent {sent[at]} people for {places} place(s)"
    held = np.bincount(person, minlength=len(problem.person_ids))
    for at in np.flatnonzero(held > problem.cap).tolist():
        yield f"{problem.person_ids[at]} is sent to {held[at]} posts, the cap is {problem.cap[at]}"


def _words(problem: Problem, person: int, vacancy: int) -> str:
    return f"{problem.person_ids[person]} with {problem.vacancy_ids[vacancy]}"
