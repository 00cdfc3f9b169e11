"""The best posts for each person: every survivor of screening is scored, the best k are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from matcher.errors import WrongUse
from matcher.market.arrays import Market
from matcher.retrieval.best.survivors import score_survivors
from matcher.retrieval.index import Index, build_index
from matcher.retrieval.rows import Best
from matcher.retrieval.sources import Source
from matcher.screening.kernel import survivors
from matcher.screening.pairs import screen_pairs
from matcher.screening.welfare import WelfareEligibility

PERSONS_A_CHUNK = 512
"""Persons one thread takes at a time: well over a tenth of a second of work in a city's market."""

SURVIVORS_AT_ONCE = 1 << 20
"""Rows of survivors held before they are scored: 4 MB, so they stay near the core."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The pairs that retrieval found, sorted by person and, within a person, by vacancy.

    Attributes:
        persons: (n,) int32 positions of the persons asked for, ascending.
        offsets: (n + 1,) int64; the i-th person's pairs are `offsets[i]:offsets[i + 1]`.
        person_at, vacancy_at: (n_pairs,) int32 positions in the market.
        found_by: (n_pairs,) uint16 of `Source` bits, never 0.
        score: (n_pairs,) float32 retrieval score, comparable within one market.
    """

    persons: NDArray[np.int32]
    offsets: NDArray[np.int64]
    person_at: NDArray[np.int32]
    vacancy_at: NDArray[np.int32]
    found_by: NDArray[np.uint16]
    score: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.person_at)


def retrieve(
    market: Market,
    welfare: WelfareEligibility,
    *,
    k: int = 200,
    persons: NDArray[np.int32] | None = None,
    threads: int = 1,
    working_age_min: int | None = None,
) -> Candidates:
    """The k best of the lawful and feasible vacancies for each person, or all where fewer.

    Args:
        market: of one day.
        welfare: policy's answers on its public-welfare posts.
        k: how many to keep, at least 1.
        persons: positions of the persons to serve; None serves all.
        threads: how many at once; the result does not depend on it.
        working_age_min: as in `screen_pairs`.

    Returns:
        Pairs of which none fails a hard filter. Equal scores keep the earlier vacancy.

    Raises:
        WrongUse: k is below 1.
    """
    index = build_index(market, welfare, working_age_min=working_age_min)
    return search(index, k=k, persons=persons, threads=threads)


def search(
    index: Index,
    *,
    k: int = 200,
    persons: NDArray[np.int32] | None = None,
    threads: int = 1,
) -> Candidates:
    """As `retrieve`, on an index that is kept between questions."""
    if k < 1:
        raise WrongUse(what=f"k is {k}", expected="at least 1", do="Ask for one or more.")
    everyone = np.arange(len(index.market.jobseekers), dtype=np.int32)
    asked = everyone if persons is None else np.unique(persons).astype(np.int32)
    chunks = [asked[at : at + PERSONS_A_CHUNK] for at in range(0, len(asked), PERSONS_A_CHUNK)]
    if threads == 1 or len(chunks) == 1:
        found = [_search_chunk(index, chunk, k) for chunk in chunks]
    else:
        workers = Parallel(n_jobs=threads, require="sharedmem")
        found = workers(delayed(_search_chunk)(index, chunk, k) for chunk in chunks)
    return _joined(asked, found)


Found = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint16], NDArray[np.float32]]
"""Pairs per person, then vacancies, sources and scores of the pairs of all persons in turn."""


_NOTHING = (np.empty(0, np.int32), np.empty(0, np.uint16), np.empty(0, np.float32))


def _search_chunk(index: Index, persons: NDArray[np.int32], k: int) -> Found:
    best = no_pairs(index, len(persons), k)
    for first, last, rows, offsets in _survivors(index, persons):
        part = Best(best.row[first:last], best.found_by[first:last], best.score[first:last])
        keep_best(index, persons[first:last], rows, offsets, part)
    return in_order(index, best)


def no_pairs(index: Index, n: int, k: int) -> Best:
    """Room for the pairs of n persons."""
    shape = (n, min(k, len(index.posts.row)))
    return Best(
        np.full(shape, -1, np.int32), np.zeros(shape, np.uint16), np.zeros(shape, np.float32)
    )


def keep_best(
    index: Index,
    persons: NDArray[np.int32],
    rows: NDArray[np.int32],
    offsets: NDArray[np.int64],
    best: Best,
) -> None:
    """Fill `best` with the best of each person's survivors, as `score_survivors` says."""
    score_survivors(
        index.profiles,
        index.posts,
        index.scales,
        index.welfare.eligible,
        persons,
        rows,
        offsets,
        best,
        int(best.row.shape[1] * index.weights.welfare_share),
    )


def in_order(index: Index, best: Best) -> Found:
    """How many each person got; then vacancies, sources and scores by person and vacancy."""
    is_there = best.row >= 0
    count = is_there.sum(axis=1).astype(np.int32)
    if not count.any():
        return count, *_NOTHING
    vacancy = np.where(is_there, index.posts.row["vacancy"][best.row], np.iinfo(np.int32).max)
    keys = (vacancy.astype(np.int64) << 32) | np.arange(best.row.shape[1])
    keys.sort(axis=1)
    filled = np.arange(best.row.shape[1]) < count[:, None]
    first_slot = np.arange(len(best.row))[:, None] * best.row.shape[1]
    at = ((keys & 0xFFFFFFFF) + first_slot)[filled]
    found: Found = (
        count,
        (keys[filled] >> 32).astype(np.int32),
        best.found_by.ravel()[at],
        best.score.ravel()[at],
    )
    return found


def _survivors(
    index: Index, persons: NDArray[np.int32]
) -> Iterator[tuple[int, int, NDArray[np.int32], NDArray[np.int64]]]:
    """Screen the persons, as many at a time as their survivors fit."""
    rows = np.empty(max(len(index.posts.row), SURVIVORS_AT_ONCE), np.int32)
    offsets = np.zeros(len(persons) + 1, np.int64)
    first = 0
    while first < len(persons):
        last = survivors(index.people, persons, first, index.rows, index.runs, rows, offsets)
        yield first, last, rows, offsets[first : last + 1]
        first = last


def _joined(persons: NDArray[np.int32], found: list[Found]) -> Candidates:
    empty: Found = (np.empty(0, np.int32), *_NOTHING)
    count, vacancy, found_by, score = (
        np.concatenate(parts) for parts in zip(empty, *found, strict=True)
    )
    return Candidates(
        persons=persons,
        offsets=np.concatenate([[0], np.cumsum(count)]).astype(np.int64),
        person_at=np.repeat(persons, count),
        vacancy_at=vacancy,
        found_by=found_by,
        score=score,
    )


def joined_by_past(
    index: Index, found: Candidates, person_at: NDArray[np.int32], vacancy_at: NDArray[np.int32]
) -> Candidates:
    """The candidates with those that past outcomes propose, as far as no hard filter forbids them.

    Args:
        index: what `found` was searched in.
        found: the candidates so far.
        person_at: (n,) int32 of the pairs proposed, people of `found`; a pair comes once.
        vacancy_at: (n,) int32 of the same pairs.

    Returns:
        Each pair once, sorted as ever; a pair that both found carries both sources. The retrieval
        score of a pair that only the past proposes is 0.
    """
    market, welfare = index.market, index.welfare
    lawful = (
        screen_pairs(market, welfare, person_at, vacancy_at, working_age_min=index.working_age_min)
        == 0
    )
    person_at, vacancy_at = person_at[lawful], vacancy_at[lawful]
    width = np.int64(max(len(market.vacancies), 1))
    own = found.person_at.astype(np.int64) * width + found.vacancy_at
    proposed = person_at.astype(np.int64) * width + vacancy_at
    keys = np.union1d(own, proposed)
    found_by, score = np.zeros(len(keys), np.uint16), np.zeros(len(keys), np.float32)
    at = np.searchsorted(keys, own)
    found_by[at], score[at] = found.found_by, found.score
    found_by[np.searchsorted(keys, proposed)] |= np.uint16(Source.PAST)
    person, vacancy = np.divmod(keys, width)
    return Candidates(
        persons=found.persons,
        offsets=np.append(np.searchsorted(person, found.persons), len(keys)).astype(np.int64),
        person_at=person.astype(np.int32),
        vacancy_at=vacancy.astype(np.int32),
        found_by=found_by,
        score=score,
    )
