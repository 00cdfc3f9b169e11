"""Ranked lists of people for one post; whose profile is not to be read stands among them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.pipeline.matching import (
    CANDIDATES,
    Positions,
    Ranked,
    columns_of,
    score_of,
    without_known,
)
from matcher.pipeline.privacy.plain import neutral, open_pairs
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.order import order_people, ranks
from matcher.ranking.ranker import Ranker
from matcher.retrieval.people import retrieve_people
from matcher.retrieval.sources import Source

NOBODY: Positions = np.empty(0, np.int32)


def rank_for_vacancy(
    snapshot: Snapshot,
    ranker: Ranker,
    vacancy_id: str,
    *,
    top: int,
    include_known: bool = False,
    plain: Positions = NOBODY,
) -> Ranked:
    """The best people for one vacancy.

    For a public-welfare post the tier by law comes first, then what the place puts before the
    score; equal people stand in the published order of ties.

    Args:
        snapshot: of the day.
        ranker: what scores the pairs.
        vacancy_id: the post.
        top: how many people.
        include_known: also people who applied, were referred or refused.
        plain: positions of people whose profile is not to be read. Those who may lawfully take the
            post stand where the median score puts them: they neither gain nor lose a place by it.

    Returns:
        One list; the score of `plain` people is NaN, their source `NOT_PERSONALISED`.
    """
    at = snapshot.vacancy(vacancy_id)
    pairs = _candidates(snapshot, at, top, plain, include_known=include_known)
    person_at, vacancy_at, found_by = pairs if include_known else without_known(snapshot, pairs)
    is_plain = found_by == Source.NOT_PERSONALISED
    read = ~is_plain
    score = np.full(len(person_at), np.nan, np.float32)
    score[read] = score_of(snapshot, ranker, person_at[read], vacancy_at[read])
    order = _order(snapshot, at, person_at, neutral(score, is_plain), top)
    return Ranked(
        person_at[order],
        vacancy_at[order],
        ranks(vacancy_at[order]),
        score[order],
        found_by[order],
    )


def _order(
    snapshot: Snapshot, at: int, person_at: Positions, score: NDArray[np.float32], top: int
) -> NDArray[np.int64]:
    entitlement, vacancy_at = snapshot.entitlement, np.full(len(person_at), at, np.int32)
    order: NDArray[np.int64] = order_people(
        vacancy_at,
        score,
        person_at,
        n=top,
        tier=entitlement.tiers(person_at, vacancy_at),
        public_welfare=snapshot.market.vacancies.public_welfare[vacancy_at] == 1,
        within=entitlement.within(person_at, vacancy_at),
        tie=entitlement.tie_line[person_at],
    )
    return order


def _candidates(
    snapshot: Snapshot, at: int, top: int, plain: Positions, *, include_known: bool
) -> tuple[Positions, Positions, NDArray[np.uint16]]:
    """Who the list is chosen from: found by profile, and all of `plain` who may take the post."""
    found = retrieve_people(
        snapshot.market,
        snapshot.entitlement.welfare,
        at,
        k=_people_looked_at(snapshot, at, top + len(plain), include_known=include_known),
        working_age_min=snapshot.entitlement.working_age_min,
    )
    person_at, vacancy_at, found_by = columns_of(found)
    read = ~np.isin(person_at, plain)
    open_to = open_pairs(snapshot, plain, np.full(len(plain), at, np.int32))
    beside = plain[open_to]
    return (
        np.concatenate([person_at[read], beside]),
        np.concatenate([vacancy_at[read], np.full(len(beside), at, np.int32)]),
        np.concatenate(
            [found_by[read], np.full(len(beside), Source.NOT_PERSONALISED, found_by.dtype)]
        ),
    )


def _people_looked_at(snapshot: Snapshot, at: int, top: int, *, include_known: bool) -> int:
    """How many people retrieval hands on; everyone where law orders them before any score."""
    if not snapshot.entitlement.score_first(at):
        return max(len(snapshot.market.jobseekers), 1)
    return max(CANDIDATES, top) + len(snapshot.known_pairs) * (not include_known)
