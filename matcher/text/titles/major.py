"""The second linear model: the 大类 of a title, by itself.

The first model asks for one of some 1,700 classes and often knows only a handful of titles of each;
this one asks for one of eight and knows hundreds. What both say of the 大类 pulls on the order of
the 细类: a conditional logit over the 大类, of the chances of the candidates summed by 大类 and of
this model's own, with a start for each 大类, learnt from titles that neither model was shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

PENALTY = 30.0
"""Inverse strength of the penalty; 10 to 100 make no difference beyond noise, five folds."""
_ROUNDS = 1000
_TOLERANCE = 1e-3
_LEAST_LOG_CHANCE = -12.0
STRENGTH = 2.0
"""Of the log chance of the 大类 beside that of the 细类; 1.5 to 3 differ by noise, five folds with
five seeds."""
_SIGNS = 2
_LEAST_CHANCE = 1e-4
_PULL_PENALTY = 1.0


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

    def log_chances(self, found: sparse.csr_matrix) -> NDArray[np.float64]:
        """(n_titles, n_major) log chance of each 大类, at least -12.

        Args:
            found: (n_titles, n_grams) grams of the titles.
        """
        scores = (found @ self.weights).astype(np.float64) + self.intercept
        scores -= scores.max(axis=1, keepdims=True)
        log_chance = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        told: NDArray[np.float64] = np.maximum(log_chance, _LEAST_LOG_CHANCE)
        return told

    def places(self, classes: NDArray[np.str_]) -> NDArray[np.int64]:
        """(n_classes,) place in `names` of the 大类 of each code."""
        return np.searchsorted(self.names, [code[0] for code in classes.tolist()])


def fit_major(
    found: sparse.csr_matrix, codes: Sequence[str], weight: NDArray[np.float64], seed: int
) -> MajorModel:
    """The model of these titles, rounded as the file holds it.

    Every weight is kept: cutting two thirds of them cost a fifth of a point of right 大类.
    """
    machine = LogisticRegression(C=PENALTY, max_iter=_ROUNDS, tol=_TOLERANCE, random_state=seed)
    machine.fit(found, np.array([code[0] for code in codes]), sample_weight=weight)
    coefficients, start = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # told by one row, for the second of the two
        coefficients, start = (np.concatenate([-half, half]) / 2 for half in (coefficients, start))
    dense = coefficients.T.astype(np.float16).astype(np.float32)
    return MajorModel(machine.classes_, dense, start.astype(np.float32).round(4))


class Told(Protocol):
    """What both models say of titles: the candidates' 大类 and the log chance of every 大类."""

    @property
    def group(self) -> NDArray[np.int64]:
        """(n_titles, n_best) place of the 大类 of each candidate."""

    @property
    def major(self) -> NDArray[np.float64]:
        """(n_titles, n_major) log chance of every 大类 by the second linear model."""


def no_pull(major: MajorModel) -> NDArray[np.float64]:
    """(2 + n_major,) zeros: the 大类 has no say before it is learnt what it is worth."""
    return np.zeros(_SIGNS + len(major.names))


def pulled(
    pull: NDArray[np.float64], seen: Told, chance: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n_titles, n_major) what a 细类 of each 大类 gains, on the scale of a log chance.

    Args:
        pull: (2 + n_major,) weights and starts, as `fit_pull` gives them.
        seen: the candidates of the titles.
        chance: (n_titles, n_best) of each candidate, by the second stage.
    """
    gained: NDArray[np.float64] = STRENGTH * _scores(pull, _signs(seen, chance))
    return gained


def fit_pull(
    seen: Told, chance: NDArray[np.float64], true_major: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(2 + n_major,) weights and starts that make the right 大类 likeliest.

    Args:
        seen: candidates by models that were not shown these titles.
        chance: (n_titles, n_best) of each candidate.
        true_major: (n_titles,) place of the 大类 of the silver label.
    """
    signs = _signs(seen, chance)
    rows = np.arange(len(true_major))

    def loss(pull: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = _scores(pull, signs)
        scores -= scores.max(axis=1, keepdims=True)
        logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        gap = np.exp(logs)
        gap[rows, true_major] -= 1.0
        slope = np.concatenate([np.einsum("nm,nmk->k", gap, signs), gap.sum(axis=0)])
        return _PULL_PENALTY * pull @ pull - logs[
            rows, true_major
        ].sum(), slope + 2 * _PULL_PENALTY * pull

    found = minimize(loss, np.zeros(_SIGNS + seen.major.shape[1]), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x
    return weights.round(6)


def _signs(seen: Told, chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n_titles, n_major, 2) log of the summed chance of candidates, and the second model's."""
    n_major = seen.major.shape[1]
    summed = np.zeros((len(chance), n_major))
    for place in range(n_major):
        summed[:, place] = np.where(seen.group == place, chance, 0.0).sum(axis=1)
    return np.stack([np.log(summed + _LEAST_CHANCE), seen.major], axis=2)


def _scores(pull: NDArray[np.float64], signs: NDArray[np.float64]) -> NDArray[np.float64]:
    # einsum adds in one order whatever the number of rows, so a title alone is weighed the same
    scores: NDArray[np.float64] = np.einsum("nmk,k->nm", signs, pull[:_SIGNS]) + pull[_SIGNS:]
    return scores
