"""Whom the demo shows: the first person and post of the city for whom the law has most to say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.errors import NotFound
from matcher.market.arrays import Market
from matcher.screening.entitlement import Entitlement

FIRST_TIER = 1
FUNDED_ENOUGH = 3
"""So many public-welfare posts among the best show the order by law; more would hide the rest."""

Best = tuple[NDArray[np.int32], NDArray[np.int32]]


def shown_person(entitlement: Entitlement, market: Market, best: Best) -> str:
    """The zero-employment member whose best posts show most: of law, and of a full profile.

    Args:
        entitlement: the law's word on the market.
        market: of the city's day.
        best: positions of persons and vacancies of everyone's best posts, pair by pair.

    Raises:
        NotFound: the city has no such member.
    """
    if not entitlement.zero_employment.any():
        raise NotFound(kind="zero-employment member", key="any")
    people, (person_at, vacancy_at) = market.jobseekers, best
    funded = market.vacancies.public_welfare[vacancy_at] == 1
    posts = np.bincount(person_at[funded], minlength=len(people))
    asked = np.column_stack(
        [
            np.diff(people.occupations_wanted.offsets) > 0,
            np.diff(people.occupations_done.offsets) > 0,
            np.diff(people.skills.offsets) > 0,
            people.education >= 0,
            ~np.isnan(people.wage_wanted),
            ~np.isnan(people.max_commute_km),
            people.places.county >= 0,
        ]
    ).sum(axis=1)
    said = np.minimum(posts, FUNDED_ENOUGH) * asked.shape[0] + asked
    said = np.where(entitlement.zero_employment, said, -1)
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
