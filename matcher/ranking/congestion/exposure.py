"""How evenly a round's lists spread attention, and what that costs the lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.ranking.congestion.lists import Prices, order_lists
from matcher.ranking.congestion.round import Round


def gini(amounts: ArrayLike) -> float:
    """How unevenly amounts are spread: 0 all equal, towards 1 all with one.

    G = sum over i of (2 i - n - 1) x_i / (n sum x), x ascending, i from 1. One of n holding
    everything gives (n - 1) / n.

    Args:
        amounts: (n,) at least 0; everyone who could have had something, also those with none.

    Returns:
        In [0, 1); NaN where there is no one or nothing to share.

    Example:
        >>> gini([1, 1, 1, 1]), gini([0, 0, 0, 8])
        (0.0, 0.75)
    """
    ascending = np.sort(np.asarray(amounts, dtype=np.float64))
    total, n = ascending.sum(), len(ascending)
    if not total:
        return float("nan")
    return float(((2 * np.arange(1, n + 1) - n - 1) * ascending).sum() / (n * total))


@dataclass(frozen=True, slots=True)
class Exposure:
    """How a round's lists spread attention over the posts that someone could be shown.

    Attributes:
        gini: of the number of lists a post stands on.
        gini_per_opening: the same per opening.
        shown: share of the posts that stand on any list.
        most: lists that the most shown post stands on.
    """

    gini: float
    gini_per_opening: float
    shown: float
    most: int


def exposure_of(lists: Round, count: NDArray[np.int64], openings: ArrayLike) -> Exposure:
    """What these counts say.

    Args:
        lists: the round.
        count: (n_vacancies,) lists that each post stands on.
        openings: (n_vacancies,) above 0.
    """
    reached = lists.in_reach
    seen = count[reached]
    if not len(seen):
        return Exposure(float("nan"), float("nan"), float("nan"), 0)
    per_opening = seen / np.asarray(openings, dtype=np.float64)[reached]
    return Exposure(gini(seen), gini(per_opening), float((seen > 0).mean()), int(seen.max()))


def expected_ndcg(lists: Round, price: Prices) -> float:
    """Discounted gain of the priced lists as a share of the plain ones', taking scores as gains.

    The mean over the people with any candidate of a score above 0; 1 at no prices. It is what the
    ranker itself expects to lose: measured outcomes may say otherwise.
    """
    chosen = order_lists(lists, price, n=lists.depth)
    plain = order_lists(lists, np.zeros_like(price), n=lists.depth)
    found, ideal = _gain(lists, chosen), _gain(lists, plain)
    counted = ideal > 0
    return float((found[counted] / ideal[counted]).mean()) if counted.any() else float("nan")


def _gain(lists: Round, kept: NDArray[np.int64]) -> NDArray[np.float64]:
    size = np.minimum(np.diff(lists.offsets), lists.depth)
    person = np.repeat(np.arange(len(size)), size)
    rank = np.arange(len(kept)) - np.repeat(np.cumsum(size) - size, size)
    gain = lists.score[kept] / np.log2(rank + 2.0)
    return np.bincount(person, weights=gain, minlength=len(size)).astype(np.float64)
