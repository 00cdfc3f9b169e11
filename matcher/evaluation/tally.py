"""Measures as sums over people, so that intervals, groups and chance are one calculation.

A measure such as a mean, a rate or a calibration error is a function of sums of a few columns over
people. Told so, its interval is a resampling of people, its value in a group a sum over the
group, and its p-value a shuffling of people between groups: people, never rows, because the pairs
of one person go together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

RESAMPLES = 1_000
LEVEL = 0.95
_AT_A_TIME = 100
_EQUAL = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """One measure over people.

    Attributes:
        name: of the measure.
        parts: (n_people, n_columns) what each person adds; a person about whom the measure says
            nothing adds zeros.
        of_sums: sums of the columns, (..., n_columns), to the measure, (...); NaN where it says
            nothing.
    """

    name: str
    parts: Floats
    of_sums: Callable[[Floats], Floats]

    @property
    def value(self) -> float:
        """The measure over everyone."""
        return float(self.of_sums(self.parts.sum(axis=0)))

    @property
    def counted(self) -> int:
        """How many people the measure says anything about."""
        return int((self.parts != 0).any(axis=1).sum())

    def take(self, people: NDArray[np.bool_] | Positions) -> Tally:
        """The same measure over some of the people."""
        return Tally(self.name, self.parts[people], self.of_sums)


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the range in which it moves when the people are drawn anew.

    Attributes:
        value: the measure; NaN where nobody counted.
        low, high: ends of the interval.
        people: how many counted.
    """

    value: float
    low: float
    high: float
    people: int


def ratio(name: str, part: ArrayLike, whole: ArrayLike) -> Tally:
    """Sum of the parts over sum of the wholes.

    Args:
        name: of the measure.
        part: (n_people,) what each adds above the line.
        whole: (n_people,) and below it, at least 0.

    Example:
        >>> ratio("selected", [1, 0, 2], [2, 2, 4]).value
        0.375
    """
    parts = np.column_stack([np.asarray(part, np.float64), np.asarray(whole, np.float64)])
    return Tally(name, parts, _ratio_of_sums)


def mean(name: str, values: ArrayLike) -> Tally:
    """Mean over the people whose value is known.

    Args:
        name: of the measure.
        values: (n_people,) NaN where the measure says nothing about the person.

    Example:
        >>> mean("ndcg@10", [1.0, np.nan, 0.5]).value
        0.75
    """
    given = np.asarray(values, np.float64)
    known = ~np.isnan(given)
    return ratio(name, np.where(known, given, 0.0), known)


def interval(
    tally: Tally,
    rng: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> Interval:
    """The measure with its percentile bootstrap interval over people.

    Args:
        tally: the measure.
        rng: draws the people.
        resamples: how often they are drawn.
        level: share of the draws inside the interval.

    Source:
        Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> found = interval(mean("hit", np.r_[np.zeros(50), np.ones(50)]), rng)
        >>> found.value, 0.35 < found.low < 0.45, 0.55 < found.high < 0.65, found.people
        (0.5, True, True, 100)
    """
    counted = tally.take((tally.parts != 0).any(axis=1))
    if not len(counted.parts):
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    drawn = _resampled(counted, rng, resamples)
    low, high = _ends(drawn, level)
    return Interval(tally.value, low, high, len(counted.parts))


def paired_difference(
    first: Tally,
    second: Tally,
    rng: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
) -> Interval:
    """The first measure less the second over the same people, who are drawn together.

    Raises:
        ValueError: the two are not about the same number of people.

    Example:
        >>> better, worse = mean("a", [0.5, 0.6, 0.7]), mean("b", [0.4, 0.5, 0.6])
        >>> found = paired_difference(better, worse, np.random.default_rng(0))
        >>> round(found.value, 6), found.low > 0
        (0.1, True)
    """
    if len(first.parts) != len(second.parts):
        raise ValueError(f"{len(first.parts)} people against {len(second.parts)}")
    split = first.parts.shape[1]

    def less(sums: Floats) -> Floats:
        return first.of_sums(sums[..., :split]) - second.of_sums(sums[..., split:])

    both = Tally(first.name, np.hstack([first.parts, second.parts]), less)
    return interval(both, rng, resamples=resamples, level=level)


def by_group(
    tally: Tally,
    group: Positions,
    n_groups: int,
    rng: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
) -> list[Interval]:
    """The measure in each group, with its interval.

    Args:
        tally: the measure.
        group: (n_people,) of each person, -1 where it is not known.
        n_groups: how many there are.
        rng: draws the people of a group among themselves.
        resamples: how often.

    Example:
        >>> hits = mean("hit", [1.0, 0.0, 1.0, 1.0])
        >>> found = by_group(hits, np.array([0, 0, 1, -1]), 2, np.random.default_rng(0))
        >>> [each.value for each in found], [each.people for each in found]
        ([0.5, 1.0], [2, 1])
    """
    return [
        interval(tally.take(group == each), rng, resamples=resamples) for each in range(n_groups)
    ]


def spread(values: Floats) -> Floats:
    """(...) largest less smallest of the groups' values, (..., n_groups); NaN groups are left out.

    Example:
        >>> spread(np.array([0.2, np.nan, 0.5])).round(3)
        np.float64(0.3)
    """
    low = np.where(np.isnan(values), np.inf, values).min(axis=-1)
    high = np.where(np.isnan(values), -np.inf, values).max(axis=-1)
    return np.where(high >= low, high - low, np.nan)[()]


def permutation_p(
    tally: Tally,
    group: Positions,
    n_groups: int,
    rng: np.random.Generator,
    *,
    permutations: int = RESAMPLES - 1,
) -> float:
    """How often chance alone spreads the groups as far apart as they are.

    The statistic is the largest less the smallest value of a group; the people whose group is
    known are shuffled between the groups. p = (1 + as far or farther) / (1 + permutations), so it
    is never 0.

    Args:
        tally: the measure.
        group: (n_people,) of each person, -1 where it is not known; such people are left out.
        n_groups: how many there are.
        rng: shuffles.
        permutations: how often.

    Returns:
        In (0, 1]; NaN where fewer than two groups have a value.

    Source:
        DiCiccio, Vasudevan, Basu, Kenthapadi, Agarwal: Evaluating Fairness Using Permutation
        Tests, KDD 2020.

    Example:
        >>> apart = mean("hit", np.r_[np.zeros(30), np.ones(30)])
        >>> permutation_p(apart, np.repeat([0, 1], 30), 2, np.random.default_rng(0))
        0.001
    """
    counted = (tally.parts != 0).any(axis=1) & (group >= 0)
    parts, label = tally.parts[counted], group[counted]
    if len(np.unique(label)) < 2:
        return float("nan")
    belongs = (label[None, :] == np.arange(n_groups)[:, None]).astype(np.float64)
    observed = spread(tally.of_sums(belongs @ parts))
    if np.isnan(observed):
        return float("nan")
    found = np.empty(permutations)
    for at in range(permutations):
        found[at] = spread(tally.of_sums(belongs @ parts[rng.permutation(len(parts))]))
    return float((1 + (found >= observed - _EQUAL).sum()) / (1 + permutations))


def _resampled(tally: Tally, rng: np.random.Generator, resamples: int) -> Floats:
    people = len(tally.parts)
    drawn = []
    for start in range(0, resamples, _AT_A_TIME):
        rows = min(_AT_A_TIME, resamples - start)
        who = rng.integers(0, people, size=(rows, people))
        cells = (who + np.arange(rows)[:, None] * people).ravel()
        times = np.bincount(cells, minlength=rows * people).reshape(rows, people)
        drawn.append(tally.of_sums(times.astype(np.float64) @ tally.parts))
    return np.concatenate(drawn)


def _ends(drawn: Floats, level: float) -> tuple[float, float]:
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _ratio_of_sums(sums: Floats) -> Floats:
    part, whole = sums[..., 0], sums[..., 1]
    found: Floats = np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
    return found
