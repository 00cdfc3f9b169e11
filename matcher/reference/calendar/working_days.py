"""Working days: weekends, public holidays and the weekends worked in exchange for them.

The holidays come from the package chinese_calendar; a year that it does not have yet can be put
into `data/calendar/announced.csv` when the State Council announces it. Other days are taken as
Monday to Friday, and what was counted over them says that it is projected.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

import chinese_calendar
import numpy as np
from numpy.typing import NDArray

from matcher.errors import WrongUse
from matcher.reference.paths import path

_DAY = np.timedelta64(1, "D")
_LONGEST_BREAK_DAYS = 30
"""More than the longest run of days off ever ordered; only bounds the stretch looked at."""


class DayKind(StrEnum):
    """What a day is in the calendar of working days."""

    WORKING = "working"
    MADE_UP = "made_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"

    @property
    def is_working(self) -> bool:
        """Do offices work on such a day? Also on a weekend day that makes up for a holiday."""
        return self in (DayKind.WORKING, DayKind.MADE_UP)


@dataclass(frozen=True, slots=True)
class DueDay:
    """The day on which a term ends; `projected` when it runs over years not yet announced."""

    day: date
    projected: bool


@dataclass(frozen=True, slots=True, eq=False)
class DueDays:
    """The columns of many terms: `day` (n,) datetime64[D], NaT unknown; `projected` (n,) bool."""

    day: NDArray[np.datetime64]
    projected: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Announced:
    """What has been announced: the days off and the days made up, within the years covered.

    Attributes:
        first: the first day covered.
        last: the last day covered; years are whole, and none between is missing.
        rest: (n,) datetime64[D] sorted days off by order, beyond plain weekends.
        made_up: (n,) datetime64[D] sorted weekend days that are worked.
    """

    first: np.datetime64
    last: np.datetime64
    rest: NDArray[np.datetime64]
    made_up: NDArray[np.datetime64]

    def working(self, days: NDArray[np.datetime64]) -> NDArray[np.bool_]:
        """(n,) bool: which days are worked; Monday to Friday outside the years covered."""
        return np.is_busday(days, holidays=self.rest) | np.isin(days, self.made_up)


def announced_from(further: Iterable[tuple[date, bool]] = ()) -> Announced:
    """The announced days of the package and of a further table.

    Args:
        further: day, and whether it is worked, of whole years that follow on the package's.

    Raises:
        WrongUse: a year of the further table lies before the package's or leaves a gap.
    """
    rest = set(chinese_calendar.holidays)
    made_up = set(chinese_calendar.workdays)
    first, last = min(rest).year, max(rest).year
    for day, works in sorted(further):
        if not first <= day.year <= last + 1:
            raise WrongUse(
                what=f"announced.csv names {day.isoformat()}",
                expected=f"days of {first} to {last + 1}",
                do="Put the years in between into the table first.",
            )
        last = max(last, day.year)
        (made_up if works else rest).add(day)
        (rest if works else made_up).discard(day)
    return Announced(
        first=np.datetime64(f"{first}-01-01"),
        last=np.datetime64(f"{last}-12-31"),
        rest=np.array(sorted(rest), dtype="datetime64[D]"),
        made_up=np.array(sorted(made_up), dtype="datetime64[D]"),
    )


@cache
def announced() -> Announced:
    """The announced days of the package and of `data/calendar/announced.csv`, read once."""
    with path("calendar", "announced.csv").open(encoding="utf-8", newline="") as handle:
        return announced_from(
            (date.fromisoformat(row["day"]), row["working"] == "yes")
            for row in csv.DictReader(handle)
        )


def published_until() -> date:
    """The last day for which holidays have been announced; later terms are projected."""
    last: date = announced().last.astype(object)
    return last


def day_kind(day: date) -> DayKind:
    """What the day is; outside the announced years only weekends are known.

    Example:
        >>> day_kind(date(2025, 10, 1)), day_kind(date(2025, 9, 28))
        (<DayKind.HOLIDAY: 'holiday'>, <DayKind.MADE_UP: 'made_up'>)
    """
    at = np.array([day], dtype="datetime64[D]")
    if announced().working(at)[0]:
        return DayKind.WORKING if np.is_busday(at)[0] else DayKind.MADE_UP
    is_ordered = np.isin(at, announced().rest)[0]
    return DayKind.HOLIDAY if is_ordered else DayKind.WEEKEND


def is_working_day(day: date) -> bool:
    """Do offices work on the day?

    Example:
        >>> is_working_day(date(2025, 10, 1)), is_working_day(date(2025, 10, 11))
        (False, True)
    """
    return day_kind(day).is_working


def add_working_days_to(
    starts: NDArray[np.datetime64],
    n: int | NDArray[np.integer],
    *,
    calendar: Announced | None = None,
) -> DueDays:
    """The last day of a term of `n` working days; the day that starts the clock is not counted.

    Args:
        starts: (n_rows,) datetime64[D], working day or not; NaT unknown.
        n: working days, 0 or more, one for all or one per row; 0 gives the start itself.
        calendar: other announced days than the shipped ones.

    Returns:
        Days, and which are projected because a day of the term lies outside the announced years.

    Raises:
        WrongUse: a negative `n`.

    Example:
        >>> add_working_days_to(np.array(["2025-09-30", "NaT"], "datetime64[D]"), 2).day
        array(['2025-10-10',        'NaT'], dtype='datetime64[D]')
    """
    known_days = calendar or announced()
    starts = np.asarray(starts, dtype="datetime64[D]")
    terms = np.broadcast_to(np.asarray(n, dtype=np.int64), starts.shape)
    if terms.size and terms.min() < 0:
        raise WrongUse(
            what=f"a term of {terms.min()} working days",
            expected="0 or more",
            do="Count from the earlier day.",
        )
    due = starts.copy()
    counted = ~np.isnat(starts) & (terms > 0)
    if counted.any():
        first, longest = starts[counted].min(), int(terms[counted].max())
        # Two calendar days per working day bound any stretch that is longer than one break.
        until = starts[counted].max() + np.timedelta64(2 * longest + _LONGEST_BREAK_DAYS, "D")
        days = np.arange(first, until, dtype="datetime64[D]")
        working = days[known_days.working(days)]
        before = np.searchsorted(working, starts[counted], side="right")
        due[counted] = working[before + terms[counted] - 1]
    outside = (due > known_days.last) | (starts + _DAY < known_days.first)
    return DueDays(day=due, projected=counted & outside)


def add_working_days(start: date, n: int) -> DueDay:
    """The last day of a term of `n` working days; the day that starts the clock is not counted.

    Raises:
        WrongUse: a negative `n`.

    Example:
        >>> add_working_days(date(2025, 9, 26), 3)
        DueDay(day=datetime.date(2025, 9, 30), projected=False)
    """
    due = add_working_days_to(np.array([start], dtype="datetime64[D]"), n)
    return DueDay(day=due.day[0].item(), projected=bool(due.projected[0]))
