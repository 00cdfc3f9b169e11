"""Who may take which public-welfare posts, as policy answered it: tables over classes of posts.

Policy decides once per person and class (posts under one rule of one place), not once per pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Market

NO_CLASS = -1
"""The class of an ordinary post, and of a public-welfare post that no rule answers for."""

NOT_KNOWN, NOT_ELIGIBLE, ELIGIBLE = -1, 0, 1
"""What policy said of a person and a class of posts."""


@dataclass(frozen=True, slots=True)
class WelfareEligibility:
    """Policy's answers on public-welfare posts for the rows of one market.

    Attributes:
        eligible: (n_persons, n_classes) int8: 1 yes, 0 no, -1 a fact is missing.
        tier: (n_persons, n_classes) int8: 1 goes first, -1 no tier or not known.
        vacancy_class: (n_vacancies,) int32 columns of the tables; -1 for ordinary posts.
    """

    eligible: NDArray[np.int8]
    tier: NDArray[np.int8]
    vacancy_class: NDArray[np.int32]

    @classmethod
    def unruled(cls, market: Market) -> WelfareEligibility:
        """No post is under a rule: what a market without public-welfare posts has.

        Example:
            >>> from matcher.market.build import empty_market
            >>> WelfareEligibility.unruled(empty_market()).eligible.shape
            (0, 0)
        """
        none = np.empty((len(market.jobseekers), 0), np.int8)
        return cls(none, none, np.full(len(market.vacancies), NO_CLASS, np.int32))
