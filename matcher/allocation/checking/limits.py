"""The independent checker: it re-derives every limit from the problem alone.

It shares no code with what makes plans, so that a fault there cannot hide here: of this room it
imports the two record types and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import Plan, Problem
from matcher.errors import BrokenPlan

BEHIND_ALL = np.iinfo(np.int32).max
"""Where a pair without a tier stands when tiers are compared."""


def check(problem: Problem, plan: Plan) -> list[str]:
    """Every limit that a plan breaks, in words; an empty list is a lawful plan.

    Held: only pairs of the problem, with the problem's score, none twice; no post over its
    places, nobody over their cap; and no justified envy: nobody who is below cap and holds no
    public-welfare place has a pair with a public-welfare post of which someone holds a place whose
    tier for this post is lower. The tier is that of the pair: one person may stand first for one
    post and behind others for the next.
    """
    n, m = len(problem.person_ids), len(problem.vacancy_ids)
    person, vacancy = plan.person_at.astype(np.int64), plan.vacancy_at.astype(np.int64)
    listed = (person >= 0) & (person < n) & (vacancy >= 0) & (vacancy < m)
    return [
        *_strangers(problem, person[~listed], vacancy[~listed]),
        *_pairs(problem, person[listed], vacancy[listed], plan.score[listed]),
        *_capacities(problem, person[listed], vacancy[listed]),
        *_justified_envy(problem, person[listed], vacancy[listed]),
    ]


def require_sound(problem: Problem, plan: Plan) -> None:
    """Refuse a plan that breaks any limit.

    Raises:
        BrokenPlan: with all of them.
    """
    violations = check(problem, plan)
    if violations:
        raise BrokenPlan(violations=violations)


Positions = NDArray[np.int64]


def _strangers(problem: Problem, person: Positions, vacancy: Positions) -> Iterator[str]:
    for who, where in zip(person.tolist(), vacancy.tolist(), strict=True):
        whom = problem.person_ids[who] if 0 <= who < len(problem.person_ids) else "someone unknown"
        post = problem.vacancy_ids[where] if 0 <= where < len(problem.vacancy_ids) else "no post"
        yield f"{whom} is paired with {post}: not both are listed in the problem"


def _pairs(
    problem: Problem, person: Positions, vacancy: Positions, score: NDArray[np.int32]
) -> Iterator[str]:
    edge = _edge_of(problem, person, vacancy)
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


def _edge_of(problem: Problem, person: Positions, vacancy: Positions) -> Positions:
    """(n_pairings,) int64: the row of each pairing among the problem's pairs; -1 for none."""
    width = max(len(problem.vacancy_ids), 1)
    edges = problem.person_at.astype(np.int64) * width + problem.vacancy_at
    by_key = np.argsort(edges, kind="stable")
    keys = person * width + vacancy
    at = np.searchsorted(edges[by_key], keys)
    found = np.full(len(keys), -1, dtype=np.int64)
    inside = at < len(edges)
    found[inside] = by_key[at[inside]]
    found[inside] = np.where(edges[found[inside]] == keys[inside], found[inside], -1)
    return found


def _capacities(problem: Problem, person: Positions, vacancy: Positions) -> Iterator[str]:
    sent = np.bincount(vacancy, minlength=len(problem.vacancy_ids))
    for at in np.flatnonzero(sent > problem.places).tolist():
        post, places = problem.vacancy_ids[at], problem.places[at]
        yield f"{post} is sent {sent[at]} people for {places} place(s)"
    held = np.bincount(person, minlength=len(problem.person_ids))
    for at in np.flatnonzero(held > problem.cap).tolist():
        yield f"{problem.person_ids[at]} is sent to {held[at]} posts, the cap is {problem.cap[at]}"


def _justified_envy(problem: Problem, person: Positions, vacancy: Positions) -> Iterator[str]:
    n = len(problem.person_ids)
    stands = np.where(problem.edge_tier > 0, problem.edge_tier.astype(np.int64), BEHIND_ALL)
    edge = _edge_of(problem, person, vacancy)
    # A pairing that is no pair of the problem has no tier to envy; it is told of as such already.
    held_in = np.append(stands, 0)[edge]
    on_welfare = problem.public_welfare[vacancy]
    lowest = np.zeros(len(problem.vacancy_ids), dtype=np.int64)
    np.maximum.at(lowest, vacancy[on_welfare], held_in[on_welfare])
    holds_welfare = np.bincount(person[on_welfare], minlength=n) > 0
    below_cap = np.bincount(person, minlength=n) < problem.cap
    may_envy = (below_cap & ~holds_welfare)[problem.person_at]
    envies = may_envy & (stands < lowest[problem.vacancy_at])
    for at in np.flatnonzero(envies).tolist():
        who, where = problem.person_at[at], problem.vacancy_at[at]
        tier = lowest[where]
        holder = person[on_welfare & (vacancy == where) & (held_in == tier)].min()
        yield (
            f"{problem.person_ids[who]} (tier {stands[at]}) holds no public-welfare place "
            f"and could hold {problem.vacancy_ids[where]}, given to {problem.person_ids[holder]} "
            f"({'no tier' if tier == BEHIND_ALL else f'tier {tier}'})"
        )


def _words(problem: Problem, person: int, vacancy: int) -> str:
    return f"{problem.person_ids[person]} with {problem.vacancy_ids[vacancy]}"
