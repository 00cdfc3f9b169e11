"""Gains of several levels in as few whole numbers as hold them without one touching the next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import Problem

Longs = NDArray[np.int64]

LARGEST = 2**62


class Words:
    """The levels of the published order, packed into 64-bit words compared from left to right.

    Args:
        problem: whose levels.
        most: no sum is taken over more arcs than this.
        households_first: whether households served come before public-welfare places.

    Attributes:
        width: how many words there are.
        household: (width,) int64, what the first place of a household is worth.
    """

    def __init__(self, problem: Problem, *, most: int, households_first: bool) -> None:
        self.problem = problem
        welfare = problem.public_welfare[problem.vacancy_at]
        self.tier = np.where(welfare, problem.edge_tier, 0)
        self.tiers = [int(tier) for tier in np.unique(self.tier) if tier > 0]
        score, tie = problem.score.max(initial=0), problem.tie.max(initial=0)
        tiers = [f"tier {tier}" for tier in self.tiers]
        names = ["household", *tiers] if households_first else [*tiers, "household"]
        largest = dict.fromkeys(names, 1) | {"score": int(score), "tie": int(tie)}
        self.at = _packed({name: most * value for name, value in largest.items()})
        self.width = 1 + max(word for word, _ in self.at.values())
        self.household = self._unit("household")

    def _unit(self, name: str) -> Longs:
        word, factor = self.at[name]
        unit = np.zeros(self.width, dtype=np.int64)
        unit[word] = factor
        return unit

    def of_pairs(self) -> Longs:
        """(n_edges, width) int64: what each pair is worth, without its household's first place."""
        by_tier = np.zeros((max(self.tiers, default=0) + 1, self.width), dtype=np.int64)
        for tier in self.tiers:
            by_tier[tier] = self._unit(f"tier {tier}")
        worth = by_tier[self.tier]
        for name, values in (
            ("score", self.problem.score),
            ("tie", self.problem.tie[self.problem.person_at]),
        ):
            word, factor = self.at[name]
            worth[:, word] += values.astype(np.int64) * factor
        return worth


def _packed(largest: dict[str, int]) -> dict[str, tuple[int, int]]:
    """(word, factor) of each level, the first level leftmost; sums up to `largest` never overlap.

    Example:
        >>> _packed({"first": 10, "second": 100})
        {'second': (0, 1), 'first': (0, 201)}
        >>> _packed({"first": 2**40, "second": 2**40})
        {'second': (1, 1), 'first': (0, 1)}
    """
    placed: list[tuple[str, int, int]] = []
    word, used = 0, 1
    for name, bound in reversed(largest.items()):
        if used > 1 and used * (2 * bound + 1) > LARGEST:
            word, used = word + 1, 1
        placed.append((name, word, used))
        used *= 2 * bound + 1
    return {name: (word - at, factor) for name, at, factor in placed}
