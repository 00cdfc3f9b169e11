"""The pairs a feature is computed over, and the facts several features share.

Only the work profile, the vacancies and their shared vocabulary come in here. What a person is
before the law never does: the firewall of the design, held by a test.
"""

from __future__ import annotations

from datetime import date
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.market.arrays import Csr, Jobseekers, Terms, Vacancies
from matcher.ranking.history.columns import HISTORY_FEATURES, history_columns
from matcher.ranking.history.past import Past
from matcher.reference.occupations import occupations

NOTHING_SHARED = 4
"""The largest distance in the occupation tree: not even the major group is shared."""

EARTH_RADIUS_KM = 6371.0088


class Overlap(NamedTuple):
    """The weight of two term sets and of what they share, per pair.

    Attributes:
        shared, person, vacancy: (n_pairs,) float32, summed weights; 0 for an empty set.
    """

    shared: NDArray[np.float32]
    person: NDArray[np.float32]
    vacancy: NDArray[np.float32]


class Pairs:
    """Some pairs of the market, by position, with what several features need of them.

    Args:
        jobseekers: the work profiles.
        vacancies: the posts.
        terms: the vocabulary both were written in.
        person_at: (n_pairs,) int32 positions in `jobseekers`.
        vacancy_at: (n_pairs,) int32 positions in `vacancies`.
        on: the day of the question.
        past: outcomes up to the day; None where there are none.
    """

    def __init__(  # noqa: PLR0913 - three tables, two positions, the day and what came before
        self,
        jobseekers: Jobseekers,
        vacancies: Vacancies,
        terms: Terms,
        person_at: NDArray[np.int32],
        vacancy_at: NDArray[np.int32],
        *,
        on: date,
        past: Past | None = None,
    ) -> None:
        self.jobseekers, self.vacancies, self.terms, self.on = jobseekers, vacancies, terms, on
        self.person_at, self.vacancy_at, self.past = person_at, vacancy_at, past

    def __len__(self) -> int:
        return len(self.person_at)

    @cached_property
    def history(self) -> dict[str, NDArray[np.float32]]:
        """Every column of the past by name; all missing where nothing is on record."""
        if self.past is None or not len(self.past.posts):
            missing = np.full(len(self), np.nan, np.float32)
            return dict.fromkeys(HISTORY_FEATURES, missing)
        return history_columns(self.past, self.person_at, self.vacancy_at)

    @cached_property
    def text(self) -> Overlap:
        """Every word of the profile against every word of the post, weighted by idf squared."""
        return self._overlap(self.jobseekers.text, self.vacancies.text, idf_squared(self.terms))

    @cached_property
    def skills(self) -> Overlap:
        """Skills against skills wanted, weighted by idf."""
        return self._overlap(self.jobseekers.skills, self.vacancies.skills, self.terms.idf)

    @cached_property
    def certificates(self) -> Overlap:
        """Certificates held against certificates required, each counting one."""
        held, required = self.jobseekers.certificates, self.vacancies.certificates
        return self._overlap(held, required, _one_each(self.terms))

    @cached_property
    def distance_km(self) -> NDArray[np.float64]:
        """As the crow flies between centroids; NaN where a place is unknown or too coarse.

        A place known only to its city, or province, says nothing about the way inside it.
        """
        person = np.radians(self.jobseekers.places.lonlat[self.person_at])
        vacancy = np.radians(self.vacancies.places.lonlat[self.vacancy_at])
        half = np.sin((vacancy - person) / 2.0) ** 2
        chord = half[:, 1] + np.cos(person[:, 1]) * np.cos(vacancy[:, 1]) * half[:, 0]
        km = 2.0 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
        return np.where(self._too_coarse(), np.nan, km)

    def _too_coarse(self) -> NDArray[np.bool_]:
        home, post = self.jobseekers.places, self.vacancies.places
        county = (home.county[self.person_at] < 0) | (post.county[self.vacancy_at] < 0)
        here, there = home.city[self.person_at], post.city[self.vacancy_at]
        province = home.province[self.person_at] == post.province[self.vacancy_at]
        return np.asarray(county & np.where((here < 0) | (there < 0), province, here == there))

    @cached_property
    def wage_offered(self) -> NDArray[np.float32]:
        """Yuan a month: the middle of the range, or its one known end; NaN not stated."""
        low = self.vacancies.wage_min[self.vacancy_at]
        high = self.vacancies.wage_max[self.vacancy_at]
        ends = np.where(np.isnan(low), high, low) + np.where(np.isnan(high), low, high)
        return np.asarray(ends / 2, dtype=np.float32)

    def occupation_distance(self, of: Csr) -> NDArray[np.float32]:
        """Steps from the nearest of a person's occupations to the post's; NaN where unknown."""
        offered = self.vacancies.occupation[self.vacancy_at]
        return _nearest(of.offsets, of.values, self.person_at, offered, tree_table())

    def _overlap(self, person: Csr, vacancy: Csr, weight: NDArray[np.float32]) -> Overlap:
        return Overlap(
            *overlap(
                person.offsets,
                person.values,
                vacancy.offsets,
                vacancy.values,
                self.person_at,
                self.vacancy_at,
                weight,
            )
        )


@lru_cache(maxsize=4)
def idf_squared(terms: Terms) -> NDArray[np.float32]:
    """(n_terms,) float32: what a shared term adds to the product of two idf vectors."""
    return terms.idf * terms.idf


@lru_cache(maxsize=4)
def _one_each(terms: Terms) -> NDArray[np.float32]:
    return np.ones_like(terms.idf)


@cache
def tree_table() -> NDArray[np.int8]:
    """(n, n) int8: steps between every two occupations, 0 the same to 4 nothing shared; 4 MB.

    A group names no occupation: two people in one major group are 3 steps apart, not 0, so that a
    title that could only be linked to its group never counts as the same work.
    """
    table = occupations()
    every = np.arange(len(table.codes), dtype=np.int32)
    distance = table.tree_distance(np.repeat(every, len(every)), np.tile(every, len(every)))
    unsure = (table.level.max() - table.level).astype(np.int8)
    least = np.maximum(unsure[:, None], unsure[None, :])
    table_of_steps: NDArray[np.int8] = np.maximum(distance.reshape(least.shape), least)
    return table_of_steps


@njit(cache=True, nogil=True)
def overlap(  # noqa: PLR0913 - numba takes plain arrays
    a_offsets: NDArray[np.int64],
    a_values: NDArray[np.int32],
    b_offsets: NDArray[np.int64],
    b_values: NDArray[np.int32],
    a_at: NDArray[np.int32],
    b_at: NDArray[np.int32],
    weight: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Weight shared, weight in a, weight in b, for each pair of ragged rows (sorted, unique)."""
    n = len(a_at)
    shared = np.zeros(n, np.float32)
    in_a = np.zeros(n, np.float32)
    in_b = np.zeros(n, np.float32)
    for pair in range(n):
        a, a_end = a_offsets[a_at[pair]], a_offsets[a_at[pair] + 1]
        b, b_end = b_offsets[b_at[pair]], b_offsets[b_at[pair] + 1]
        while a < a_end or b < b_end:
            if b >= b_end or (a < a_end and a_values[a] < b_values[b]):
                in_a[pair] += weight[a_values[a]]
                a += 1
            elif a >= a_end or b_values[b] < a_values[a]:
                in_b[pair] += weight[b_values[b]]
                b += 1
            else:
                both = weight[a_values[a]]
                shared[pair] += both
                in_a[pair] += both
                in_b[pair] += both
                a += 1
                b += 1
    return shared, in_a, in_b


@njit(cache=True, nogil=True)
def _nearest(
    offsets: NDArray[np.int64],
    values: NDArray[np.int32],
    person_at: NDArray[np.int32],
    offered: NDArray[np.int32],
    table: NDArray[np.int8],
) -> NDArray[np.float32]:
    found = np.full(len(person_at), np.nan, np.float32)
    for pair in range(len(person_at)):
        post = offered[pair]
        if post < 0:
            continue
        for at in range(offsets[person_at[pair]], offsets[person_at[pair] + 1]):
            if values[at] >= 0:
                steps = table[values[at], post]
                if steps >= 0 and not found[pair] <= steps:
                    found[pair] = steps
    return found
