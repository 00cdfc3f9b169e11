"""The bare library calls that ranking and explaining are held against: a model without a service.

XGBoost's own prediction and exact contributions on a ready matrix of float32, one thread, the
trees of every side of the model; nothing calibrated, grouped, ordered or told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import xgboost
from numpy.typing import NDArray

from matcher.ranking.models.trained import TrainedRanker
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.ranker import Ranker

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Bare:
    """The boosters of a trained ranker."""

    boosters: tuple[Any, ...]

    def predict(self, features: Floats) -> list[Any]:
        """Each booster's prediction of ready features."""
        return [each.inplace_predict(features, validate_features=False) for each in self.boosters]

    def contributions(self, features: Floats) -> list[Any]:
        """Each booster's exact contributions of ready features."""
        given = xgboost.DMatrix(features, nthread=1)
        return [
            each.predict(given, pred_contribs=True, validate_features=False)
            for each in self.boosters
        ]


def bare(ranker: Ranker) -> Bare:
    """The library's own objects of a trained ranker; of a warm one those for people with a past.

    Raises:
        TypeError: a ranker that was not trained has none.
    """
    if isinstance(ranker, TwoSidedRanker):
        raws = [trees.raw for trees in ranker.sides.values()]
    elif isinstance(ranker, TrainedRanker):
        raws = [ranker.trees["warm"].raw]
    else:
        raise TypeError(f"'{ranker.name}' is not a trained ranker")
    boosters = []
    for raw in raws:
        booster = xgboost.Booster()
        booster.load_model(bytearray(raw))
        booster.set_param({"nthread": 1})
        boosters.append(booster)
    return Bare(tuple(boosters))
