"""Whom the demo shows: the first person and post of the city for whom the law has most to say."""

from __future__ import annotations

import numpy as np

from matcher.errors import NotFound
from matcher.market.arrays import Market
from matcher.screening.entitlement import Entitlement

FIRST_TIER = 1


def shown_person(entitlement: Entitlement, market: Market) -> str:
    """The first jobseeker known to be a zero-employment member whose profile says most.

    Raises:
        NotFound: the city has no such member.
    """
    people = market.jobseekers
    asked = np.column_stack(
        [
            np.diff(people.occupations_wanted.offsets) > 0,
            np.diff(people.occupations_done.offsets) > 0,
            np.diff(people.skills.offsets) > 0,
            people.education >= 0,
            ~np.isnan(people.wage_wanted),
            people.places.county >= 0,
        ]
    )
    said = np.where(entitlement.zero_employment, asked.sum(axis=1), -1)
    if not entitlement.zero_employment.any():
        raise NotFound(kind="zero-employment member", key="any")
    return str(people.ids[int(said.argmax())])


def shown_vacancy(entitlement: Entitlement, market: Market) -> str:
    """The first public-welfare post that is open and under a rule, with most people in tier 1.

    Raises:
        NotFound: the city has no such post.
    """
    posts = market.vacancies
    of_class = entitlement.welfare.vacancy_class
    is_open = (posts.places_left != 0) & ~(posts.expires_on < np.datetime64(market.on))
    first = (entitlement.welfare.tier == FIRST_TIER).sum(axis=0)
    waiting = np.where((of_class >= 0) & is_open, first[of_class] if len(first) else 0, -1)
    if not len(waiting) or waiting.max() < 0:
        raise NotFound(kind="open public-welfare post", key="any")
    return str(posts.ids[int(waiting.argmax())])
