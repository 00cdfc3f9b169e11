"""Every hard filter of given pairs: which they fail, and which a missing fact leaves open."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Market
from matcher.screening.kernel import (
    PeopleRows,
    PostRows,
    failures_of_pairs,
    unknowns_of_pairs,
)
from matcher.screening.rows import Positions, people_rows, post_rows
from matcher.screening.welfare import WelfareEligibility

Masks = NDArray[np.uint16]


def screen_pairs(
    market: Market,
    welfare: WelfareEligibility,
    person_at: Positions,
    vacancy_at: Positions,
    *,
    working_age_min: int | None = None,
) -> Masks:
    """All the filters that each pair fails; 0 means lawful and feasible as far as is known.

    Args:
        market: the market of one day.
        welfare: policy's answers on its public-welfare posts.
        person_at: (n_pairs,) positions in `market.jobseekers`.
        vacancy_at: (n_pairs,) positions in `market.vacancies`.
        working_age_min: full years from which the law of the day allows work; None: not asked.

    Returns:
        (n_pairs,) uint16 of `Filter` bits. A fact that is not known sets none.
    """
    rows = _rows(market, welfare, person_at, vacancy_at, working_age_min)
    return np.asarray(failures_of_pairs(*rows))


def to_ask(
    market: Market,
    welfare: WelfareEligibility,
    person_at: Positions,
    vacancy_at: Positions,
    *,
    working_age_min: int | None = None,
) -> Masks:
    """The filters of each pair that stay open because a fact about the person was not asked.

    Arguments as in `screen_pairs`. Only filters by which the post or the law asks something; a
    filter is never both failed and to ask. For `WELFARE_POLICY` the facts are those that the
    policy decision names.
    """
    rows = _rows(market, welfare, person_at, vacancy_at, working_age_min)
    return np.asarray(unknowns_of_pairs(*rows))


def _rows(
    market: Market,
    welfare: WelfareEligibility,
    person_at: Positions,
    vacancy_at: Positions,
    working_age_min: int | None,
) -> tuple[PeopleRows, PostRows, Positions, Positions]:
    persons, person = _named(person_at, len(market.jobseekers))
    vacancies, vacancy = _named(vacancy_at, len(market.vacancies))
    people = people_rows(market, welfare, persons, working_age_min=working_age_min)
    return people, post_rows(market, welfare, vacancies), person, vacancy


def _named(at: Positions, n: int) -> tuple[Positions, Positions]:
    """The rows a list of positions needs, and the list in terms of them."""
    if len(at) >= n:
        return np.arange(n, dtype=np.int32), np.asarray(at, np.int32)
    rows, inverse = np.unique(at, return_inverse=True)
    return rows.astype(np.int32), inverse.astype(np.int32)
