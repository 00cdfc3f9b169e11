"""From scored pairs to lists: the best posts of each person, the people for each post."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]

FIRST_TIER = 1
"""Any tier below it says that law gives none, or that it could not be decided."""


def order_pairs(
    person_at: NDArray[np.int32],
    score: NDArray[np.float32],
    vacancy_at: NDArray[np.int32],
    *,
    n: int,
    excluded: NDArray[np.bool_] | None = None,
) -> Positions:
    """The positions of each person's best n pairs, persons ascending, best first.

    Args:
        person_at: (n_pairs,) whose pair it is.
        score: (n_pairs,) higher is better; NaN comes after every number.
        vacancy_at: (n_pairs,) equal scores keep the lower vacancy position first.
        n: how many to keep per person, at least 1.
        excluded: (n_pairs,) pairs that come after all others of the person.

    Returns:
        (n_kept,) int64 positions in the arrays given, whatever order these are in.

    Example:
        >>> person, vacancy = np.array([0, 0, 1]), np.array([4, 2, 3])
        >>> order_pairs(person, np.array([0.5, 0.5, 0.1]), vacancy, n=2)
        array([1, 0, 2])
    """
    keys: list[NDArray[np.generic]] = [vacancy_at, -score]
    if excluded is not None:
        keys.append(excluded)
    return _first_of_each(np.lexsort((*keys, person_at)), person_at, n)


def order_people(  # noqa: PLR0913 - the pair, its score and what law says of it
    vacancy_at: NDArray[np.int32],
    score: NDArray[np.float32],
    person_at: NDArray[np.int32],
    *,
    n: int,
    tier: NDArray[np.int8],
    public_welfare: NDArray[np.bool_],
    excluded: NDArray[np.bool_] | None = None,
) -> Positions:
    """The positions of each vacancy's first n people, vacancies ascending.

    Public-welfare posts go by tier, then score; ordinary posts by score alone; equal ones by
    person position. A pair without a tier comes after every tier; excluded ones come last.

    Args:
        vacancy_at: (n_pairs,) for which post.
        score: (n_pairs,) higher is better; NaN comes after every number.
        person_at: (n_pairs,) equal scores keep the lower person position first.
        n: how many to keep per vacancy, at least 1.
        tier: (n_pairs,) 1 goes before 2; 0 or -1 where law gives none or a fact is missing.
        public_welfare: (n_pairs,) is the pair's post a public-welfare post.
        excluded: (n_pairs,) people whom the post's policy excludes.

    Returns:
        (n_kept,) int64 positions in the arrays given.

    Example:
        >>> score, zero = np.array([0.9, 0.2]), np.zeros(2, dtype=int)
        >>> tier = np.array([2, 1], dtype=np.int8)
        >>> welfare = np.array([True, True])
        >>> order_people(zero, score, np.arange(2), n=2, tier=tier, public_welfare=welfare)
        array([1, 0])
        >>> order_people(zero, score, np.arange(2), n=2, tier=tier, public_welfare=~welfare)
        array([0, 1])
    """
    behind = np.where(tier < FIRST_TIER, np.iinfo(np.int16).max, tier.astype(np.int16))
    by_law = np.where(public_welfare, behind, 0)
    keys: list[NDArray[np.generic]] = [person_at, -score, by_law]
    if excluded is not None:
        keys.append(excluded)
    return _first_of_each(np.lexsort((*keys, vacancy_at)), vacancy_at, n)


def _first_of_each(order: Positions, group: NDArray[np.int32], n: int) -> Positions:
    return order[ranks(group[order]) <= n]


def ranks(group: NDArray[np.int32]) -> NDArray[np.int32]:
    """Rank from 1 within each run of equal values of an ordered column.

    Example:
        >>> ranks(np.array([7, 7, 9]))
        array([1, 2, 1], dtype=int32)
    """
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]][: len(group)])
    return (
        np.arange(1, len(group) + 1) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    ).astype(np.int32)
