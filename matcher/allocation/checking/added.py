"""What an organiser added, checked pairing by pairing: pins, bans, reserves, floors, limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from matcher.allocation.conditions import Conditions
from matcher.allocation.problem import Problem

Positions = NDArray[np.int64]


def broken_conditions(
    problem: Problem, conditions: Conditions, person: Positions, vacancy: Positions
) -> Iterator[str]:
    """Each condition that a plan breaks, in words."""
    yield from _pins_and_bans(problem, conditions, person, vacancy)
    yield from _counts(problem, conditions, vacancy)
    kept = {int(post) for reserve in conditions.reserves for post in reserve.vacancy_at.tolist()}
    for post in sorted(kept):
        people = person[vacancy == post].tolist()
        if len(people) <= problem.places[post] and not seatable(problem, conditions, post, people):
            names = ", ".join(
                reserve.name for reserve in conditions.reserves if post in reserve.vacancy_at
            )
            yield f"{problem.vacancy_ids[post]} gives away places kept for {names}"
    if conditions.household.any:
        yield from _households(problem, conditions, person, vacancy)


def _pins_and_bans(
    problem: Problem, conditions: Conditions, person: Positions, vacancy: Positions
) -> Iterator[str]:
    planned = set(zip(person.tolist(), vacancy.tolist(), strict=True))
    pins = zip(conditions.pin_person.tolist(), conditions.pin_vacancy.tolist(), strict=True)
    for who, where in pins:
        if (who, where) not in planned:
            ids = problem.person_ids[who], problem.vacancy_ids[where]
            yield f"{ids[0]} is pinned to {ids[1]} and not sent there"
    bans = zip(conditions.ban_person.tolist(), conditions.ban_vacancy.tolist(), strict=True)
    for who, where in bans:
        if (who, where) in planned:
            ids = problem.person_ids[who], problem.vacancy_ids[where]
            yield f"{ids[0]} is banned from {ids[1]} and sent there"


def _counts(problem: Problem, conditions: Conditions, vacancy: Positions) -> Iterator[str]:
    if conditions.floor is not None:
        sent = np.bincount(vacancy, minlength=len(problem.vacancy_ids))
        for at in np.flatnonzero(sent < conditions.floor).tolist():
            least = conditions.floor[at]
            yield f"{problem.vacancy_ids[at]} is sent {sent[at]} people, its floor is {least}"
    if conditions.employer is not None and conditions.employer_limit is not None:
        of = conditions.employer[vacancy]
        counts = np.bincount(of[of >= 0], minlength=len(conditions.employer_limit))
        ids = conditions.employer_ids
        for at in np.flatnonzero(counts > conditions.employer_limit).tolist():
            name = at if ids is None else ids[at]
            most = conditions.employer_limit[at]
            yield f"employer {name} is sent {counts[at]} people, its limit is {most}"


def seatable(problem: Problem, conditions: Conditions, post: int, people: list[int]) -> bool:
    """Can these people sit on a post's places so that kept places go to members of their group."""
    return seats_at(problem, conditions, post, people) is not None


def seats_at(
    problem: Problem, conditions: Conditions, post: int, people: list[int]
) -> list[int] | None:
    """For each person 0 for an open place or the number of a group from 1; None if none fits."""
    kept = [
        number + 1
        for number, reserve in enumerate(conditions.reserves)
        for places in reserve.places[reserve.vacancy_at == post].tolist()
        for _ in range(places)
    ]
    seats = kept + [0] * max(int(problem.places[post]) - len(kept), 0)
    if not people:
        return []
    if not seats:
        return None
    may = np.array(
        [
            [seat == 0 or bool(conditions.reserves[seat - 1].member[who]) for seat in seats]
            for who in people
        ],
        dtype=np.int8,
    )
    found = maximum_bipartite_matching(csr_array(may), perm_type="column")
    return None if (found < 0).any() else [seats[at] for at in found.tolist()]


def _households(
    problem: Problem, conditions: Conditions, person: Positions, vacancy: Positions
) -> Iterator[str]:
    household = problem.household[person]
    homes, counts = np.unique(household[household >= 0], return_counts=True)
    several = np.isin(household, homes[counts > 1])
    for who in np.unique(person[several]).tolist():
        if not holds_rules(problem, conditions, person, vacancy, who):
            yield f"{problem.person_ids[who]} is sent where a member of the household rules it out"


def holds_rules(
    problem: Problem, conditions: Conditions, person: Positions, vacancy: Positions, who: int
) -> bool:
    """Do the posts of one person agree with those of the other members of the household."""
    home = problem.household[who]
    if home < 0:
        return True
    mine = vacancy[person == who]
    theirs = vacancy[(problem.household[person] == home) & (person != who)]
    rules = conditions.household
    if rules.one_per_employer and conditions.employer is not None:
        firms = conditions.employer[mine]
        if np.isin(firms[firms >= 0], conditions.employer[theirs]).any():
            return False
    if rules.clashes is None or rules.shift is None:
        return True
    one, other = rules.shift[mine], rules.shift[theirs]
    return not rules.clashes[np.ix_(one[one >= 0], other[other >= 0])].any()
