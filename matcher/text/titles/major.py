"""The second linear model: the 大类 of a title, by itself.

The first model asks for one of some 1,700 classes and often knows only a handful of titles of each;
this one asks for one of eight and knows hundreds. Its say is mixed into the order of the 细类.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

PENALTY = 30.0
"""Inverse strength of the penalty; 10 to 100 make no difference beyond noise, five folds."""
WEIGHTS_KEPT = 120_000
"""Of all; the smallest are cut off."""
_ROUNDS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class MajorModel:
    """A multinomial logit over the grams of the title model.

    Attributes:
        names: (n_major,) first part of the codes, sorted.
        weights: (n_grams, n_major) float32.
        intercept: (n_major,) float32.
    """

    names: NDArray[np.str_]
    weights: NDArray[np.float32]
    intercept: NDArray[np.float32]

    def log_chances(
        self, found: sparse.csr_matrix, classes: NDArray[np.str_], at: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """(n_titles, n_best) log chance of the 大类 of each candidate.

        Args:
            found: (n_titles, n_grams) grams of the titles.
            classes: codes of the first model.
            at: (n_titles, n_best) candidates, positions in `classes`.
        """
        scores = (found @ self.weights).astype(np.float64) + self.intercept
        scores -= scores.max(axis=1, keepdims=True)
        log_chance = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        of_class = np.searchsorted(self.names, [code[0] for code in classes.tolist()])
        told: NDArray[np.float64] = np.take_along_axis(log_chance, of_class[at], axis=1)
        return told


def fit_major(
    found: sparse.csr_matrix, codes: Sequence[str], weight: NDArray[np.float64], seed: int
) -> MajorModel:
    """The model of these titles, its small weights cut off, rounded as the file holds them."""
    machine = LogisticRegression(C=PENALTY, max_iter=_ROUNDS, random_state=seed)
    machine.fit(found, np.array([code[0] for code in codes]), sample_weight=weight)
    coefficients, start = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # told by one row, for the second of the two
        coefficients, start = (np.concatenate([-half, half]) / 2 for half in (coefficients, start))
    dense = coefficients.T.astype(np.float16).astype(np.float32)
    kept = min(WEIGHTS_KEPT, dense.size)
    least = np.partition(np.abs(dense), dense.size - kept, axis=None)[dense.size - kept]
    dense[np.abs(dense) < least] = 0.0
    return MajorModel(machine.classes_, dense, start.astype(np.float32).round(4))
