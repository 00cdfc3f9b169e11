"""What the ranker may look at: registered features over pairs, by group."""

from matcher.ranking.features import past as _past
from matcher.ranking.features import path as _path
from matcher.ranking.features import record as _record
from matcher.ranking.features import words as _words
from matcher.ranking.features import work as _work
from matcher.ranking.features.registry import (
    BLOCK,
    FEATURES,
    Feature,
    feature,
    feature_names,
    pair_features,
)

REGISTERED_BY = (
    *(_work.__name__, _past.__name__),
    *(_path.__name__, _record.__name__, _words.__name__),
)
"""The modules whose import fills the register, in the order of its columns."""

__all__ = [
    "BLOCK",
    "FEATURES",
    "REGISTERED_BY",
    "Feature",
    "feature",
    "feature_names",
    "pair_features",
]
