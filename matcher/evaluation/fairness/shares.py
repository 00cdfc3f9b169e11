"""Who gets listed: selection and exposure in the lists of people for posts.

Each post's list is drawn from everyone whom law and the post admit, by the score alone. A group is
held against its share of those admitted, not against its share of the population: whom law or a
stated requirement keeps out is no choice of the ranker.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from fairlearn.metrics import MetricFrame, selection_rate
from numpy.typing import NDArray

from matcher.evaluation.fairness.groups import Grouping
from matcher.evaluation.tally import Tally, ratio
from matcher.ranking.order import ranks

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Everyone admitted to some posts, with their rank for each.

    Attributes:
        person_at: (n_pairs,) int64.
        rank: (n_pairs,) from 1 in each post's list.
        n_people: how many people there are.
    """

    person_at: Positions
    rank: Positions
    n_people: int

    def selected(self, k: int) -> NDArray[np.bool_]:
        """(n_pairs,) is the person among the first k for the post."""
        return self.rank <= k


def lists_of(
    person_at: Positions,
    vacancy_at: Positions,
    score: NDArray[np.float32],
    *,
    n_people: int,
    rng: np.random.Generator,
) -> Lists:
    """The lists of people for posts; equal scores go by lot.

    Args:
        person_at: (n_pairs,) everyone admitted to a post.
        vacancy_at: (n_pairs,) the post.
        score: (n_pairs,) higher is listed first.
        n_people: how many people there are.
        rng: draws the lots.

    Example:
        >>> posts, scores = np.array([5, 5, 9]), np.array([0.1, 0.7, 0.2], np.float32)
        >>> rng = np.random.default_rng(0)
        >>> lists_of(np.array([0, 1, 0]), posts, scores, n_people=2, rng=rng).rank
        array([2, 1, 1])
    """
    order = np.lexsort((rng.random(len(score)), -score, vacancy_at))
    rank = np.empty(len(score), np.int64)
    rank[order] = ranks(vacancy_at[order].astype(np.int32))
    return Lists(person_at.astype(np.int64), rank, n_people)


def selection(lists: Lists, k: int) -> Tally:
    """Share of the posts that admit a person on whose first k places the person stands.

    Example:
        >>> lists = Lists(np.array([0, 1, 0]), np.array([1, 2, 1]), n_people=2)
        >>> selection(lists, k=1).value.__round__(3)
        0.667
    """
    return _per_admission(f"selection@{k}", lists, lists.selected(k).astype(np.float64))


def exposure(lists: Lists, k: int) -> Tally:
    """Attention per admission: 1 / log2(rank + 1) on the first k places, else 0.

    Source:
        Singh and Joachims: Fairness of Exposure in Rankings, KDD 2018.

    Example:
        >>> lists = Lists(np.array([0, 1]), np.array([1, 3]), n_people=2)
        >>> exposure(lists, k=3).value
        0.75
    """
    seen = np.where(lists.selected(k), 1 / np.log2(lists.rank + 1), 0.0)
    return _per_admission(f"exposure@{k}", lists, seen)


def selection_gap(lists: Lists, groups: Grouping, k: int) -> tuple[float, float]:
    """Largest difference and smallest ratio of two groups' selection rates.

    Args:
        lists: of the posts.
        groups: pairs of people whose group is not known are left out.
        k: how many places count.

    Returns:
        Difference (0 is equal) and ratio (1 is equal; below 0.8 is the four-fifths mark); NaN
        where fewer than two groups are admitted anywhere.

    Example:
        >>> lists = Lists(np.array([0, 0, 1, 1]), np.array([1, 1, 1, 2]), n_people=2)
        >>> selection_gap(lists, Grouping("sex", ("f", "m"), np.array([0, 1])), k=1)
        (0.5, 0.5)
    """
    group = groups.group_of[lists.person_at]
    known = group >= 0
    if len(np.unique(group[known])) < 2:
        return float("nan"), float("nan")
    listed = lists.selected(k)[known].astype(np.int8)
    frame = MetricFrame(
        metrics=selection_rate,
        y_true=listed,
        y_pred=listed,
        sensitive_features=pd.Series(group[known], name=groups.attribute),
    )
    return float(frame.difference()), float(frame.ratio())


def _per_admission(name: str, lists: Lists, amount: NDArray[np.float64]) -> Tally:
    total = np.bincount(lists.person_at, weights=amount, minlength=lists.n_people)
    return ratio(name, total, np.bincount(lists.person_at, minlength=lists.n_people))
