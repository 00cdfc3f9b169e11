"""From scored pairs to lists: the best posts of each person, the people for each post."""

from __future__ import annotations

import numpy as np
from numba import njit
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
    return _first_of_each(person_at, _key(score, excluded), vacancy_at, n)


def order_people(  # noqa: PLR0913 - the pair, its score and what law says of it
    vacancy_at: NDArray[np.int32],
    score: NDArray[np.float32],
    person_at: NDArray[np.int32],
    *,
    n: int,
    tier: NDArray[np.int8],
    public_welfare: NDArray[np.bool_],
    within: NDArray[np.int32] | None = None,
    tie: NDArray[np.int32] | None = None,
    excluded: NDArray[np.bool_] | None = None,
) -> Positions:
    """The positions of each vacancy's first n people, vacancies ascending.

    Public-welfare posts go by tier, inside it by what law puts before the score, then by score;
    ordinary posts by score alone; equal ones by the published order of ties. A pair without a
    tier comes after every tier; excluded ones come last.

    Args:
        vacancy_at: (n_pairs,) for which post.
        score: (n_pairs,) higher is better; NaN comes after every number.
        person_at: (n_pairs,) who.
        n: how many to keep per vacancy, at least 1.
        tier: (n_pairs,) 1 goes before 2; 0 or -1 where law gives none or a fact is missing.
        public_welfare: (n_pairs,) is the pair's post a public-welfare post.
        within: (n_pairs,) from 0, what law puts before the score inside a tier; 0 goes first.
        tie: (n_pairs,) among equals the lower goes first; None takes the person's position.
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
    line = behind.astype(np.int64) << 32
    line += 0 if within is None else within
    steps = np.unique(np.where(public_welfare, line, 0), return_inverse=True)[1]
    key = _key(score, excluded, steps)
    return _first_of_each(vacancy_at, key, person_at if tie is None else tie, n)


def _key(
    score: NDArray[np.float32],
    excluded: NDArray[np.bool_] | None,
    by_law: NDArray[np.intp] | None = None,
) -> NDArray[np.uint64]:
    """One number per pair, the lower the earlier: excluded, order by law, falling score.

    The bits of a float32 sort like the number once the sign is folded; NaN comes last.
    """
    falling = -np.asarray(score, dtype=np.float32) + np.float32(0)  # -0.0 and 0.0 are one score
    falling[np.isnan(falling)] = np.inf
    bits = falling.view(np.uint32)
    sign = bits >> np.uint32(31)
    key = (bits ^ np.where(sign, np.uint32(0xFFFFFFFF), np.uint32(1 << 31))).astype(np.uint64)
    if by_law is not None:
        key |= by_law.astype(np.uint64) << np.uint64(32)
    if excluded is not None:
        key |= excluded.astype(np.uint64) << np.uint64(63)
    return key


def _first_of_each(
    group: NDArray[np.int32], key: NDArray[np.uint64], tie: NDArray[np.int32], n: int
) -> Positions:
    """The first n of each group by (key, tie), groups ascending; quick where they come sorted."""
    grouped = bool((group[1:] >= group[:-1]).all())
    by_group = np.arange(len(group)) if grouped else np.argsort(group, kind="stable")
    starts = np.flatnonzero(ranks(group[by_group]) == 1)
    offsets = np.append(starts, len(group)).astype(np.int64)
    first: Positions = _first_of_segments(by_group, offsets, key, np.asarray(tie), n)
    return first


@njit(cache=True, nogil=True)
def _first_of_segments(
    by_group: Positions,
    offsets: NDArray[np.int64],
    key: NDArray[np.uint64],
    tie: NDArray[np.int32],
    n: int,
) -> Positions:
    kept = np.empty(len(by_group), np.int64)
    used = 0
    for segment in range(len(offsets) - 1):
        rows = by_group[offsets[segment] : offsets[segment + 1]]
        ties = tie[rows]
        if (ties[1:] < ties[:-1]).any():
            rows = rows[np.argsort(ties, kind="mergesort")]
        rows = rows[np.argsort(key[rows], kind="mergesort")][:n]
        kept[used : used + len(rows)] = rows
        used += len(rows)
    return kept[:used].copy()


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
