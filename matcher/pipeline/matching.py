"""Ranked lists with reasons: posts for people, one pair explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.match import Match
from matcher.explanation.explain import Listed, PairExplanation, explain_pair
from matcher.explanation.scored import Scored, scored
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.history.signals import best_posts
from matcher.ranking.order import order_pairs, ranks
from matcher.ranking.ranker import Looked, Ranker, look_at, reads_history, reads_past
from matcher.retrieval.retrieve import Candidates, joined_by_past, search
from matcher.retrieval.sources import Source, source_names
from matcher.screening.results import FilterResult, explain_filters, explain_filters_of

CANDIDATES = 200
"""Posts that retrieval hands to the ranker for each person."""

PROPOSED_BY_EACH_SIGNAL = 80
"""Posts that each signal of past outcomes adds for each person."""

PERSONS_A_CHUNK = 4_096
"""People whose lists are made at once: some hundred thousand pairs, well inside memory."""

Positions = NDArray[np.int32]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Scored pairs in the order in which they are shown; `rank` counts from 1 in each list.

    `features` are those that the scores were made of, kept of short lists for their explanation.
    """

    person_at: Positions
    vacancy_at: Positions
    rank: NDArray[np.int32]
    score: NDArray[np.float32]
    found_by: NDArray[np.uint16]
    features: NDArray[np.float32] | None = None

    def only(self, rows: NDArray[np.bool_]) -> Ranked:
        """Some of the pairs, with the ranks that they have."""
        return Ranked(
            self.person_at[rows],
            self.vacancy_at[rows],
            self.rank[rows],
            self.score[rows],
            self.found_by[rows],
            None if self.features is None else self.features[rows],
        )


def rank_for_persons(
    snapshot: Snapshot,
    ranker: Ranker,
    *,
    top: int,
    persons: Positions | None = None,
    include_known: bool = False,
) -> Ranked:
    """Each person's best posts, persons in order of their ids.

    A person who already acted upon many posts gets as many candidates more, so that nobody's list
    is shorter than what is open and lawful to them.
    """
    person_at, vacancy_at, found_by = _candidates(
        snapshot, ranker, top=top, persons=persons, include_known=include_known
    )
    return best_of(snapshot, ranker, person_at, vacancy_at, found_by, top=top)


def best_of(
    snapshot: Snapshot,
    ranker: Ranker,
    person_at: Positions,
    vacancy_at: Positions,
    found_by: NDArray[np.uint16],
    *,
    top: int,
) -> Ranked:
    """The best of some pairs of each person, best first."""
    looked = _look_at(snapshot, ranker, person_at, vacancy_at)
    order = order_pairs(person_at, looked.score, vacancy_at, n=top)
    return Ranked(
        person_at[order],
        vacancy_at[order],
        ranks(person_at[order]),
        looked.score[order],
        found_by[order],
        None if looked.features is None else looked.features[order],
    )


def scored_candidates(
    snapshot: Snapshot,
    ranker: Ranker,
    *,
    top: int,
    persons: Positions | None = None,
    include_known: bool = False,
) -> tuple[Positions, Positions, NDArray[np.uint16], NDArray[np.float32]]:
    """Person, vacancy, sources and score of every pair that the lists are chosen from."""
    person_at, vacancy_at, found_by = _candidates(
        snapshot, ranker, top=top, persons=persons, include_known=include_known
    )
    return person_at, vacancy_at, found_by, score_of(snapshot, ranker, person_at, vacancy_at)


_Columns = tuple[NDArray[Any], ...]


def _candidates(
    snapshot: Snapshot,
    ranker: Ranker,
    *,
    top: int,
    persons: Positions | None,
    include_known: bool,
) -> _Columns:
    """Person, vacancy and sources of the pairs that the lists are chosen from."""
    found = _retrieve(snapshot, max(CANDIDATES, top), persons, ranker)
    pairs = columns_of(found)
    if not include_known:
        pairs = without_known(snapshot, pairs)
        served = np.bincount(pairs[0], minlength=len(snapshot.market.jobseekers))
        asked = np.bincount(found.person_at, minlength=len(snapshot.market.jobseekers))
        short = np.flatnonzero((served < top) & (asked >= max(CANDIDATES, top)))
        if len(short):
            more = top + int((asked - served)[short].max()) + CANDIDATES
            again = columns_of(_retrieve(snapshot, more, short.astype(np.int32), ranker))
            keep = ~np.isin(pairs[0], short)
            refilled = without_known(snapshot, again)
            pairs = tuple(
                np.concatenate([old[keep], new]) for old, new in zip(pairs, refilled, strict=True)
            )
    return pairs


def _retrieve(snapshot: Snapshot, k: int, persons: Positions | None, ranker: Ranker) -> Candidates:
    """Candidates by content, and by what people alike went for where the ranker can weigh that."""
    found = search(snapshot.index, k=k, persons=persons, threads=snapshot.threads)
    if not reads_history(ranker):
        return found
    proposed = best_posts(snapshot.past, found.persons, of_each=PROPOSED_BY_EACH_SIGNAL)
    return joined_by_past(snapshot.index, found, *proposed)


def columns_of(found: Candidates) -> _Columns:
    """Person, vacancy and sources of pairs that retrieval found."""
    return found.person_at, found.vacancy_at, found.found_by


def without_known(snapshot: Snapshot, pairs: _Columns) -> _Columns:
    """The pairs that nobody has acted upon yet."""
    known = np.isin(snapshot.pair_key(pairs[0], pairs[1]), snapshot.known_pairs)
    return tuple(column[~known] for column in pairs)


def score_of(
    snapshot: Snapshot, ranker: Ranker, person_at: Positions, vacancy_at: Positions
) -> NDArray[np.float32]:
    """(n_pairs,) float32: what the ranker says of these pairs."""
    return _look_at(snapshot, ranker, person_at, vacancy_at).score


def _look_at(
    snapshot: Snapshot, ranker: Ranker, person_at: Positions, vacancy_at: Positions
) -> Looked:
    market = snapshot.market
    return look_at(
        ranker,
        market.jobseekers,
        market.vacancies,
        market.terms,
        person_at,
        vacancy_at,
        on=market.on,
        past=snapshot.past if reads_past(ranker) else None,
    )


def matches_frame(snapshot: Snapshot, ranked: Ranked) -> pd.DataFrame:
    """Ranked pairs as the table `person_id,vacancy_id,rank,score,tier,found_by`."""
    market = snapshot.market
    tier = pd.Series(snapshot.entitlement.tiers(ranked.person_at, ranked.vacancy_at))
    names = {bits: "+".join(source_names(int(bits))) for bits in np.unique(ranked.found_by)}
    return pd.DataFrame(
        {
            "person_id": market.jobseekers.ids[ranked.person_at],
            "vacancy_id": market.vacancies.ids[ranked.vacancy_at],
            "rank": ranked.rank,
            "score": np.round(ranked.score.astype(np.float64), 6),
            "tier": tier.astype("Int64").where(tier > 0),
            "found_by": pd.Series(ranked.found_by, dtype="object").map(names),
        }
    )


def match_all(
    snapshot: Snapshot,
    ranker: Ranker,
    *,
    top: int,
    include_known: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Everyone's best posts as one table, persons in order of their ids.

    People are served in chunks, so that memory does not grow with their number; the table does
    not depend on the size of the chunks.
    """
    people = len(snapshot.market.jobseekers)
    frames = []
    for chunk in chunks_of(people):
        frames.append(
            matches_of_chunk(snapshot, ranker, chunk, top=top, include_known=include_known)
        )
        if progress is not None:
            progress(chunk[1], people)
    return joined_chunks(snapshot, frames)


def chunks_of(people: int) -> list[tuple[int, int]]:
    """First and last-but-one position of the people whose lists are made at once.

    Example:
        >>> chunks_of(5000)
        [(0, 4096), (4096, 5000)]
    """
    starts = range(0, people, PERSONS_A_CHUNK)
    return [(start, min(start + PERSONS_A_CHUNK, people)) for start in starts]


def matches_of_chunk(
    snapshot: Snapshot, ranker: Ranker, chunk: tuple[int, int], *, top: int, include_known: bool
) -> pd.DataFrame:
    """The best posts of the people of one chunk."""
    persons = np.arange(*chunk, dtype=np.int32)
    ranked = rank_for_persons(
        snapshot, ranker, top=top, persons=persons, include_known=include_known
    )
    return matches_frame(snapshot, ranked)


def joined_chunks(snapshot: Snapshot, frames: list[pd.DataFrame]) -> pd.DataFrame:
    """The tables of all chunks, in their order, as one."""
    return pd.concat(frames or [matches_frame(snapshot, _nobody())], ignore_index=True)


def _nobody() -> Ranked:
    none = np.empty(0, np.int32)
    return Ranked(none, none, none, np.empty(0, np.float32), np.empty(0, np.uint16))


def explained_matches(snapshot: Snapshot, ranker: Ranker, ranked: Ranked) -> list[Match]:
    """The shown pairs as matches with their reasons; a pair found without a profile has none."""
    plain = (ranked.found_by & Source.NOT_PERSONALISED) > 0
    if plain.any():
        told = explained_matches(snapshot, ranker, ranked.only(~plain))
        return sorted([*told, *_unexplained(snapshot, ranked.only(plain))], key=lambda m: m.rank)
    tier = snapshot.entitlement.tiers(ranked.person_at, ranked.vacancy_at)
    said = scored(
        snapshot.market,
        ranker,
        ranked.person_at,
        ranked.vacancy_at,
        past=snapshot.past if reads_past(ranker) else None,
        features=ranked.features,
    )
    filters = explain_filters_of(
        snapshot.market,
        snapshot.entitlement.welfare,
        ranked.person_at,
        ranked.vacancy_at,
        working_age_min=snapshot.entitlement.working_age_min,
    )
    matches = []
    for at in range(len(ranked.person_at)):
        person, vacancy = int(ranked.person_at[at]), int(ranked.vacancy_at[at])
        explained = _explain(
            snapshot, ranker, person, vacancy, filters=filters[at], said=said.row(at)
        )
        matches.append(
            Match(
                person_id=explained.person_id,
                vacancy_id=explained.vacancy_id,
                rank=int(ranked.rank[at]),
                score=float(ranked.score[at]),
                tier=int(tier[at]) or None,
                found_by=source_names(int(ranked.found_by[at])),
                reasons=explained.reasons,
                interest=explained.interest,
                success=explained.success,
            )
        )
    return matches


def _unexplained(snapshot: Snapshot, ranked: Ranked) -> list[Match]:
    """One list's pairs of people of whose profile nothing was read."""
    frame = matches_frame(snapshot, ranked)
    columns = (frame[name].tolist() for name in ("person_id", "vacancy_id", "rank", "tier"))
    return [
        Match(
            person_id=person,
            vacancy_id=vacancy,
            rank=rank,
            score=None,
            tier=None if pd.isna(tier) else int(tier),
            found_by=source_names(Source.NOT_PERSONALISED),
        )
        for person, vacancy, rank, tier in zip(*columns, strict=True)
    ]


def explain(snapshot: Snapshot, ranker: Ranker, person_id: str, vacancy_id: str) -> PairExplanation:
    """Everything there is to say about one pair, proposed or not."""
    person, vacancy = snapshot.person(person_id), snapshot.vacancy(vacancy_id)
    alone = np.array([person], dtype=np.int32)
    ranked = rank_for_persons(snapshot, ranker, top=CANDIDATES, persons=alone)
    listed = Listed(vacancy_at=ranked.vacancy_at, score=ranked.score)
    filters = explain_filters(
        snapshot.market,
        snapshot.entitlement.welfare,
        person,
        vacancy,
        working_age_min=snapshot.entitlement.working_age_min,
    )
    return _explain(snapshot, ranker, person, vacancy, filters=filters, listed=listed)


def _explain(  # noqa: PLR0913 - the pair, and what was found out of it with its list
    snapshot: Snapshot,
    ranker: Ranker,
    person: int,
    vacancy: int,
    *,
    filters: tuple[FilterResult, ...],
    listed: Listed | None = None,
    said: Scored | None = None,
) -> PairExplanation:
    entitlement = snapshot.entitlement
    return explain_pair(
        snapshot.market,
        ranker,
        person,
        vacancy,
        filters=filters,
        verdict=entitlement.tier_verdict(person, vacancy),
        may_take=entitlement.may_take_verdict(person, vacancy),
        noted=snapshot.noted(person, vacancy),
        past=snapshot.past if reads_past(ranker) else None,
        listed=listed,
        said=said,
    )
