"""Days in plain Python: calendar months, terms of working days, the retirement schedule."""

from __future__ import annotations

import calendar
import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar

DATA = Path(__file__).resolve().parents[3] / "data" / "policy"


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def full_months(start: date, end: date) -> int:
    """Months that are full: the day of the month of the start has come."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end.day >= start.day else months - 1


def full_years(start: date, end: date) -> int:
    years = end.year - start.year
    return years if (end.month, end.day) >= (start.month, start.day) else years - 1


def working_days_later(day: date, count: int) -> date:
    while count > 0:
        day += timedelta(days=1)
        count -= _is_worked(day)
    return day


def _is_worked(day: date) -> bool:
    """Monday to Friday where no holidays have been announced."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.isoweekday() < 6


def end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def day_of_month(day: date, wanted: int) -> date:
    return day.replace(day=min(wanted, end_of_month(day).day))


@cache
def _schedule() -> tuple[dict[str, str], ...]:
    with (DATA / "retirement_schedule.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def retirement(born: date, category: str, on: date) -> date:
    """The day of retirement by the table in force on a day."""
    rows = [row for row in _schedule() if row["category"] == category]
    row = max((row for row in rows if row["since"] <= on.isoformat()), key=lambda row: row["since"])
    months = int(row["age_years"]) * 12
    if row["first_birth_month"]:
        year, month = map(int, row["first_birth_month"].split("-"))
        late = (born.year - year) * 12 + born.month - month
        if late >= 0:
            steps = late // int(row["birth_months_per_step"]) + 1
            months += steps * int(row["delay_months_per_step"])
            months = min(months, int(row["cap_age_years"]) * 12)
    return months_later(born, months)
