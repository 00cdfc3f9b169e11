"""Minimum wage by region and day.

A region sets one to four tiers, and which county stands in which tier is set by the region's own
order, which the table does not have: what can be said of a county is the region's tiers, and
that nobody may be paid less than the lowest.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.reference.distinct import Codes, over_distinct
from matcher.reference.paths import path


@dataclass(frozen=True, slots=True)
class MinimumWage:
    """The minimum wage of a region.

    Attributes:
        area_code: of the region that set it: a province, or a city with its own.
        region: its short name.
        since: the day of the published table; the region's own order may be older.
        monthly_tiers: yuan a month, highest first.
        hourly_tiers: yuan an hour for part-time work, highest first.
        source: the published table.
    """

    area_code: str
    region: str
    since: date
    monthly_tiers: tuple[float, ...]
    hourly_tiers: tuple[float, ...]
    source: str

    @property
    def monthly_floor(self) -> float:
        """Yuan a month below which no county of the region may go: the lowest tier."""
        return min(self.monthly_tiers)

    @property
    def hourly_floor(self) -> float:
        """Yuan an hour below which no county of the region may go: the lowest tier."""
        return min(self.hourly_tiers)


@cache
def _by_region() -> dict[str, tuple[MinimumWage, ...]]:
    """Area code to its minimum wages, latest first."""
    found: dict[str, list[MinimumWage]] = defaultdict(list)
    with path("policy", "minimum_wage.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            wage = MinimumWage(
                area_code=row["area_code"],
                region=row["region"],
                since=date.fromisoformat(row["since"]),
                monthly_tiers=_tiers(row["monthly_tiers"]),
                hourly_tiers=_tiers(row["hourly_tiers"]),
                source=row["source"],
            )
            found[wage.area_code].append(wage)
    return {
        code: tuple(sorted(wages, key=lambda wage: wage.since, reverse=True))
        for code, wages in found.items()
    }


def _tiers(cell: str) -> tuple[float, ...]:
    return tuple(sorted((float(each) for each in cell.split(";")), reverse=True))


def minimum_wage(area_code: str, on: date) -> MinimumWage | None:
    """The minimum wage that the narrowest region around the area has in force on the day.

    Args:
        area_code: of any level; only its leading digits count, so any spelling will do.
        on: the day; None is the answer before the first table.

    Source:
        See `data/policy/SOURCE.md`.

    Example:
        >>> minimum_wage("320613", date(2025, 8, 1)).monthly_tiers
        (2490.0, 2260.0, 2010.0)
        >>> minimum_wage("440305", date(2025, 8, 1)).region
        '深圳'
    """
    for digits in range(len(area_code), 1, -1):
        for wage in _by_region().get(area_code[:digits], ()):
            if wage.since <= on:
                return wage
    return None


def minimum_wage_floor(area_codes: Codes, on: date) -> NDArray[np.float64]:
    """(n,) yuan a month: the lowest tier of each area's region on the day; NaN where not known.

    Pay under this floor is unlawful wherever in the region the post is; pay above it may still
    be too low for the county's own tier.

    Example:
        >>> minimum_wage_floor(["32", "440305", None, "99"], date(2025, 8, 1))
        array([2010., 2520.,   nan,   nan])
    """

    def floor(area_code: str) -> float:
        wage = minimum_wage(area_code, on)
        return np.nan if wage is None else wage.monthly_floor

    return over_distinct(area_codes, floor, missing=np.nan, dtype=np.float64)
