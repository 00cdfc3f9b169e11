"""Boosted trees with their calibration: a chance in (0, 1), and what each feature did to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray
from scipy.special import expit


@dataclass(frozen=True, eq=False)
class Trees:
    """Trees whose margin m is read as the chance expit(slope m + offset).

    Attributes:
        raw: the trees in XGBoost's binary JSON.
        slope, offset: Platt's two numbers, fitted on people held out; the slope is positive, so
            calibration never changes an order.
    """

    raw: bytes
    slope: float
    offset: float

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
        return np.asarray(expit(self.slope * margin.astype(np.float64) + self.offset))

    def parts(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(n, n_features + 1) what each feature adds to the calibrated margin; the last knows none.

        Exact tree SHAP values; a row sums to the calibrated margin.
        """
        return self.parts_of(matrix_of(features))

    def parts_of(self, matrix: Any) -> NDArray[np.float64]:
        """`parts` of what `matrix_of` made, which several trees can be asked about."""
        margins = self._booster.predict(matrix, pred_contribs=True, validate_features=False)
        told = margins.astype(np.float64) * self.slope
        told[:, -1] += self.offset
        return np.asarray(told)


def matrix_of(features: NDArray[np.float32]) -> Any:
    """The library's own form of a matrix of features."""
    return xgboost.DMatrix(features, nthread=1)
