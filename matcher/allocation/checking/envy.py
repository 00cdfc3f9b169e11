"""Justified envy: who comes first by law holds nothing where one who comes later holds a place.

Daycare and school allocation know the notion (Abdulkadiroglu and Sonmez, American Economic Review
93, 2003); here the order is the tier that a pair has for a public-welfare post.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.checking.added import holds_rules, seatable
from matcher.allocation.conditions import Conditions
from matcher.allocation.problem import Problem

Positions = NDArray[np.int64]

BEHIND_ALL = np.iinfo(np.int32).max
"""Where a pair without a tier stands when tiers are compared."""


def left_out(
    problem: Problem,
    conditions: Conditions,
    person: Positions,
    vacancy: Positions,
    *,
    households_first: bool = False,
) -> Iterator[tuple[str, str, int, str]]:
    """(post, person, tier, why) for everyone who stands before a holder and is not at the post.

    The proof that nobody has justified envy, post by post, in words that can be repeated to the
    person: they hold another public-welfare place, are sent to as many posts as they may have, or
    could not take this place over. Someone with justified envy is left out here too, as "justified
    envy". Ordered by post, then person.
    """
    stands, held_in = _standing(problem, person, vacancy)
    lowest = _lowest(problem, vacancy, held_in)
    planned = edge_of(problem, person, vacancy)
    here = np.zeros(len(problem.person_at), dtype=np.bool_)
    here[planned[planned >= 0]] = True
    outranks = (stands < lowest[problem.vacancy_at]) & ~here
    exempt = _Exempt(problem, conditions, person, vacancy, households_first=households_first)
    places: dict[int, list[int]] = {}
    for who, where in zip(person.tolist(), vacancy.tolist(), strict=True):
        places.setdefault(who, []).append(where)
    rows = np.flatnonzero(outranks)
    for at in rows[np.lexsort((problem.person_at[rows], problem.vacancy_at[rows]))].tolist():
        who, where = int(problem.person_at[at]), int(problem.vacancy_at[at])
        mine = places.get(who, [])
        behind = np.flatnonzero((vacancy == where) & (held_in > stands[at]))
        why = _why(problem, who, mine) or exempt.why(who, behind)
        yield (
            str(problem.vacancy_ids[where]),
            str(problem.person_ids[who]),
            int(stands[at]),
            why or "justified envy",
        )


def _why(problem: Problem, who: int, mine: list[int]) -> str | None:
    welfare = [post for post in mine if problem.public_welfare[post]]
    if welfare:
        ids = ", ".join(str(problem.vacancy_ids[post]) for post in welfare)
        return f"holds a public-welfare place at {ids}"
    if len(mine) >= problem.cap[who]:
        ids = ", ".join(str(problem.vacancy_ids[post]) for post in mine)
        return f"is sent to as many posts as they may have{': ' + ids if ids else ''}"
    return None


def _standing(
    problem: Problem, person: Positions, vacancy: Positions
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(tier of every pair of the problem, tier of every pairing), none behind all others."""
    stands = np.where(problem.edge_tier > 0, problem.edge_tier.astype(np.int64), BEHIND_ALL)
    # A pairing that is no pair of the problem has no tier to envy; it is told of as such already.
    return stands, np.append(stands, 0)[edge_of(problem, person, vacancy)]


def _lowest(problem: Problem, vacancy: Positions, held_in: NDArray[np.int64]) -> NDArray[np.int64]:
    """(m,) int64: the last tier that holds a place of each public-welfare post; 0 for none."""
    on_welfare = problem.public_welfare[vacancy]
    lowest = np.zeros(len(problem.vacancy_ids), dtype=np.int64)
    np.maximum.at(lowest, vacancy[on_welfare], held_in[on_welfare])
    return lowest


def justified_envy(
    problem: Problem,
    conditions: Conditions,
    person: Positions,
    vacancy: Positions,
    *,
    households_first: bool,
) -> Iterator[str]:
    """Each person of a higher tier who could lawfully stand where one of a lower tier stands.

    Only people below their cap who hold no public-welfare place can envy. A tier is that of the
    pair: one person may stand first for one post and behind others for the next. Exempt are places
    that the higher-tier person could not take over: of a pinned holder, from a post they are banned
    from, kept for a group they are not in, at an employer or shift that a member of their household
    rules out, and, where households served come first, the only place of a zero-employment one.
    """
    n = len(problem.person_ids)
    stands, held_in = _standing(problem, person, vacancy)
    lowest = _lowest(problem, vacancy, held_in)
    on_welfare = problem.public_welfare[vacancy]
    holds_welfare = np.bincount(person[on_welfare], minlength=n) > 0
    below_cap = np.bincount(person, minlength=n) < problem.cap
    may_envy = (below_cap & ~holds_welfare)[problem.person_at]
    envies = may_envy & (stands < lowest[problem.vacancy_at])
    exempt = _Exempt(problem, conditions, person, vacancy, households_first=households_first)
    for at in np.flatnonzero(envies).tolist():
        who, where = int(problem.person_at[at]), int(problem.vacancy_at[at])
        behind = np.flatnonzero((vacancy == where) & (held_in > stands[at]))
        envied = [row for row in behind.tolist() if not exempt.of(who, row)]
        if not envied:
            continue
        tier = max(held_in[row] for row in envied)
        holder = min(person[row] for row in envied if held_in[row] == tier)
        yield (
            f"{problem.person_ids[who]} (tier {stands[at]}) holds no public-welfare place "
            f"and could hold {problem.vacancy_ids[where]}, given to {problem.person_ids[holder]} "
            f"({'no tier' if tier == BEHIND_ALL else f'tier {tier}'})"
        )


class _Exempt:
    """Could one person take over the place of another."""

    def __init__(
        self,
        problem: Problem,
        conditions: Conditions,
        person: Positions,
        vacancy: Positions,
        *,
        households_first: bool,
    ) -> None:
        self.problem, self.conditions = problem, conditions
        self.person, self.vacancy = person, vacancy
        self.households_first = households_first
        pins = zip(conditions.pin_person.tolist(), conditions.pin_vacancy.tolist(), strict=True)
        bans = zip(conditions.ban_person.tolist(), conditions.ban_vacancy.tolist(), strict=True)
        self.pins, self.bans = set(pins), set(bans)
        self.keeping = {
            int(post) for reserve in conditions.reserves for post in reserve.vacancy_at.tolist()
        }

    def of(self, who: int, row: int) -> bool:
        """Is the place of this pairing exempt from the envy of this person."""
        return self._exemption(who, row) is not None

    def why(self, who: int, rows: NDArray[np.int64]) -> str | None:
        """Why this person could take over none of these pairings; None where they could."""
        found = [self._exemption(who, row) for row in rows.tolist()]
        if any(each is None for each in found):
            return None
        return "; ".join(dict.fromkeys(each for each in found if each is not None))

    def _exemption(self, who: int, row: int) -> str | None:
        holder, post = int(self.person[row]), int(self.vacancy[row])
        if (holder, post) in self.pins:
            return f"{self.problem.person_ids[holder]} is pinned there"
        if (who, post) in self.bans:
            return "is banned from the post"
        if post in self.keeping and not seatable(
            self.problem, self.conditions, post, self._people_with(who, row)
        ):
            return "the place is kept for a group they are not in"
        if self.households_first and self._only_place(who, row):
            return "the place is the only one of a zero-employment household"
        return self._ruled_out(who, row)

    def _ruled_out(self, who: int, row: int) -> str | None:
        if not self.conditions.household.any:
            return None
        person = self.person.copy()
        person[row] = who
        if holds_rules(self.problem, self.conditions, person, self.vacancy, who):
            return None
        return "another member of the household rules it out"

    def _people_with(self, who: int, row: int) -> list[int]:
        there = np.flatnonzero(self.vacancy == self.vacancy[row])
        return [*self.person[there[there != row]].tolist(), who]

    def _only_place(self, who: int, row: int) -> bool:
        """Would a zero-employment household lose its only place, and none gain one."""
        before = self._served(self.person)
        person = self.person.copy()
        person[row] = who
        return self._served(person) < before

    def _served(self, person: Positions) -> int:
        placed = np.unique(person[self.problem.zero_employment[person]])
        household = self.problem.household[placed]
        alone = int((household < 0).sum())
        return alone + len(np.unique(household[household >= 0]))


def edge_of(problem: Problem, person: Positions, vacancy: Positions) -> Positions:
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
