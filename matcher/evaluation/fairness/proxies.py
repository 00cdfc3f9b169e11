"""How well sex, age or household status can be guessed from what the ranker does see.

A ranker that never sees a trait may still see its shadow. An area under the curve of 0.5 is a coin,
1 is certainty. A shadow alone is no harm: what it does shows in exposure and calibration.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from matcher.evaluation.tally import Interval

FOLDS = 4
_ROUNDS, _LEAVES, _BINS = 40, 8, 32
"""Enough to find a shadow that is there; bigger trees only take longer."""

_RESAMPLES = 200


def profiles_of(
    features: NDArray[np.float32], person_at: NDArray[np.integer], n_people: int
) -> NDArray[np.float64]:
    """What the features of a person's pairs tell of the person: mean, least, most and share known.

    Args:
        features: (n_pairs, n_features), NaN where missing.
        person_at: (n_pairs,) whose pair it is.
        n_people: how many people there are.

    Returns:
        (n_people, 4 n_features) float64, NaN where nothing is known.

    Example:
        >>> features = np.array([[1.0], [3.0]], np.float32)
        >>> profiles_of(features, np.array([0, 0]), 1)
        array([[2., 1., 3., 1.]])
    """
    frame = pd.DataFrame(features.astype(np.float64)).groupby(np.asarray(person_at))
    counted = frame.count().div(frame.size(), axis=0)
    parts = [frame.mean(), frame.min(), frame.max(), counted]
    stacked = pd.concat(parts, axis=1).reindex(range(n_people))
    return stacked.to_numpy(np.float64)


def proxy_auc(
    profiles: NDArray[np.float64], trait: NDArray[np.integer], *, seed: int
) -> Interval | None:
    """Area under the curve of guessing a trait, cross-validated over people.

    Args:
        profiles: (n_people, n_columns), NaN where missing.
        trait: (n_people,) 1 has it, 0 has it not, -1 not known and left out.
        seed: of the folds, the trees and the interval.

    Returns:
        The area with its bootstrap interval over people; None where either side has fewer people
        than there are folds.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> shadow = rng.normal(size=(200, 1))
        >>> found = proxy_auc(shadow, (shadow[:, 0] > 0).astype(int), seed=0)
        >>> found.value > 0.95, found.low <= found.value <= found.high
        (True, True)
    """
    known = (trait >= 0) & ~np.isnan(profiles).all(axis=1)
    given, label = profiles[known], np.asarray(trait)[known]
    if np.bincount(label, minlength=2)[:2].min() < FOLDS:
        return None
    told = ~np.isnan(given).all(axis=0)
    guess = cross_val_predict(
        HistGradientBoostingClassifier(
            max_iter=_ROUNDS,
            max_leaf_nodes=_LEAVES,
            max_bins=_BINS,
            learning_rate=0.2,
            early_stopping=False,
            random_state=seed,
        ),
        given[:, told],
        label,
        cv=StratifiedKFold(FOLDS, shuffle=True, random_state=seed),
        method="predict_proba",
    )[:, 1]
    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, len(label), len(label)) for _ in range(_RESAMPLES)]
    areas = [_area(label[at], guess[at]) for at in draws if 0 < label[at].mean() < 1]
    low, high = np.quantile(areas, [0.025, 0.975])
    return Interval(_area(label, guess), float(low), float(high), len(label))


def _area(label: NDArray[np.integer], guess: NDArray[np.float64]) -> float:
    """The area from rank sums: the chance that one with the trait is guessed above one without."""
    has = label == 1
    n, m = int(has.sum()), int((~has).sum())
    return float((rankdata(guess)[has].sum() - n * (n + 1) / 2) / (n * m))
