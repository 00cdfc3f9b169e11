"""Features of words: the title against the jobs a person names, and skills that are only alike."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from matcher.market.arrays import Csr, Terms
from matcher.ranking.features.registry import Column, feature
from matcher.ranking.pairs import Pairs, idf_squared, overlap

ALIKE = 0.5
"""Two skills whose pairs of letters overlap less than this have nothing in common."""

Likeness = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]
"""Rows of likeness between terms: offsets, the other terms ascending, how alike in [ALIKE, 1]."""


@feature(
    group="text",
    unit="cosine of idf vectors",
    between=(0, 1),
    source="persons.occupations_wanted, persons.occupations_done; vacancies.title",
)
def title_cosine(pairs: Pairs) -> Column:
    """How alike the words of the title are to those of the jobs wanted and done."""
    jobs, title = pairs.jobseekers.jobs, pairs.vacancies.title
    shared, person, vacancy = overlap(
        jobs.offsets,
        jobs.values,
        title.offsets,
        title.values,
        pairs.person_at,
        pairs.vacancy_at,
        idf_squared(pairs.terms),
    )
    cosine = np.full(len(pairs), np.nan, dtype=np.float32)
    length = np.sqrt(person * vacancy)
    np.divide(shared, length, out=cosine, where=length > 0)
    return np.clip(cosine, 0, 1)


@feature(
    group="skills",
    unit="mean likeness by idf",
    between=(0, 1),
    source="persons.skills, vacancies.skills_wanted",
)
def skills_alike(pairs: Pairs) -> Column:
    """How like the nearest skill of the person each skill wanted is, written otherwise or not."""
    found = _mean_likeness(
        pairs.jobseekers.skills.offsets,
        pairs.jobseekers.skills.values,
        pairs.vacancies.skills.offsets,
        pairs.vacancies.skills.values,
        pairs.person_at,
        pairs.vacancy_at,
        pairs.terms.idf,
        *_likeness_of(pairs.terms),
    )
    told: Column = np.minimum(found, np.float32(1))
    return told


@lru_cache(maxsize=4)
def _likeness_of(terms: Terms) -> Likeness:
    """As `likeness`, without comparing a vocabulary word by word at every question."""
    return likeness(terms.words)


@lru_cache(maxsize=4)
def likeness(words: tuple[str, ...]) -> Likeness:
    """How alike the terms of a vocabulary are: Dice's coefficient of their pairs of letters.

    Example:
        >>> offsets, other, alike = likeness(("护理", "老人护理"))
        >>> other.tolist(), alike.tolist()
        ([0, 1, 0, 1], [1.0, 0.5, 0.5, 1.0])
    """
    letters: dict[str, int] = {}
    rows = [
        sorted({letters.setdefault(pair, len(letters)) for pair in _letter_pairs(word)})
        for word in words
    ]
    count = np.array([len(row) for row in rows], np.int64)
    offsets = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    values = np.fromiter((each for row in rows for each in row), np.int32, int(offsets[-1]))
    of = Csr(offsets, values)
    marks = np.ones(len(of.values), np.float32)
    table = sparse.csr_matrix((marks, of.values, of.offsets), (len(words), max(len(letters), 1)))
    shared = (table @ table.T).tocoo()
    alike = (2 * shared.data / (count[shared.row] + count[shared.col])).astype(np.float32)
    kept = alike >= ALIKE
    near = sparse.csr_matrix(
        (alike[kept], (shared.row[kept], shared.col[kept])), (len(words), len(words))
    )
    near.sort_indices()
    return near.indptr.astype(np.int64), near.indices.astype(np.int32), near.data


def _letter_pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]


@njit(cache=True, nogil=True)
def _mean_likeness(  # noqa: PLR0913 - numba takes plain arrays
    held_offsets: NDArray[np.int64],
    held: NDArray[np.int32],
    wanted_offsets: NDArray[np.int64],
    wanted: NDArray[np.int32],
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
    weight: NDArray[np.float32],
    offsets: NDArray[np.int64],
    other: NDArray[np.int32],
    alike: NDArray[np.float32],
) -> NDArray[np.float32]:
    found = np.full(len(person_at), np.nan, np.float32)
    for pair in range(len(person_at)):
        first, last = held_offsets[person_at[pair]], held_offsets[person_at[pair] + 1]
        start, end = wanted_offsets[vacancy_at[pair]], wanted_offsets[vacancy_at[pair] + 1]
        if first == last or start == end:
            continue
        total, most = np.float32(0), np.float32(0)
        for want in range(start, end):
            term = wanted[want]
            best = np.float32(0)
            at, near, row_end = first, offsets[term], offsets[term + 1]
            while at < last and near < row_end:
                if held[at] < other[near]:
                    at += 1
                elif held[at] > other[near]:
                    near += 1
                else:
                    best = max(best, alike[near])
                    at += 1
                    near += 1
            total += weight[term]
            most += best * weight[term]
        found[pair] = most / total
    return found
