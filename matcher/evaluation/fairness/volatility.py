"""How much of a person's list stays when the model is trained again with another seed.

A group whose lists change more is served more at random than the others, which no measure of one
model shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.tally import Tally, mean


def overlap(lists: Sequence[NDArray[np.integer]]) -> Tally:
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
    if len(lists) < 2:
        raise ValueError("an overlap needs the lists of at least two trainings")
    shares = np.stack([_shared(one, other) for one, other in combinations(lists, 2)])
    known = ~np.isnan(shares)
    total = np.where(known, shares, 0.0).sum(axis=0)
    counted = known.sum(axis=0)
    per_person = np.divide(total, counted, out=np.full(shares.shape[1], np.nan), where=counted > 0)
    return mean("overlap", per_person)


def _shared(one: NDArray[np.integer], other: NDArray[np.integer]) -> NDArray[np.float64]:
    same = (one[:, :, None] == other[:, None, :]) & (one[:, :, None] >= 0)
    longest = np.maximum((one >= 0).sum(axis=1), (other >= 0).sum(axis=1))
    share: NDArray[np.float64] = np.divide(
        same.sum(axis=(1, 2)), longest, out=np.full(len(one), np.nan), where=longest > 0
    )
    return share
