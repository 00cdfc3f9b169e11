"""Every plan of a small problem, tried one by one in plain Python."""

from __future__ import annotations

from collections.abc import Iterator

from matcher.allocation.conditions import FREE, Conditions
from matcher.allocation.problem import Plan, Problem

Key = tuple[int, ...]
Pairs = tuple[int, ...]


def plans(problem: Problem, conditions: Conditions = FREE) -> Iterator[Pairs]:
    """Rows of the pairs of every plan that keeps caps, places and conditions."""
    pins = set(zip(conditions.pin_person.tolist(), conditions.pin_vacancy.tolist(), strict=True))
    bans = set(zip(conditions.ban_person.tolist(), conditions.ban_vacancy.tolist(), strict=True))
    pairs = list(zip(problem.person_at.tolist(), problem.vacancy_at.tolist(), strict=True))
    if not pins <= set(pairs):
        return

    def extend(row: int, taken: Pairs, cap: list[int], places: list[int]) -> Iterator[Pairs]:
        if row == len(pairs):
            if _keeps(problem, conditions, taken):
                yield taken
            return
        person, vacancy = pairs[row]
        if pairs[row] not in pins:
            yield from extend(row + 1, taken, cap, places)
        if pairs[row] not in bans and cap[person] > 0 and places[vacancy] > 0:
            cap[person] -= 1
            places[vacancy] -= 1
            yield from extend(row + 1, (*taken, row), cap, places)
            cap[person] += 1
            places[vacancy] += 1

    yield from extend(0, (), problem.cap.tolist(), problem.places.tolist())


def _keeps(problem: Problem, conditions: Conditions, taken: Pairs) -> bool:
    who = [int(problem.person_at[row]) for row in taken]
    where = [int(problem.vacancy_at[row]) for row in taken]
    if conditions.floor is not None and any(
        where.count(post) < floor for post, floor in enumerate(conditions.floor.tolist())
    ):
        return False
    if conditions.employer is not None and conditions.employer_limit is not None:
        firms = [int(conditions.employer[post]) for post in where]
        if any(
            firms.count(firm) > most for firm, most in enumerate(conditions.employer_limit.tolist())
        ):
            return False
    return _reserves(problem, conditions, who, where) and _household(
        problem, conditions, who, where
    )


def _reserves(problem: Problem, conditions: Conditions, who: list[int], where: list[int]) -> bool:
    """Some seating puts only members of its group on each kept place."""
    for post in range(problem.n_vacancies):
        seats: list[set[int] | None] = []
        for reserve in conditions.reserves:
            for at, places in zip(
                reserve.vacancy_at.tolist(), reserve.places.tolist(), strict=True
            ):
                if at == post:
                    members = {p for p in range(problem.n_persons) if reserve.member[p]}
                    seats += [members] * places
        seats += [None] * (int(problem.places[post]) - len(seats))
        people = [p for p, v in zip(who, where, strict=True) if v == post]
        if not _seated(people, seats):
            return False
    return True


def _seated(people: list[int], seats: list[set[int] | None]) -> bool:
    if not people:
        return True
    first, rest = people[0], people[1:]
    return any(
        (seat is None or first in seat) and _seated(rest, seats[:at] + seats[at + 1 :])
        for at, seat in enumerate(seats)
    )


def _household(problem: Problem, conditions: Conditions, who: list[int], where: list[int]) -> bool:
    rules = conditions.household
    for one, post in zip(who, where, strict=True):
        for other, place in zip(who, where, strict=True):
            if one == other or problem.household[one] < 0:
                continue
            if problem.household[one] != problem.household[other]:
                continue
            if rules.one_per_employer and conditions.employer is not None:
                firm = conditions.employer[post]
                if firm >= 0 and firm == conditions.employer[place]:
                    return False
            if rules.clashes is not None and rules.shift is not None:
                a, b = rules.shift[post], rules.shift[place]
                if a >= 0 and b >= 0 and rules.clashes[a, b]:
                    return False
    return True


def key(problem: Problem, taken: Pairs, *, households_first: bool = False) -> Key:
    """The levels A to D of a plan, counted one by one."""
    tiers = sorted(
        {int(t) for t in problem.tier if t}
        | {
            int(t)
            for t, v in zip(problem.edge_tier, problem.vacancy_at, strict=True)
            if t and problem.public_welfare[v]
        }
    )
    filled = [
        sum(
            bool(problem.public_welfare[problem.vacancy_at[row]])
            and int(problem.edge_tier[row]) == tier
            for row in taken
        )
        for tier in tiers
    ]
    served = {
        ("household", int(problem.household[p])) if problem.household[p] >= 0 else ("alone", int(p))
        for p in (problem.person_at[row] for row in taken)
        if problem.zero_employment[p]
    }
    aims = [len(served), *filled] if households_first else [*filled, len(served)]
    score = sum(int(problem.score[row]) for row in taken)
    tie = sum(int(problem.tie[problem.person_at[row]]) for row in taken)
    return (*aims, score, tie)


def rows_of_plan(problem: Problem, plan: Plan) -> Pairs:
    """The rows of a plan's pairs."""
    pairs = list(zip(problem.person_at.tolist(), problem.vacancy_at.tolist(), strict=True))
    planned = zip(plan.person_at.tolist(), plan.vacancy_at.tolist(), strict=True)
    return tuple(pairs.index(pair) for pair in planned)


def fewest_changes(problem: Problem, best: list[Pairs], previous: Plan) -> int:
    """The smallest symmetric difference of an equally good plan to an earlier one."""
    before = set(zip(previous.person_at.tolist(), previous.vacancy_at.tolist(), strict=True))
    pairs = list(zip(problem.person_at.tolist(), problem.vacancy_at.tolist(), strict=True))
    return min(len(before ^ {pairs[row] for row in taken}) for taken in best)
