"""Everyone's lists made together, so that attention spreads over the posts there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.pipeline.matching import (
    CANDIDATES,
    PERSONS_A_CHUNK,
    Positions,
    Progress,
    Ranked,
    matches_frame,
    scored_candidates,
)
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.congestion.exposure import Exposure, exposure_of
from matcher.ranking.congestion.lists import exposures, order_lists
from matcher.ranking.congestion.prices import Aim, priced_for
from matcher.ranking.congestion.round import DEPTH, Round, build_round
from matcher.ranking.order import ranks
from matcher.ranking.ranker import Ranker

PAIRS_HELD = 24_000_000
"""Scored pairs kept while prices are found: 340 MB. Larger rounds find them on a sample."""

BUDGET_GROWTH = 0.1
"""A post's budget grows with its openings to this power: 0 is one share a post, 1 a share an
opening. At 1 the spread over posts can be no more even than openings are; measured on the demo
city, this leaves room to halve the Gini of exposure at three per cent of NDCG."""


@dataclass(frozen=True, slots=True)
class Crowding:
    """What making the lists together did to a round.

    Attributes:
        depth: places of a list that count as exposure.
        strength: of the prices; 0 where the lists were even already.
        before, after: how attention was spread by the ranker alone, and is now.
        expected_ndcg: discounted gain kept, by the ranker's own scores.
        priced_on: people whose lists set the prices.
        people: whose lists were made.
    """

    depth: int
    strength: float
    before: Exposure
    after: Exposure
    expected_ndcg: float
    priced_on: int
    people: int


@dataclass(frozen=True, slots=True)
class _Pairs:
    person_at: Positions
    vacancy_at: Positions
    found_by: NDArray[np.uint16]
    score: NDArray[np.float32]


def match_together(  # noqa: PLR0913 - what match_all takes, and what the round aims at
    snapshot: Snapshot,
    ranker: Ranker,
    *,
    top: int,
    include_known: bool = False,
    aim: Aim | None = None,
    persons: Positions | None = None,
    progress: Progress | None = None,
) -> tuple[pd.DataFrame, Crowding]:
    """Everyone's lists under the market's shadow prices, and what that did.

    Prices are found on all people, or on every so-many-th where their pairs would not fit
    `PAIRS_HELD`; then all lists are made at these prices, a chunk of people at a time.

    Args:
        snapshot: of the day.
        ranker: whose scores are weighed against the crowd.
        top: length of the lists.
        include_known: also pairs already acted upon.
        aim: how even the round should be and what that may cost.
        persons: ascending positions; None serves all.
        progress: told how many people are scored.

    Returns:
        The table of `matches_frame`, persons in order of their ids, and the report.
    """
    everyone = np.arange(len(snapshot.market.jobseekers), dtype=np.int32)
    asked = everyone if persons is None else persons
    step = max(1, -(-len(asked) * max(CANDIDATES, top) // PAIRS_HELD))
    ask = _Asking(snapshot, ranker, top, include_known, progress)
    held = ask.pairs_of(asked[::step])
    openings = np.maximum(snapshot.market.vacancies.places_left, 1)
    depth = min(DEPTH, top)
    lists = _round(held, openings, depth)
    priced = priced_for(lists, aim or Aim())
    nothing = np.zeros_like(priced.price)
    report = Crowding(
        depth=depth,
        strength=priced.strength,
        before=exposure_of(lists, exposures(lists, nothing), openings),
        after=exposure_of(lists, exposures(lists, priced.price), openings),
        expected_ndcg=priced.expected_ndcg,
        priced_on=len(lists.persons),
        people=len(asked),
    )
    frames = [matches_frame(snapshot, _listed(held, lists, priced.price, top, slice(0, 0)))]
    parts = [(held, lists)] if step == 1 else ask.rounds_of(asked, openings, depth)
    for pairs, part in parts:
        for first in range(0, len(part.persons), PERSONS_A_CHUNK):
            rows = slice(first, first + PERSONS_A_CHUNK)
            listed = _listed(pairs, part, priced.price, top, rows)
            frames.append(matches_frame(snapshot, listed))
    return pd.concat(frames[1:] or frames, ignore_index=True), report


@dataclass(frozen=True, slots=True)
class _Asking:
    """How the pairs of some people are scored."""

    snapshot: Snapshot
    ranker: Ranker
    top: int
    include_known: bool
    progress: Progress | None

    def pairs_of(self, persons: Positions) -> _Pairs:
        """Scored pairs of these people, ascending by person and vacancy."""
        parts = []
        for first in range(0, len(persons), PERSONS_A_CHUNK):
            chunk = persons[first : first + PERSONS_A_CHUNK]
            person_at, vacancy_at, found_by, score = scored_candidates(
                self.snapshot,
                self.ranker,
                top=self.top,
                persons=chunk,
                include_known=self.include_known,
            )
            order = np.lexsort((vacancy_at, person_at))
            parts.append(_Pairs(person_at[order], vacancy_at[order], found_by[order], score[order]))
            if self.progress is not None:
                self.progress(first + len(chunk), len(persons))
        return _joined(parts)

    def rounds_of(
        self, persons: Positions, openings: NDArray[np.int32], depth: int
    ) -> Iterator[tuple[_Pairs, Round]]:
        """The people's pairs again, a chunk at a time."""
        for first in range(0, len(persons), PERSONS_A_CHUNK):
            pairs = self.pairs_of(persons[first : first + PERSONS_A_CHUNK])
            yield pairs, _round(pairs, openings, depth)


def _joined(parts: list[_Pairs]) -> _Pairs:
    none = np.empty(0, np.int32)
    parts = parts or [_Pairs(none, none, np.empty(0, np.uint16), np.empty(0, np.float32))]
    return _Pairs(
        np.concatenate([part.person_at for part in parts]),
        np.concatenate([part.vacancy_at for part in parts]),
        np.concatenate([part.found_by for part in parts]),
        np.concatenate([part.score for part in parts]),
    )


def _round(pairs: _Pairs, openings: NDArray[np.int32], depth: int) -> Round:
    weight = openings.astype(np.float64) ** BUDGET_GROWTH
    return build_round(pairs.person_at, pairs.vacancy_at, pairs.score, weight, depth=depth)


def _listed(
    pairs: _Pairs, lists: Round, price: NDArray[np.float64], top: int, rows: slice
) -> Ranked:
    """The lists of some of a round's people."""
    kept = order_lists(lists, price, n=top, rows=rows)
    person_at = pairs.person_at[kept]
    return Ranked(
        person_at,
        pairs.vacancy_at[kept],
        ranks(person_at),
        pairs.score[kept],
        pairs.found_by[kept],
    )
