"""Boosted trees with their calibration: a chance in (0, 1), and what each feature did to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.special import expit

from matcher.ranking.models.shap import Forest, contributions, forest_of

ROWS_AT_ONCE = 1 << 18
"""Rows whose parts are held at a time: tens of megabytes where millions of examples are learnt."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A weighed sum of the features, of which the trees learn what it misses.

    Attributes:
        weight: (n_features,) float32, of one unit of each feature.
        centre: (n_features,) float32, the usual value, which a missing one counts as.
        start: the sum where every feature has its usual value.
    """

    weight: NDArray[np.float32]
    centre: NDArray[np.float32]
    start: float

    def parts(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, n_features) what each feature adds; exact, as the sum is linear."""
        away = features - self.centre
        return np.asarray(np.where(np.isnan(away), 0, away) * self.weight, np.float32)

    def margin(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) the sum."""
        made = np.empty(len(features), np.float32)
        for start in range(0, len(features), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            made[rows] = self.parts(features[rows]).sum(axis=1, dtype=np.float64) + self.start
        return made

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, which `from_json` reads back exactly."""
        return {
            "weight": self.weight.tolist(),
            "centre": self.centre.tolist(),
            "start": self.start,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Line:
        """The line that `as_json` told."""
        weight = np.asarray(told["weight"], np.float32)
        return cls(weight, np.asarray(told["centre"], np.float32), float(told["start"]))


@dataclass(frozen=True, eq=False)
class Trees:
    """Trees whose margin m is read as the chance expit(slope m + offset).

    Attributes:
        raw: the trees in XGBoost's binary JSON.
        slope, offset: Platt's two numbers, fitted on people held out; the slope is positive, so
            calibration never changes an order.
        line: what the trees add to; None where they stand alone.
    """

    raw: bytes
    slope: float
    offset: float
    line: Line | None = None

    @cached_property
    def _booster(self) -> Any:
        booster = xgboost.Booster()
        booster.load_model(bytearray(self.raw))
        booster.set_param({"nthread": 1})
        return booster

    def chance(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n,) in (0, 1)."""
        margin = self._booster.inplace_predict(
            np.ascontiguousarray(features), predict_type="margin", validate_features=False
        )
        if self.line is not None:
            margin = margin + self.line.margin(features)
        return np.asarray(expit(self.slope * margin.astype(np.float64) + self.offset))

    def parts(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n, n_features + 1) what each feature adds to the calibrated margin; the last knows none.

        Exact SHAP values of trees and line; a row sums to the calibrated margin.
        """
        told = self._tree_parts(features)
        if self.line is not None:
            told[:, :-1] += self.line.parts(features)
            told[:, -1] += self.line.start
        told *= self.slope
        told[:, -1] += self.offset
        return told

    def _tree_parts(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        forest = self._forest
        if forest is None:
            return self._library_parts(features)
        told = np.empty((len(features), features.shape[1] + 1))
        told[:, :-1] = contributions(forest, features)
        told[:, -1] = self._knowing_nothing
        return told

    def _library_parts(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        matrix = xgboost.DMatrix(features, nthread=1)
        told = self._booster.predict(matrix, pred_contribs=True, validate_features=False)
        return np.asarray(told, np.float64)

    @cached_property
    def _forest(self) -> Forest | None:
        return forest_of(self._booster)

    @cached_property
    def _knowing_nothing(self) -> float:
        nothing = np.full((1, self._booster.num_features()), np.nan, np.float32)
        return float(self._library_parts(nothing)[0, -1])
