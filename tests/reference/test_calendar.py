"""Working days and calendar months."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import WrongUse
from matcher.reference.calendar import (
    DayKind,
    add_months,
    add_months_to,
    add_working_days,
    add_working_days_to,
    day_kind,
    is_working_day,
    published_until,
)
from matcher.reference.calendar.working_days import announced, announced_from

PUBLISHED = st.dates(date(2004, 1, 1), date(2026, 6, 30))
ANY_DAY = st.dates(date(1950, 1, 1), date(2080, 12, 31))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        pytest.param(date(2025, 9, 24), DayKind.WORKING, id="a plain Wednesday"),
        pytest.param(date(2025, 9, 27), DayKind.WEEKEND, id="a plain Saturday"),
        pytest.param(date(2025, 9, 28), DayKind.MADE_UP, id="a Sunday worked for the holiday"),
        pytest.param(date(2025, 10, 1), DayKind.HOLIDAY, id="National Day"),
        pytest.param(date(2025, 10, 8), DayKind.HOLIDAY, id="the last day of the long holiday"),
    ],
)
def test_the_kind_of_a_day(day: date, kind: DayKind) -> None:
    assert day_kind(day) is kind
    assert is_working_day(day) is kind.is_working


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        pytest.param(date(2025, 9, 24), 0, date(2025, 9, 24), id="no term at all"),
        pytest.param(date(2025, 9, 24), 1, date(2025, 9, 25), id="the starting day does not count"),
        pytest.param(date(2025, 9, 26), 1, date(2025, 9, 28), id="a Sunday made up counts"),
        pytest.param(date(2025, 9, 30), 1, date(2025, 10, 9), id="over the long holiday"),
        pytest.param(date(2025, 10, 3), 1, date(2025, 10, 9), id="started on a holiday"),
        pytest.param(date(2025, 10, 9), 2, date(2025, 10, 11), id="a Saturday made up counts"),
        pytest.param(date(2024, 12, 31), 1, date(2025, 1, 2), id="over the New Year"),
    ],
)
def test_a_term_in_working_days(start: date, n: int, due: date) -> None:
    answer = add_working_days(start, n)
    assert (answer.day, answer.projected) == (due, False)


@given(PUBLISHED, st.integers(1, 60))
@settings(max_examples=60)
def test_a_term_holds_exactly_its_working_days(start: date, n: int) -> None:
    due = add_working_days(start, n).day
    days = [start + timedelta(days=1 + at) for at in range((due - start).days)]
    assert sum(map(is_working_day, days)) == n
    assert is_working_day(due)


@given(ANY_DAY, ANY_DAY, st.integers(0, 300), st.integers(0, 300))
def test_a_later_start_or_a_longer_term_never_ends_earlier(
    a: date, b: date, n: int, m: int
) -> None:
    assert add_working_days(min(a, b), min(n, m)).day <= add_working_days(max(a, b), max(n, m)).day


def test_a_term_past_the_announced_years_is_projected_monday_to_friday() -> None:
    last = published_until()
    answer = add_working_days(last, 5)
    assert answer.projected
    assert answer.day == np.busday_offset(np.datetime64(last), 5, roll="backward").item()
    assert not add_working_days(last - timedelta(days=20), 1).projected
    assert not add_working_days(last, 0).projected


def test_a_term_before_the_announced_years_is_projected() -> None:
    assert add_working_days(date(1999, 9, 30), 3).projected
    assert not add_working_days(date(2003, 12, 31), 1).projected


def test_columns_of_terms_answer_as_single_terms_do() -> None:
    starts = np.array(["2025-09-30", "NaT", "2024-02-08", "2030-01-01"], dtype="datetime64[D]")
    terms = np.array([1, 5, 10, 3])
    due = add_working_days_to(starts, terms)
    assert np.isnat(due.day[1])
    assert due.projected.tolist() == [False, False, False, True]
    for at in (0, 2, 3):
        assert due.day[at].item() == add_working_days(starts[at].item(), int(terms[at])).day


def test_empty_columns_of_terms_are_empty() -> None:
    assert add_working_days_to(np.array([], dtype="datetime64[D]"), 3).day.shape == (0,)


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(WrongUse, match="-1 working days: expected 0 or more"):
        add_working_days(date(2025, 1, 1), -1)


def test_a_newly_announced_year_is_used_as_soon_as_it_is_in_the_table() -> None:
    year = published_until().year + 1
    monday = next(
        day for at in range(31) if (day := date(year, 5, 1) + timedelta(days=at)).weekday() == 0
    )
    saturday = monday - timedelta(days=2)
    calendar = announced_from([(monday, False), (saturday, True)])
    starts = np.array([saturday - timedelta(days=1)] * 2, dtype="datetime64[D]")
    due = add_working_days_to(starts, np.array([1, 2]), calendar=calendar)
    assert due.day.tolist() == [saturday, monday + timedelta(days=1)]
    assert not due.projected.any()
    assert announced().last.item() == published_until()


def test_a_later_row_of_the_table_overrules_the_package() -> None:
    holiday = date(2025, 10, 1)
    calendar = announced_from([(holiday, True)])
    assert calendar.working(np.array([holiday], dtype="datetime64[D]")).all()


def test_an_announced_year_that_leaves_a_gap_is_refused() -> None:
    with pytest.raises(WrongUse, match="Put the years in between"):
        announced_from([(date(published_until().year + 2, 1, 1), False)])


@pytest.mark.parametrize(
    ("day", "n", "later"),
    [
        pytest.param(date(2025, 1, 31), 1, date(2025, 2, 28), id="the last day of February"),
        pytest.param(date(2024, 1, 31), 1, date(2024, 2, 29), id="of a leap year"),
        pytest.param(date(2024, 2, 29), 12, date(2025, 2, 28), id="from a leap day"),
        pytest.param(date(2025, 3, 31), -1, date(2025, 2, 28), id="back"),
        pytest.param(date(2025, 11, 30), 3, date(2026, 2, 28), id="over the year"),
        pytest.param(date(2025, 2, 28), 1, date(2025, 3, 28), id="the day of the month is kept"),
        pytest.param(date(1969, 12, 31), 2, date(1970, 2, 28), id="over the epoch"),
    ],
)
def test_months_keep_the_day_or_take_the_last(day: date, n: int, later: date) -> None:
    assert add_months(day, n) == later


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(-1200, 1200))
def test_months_agree_with_the_offset_of_pandas(day: date, n: int) -> None:
    expected = (pd.Timestamp(day).as_unit("s") + pd.DateOffset(months=n)).date()
    assert add_months(day, n) == expected


@given(ANY_DAY, ANY_DAY, st.integers(-500, 500))
def test_months_keep_the_order_of_days(a: date, b: date, n: int) -> None:
    assert add_months(min(a, b), n) <= add_months(max(a, b), n)


def test_each_row_may_have_its_own_months_and_unknown_days_stay_unknown() -> None:
    days = np.array(["2025-01-31", "2025-01-31", "NaT"], dtype="datetime64[D]")
    later = add_months_to(days, np.array([1, 2, 3]))
    assert later[:2].tolist() == [date(2025, 2, 28), date(2025, 3, 31)]
    assert np.isnat(later[2])
