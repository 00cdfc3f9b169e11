"""How much of a person's list stays when the model is trained again with another seed.

A group whose lists change more is served more at random than the others, which no measure of one
model shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.tally import Tally, mean

Lists = NDArray[np.integer]
Floats = NDArray[np.float64]


def overlap(lists: Sequence[Lists]) -> Tally:
    """Share of a list that two trainings have in common, averaged over all pairs of trainings.

    Args:
        lists: of each training (n_people, k) positions of the posts, -1 where a list ends; the
            people are the same in each.

    Returns:
        A mean over people in [0, 1]; people without any list say nothing.

    Raises:
        ValueError: fewer than two trainings.

    Example:
        >>> first, second = np.array([[1, 2], [3, -1]]), np.array([[2, 4], [3, -1]])
        >>> overlap([first, second]).value
        0.75
    """
    return mean("overlap", _over_pairs(lists, _shared))


def kendall(lists: Sequence[Lists]) -> Tally:
    """Do two trainings put the posts that both list in one order, averaged over all pairs.

    Kendall's tau over the posts that stand on both lists: of every two of them, 1 for the same
    order, -1 for the other. Posts on one list only are the matter of `overlap`.

    Args:
        lists: as for `overlap`.

    Returns:
        A mean over people in [-1, 1]; people whose lists share fewer than two posts say nothing.

    Raises:
        ValueError: fewer than two trainings.

    Example:
        >>> first, second = np.array([[1, 2, 3]]), np.array([[3, 1, 2]])
        >>> round(kendall([first, second]).value, 3)
        -0.333
    """
    return mean("kendall", _over_pairs(lists, _tau))


def _over_pairs(lists: Sequence[Lists], of_two: Callable[[Lists, Lists], Floats]) -> Floats:
    if len(lists) < 2:
        raise ValueError("volatility needs the lists of at least two trainings")
    told = np.stack([of_two(one, other) for one, other in combinations(lists, 2)])
    known = ~np.isnan(told)
    total = np.where(known, told, 0.0).sum(axis=0)
    counted = known.sum(axis=0)
    nothing = np.full(told.shape[1], np.nan)
    return np.asarray(np.divide(total, counted, out=nothing, where=counted > 0))


def _shared(one: Lists, other: Lists) -> Floats:
    same = _same(one, other)
    longest = np.maximum((one >= 0).sum(axis=1), (other >= 0).sum(axis=1))
    share: Floats = np.divide(
        same.sum(axis=(1, 2)), longest, out=np.full(len(one), np.nan), where=longest > 0
    )
    return share


def _tau(one: Lists, other: Lists) -> Floats:
    same = _same(one, other)
    shared, place = np.asarray(same.any(axis=2)), same.argmax(axis=2)
    first, second = np.triu_indices(one.shape[1], 1)
    both = shared[:, first] & shared[:, second]
    order = np.sign(place[:, second] - place[:, first]) * both
    tau: Floats = np.divide(
        order.sum(axis=1), both.sum(axis=1), out=np.full(len(one), np.nan), where=both.any(axis=1)
    )
    return tau


def _same(one: Lists, other: Lists) -> NDArray[np.bool_]:
    """(n, k, k): is the post at one place of the first list that at one of the second."""
    return np.asarray((one[:, :, None] == other[:, None, :]) & (one[:, :, None] >= 0))
