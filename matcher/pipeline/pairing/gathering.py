"""Who is at a fair, what they may be sent to, and what the organiser adds, as a pairing problem."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.allocation.conditions import Conditions, Household, Reserve
from matcher.allocation.problem import MAX_SCORE, Problem, build_problem
from matcher.errors import MalformedProblem
from matcher.pipeline.matching import score_of
from matcher.pipeline.privacy.plain import neutral, open_pairs, plain_people
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker

FLOOR = 1_000
"""Pairs of a lower score, of 10,000, are not worth a talk at a fair."""

GROUPS = ("zero_employment", "disabled")
"""Groups that an organiser can keep places for."""

Positions = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Ask:
    """How an organiser wants a fair paired.

    Attributes:
        invitations: the most posts one person is sent to.
        ratio: people invited per opening; rounded up to whole people.
        pins, bans: (person id, vacancy id) pairs that must, or must not, be in the plan.
        employer_limit: the most people any one employer is sent over all its posts.
        one_per_employer: at most one member of a household is sent to one employer.
        households_first: households served come before public-welfare places.
        reserves: (group, share) of each post's places, rounded down, kept for a group of `GROUPS`.
        floor: the fewest people each post is sent, as far as it has places.
        declined: invitees of whom no profile is read: each of their lawful pairs has the median
            score of the others', so that law, households and places alone decide.
        absent: people who are there no more, and are paired with nothing.
        settled: (person id, vacancy id) pairs that are under way or over: each takes one of the
            person's invitations and one of the post's places, and is not planned again.
    """

    invitations: int = 1
    ratio: float = 1.0
    pins: tuple[tuple[str, str], ...] = ()
    bans: tuple[tuple[str, str], ...] = ()
    employer_limit: int | None = None
    one_per_employer: bool = False
    households_first: bool = False
    reserves: tuple[tuple[str, float], ...] = ()
    floor: int = 0
    declined: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    settled: tuple[tuple[str, str], ...] = ()

    def heeding(self, fair: Mapping[Any, Any], declined: Collection[str]) -> Ask:
        """The same, with the invitees among these who want nothing decided by their profile."""
        return replace(self, declined=tuple(sorted(set(declined) & set(_split(fair["invitees"])))))


def fair_problem(
    snapshot: Snapshot, ranker: Ranker, fair: Mapping[Any, Any], ask: Ask
) -> tuple[Problem, int]:
    """(the problem of a fair, how many invitees are not looking for work)."""
    invited = _split(fair["invitees"])
    ids = snapshot.market.jobseekers.ids
    seeking = np.isin(ids, invited)
    persons = np.flatnonzero(seeking & ~np.isin(ids, list(ask.absent))).astype(np.int32)
    vacancies = _shown(snapshot, _split(fair["booths"]))
    edges = _fair_edges(snapshot, ranker, persons, vacancies, plain_people(snapshot, ask.declined))
    problem = build_problem(
        _fair_persons(snapshot, persons, ask),
        _fair_vacancies(snapshot, vacancies, ask),
        _without(edges, ask.settled),
    )
    return problem, len(set(invited)) - int(seeking.sum())


def _without(edges: pd.DataFrame, pairs: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """The edges that are none of these pairs."""
    if not pairs:
        return edges
    listed = pd.MultiIndex.from_frame(edges[["person_id", "vacancy_id"]])
    return edges[~listed.isin(pd.MultiIndex.from_tuples(pairs))]


def _spent(ids: NDArray[np.object_], used: list[str]) -> NDArray[np.int64]:
    """How often each of these ids is among those used."""
    times = pd.Series(used, dtype=object).value_counts()
    return np.asarray(pd.Series(ids).map(times).fillna(0), dtype=np.int64)


def conditions_of(snapshot: Snapshot, problem: Problem, ask: Ask) -> Conditions:
    """What an organiser asked, by position in the problem.

    Raises:
        MalformedProblem: a pinned or banned id that is not at this fair, or a reserve for a group
            that there is not.
    """
    posts = snapshot.market.vacancies
    at = pd.Index(posts.ids).get_indexer(pd.Index(problem.vacancy_ids))
    employer = posts.employer[at].astype(np.int32)
    limit = None
    if ask.employer_limit is not None:
        limit = np.full(len(posts.employer_ids), ask.employer_limit, dtype=np.int32)
    pins, bans = _positions(problem, ask.pins, "pinned"), _positions(problem, ask.bans, "banned")
    floor = np.minimum(problem.places, ask.floor).astype(np.int32)
    return Conditions(
        reserves=tuple(_reserve(snapshot, problem, *reserve) for reserve in ask.reserves),
        floor=floor if ask.floor else None,
        pin_person=pins[:, 0],
        pin_vacancy=pins[:, 1],
        ban_person=bans[:, 0],
        ban_vacancy=bans[:, 1],
        employer=employer if limit is not None or ask.one_per_employer else None,
        employer_ids=posts.employer_ids,
        employer_limit=limit,
        household=Household(one_per_employer=ask.one_per_employer),
    )


def _reserve(snapshot: Snapshot, problem: Problem, group: str, share: float) -> Reserve:
    if group not in GROUPS or not 0 <= share <= 1:
        wrong = f"places cannot be kept as '{group}:{share:g}'"
        raise MalformedProblem(problems=[f"{wrong}; name {' or '.join(GROUPS)} and a share to 1"])
    ids = pd.Index(snapshot.market.jobseekers.ids)
    at = ids.get_indexer(pd.Index(problem.person_ids))
    of_group = {
        "zero_employment": problem.zero_employment,
        "disabled": snapshot.market.standing.disability[at] == 1,
    }
    return Reserve(
        name=group,
        member=np.asarray(of_group[group], dtype=np.bool_),
        vacancy_at=np.arange(problem.n_vacancies, dtype=np.int32),
        places=np.floor(problem.places * share).astype(np.int32),
    )


def _positions(
    problem: Problem, pairs: tuple[tuple[str, str], ...], what: str
) -> NDArray[np.int32]:
    person = pd.Index(problem.person_ids).get_indexer(pd.Index([who for who, _ in pairs]))
    vacancy = pd.Index(problem.vacancy_ids).get_indexer(pd.Index([where for _, where in pairs]))
    strange = [
        f"{name} is {what} and not at this fair"
        for pair, who, where in zip(pairs, person.tolist(), vacancy.tolist(), strict=True)
        for name, at in zip(pair, (who, where), strict=True)
        if at < 0
    ]
    if strange:
        raise MalformedProblem(problems=strange)
    return np.column_stack([person, vacancy]).astype(np.int32).reshape(len(pairs), 2)


def _split(text: object) -> list[str]:
    return [item for item in str(text).split(";") if item] if isinstance(text, str) else []


def _shown(snapshot: Snapshot, booths: list[str]) -> Positions:
    """The posts that booths name, and all open ones of the employers whose booths name none."""
    posts = snapshot.market.vacancies
    named, whole = [], []
    for booth in booths:
        employer, _, listed = booth.partition(":")
        ids = [post for post in listed.split("、") if post]
        named += ids
        whole += [] if ids else [employer]
    of_whole = np.isin(posts.employer, np.flatnonzero(np.isin(posts.employer_ids, whole)))
    is_open = ~(posts.expires_on < np.datetime64(snapshot.market.on)) & (posts.places_left != 0)
    return np.flatnonzero(np.isin(posts.ids, named) | (of_whole & is_open)).astype(np.int32)


def _fair_edges(
    snapshot: Snapshot,
    ranker: Ranker,
    persons: Positions,
    vacancies: Positions,
    plain: Positions,
) -> pd.DataFrame:
    """The pairs that are lawful, new and worth a talk, each with its tier by law."""
    market = snapshot.market
    person_at = np.repeat(persons, len(vacancies))
    vacancy_at = np.tile(vacancies, len(persons))
    known = np.isin(snapshot.pair_key(person_at, vacancy_at), snapshot.known_pairs)
    kept = open_pairs(snapshot, person_at, vacancy_at) & ~known
    person_at, vacancy_at = person_at[kept], vacancy_at[kept]
    is_plain = np.isin(person_at, plain)
    read = ~is_plain
    told = np.full(len(person_at), np.nan, np.float32)
    told[read] = score_of(snapshot, ranker, person_at[read], vacancy_at[read])
    score = np.rint(neutral(told, is_plain) * MAX_SCORE).astype(np.int64)
    tier = pd.Series(snapshot.entitlement.tiers(person_at, vacancy_at), dtype="Int64")
    edges = pd.DataFrame(
        {
            "person_id": market.jobseekers.ids[person_at],
            "vacancy_id": market.vacancies.ids[vacancy_at],
            "score": score,
            "tier": tier.where(tier > 0),
        }
    )
    return edges[(score >= FLOOR) | is_plain]


def _fair_persons(snapshot: Snapshot, persons: Positions, ask: Ask) -> pd.DataFrame:
    household = snapshot.market.standing.household[persons]
    ids = snapshot.market.standing.household_ids
    own = snapshot.market.jobseekers.ids[persons]
    return pd.DataFrame(
        {
            "person_id": own,
            # One person stands in several tiers, by whose law a post is under: edges carry them.
            "tier": pd.Series(pd.NA, index=range(len(persons)), dtype="Int64"),
            "household_id": [str(ids[at]) if at >= 0 else None for at in household.tolist()],
            "zero_employment": snapshot.entitlement.zero_employment[persons].astype(np.int64),
            "cap": np.maximum(ask.invitations - _spent(own, [who for who, _ in ask.settled]), 0),
            "tie": snapshot.entitlement.tie_ranks[persons],
        }
    )


def _fair_vacancies(snapshot: Snapshot, vacancies: Positions, ask: Ask) -> pd.DataFrame:
    left = snapshot.market.vacancies.places_left[vacancies]
    openings = np.where(left >= 0, left, 1)
    ids = snapshot.market.vacancies.ids[vacancies]
    places = np.ceil(openings * ask.ratio).astype(np.int64)
    return pd.DataFrame(
        {
            "vacancy_id": ids,
            "places": np.maximum(places - _spent(ids, [post for _, post in ask.settled]), 0),
            "public_welfare": (snapshot.market.vacancies.public_welfare[vacancies] == 1).astype(
                int
            ),
        }
    )
