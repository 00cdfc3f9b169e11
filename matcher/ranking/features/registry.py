"""The register of features: one function each, columns over pairs.

A feature is computed from the work profile, the vacancy and their vocabulary alone. A missing
fact makes a missing value (NaN), never a zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.errors import FeatureMismatch
from matcher.market.arrays import Jobseekers, Terms, Vacancies
from matcher.ranking.history.past import Past
from matcher.ranking.pairs import Pairs

BLOCK = 1 << 16
"""Pairs computed at a time: the intermediate columns of a block stay in the processor's cache."""

Column = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing the ranker may look at.

    `low` and `high` bound every known value; `group` is the word it is explained under; `source`
    names the columns it is made of.
    """

    name: str
    group: str
    unit: str
    low: float
    high: float
    source: str
    may_be_missing: bool
    of: Callable[[Pairs], Column]


FEATURES: dict[str, Feature] = {}
"""Every feature by name, in the order of the matrix."""


def feature(
    *,
    group: str,
    unit: str,
    between: tuple[float, float],
    source: str,
    may_be_missing: bool = True,
) -> Callable[[Callable[[Pairs], Column]], Callable[[Pairs], Column]]:
    """Register the function below as a feature of its own name."""

    def register(of: Callable[[Pairs], Column]) -> Callable[[Pairs], Column]:
        name = of.__name__
        FEATURES[name] = Feature(name, group, unit, *between, source, may_be_missing, of)
        return of

    return register


def feature_names() -> tuple[str, ...]:
    """The names of the columns, in order.

    Example:
        >>> feature_names()[:2]
        ('occupation_wanted_distance', 'occupation_done_distance')
    """
    return tuple(FEATURES)


def pair_features(  # noqa: PLR0913 - the three tables, the two positions and the day are the pair
    jobseekers: Jobseekers,
    vacancies: Vacancies,
    terms: Terms,
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
    *,
    on: date,
    names: Sequence[str] | None = None,
    past: Past | None = None,
) -> NDArray[np.float32]:
    """What the ranker sees of each pair.

    Args:
        jobseekers: work profiles only; whatever law knows of a person has no way in.
        vacancies: the posts.
        terms: the vocabulary both were written in.
        person_at: (n_pairs,) int32 positions in `jobseekers`.
        vacancy_at: (n_pairs,) int32 positions in `vacancies`.
        on: the day of the question.
        names: the features to compute, in this order; all by default.
        past: outcomes up to the day; without them every feature of the group `history` is missing.

    Returns:
        (n_pairs, n_features) float32, row-major; NaN where a fact is missing.

    Raises:
        FeatureMismatch: a name is not registered.
    """
    wanted = feature_names() if names is None else tuple(names)
    if not FEATURES.keys() >= set(wanted):
        raise FeatureMismatch(expected=wanted, given=feature_names())
    made = np.empty((len(person_at), len(wanted)), dtype=np.float32)
    for start in range(0, len(person_at), BLOCK):
        rows = slice(start, start + BLOCK)
        at = person_at[rows], vacancy_at[rows]
        pairs = Pairs(jobseekers, vacancies, terms, *at, on=on, past=past)
        for column, name in enumerate(wanted):
            made[rows, column] = FEATURES[name].of(pairs)
    return made
