"""Features of past outcomes: what people alike went for, and how sought a post is."""

from __future__ import annotations

from collections.abc import Callable

from matcher.ranking.features import work
from matcher.ranking.features.registry import FEATURES, Column, Feature
from matcher.ranking.history.columns import HISTORY_FEATURES
from matcher.ranking.pairs import Pairs

SOURCE = "outcomes up to the day; words of profiles and posts"
AFTER = work.__name__
"""These columns stand behind those of the work itself."""

UNIT = {
    "popularity": "people",
    "fame": "logarithm of people",
    "profile": "expected postings",
    "embedding": "logarithm of a lift",
    "choice": "logarithm of a weight",
    "wording_popularity": "people a posting",
    "same_wording": "postings",
    "activity": "postings",
    "usual_popularity": "logarithm of people",
    "wording": "mean cosine",
    "consensus": "standard deviations",
}
"""Units of the columns; every other is a weight summed over people, or a share of the highest."""


def _of(name: str) -> Callable[[Pairs], Column]:
    def column(pairs: Pairs) -> Column:
        return pairs.history[name]

    column.__name__ = name
    column.__doc__ = f"The column `{name}` of `matcher.ranking.history.columns`."
    return column


for _name in HISTORY_FEATURES:
    FEATURES[_name] = Feature(
        name=_name,
        group="history",
        unit=UNIT.get(_name, "weight summed over people"),
        low=float("-inf"),
        high=float("inf"),
        source=SOURCE,
        may_be_missing=True,
        of=_of(_name),
    )
