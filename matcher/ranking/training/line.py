"""A weighed sum of the features that trees start from: what many weak signals say together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # it ships no types

from matcher.ranking.models.trees import Line

STRENGTH = 0.01
"""Inverse of the penalty on the weights of standardised features."""

OTHERS = 20
"""Posts not taken for each one taken, at most; more change nothing but the time."""

MOST = 1_000_000
"""Rows that a line is learnt from, at most, drawn by chance: its few weights need no more."""


def fit_line(
    features: NDArray[np.float32],
    label: NDArray[np.bool_],
    rng: np.random.Generator,
    learnt: NDArray[np.bool_] | None = None,
) -> Line | None:
    """Logistic regression on standardised features; None where all labels are the same.

    A missing value counts as the usual one, so that it says nothing.

    Args:
        features: (n, n_features) float32; NaN where a fact is missing.
        label: (n,) bool, went for it.
        rng: draws the posts not taken that count.
        learnt: (n,) bool, which rows it is learnt from; None for all.
    """
    at = np.arange(len(label)) if learnt is None else np.flatnonzero(learnt)
    told = label[at]
    if told.all() or not told.any():
        return None
    others = rng.permutation(at[~told])[: OTHERS * int(told.sum())]
    rows = np.sort(np.r_[at[told], others])
    if len(rows) > MOST:
        rows = rows[np.sort(rng.choice(len(rows), MOST, replace=False))]
    some = features[rows]
    finite = np.isfinite(some)
    known = np.maximum(finite.sum(axis=0), 1)
    some[~finite] = 0
    centre = some.sum(axis=0, dtype=np.float64) / known
    square = np.einsum("ij,ij->j", some, some, dtype=np.float64) / known
    spread = np.sqrt(np.maximum(square - centre**2, 0))
    scale = np.divide(1.0, spread, out=np.zeros(len(spread)), where=spread > 1e-6)
    standard = np.where(finite, (some - centre) * scale, 0).astype(np.float32)
    with threadpool_limits(1):
        model = LogisticRegression(C=STRENGTH, max_iter=300).fit(standard, label[rows])
    share, drawn = float(told.mean()), float(label[rows].mean())
    start = float(model.intercept_[0]) + float(logit(share) - logit(drawn))
    weight = (model.coef_[0] * scale).astype(np.float32)
    return Line(weight, centre.astype(np.float32), start)
