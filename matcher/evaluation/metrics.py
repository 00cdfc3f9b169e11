"""Measures of ranked lists and of how evenly exposure is spread, over columns.

Every measure of a list comes per query (a person or a post), so that means, intervals and groups
are the caller's to form; NaN marks a query that the measure says nothing about. Equal scores
keep the order of the rows: hand rows in the order of the list where ties matter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.ranking.congestion.exposure import gini

__all__ = ["gini", "hit_rate_at_k", "ndcg_at_k", "recall_at_k", "reciprocal_rank"]

Floats = NDArray[np.float64]


def ndcg_at_k(query: ArrayLike, gain: ArrayLike, score: ArrayLike, k: int) -> Floats:
    """Discounted gain of the first k, as a share of the best possible order's.

    DCG@k = sum over ranks r = 1..k of gain_r / log2(r + 1); NDCG@k = DCG@k / ideal DCG@k. Gains
    are linear: grade them before if steps should differ.

    Args:
        query: (n,) whose list the row belongs to.
        gain: (n,) at least 0.
        score: (n,) higher is listed first.
        k: length of the list, at least 1.

    Returns:
        (n_queries,) float64 in [0, 1], queries ascending; NaN where a query has no gain.

    Source:
        Järvelin and Kekäläinen, ACM TOIS 20(4), 2002.

    Example:
        >>> ndcg_at_k([1, 1, 2, 2, 3], [0, 1, 1, 0, 0], [0.9, 0.5, 0.9, 0.5, 1.0], k=2).round(4)
        array([0.6309, 1.    ,    nan])
    """
    group, gains, scores = _columns(query, gain, score)
    found, ideal = _dcg(group, gains, scores, k), _dcg(group, gains, gains, k)
    return _ratio(found, ideal)


def recall_at_k(query: ArrayLike, relevant: ArrayLike, score: ArrayLike, k: int) -> Floats:
    """Share of a query's relevant rows that stand among its first k.

    Recall@k = (relevant among the first k) / (relevant).

    Args:
        query: (n,) whose list the row belongs to.
        relevant: (n,) 0 or 1.
        score: (n,) higher is listed first.
        k: length of the list, at least 1.

    Returns:
        (n_queries,) float64 in [0, 1], queries ascending; NaN where nothing is relevant.

    Example:
        >>> recall_at_k([1, 1, 1, 2], [1, 1, 0, 0], [0.9, 0.1, 0.5, 0.3], k=2)
        array([0.5, nan])
    """
    group, hits, scores = _columns(query, relevant, score)
    return _ratio(_sums(group, hits * (_rank(group, scores) <= k)), _sums(group, hits))


def hit_rate_at_k(query: ArrayLike, relevant: ArrayLike, score: ArrayLike, k: int) -> Floats:
    """1 where any relevant row stands among the first k, else 0.

    Args:
        query: (n,) whose list the row belongs to.
        relevant: (n,) 0 or 1.
        score: (n,) higher is listed first.
        k: length of the list, at least 1.

    Returns:
        (n_queries,) float64, 0 or 1, queries ascending; NaN where nothing is relevant.

    Example:
        >>> hit_rate_at_k([1, 1, 2, 2, 3], [0, 1, 1, 0, 0], [0.9, 0.5, 0.9, 0.5, 1.0], k=1)
        array([ 0.,  1., nan])
    """
    recall = recall_at_k(query, relevant, score, k)
    return np.where(np.isnan(recall), np.nan, (recall > 0).astype(np.float64))


def reciprocal_rank(query: ArrayLike, relevant: ArrayLike, score: ArrayLike) -> Floats:
    """One over the rank of the first relevant row; its mean over queries is the MRR.

    Args:
        query: (n,) whose list the row belongs to.
        relevant: (n,) 0 or 1.
        score: (n,) higher is listed first.

    Returns:
        (n_queries,) float64 in (0, 1], queries ascending; NaN where nothing is relevant.

    Example:
        >>> reciprocal_rank([1, 1, 1, 2], [0, 1, 1, 0], [0.9, 0.1, 0.5, 0.3])
        array([0.5, nan])
    """
    group, hits, scores = _columns(query, relevant, score)
    found = np.where(hits > 0, 1 / _rank(group, scores), 0.0)
    best = np.zeros(int(group.max(initial=-1)) + 1)
    np.maximum.at(best, group, found)
    return np.where(best > 0, best, np.nan)


def _columns(
    query: ArrayLike, gain: ArrayLike, score: ArrayLike
) -> tuple[NDArray[np.int64], Floats, Floats]:
    group = np.unique(np.asarray(query), return_inverse=True)[1].astype(np.int64)
    return group, np.asarray(gain, dtype=np.float64), np.asarray(score, dtype=np.float64)


def _rank(group: NDArray[np.int64], score: Floats) -> NDArray[np.int64]:
    order = np.lexsort((-score, group))
    first = np.cumsum(np.bincount(group)) - np.bincount(group)
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(1, len(group) + 1) - first[group[order]]
    return rank


def _dcg(group: NDArray[np.int64], gain: Floats, by: Floats, k: int) -> Floats:
    rank = _rank(group, by)
    return _sums(group, np.where(rank <= k, gain / np.log2(rank + 1), 0.0))


def _sums(group: NDArray[np.int64], weights: Floats) -> Floats:
    return np.bincount(group, weights=weights).astype(np.float64)


def _ratio(part: Floats, whole: Floats) -> Floats:
    share: Floats = np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return share
