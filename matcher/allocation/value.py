"""What a plan is worth, level by level, as the published order of aims compares plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import NO_HOUSEHOLD, NO_TIER, Problem


@dataclass(frozen=True, slots=True)
class Value:
    """The levels A to D of a plan; more is better on each.

    Attributes:
        filled: places in public-welfare posts by tier, in the order of `tiers_of`.
        households: zero-employment households with at least one member placed anywhere.
        score: sum of the scores.
        tie: sum of the tie ranks of the people placed.
    """

    filled: tuple[int, ...]
    households: int
    score: int
    tie: int

    def key(self, *, households_first: bool) -> tuple[int, ...]:
        """The levels in the order in which they are compared.

        Example:
            >>> Value((5, 2), 6, 900, 12).key(households_first=True)
            (6, 5, 2, 900, 12)
        """
        first = (
            (self.households, *self.filled) if households_first else (*self.filled, self.households)
        )
        return (*first, self.score, self.tie)

    def stated(self, tiers: Sequence[int]) -> dict[str, Any]:
        """The levels A to C under the names of the certificate."""
        return {
            "welfare_places_filled_by_tier": {
                str(tier): count for tier, count in zip(tiers, self.filled, strict=True)
            },
            "zero_employment_households_with_a_place": self.households,
            "total_score": self.score,
        }


def tiers_of(problem: Problem) -> tuple[int, ...]:
    """Every tier that somebody stands in, the first one first; none is not a tier.

    Tiers of persons and of pairs with public-welfare posts both count, as either may be written
    in the tables.
    """
    of_edges = problem.edge_tier[problem.public_welfare[problem.vacancy_at]]
    return tuple(sorted({*problem.tier.tolist(), *np.unique(of_edges).tolist()} - {NO_TIER}))


def value_of(problem: Problem, edges: NDArray[np.int64]) -> Value:
    """The value of the plan that takes these rows of the problem's pairs, each at most once."""
    person = problem.person_at[edges]
    welfare = problem.public_welfare[problem.vacancy_at[edges]]
    filled = np.bincount(problem.edge_tier[edges][welfare], minlength=1)
    of_zero = person[problem.zero_employment[person]]
    household = problem.household[of_zero]
    alone = np.unique(of_zero[household == NO_HOUSEHOLD])
    return Value(
        filled=tuple(int(filled[tier]) if tier < len(filled) else 0 for tier in tiers_of(problem)),
        households=len(np.unique(household[household != NO_HOUSEHOLD])) + len(alone),
        score=int(problem.score[edges].sum(dtype=np.int64)),
        tie=int(problem.tie[person].sum(dtype=np.int64)),
    )
