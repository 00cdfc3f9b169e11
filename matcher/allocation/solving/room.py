"""What is left to decide once pins are settled, and which limits then cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.conditions import NO_EMPLOYER, Conditions
from matcher.allocation.problem import Plan, Problem
from matcher.allocation.solving.network import Longs, Positions, Room, units_of
from matcher.errors import Infeasible


def rows_of(problem: Problem, person: Positions, vacancy: Positions) -> Longs:
    """(k,) int64: the rows of these pairs among the problem's; -1 where a pair is none of them."""
    width = np.int64(max(problem.n_vacancies, 1))
    edges = problem.person_at * width + problem.vacancy_at
    keys = person * width + vacancy
    at = np.searchsorted(edges, keys)
    found = np.where(at < len(edges), at, 0)
    known = (edges[found] == keys) if len(edges) else np.zeros(len(keys), dtype=np.bool_)
    return np.where(known, found, -1).astype(np.int64)


def rows_kept(problem: Problem, previous: Plan) -> Longs:
    """(k,) int64: rows of the problem's pairs that stand in an earlier plan.

    Pairings that are no longer possible are left out.
    """
    listed = (previous.person_at >= 0) & (previous.vacancy_at >= 0)
    rows = rows_of(problem, previous.person_at[listed], previous.vacancy_at[listed])
    return np.unique(rows[rows >= 0])


def settle(problem: Problem, conditions: Conditions) -> tuple[Longs, Room]:
    """(rows of the pinned pairs, what they leave of everything).

    Raises:
        Infeasible: pins, bans, caps, places, reserves and limits that contradict each other, each
            with the number by which it is passed.
    """
    pins = rows_of(problem, conditions.pin_person, conditions.pin_vacancy)
    bans = rows_of(problem, conditions.ban_person, conditions.ban_vacancy)
    limits = list(_contradictions(problem, conditions, pins, bans))
    if limits:
        raise Infeasible(limits=limits)
    pins = np.unique(pins)
    person, vacancy = problem.person_at[pins], problem.vacancy_at[pins]
    open_ = np.ones(problem.n_edges, dtype=np.bool_)
    open_[pins] = False
    open_[bans[bans >= 0]] = False
    sent = np.bincount(vacancy, minlength=problem.n_vacancies).astype(np.int32)
    held = np.bincount(person, minlength=problem.n_persons).astype(np.int32)
    kept = _kept_after(problem, conditions, pins)
    room = Room(
        edges=np.flatnonzero(open_),
        cap=problem.cap - held,
        places=problem.places - sent,
        kept=kept,
        floor=np.maximum(_floor(problem, conditions) - sent, 0),
        employer_limit=_employer_limit(conditions) - _at_employers(conditions, vacancy),
        served=_served(problem, person),
    )
    limits = list(_too_many(problem, conditions, room))
    if limits:
        raise Infeasible(limits=limits)
    return pins, room


def require_floors(problem: Problem, conditions: Conditions, edges: Longs) -> None:
    """Refuse a plan that leaves a post under its floor: then no plan can meet all floors.

    Raises:
        Infeasible: each post short of people, and by how many.
    """
    sent = np.bincount(problem.vacancy_at[edges], minlength=problem.n_vacancies)
    short = _floor(problem, conditions) - sent
    limits = [
        f"{problem.vacancy_ids[at]} must be sent {int(short[at])} person(s) more than can be found"
        for at in np.flatnonzero(short > 0).tolist()
    ]
    if limits:
        raise Infeasible(limits=limits)


def _contradictions(
    problem: Problem, conditions: Conditions, pins: Longs, bans: Longs
) -> Iterator[str]:
    for at in np.flatnonzero(pins < 0).tolist():
        who = problem.person_ids[conditions.pin_person[at]]
        where = problem.vacancy_ids[conditions.pin_vacancy[at]]
        yield f"{who} is pinned to {where}, which is no lawful pair of the problem"
    for row in np.intersect1d(pins[pins >= 0], bans).tolist():
        who = problem.person_ids[problem.person_at[row]]
        where = problem.vacancy_ids[problem.vacancy_at[row]]
        yield f"{who} is both pinned to and banned from {where}"


def _too_many(problem: Problem, conditions: Conditions, room: Room) -> Iterator[str]:
    for at in np.flatnonzero(room.cap < 0).tolist():
        over = -int(room.cap[at])
        yield f"pins send {problem.person_ids[at]} to {over} post(s) more than the cap allows"
    for at in np.flatnonzero(room.places < 0).tolist():
        over = -int(room.places[at])
        yield f"pins send {problem.vacancy_ids[at]} {over} person(s) more than it has places"
    for at in np.flatnonzero(room.employer_limit < 0).tolist():
        over, name = -int(room.employer_limit[at]), _employer(conditions, at)
        yield f"pins send employer {name} {over} person(s) more than its limit"
    asked = np.zeros(problem.n_vacancies, dtype=np.int64)
    for reserve, kept in zip(conditions.reserves, room.kept, strict=True):
        np.add.at(asked, reserve.vacancy_at, kept)
    for at in np.flatnonzero((asked > room.places) & (room.places >= 0)).tolist():
        over = int(asked[at] - room.places[at])
        yield f"reserves keep {over} place(s) more of {problem.vacancy_ids[at]} than are left"
    for at in np.flatnonzero(_floor(problem, conditions) > problem.places).tolist():
        over = int(_floor(problem, conditions)[at] - problem.places[at])
        yield f"{problem.vacancy_ids[at]} must be sent {over} person(s) more than it has places"


def _kept_after(problem: Problem, conditions: Conditions, pins: Longs) -> tuple[Positions, ...]:
    """The places still kept once pinned members of the groups sit on some of them."""
    on_kept = np.zeros(len(pins), dtype=np.bool_)
    kept = []
    for reserve in conditions.reserves:
        of_group = reserve.member[problem.person_at[pins]] & ~on_kept
        left = reserve.places.astype(np.int32).copy()
        for number, vacancy in enumerate(reserve.vacancy_at.tolist()):
            sits = np.flatnonzero(of_group & (problem.vacancy_at[pins] == vacancy))[: left[number]]
            on_kept[sits] = True
            left[number] -= len(sits)
        kept.append(left)
    return tuple(kept)


def _served(problem: Problem, person: NDArray[np.int32]) -> NDArray[np.bool_]:
    unit, n_units = units_of(problem)
    served = np.zeros(n_units, dtype=np.bool_)
    placed = unit[person]
    served[placed[placed >= 0]] = True
    return served


def _floor(problem: Problem, conditions: Conditions) -> Positions:
    if conditions.floor is None:
        return np.zeros(problem.n_vacancies, dtype=np.int32)
    return conditions.floor.astype(np.int32)


def _employer_limit(conditions: Conditions) -> Positions:
    if conditions.employer_limit is None:
        return np.empty(0, dtype=np.int32)
    return conditions.employer_limit.astype(np.int32)


def _at_employers(conditions: Conditions, vacancy: Positions) -> Positions:
    if conditions.employer is None or conditions.employer_limit is None:
        return np.empty(0, dtype=np.int32)
    of = conditions.employer[vacancy]
    counts = np.bincount(of[of != NO_EMPLOYER], minlength=len(conditions.employer_limit))
    return counts.astype(np.int32)


def _employer(conditions: Conditions, at: int) -> str:
    return str(conditions.employer_ids[at]) if conditions.employer_ids is not None else str(at)
