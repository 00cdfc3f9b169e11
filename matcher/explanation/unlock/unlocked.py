"""The posts a course would open to people, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.explanation.unlock.taught import Taught, asked_for
from matcher.explanation.unlock.trained import Positions, after_courses
from matcher.market.arrays import Market
from matcher.ranking.pairs import overlap
from matcher.screening.pairs import screen_pairs
from matcher.screening.welfare import WelfareEligibility

ENOUGH = 0.5
"""Part of the skills a post asks for from which a person can be put forward for it."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """Posts gained: within reach after the course and not before.

    Attributes:
        person_at, course_at, vacancy_at: (n,) positions, by person, course and vacancy.
    """

    person_at: Positions
    course_at: Positions
    vacancy_at: Positions

    def __len__(self) -> int:
        return len(self.person_at)


def within_reach(
    market: Market,
    welfare: WelfareEligibility,
    person_at: Positions,
    vacancy_at: Positions,
    *,
    working_age_min: int | None = None,
) -> NDArray[np.bool_]:
    """(n_pairs,) bool: open, lawful and feasible as far as is known, and enough of its skills.

    More skills or certificates on record can only bring posts within reach, save that a person of
    whom no certificate was known is held to the rest of a post's list once one is.
    """
    failed = screen_pairs(market, welfare, person_at, vacancy_at, working_age_min=working_age_min)
    return np.asarray((failed == 0) & _skilled(market, person_at, vacancy_at))


def _skilled(market: Market, person_at: Positions, vacancy_at: Positions) -> NDArray[np.bool_]:
    held, asked = market.jobseekers.skills, market.vacancies.skills
    one = np.ones_like(market.terms.idf)
    shared, _, wanted = overlap(
        held.offsets, held.values, asked.offsets, asked.values, person_at, vacancy_at, one
    )
    return np.asarray(shared >= ENOUGH * wanted)


def unlocked_posts(
    market: Market,
    welfare: WelfareEligibility,
    taught: Taught,
    persons: Positions,
    *,
    working_age_min: int | None = None,
) -> Unlocked:
    """Every post that any of these courses would open to any of these people.

    Only posts that ask for something a course gives are looked at: to the others it changes
    nothing.

    Args:
        market: of the day.
        welfare: policy's answers on its public-welfare posts.
        taught: the courses.
        persons: ascending positions of the people asked about.
        working_age_min: as in `screen_pairs`.

    Returns:
        Without what a course gives its unlocked posts are exactly none.
    """
    course, vacancy = _touched(taught, market)
    n, m = len(persons), len(course)
    person_at = np.repeat(persons, m).astype(np.int32)
    course_at, vacancy_at = np.tile(course, n), np.tile(vacancy, n)
    before = within_reach(market, welfare, person_at, vacancy_at, working_age_min=working_age_min)
    person_at, course_at, vacancy_at = (
        column[~before] for column in (person_at, course_at, vacancy_at)
    )
    pair = person_at.astype(np.int64) * max(len(taught), 1) + course_at
    variants, variant_at = np.unique(pair, return_inverse=True)
    who, what = np.divmod(variants, max(len(taught), 1))
    after, answers = after_courses(
        market, welfare, taught, who.astype(np.int32), what.astype(np.int32)
    )
    gained = within_reach(
        after,
        answers,
        variant_at.astype(np.int32),
        vacancy_at,
        working_age_min=working_age_min,
    )
    return Unlocked(person_at[gained], course_at[gained], vacancy_at[gained])


def _touched(taught: Taught, market: Market) -> tuple[Positions, Positions]:
    """(course, post) pairs in which the post asks for what the course gives, in order."""
    n_terms, posts = len(market.terms.words), market.vacancies
    by_skill = asked_for(taught.skills, posts.skills, n_terms)
    by_certificate = asked_for(taught.certificates, posts.certificates, n_terms)
    keys = np.concatenate(
        [
            each[0].astype(np.int64) * max(len(posts), 1) + each[1]
            for each in (by_skill, by_certificate)
        ]
    )
    course, vacancy = np.divmod(np.unique(keys), max(len(posts), 1))
    return course.astype(np.int32), vacancy.astype(np.int32)
