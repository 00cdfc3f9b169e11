"""Calendar arithmetic against the plain calendar, leap days and month ends included."""

from __future__ import annotations

import calendar
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.policy.engine.columns import Facts
from matcher.policy.engine.days import (
    add_months,
    add_working_days,
    day_number,
    day_of,
    day_of_month,
    full_months,
    full_years,
    month_end,
    year_end,
)
from matcher.policy.engine.expressions import Elapsed, FactNumber, Limit, TheDay
from matcher.policy.engine.kleene import OPERATORS, Interval, compare
from matcher.policy.engine.scene import Scene
from matcher.reference.calendar import add_working_days as plain_working_days

DAYS = st.dates(date(1940, 1, 1), date(2035, 12, 31))


def plain_full_months(start: date, end: date) -> int:
    """Months counted by the fields of the dates."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def plain_add_months(day: date, n: int) -> date:
    """The same day of a later month, or its last."""
    at = day.year * 12 + day.month - 1 + n
    year, month = divmod(at, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def column(*days: date) -> np.ndarray:
    return np.array([day_number(day) for day in days])


@given(DAYS, DAYS)
def test_full_months_and_years_follow_the_fields_of_the_dates(start: date, end: date) -> None:
    months = plain_full_months(start, end)
    assert full_months(column(start), column(end)).tolist() == [months]
    assert full_years(column(start), column(end)).tolist() == [months // 12]


@given(DAYS, st.integers(-300, 300))
def test_adding_months_stops_at_the_end_of_a_short_month(day: date, n: int) -> None:
    later = add_months(column(day), np.array([float(n)]))
    assert day_of(later[0]) == plain_add_months(day, n)


def test_a_day_that_is_not_known_stays_unknown() -> None:
    unknown = np.array([-np.inf, np.inf])
    assert add_months(unknown, np.array([3.0])).tolist() == [-np.inf, np.inf]
    assert full_months(unknown, column(date(2008, 1, 1))).tolist() == [np.inf, -np.inf]


@given(
    st.lists(DAYS, min_size=1, max_size=8),
    DAYS,
    st.integers(0, 60),
    st.sampled_from(OPERATORS),
    st.sampled_from(["months", "years"]),
)
def test_the_short_cut_by_days_answers_as_counting_months_does(
    starts: list[date], on: date, limit: int, name: str, unit: str
) -> None:
    facts = Facts(on=on, n=len(starts), columns={"unemployed_since": column(*starts)})
    limits = {"time": Interval.exactly(np.array([float(limit)]))}
    scene = Scene(facts, limits, {}, lambda *_: (np.array([1], np.int8), lambda: None))
    elapsed = Elapsed(unit, FactNumber("unemployed_since"), TheDay())
    short = elapsed.against(scene, name, Limit("time").interval(scene))
    counted = compare(elapsed.interval(scene), name, limits["time"])
    if name == "equals":
        assert short is None
    else:
        assert short is not None
        assert short.tolist() == counted.tolist()


@given(DAYS, st.integers(1, 31))
def test_days_of_the_month_and_ends_follow_the_calendar(day: date, wanted: int) -> None:
    last = calendar.monthrange(day.year, day.month)[1]
    assert day_of(day_of_month(column(day), np.array([float(wanted)]))[0]) == day.replace(
        day=min(wanted, last)
    )
    assert day_of(month_end(column(day))[0]) == day.replace(day=last)
    assert day_of(year_end(column(day))[0]) == date(day.year, 12, 31)


@given(st.dates(date(2005, 1, 1), date(2024, 12, 31)), st.integers(0, 30))
def test_working_days_are_those_of_the_real_calendar(day: date, n: int) -> None:
    due = add_working_days(column(day), np.array([float(n)]))
    assert day_of(due[0]) == plain_working_days(day, n).day


def test_unknown_days_stay_unknown_bounds() -> None:
    bounds = np.array([-np.inf, np.inf])
    for shifted in (
        add_working_days(bounds, np.array([5.0])),
        day_of_month(bounds, np.array([25.0])),
        month_end(bounds),
        year_end(bounds),
    ):
        assert shifted.tolist() == bounds.tolist()
