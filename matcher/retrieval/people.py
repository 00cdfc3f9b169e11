"""The best people for one vacancy: the same filters, the same score, looked at from the post."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.errors import WrongUse
from matcher.market.arrays import Market
from matcher.retrieval.index import posts_of, profiles_of, scales_of
from matcher.retrieval.kernel import score_pairs
from matcher.retrieval.retrieve import Candidates
from matcher.retrieval.sources import RetrievalWeights
from matcher.screening.kernel import failures_of_pairs
from matcher.screening.rows import people_rows, post_rows
from matcher.screening.welfare import NO_CLASS, WelfareEligibility

_NO_TIER = np.iinfo(np.int8).max


def retrieve_people(
    market: Market,
    welfare: WelfareEligibility,
    vacancy_at: int,
    k: int = 200,
    *,
    working_age_min: int | None = None,
    weights: RetrievalWeights | None = None,
) -> Candidates:
    """The k best persons who may take this vacancy, or all where fewer.

    For a public-welfare post the tier goes before the score, so nobody of a higher tier is left
    out for a better-worded profile; who has no tier, or is not known to, comes last.

    Args:
        market: of one day.
        welfare: policy's answers on its public-welfare posts.
        vacancy_at: position of the vacancy.
        k: how many to keep, at least 1.
        working_age_min: as in `screen_pairs`.
        weights: the tunable numbers; None takes the defaults.

    Returns:
        The pairs, sorted by person; equal scores keep the earlier person. None where the vacancy
        is expired or full.

    Raises:
        WrongUse: k is below 1.
    """
    if k < 1:
        raise WrongUse(what=f"k is {k}", expected="at least 1", do="Ask for one or more.")
    chosen = weights or RetrievalWeights()
    everyone = np.arange(len(market.jobseekers), dtype=np.int32)
    vacancy = np.array([vacancy_at], np.int32)
    people = people_rows(market, welfare, everyone, working_age_min=working_age_min)
    post = post_rows(market, welfare, vacancy)
    failed = failures_of_pairs(people, post, everyone, np.zeros_like(everyone))
    persons = everyone[failed == 0]
    used, profiles = profiles_of(market)
    score, found_by = score_pairs(
        profiles,
        posts_of(market, welfare, chosen, vacancy),
        scales_of(market, used, chosen),
        welfare.eligible,
        persons,
        np.zeros_like(persons),
    )
    order = np.lexsort((persons, -score, _tiers(welfare, vacancy_at, persons)))[:k]
    kept = np.sort(order)
    return Candidates(
        persons=persons[kept],
        offsets=np.arange(len(kept) + 1, dtype=np.int64),
        person_at=persons[kept],
        vacancy_at=np.full(len(kept), vacancy_at, np.int32),
        found_by=found_by[kept],
        score=score[kept],
    )


def _tiers(
    welfare: WelfareEligibility, vacancy_at: int, persons: NDArray[np.int32]
) -> NDArray[np.int8]:
    of_class = int(welfare.vacancy_class[vacancy_at])
    if of_class == NO_CLASS:
        return np.zeros(len(persons), np.int8)
    tier = welfare.tier[persons, of_class]
    return np.where(tier > 0, tier, _NO_TIER).astype(np.int8)
