"""What a ranker says of some pairs: the score, both chances behind it, what each group did to it.

Contributions cost far more than scores, so they are asked of shown pairs only, and of all of a list
at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Market
from matcher.ranking.features import pair_features
from matcher.ranking.history.past import Past
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.ranker import Ranker

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """What a ranker says of n pairs.

    Attributes:
        score: (n,) float32 in [0, 1].
        parts: (n, n_groups) float32, in the order of the ranker's groups; a row sums to its score
            less the ranker's base.
        interest, success: (n,) float32, the chances that the person takes the post and that the
            employer takes the person; None for a side that the ranker did not learn.
    """

    score: Floats
    parts: Floats
    interest: Floats | None = None
    success: Floats | None = None

    def row(self, at: int) -> Scored:
        """One pair of them, as a batch of one."""
        one = slice(at, at + 1)
        interest = None if self.interest is None else self.interest[one]
        success = None if self.success is None else self.success[one]
        return Scored(self.score[one], self.parts[one], interest, success)


def scored(
    market: Market,
    ranker: Ranker,
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
    *,
    past: Past | None = None,
    features: Floats | None = None,
) -> Scored:
    """Ask a ranker about some pairs, features computed once for all that it is asked.

    Args:
        market: of the day.
        ranker: what scores.
        person_at: (n,) int32 positions of the people.
        vacancy_at: (n,) int32 positions of the posts.
        past: outcomes up to the day, for a ranker that reads them.
        features: (n, n_features) float32 of the pairs where they are at hand; None computes them.
    """
    if features is None:
        features = pair_features(
            market.jobseekers,
            market.vacancies,
            market.terms,
            person_at,
            vacancy_at,
            on=market.on,
            names=ranker.features,
            past=past,
        )
    if not isinstance(ranker, TwoSidedRanker):
        return Scored(ranker.score(features), ranker.contributions(features))
    score, parts, sides = ranker.told(features)
    return Scored(score, parts, sides.interest, sides.success)
