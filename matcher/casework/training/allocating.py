"""Who gets a seat: tiers in order, inside a tier the published order of ties; arrays in, out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET
from matcher.policy.priority.ties import tie_line
from matcher.reference.paths import path


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of the order; `fact` is empty for everyone else."""

    number: int
    fact: str
    basis: str
    zh: str
    en: str


@cache
def tiers() -> tuple[Tier, ...]:
    """The tiers, the first goes first."""
    with path("casework", "training_tiers.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            Tier(int(row["tier"]), row["fact"], row["basis"], row["zh"], row["en"])
            for row in csv.DictReader(handle)
        )


def tier_of(facts: Facts) -> NDArray[np.int8]:
    """(n,) int8: the first tier whose fact surely holds; what nobody asked gives none.

    Example:
        >>> from datetime import date
        >>> from matcher.policy.facts import facts_from_many
        >>> given = [{"person": {"recognised_hard_to_employ": True}}, {"person": {}}]
        >>> tier_of(facts_from_many(given, on=date(2026, 11, 2))).tolist()
        [2, 3]
    """
    found = np.zeros(facts.n, np.int8)
    for tier in reversed(tiers()):
        truth = np.broadcast_to(facts.truth(tier.fact) == MET if tier.fact else True, (facts.n,))
        found = np.where(truth, tier.number, found).astype(np.int8)
    return found


def line_up(
    person_ids: NDArray[np.object_],
    tier: NDArray[np.int8],
    unemployed_since: NDArray[np.float64],
    key: str,
) -> NDArray[np.int64]:
    """(n,) the rows in the order in which they get seats.

    Args:
        person_ids: (n,) ids, each once.
        tier: (n,) from `tier_of`.
        unemployed_since: (n,) days since 1970-01-01, NaN not asked.
        key: the published words of the hash; see `tie_line`.

    Example:
        >>> ids = np.array(["P1", "P2", "P3"], dtype=object)
        >>> since = np.array([15_000.0, 14_000.0, np.nan])
        >>> line_up(ids, np.array([2, 2, 1], np.int8), since, "C1").tolist()
        [2, 1, 0]
    """
    order: NDArray[np.int64] = np.lexsort((tie_line(person_ids, unemployed_since, key), tier))
    return order


def seated(order: NDArray[np.int64], free: int) -> NDArray[np.bool_]:
    """(n,) who gets one of the free seats.

    Example:
        >>> seated(np.array([2, 1, 0]), 2).tolist()
        [False, True, True]
    """
    flags = np.zeros(len(order), np.bool_)
    flags[order[: max(free, 0)]] = True
    return flags
