"""Statutory retirement: the day by day of birth, category and the schedule in force.

Earlier or later retirement by choice is not here; nor is the pension's own contribution period.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.reference.calendar.months import add_months_to
from matcher.reference.distinct import Codes, positions
from matcher.reference.paths import path

_MONTHS_A_YEAR = 12


class RetirementCategory(StrEnum):
    """Whose schedule: women are told apart by the age their work had before the reform."""

    MAN = "man"
    WOMAN_55 = "woman_55"
    WOMAN_50 = "woman_50"


CATEGORIES: tuple[str, ...] = tuple(category.value for category in RetirementCategory)
"""The categories in the order of their int8 form."""


@dataclass(frozen=True, slots=True)
class Staircase:
    """One row of the schedule: an age, and how it rises with the month of birth.

    Attributes:
        since: the first day the row is in force; None where the law before is meant.
        age_months: before any delay.
        first_birth_month: month number (since 1970-01) from which births are delayed; None: none.
        step_months: so many months of birth share a delay.
        delay_months: by which each further step is delayed.
        cap_months: the greatest delay.
    """

    since: date | None
    age_months: int
    first_birth_month: int | None
    step_months: int
    delay_months: int
    cap_months: int

    def months_to_work(self, birth_month: NDArray[np.int64]) -> NDArray[np.int64]:
        """(n,) months from birth to retirement by (n,) months of birth (number since 1970-01)."""
        if self.first_birth_month is None:
            return np.full(birth_month.shape, self.age_months, dtype=np.int64)
        steps = (birth_month - self.first_birth_month) // self.step_months + 1
        return self.age_months + np.clip(steps * self.delay_months, 0, self.cap_months)


@cache
def _schedule() -> dict[str, tuple[Staircase, ...]]:
    """Category to its rows, latest first."""
    found: dict[str, list[Staircase]] = {category: [] for category in CATEGORIES}
    with path("policy", "retirement_schedule.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            found[row["category"]].append(_staircase(row))
    return {
        category: tuple(sorted(rows, key=lambda row: row.since or date.min, reverse=True))
        for category, rows in found.items()
    }


def schedule_days() -> frozenset[date]:
    """The days from which a row of the schedule is in force.

    Example:
        >>> max(schedule_days())
        datetime.date(2025, 1, 1)
    """
    rows = (row for rows in _schedule().values() for row in rows)
    return frozenset(row.since for row in rows if row.since is not None)


def _staircase(row: dict[str, str]) -> Staircase:
    age_months = int(row["age_years"]) * _MONTHS_A_YEAR
    since = date.fromisoformat(row["since"]) if row["since"] else None
    if not row["first_birth_month"]:
        return Staircase(since, age_months, None, 1, 0, 0)
    return Staircase(
        since=since,
        age_months=age_months,
        first_birth_month=int(np.datetime64(row["first_birth_month"], "M").astype(np.int64)),
        step_months=int(row["birth_months_per_step"]),
        delay_months=int(row["delay_months_per_step"]),
        cap_months=int(row["cap_age_years"]) * _MONTHS_A_YEAR - age_months,
    )


def retirement_dates(
    birth: NDArray[np.datetime64], category: NDArray[np.integer] | Codes, on: date
) -> NDArray[np.datetime64]:
    """The day each person reaches the statutory retirement age by the schedule in force on a day.

    Args:
        birth: (n,) datetime64[D]; NaT unknown.
        category: (n,) positions in `CATEGORIES` as integers (-1 unknown), or their codes (missing
            and other texts unknown).
        on: which schedule to use: the one in force on this day.

    Returns:
        (n,) datetime64[D] with the day of birth, or the last day of a month that is too short;
        NaT where birth or category is unknown.

    Source:
        See `data/policy/SOURCE.md`; the schedule is `data/policy/retirement_schedule.csv`.

    Example:
        >>> birth = np.array(["1965-12-28", "1971-04-26"], dtype="datetime64[D]")
        >>> retirement_dates(birth, ["man", "woman_55"], date(2025, 3, 3))
        array(['2026-03-28', '2026-08-26'], dtype='datetime64[D]')
    """
    birth = np.asarray(birth, dtype="datetime64[D]")
    birth_month = birth.astype("datetime64[M]").astype(np.int64)
    at = _positions(category)
    dates = np.full(birth.shape, np.datetime64("NaT"), dtype="datetime64[D]")
    for position, name in enumerate(CATEGORIES):
        rows = (at == position) & ~np.isnat(birth)
        in_force = next(row for row in _schedule()[name] if row.since is None or row.since <= on)
        dates[rows] = add_months_to(birth[rows], in_force.months_to_work(birth_month[rows]))
    return dates


def retirement_date(birth: date | None, category: str | None, on: date) -> date | None:
    """The day one person reaches the statutory retirement age; None where a fact is unknown.

    Example:
        >>> retirement_date(date(1964, 12, 22), "man", date(2025, 3, 3))
        datetime.date(2024, 12, 22)
    """
    found: date | None = retirement_dates(np.array([birth], dtype="datetime64[D]"), [category], on)[
        0
    ].item()
    return found


def _positions(category: NDArray[np.integer] | Codes) -> NDArray[np.integer]:
    if isinstance(category, np.ndarray) and np.issubdtype(category.dtype, np.integer):
        return category
    return positions(category, CATEGORIES)
