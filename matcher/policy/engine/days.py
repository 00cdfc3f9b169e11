"""Calendar arithmetic on columns of days: calendar months, full years, month ends.

Days are float64 counts since 1970-01-01 (exact for all dates of law); -inf and inf stand for a day
that is not known and stay what they are.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from matcher.policy.engine.kleene import Numbers
from matcher.reference.calendar import add_working_days_to

EPOCH = date(1970, 1, 1)
MONTHS_A_YEAR = 12


def day_number(day: date) -> float:
    """The day as a count since 1970-01-01.

    Example:
        >>> day_number(date(1970, 2, 1))
        31.0
    """
    return float((day - EPOCH).days)


def day_of(number: float) -> date:
    """The date of a count since 1970-01-01."""
    return EPOCH + timedelta(days=int(number))


def _months_and_days(days: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    dates = days.astype(np.int64).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    return months.astype(np.int64), (dates - months.astype("datetime64[D]")).astype(np.int64)


def full_months(start: Numbers, end: Numbers) -> Numbers:
    """Full calendar months from `start` to `end`; a month is full on the same day of the month.

    Returns:
        float64 counts, negative before the start; -inf or inf where one day is not known, NaN where
        both are without a bound on the same side.

    Example:
        >>> one, other = day_number(date(2008, 9, 23)), day_number(date(2009, 9, 22))
        >>> full_months(np.array([one]), np.array([other])).tolist()
        [11.0]
    """
    start, end = np.broadcast_arrays(np.atleast_1d(start), np.atleast_1d(end))
    known = np.isfinite(start) & np.isfinite(end)
    from_months, from_days = _months_and_days(np.where(known, start, 0.0))
    to_months, to_days = _months_and_days(np.where(known, end, 0.0))
    full = (to_months - from_months - (to_days < from_days)).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(known, full, end - start)


def full_years(start: Numbers, end: Numbers) -> Numbers:
    """Full calendar years from `start` to `end`: the age of someone born on `start`.

    Example:
        >>> born = np.array([day_number(date(1968, 7, 1))])
        >>> full_years(born, np.array([day_number(date(2008, 6, 30))])).tolist()
        [39.0]
    """
    return np.floor(full_months(start, end) / MONTHS_A_YEAR)


def add_months(days: Numbers, months: Numbers) -> Numbers:
    """The day so many calendar months later, held at the month's end; unknown days stay unknown.

    Example:
        >>> later = add_months(np.array([day_number(date(2008, 1, 31))]), np.array([1.0]))
        >>> day_of(later[0]).isoformat()
        '2008-02-29'
    """
    days, months = np.broadcast_arrays(np.atleast_1d(days), np.atleast_1d(months))
    known = np.isfinite(days) & np.isfinite(months)
    at_month, at_day = _months_and_days(np.where(known, days, 0.0))
    first = (at_month + np.where(known, months, 0.0).astype(np.int64)).astype("datetime64[M]")
    start = first.astype("datetime64[D]").astype(np.int64)
    length = (first + 1).astype("datetime64[D]").astype(np.int64) - start
    shifted = (start + np.minimum(at_day, length - 1)).astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(known, shifted, days + months)


def add_working_days(days: Numbers, terms: Numbers) -> Numbers:
    """The last day of a term of so many working days; the day that starts it is not counted.

    Example:
        >>> due = add_working_days(np.array([day_number(date(2008, 3, 3))]), np.array([5.0]))
        >>> day_of(due[0]).isoformat()
        '2008-03-10'
    """
    days, terms = np.broadcast_arrays(np.atleast_1d(days), np.atleast_1d(terms))
    known = np.isfinite(days) & np.isfinite(terms)
    starts = np.where(known, days, 0.0).astype(np.int64).astype("datetime64[D]")
    due = add_working_days_to(starts, np.where(known, terms, 0.0).astype(np.int64)).day
    with np.errstate(invalid="ignore"):
        return np.where(known, due.astype(np.int64).astype(np.float64), days + terms)


def day_of_month(days: Numbers, wanted: Numbers) -> Numbers:
    """The wanted day of the month of each day, held at the month's end.

    Example:
        >>> end = day_of_month(np.array([day_number(date(2008, 2, 3))]), np.array([31.0]))
        >>> day_of(end[0]).isoformat()
        '2008-02-29'
    """
    days, wanted = np.broadcast_arrays(np.atleast_1d(days), np.atleast_1d(wanted))
    known = np.isfinite(days) & np.isfinite(wanted)
    at_month, _ = _months_and_days(np.where(known, days, 0.0))
    first = at_month.astype("datetime64[M]")
    start = first.astype("datetime64[D]").astype(np.int64)
    length = (first + 1).astype("datetime64[D]").astype(np.int64) - start
    at_day = np.where(known, wanted, 1.0).astype(np.int64)
    found = (start + np.minimum(at_day, length) - 1).astype(np.float64)
    return np.where(known, found, days)


def month_end(days: Numbers) -> Numbers:
    """The last day of the month of each day."""
    return _period_end(days, 1)


def year_end(days: Numbers) -> Numbers:
    """The last day of the year of each day.

    Example:
        >>> day_of(year_end(np.array([day_number(date(2007, 9, 3))]))[0]).isoformat()
        '2007-12-31'
    """
    return _period_end(days, MONTHS_A_YEAR)


def _period_end(days: Numbers, months: int) -> Numbers:
    known = np.isfinite(days)
    at_month, _ = _months_and_days(np.where(known, days, 0.0))
    following = (at_month // months + 1) * months
    last = following.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    return np.where(known, last.astype(np.float64), days)
