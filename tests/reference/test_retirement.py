"""Statutory retirement: the public worked cases, the law before, and how the schedule behaves."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.reference.calendar import add_months
from matcher.reference.retirement import CATEGORIES, retirement_date, retirement_dates

OLD_LAW = date(2024, 12, 31)
NEW_LAW = date(2025, 1, 1)
BIRTHS = st.dates(date(1930, 1, 1), date(2012, 12, 31))
CATEGORY = st.sampled_from(CATEGORIES)


@pytest.mark.parametrize(
    ("birth_month", "category", "month", "delay_months"),
    [
        pytest.param("1971-04", "woman_55", "2026-08", 4, id="woman 55, four months later"),
        pytest.param("1995-12", "woman_50", "2050-12", 60, id="woman 50, at the upper end"),
        pytest.param("1995-12", "man", "2058-12", 36, id="man, at the upper end"),
        pytest.param("2000-12", "woman_55", "2058-12", 36, id="woman 55, at the upper end"),
        pytest.param("2000-12", "man", "2063-12", 36, id="man born in 2000"),
        pytest.param("1965-12", "man", "2026-03", 3, id="man, three months later"),
        pytest.param("1963-12", "man", "2023-12", 0, id="man, before the reform"),
        pytest.param("1963-04", "woman_55", "2018-04", 0, id="woman 55, before the reform"),
        pytest.param("1964-02", "man", "2024-02", 0, id="man, the year before the reform"),
        pytest.param("1965-01", "man", "2025-02", 1, id="man, the first month of the reform"),
    ],
)
def test_the_public_worked_cases_reproduce(
    birth_month: str, category: str, month: str, delay_months: int
) -> None:
    birth = date.fromisoformat(f"{birth_month}-15")
    retires = retirement_date(birth, category, NEW_LAW)
    assert retires is not None
    assert retires.isoformat() == f"{month}-15"
    before = retirement_date(birth, category, OLD_LAW)
    assert before is not None
    assert retires == add_months(before, delay_months)


@pytest.mark.parametrize(
    ("birth", "category", "retires"),
    [
        pytest.param(date(1964, 12, 31), "man", date(2024, 12, 31), id="the last month of old"),
        pytest.param(date(1976, 8, 31), "man", date(2039, 7, 31), id="the last step but one"),
        pytest.param(date(1976, 9, 1), "man", date(2039, 9, 1), id="the first month of the cap"),
        pytest.param(date(1965, 4, 30), "man", date(2025, 5, 30), id="the end of the first step"),
        pytest.param(date(1965, 5, 1), "man", date(2025, 7, 1), id="the second step"),
        pytest.param(date(1969, 12, 9), "woman_55", date(2024, 12, 9), id="woman 55, old"),
        pytest.param(date(1970, 1, 9), "woman_55", date(2025, 2, 9), id="woman 55, first step"),
        pytest.param(date(1974, 12, 9), "woman_50", date(2024, 12, 9), id="woman 50, old"),
        pytest.param(date(1975, 1, 9), "woman_50", date(2025, 2, 9), id="woman 50, first step"),
        pytest.param(date(1975, 3, 9), "woman_50", date(2025, 5, 9), id="woman 50, second step"),
        pytest.param(date(1984, 11, 9), "woman_50", date(2039, 11, 9), id="woman 50, the cap"),
        pytest.param(date(1965, 1, 31), "man", date(2025, 2, 28), id="no such day: the last"),
    ],
)
def test_the_edges_of_the_staircase(birth: date, category: str, retires: date) -> None:
    assert retirement_date(birth, category, NEW_LAW) == retires


@pytest.mark.parametrize(("category", "years"), [("man", 60), ("woman_55", 55), ("woman_50", 50)])
def test_until_the_end_of_2024_nobody_is_delayed(category: str, years: int) -> None:
    birth = date(1990, 5, 20)
    assert retirement_date(birth, category, OLD_LAW) == date(1990 + years, 5, 20)
    assert retirement_date(birth, category, date(1990, 1, 1)) == date(1990 + years, 5, 20)


@given(BIRTHS, BIRTHS, CATEGORY, st.sampled_from([OLD_LAW, NEW_LAW]))
def test_who_is_born_later_never_retires_earlier(a: date, b: date, category: str, on: date) -> None:
    first = retirement_date(min(a, b), category, on)
    second = retirement_date(max(a, b), category, on)
    assert first is not None
    assert second is not None
    assert first <= second


@given(BIRTHS, CATEGORY)
def test_the_reform_delays_and_never_hastens(birth: date, category: str) -> None:
    old = retirement_date(birth, category, OLD_LAW)
    new = retirement_date(birth, category, NEW_LAW)
    assert old is not None
    assert new is not None
    assert timedelta(0) <= new - old <= timedelta(days=5 * 366)
    assert old >= NEW_LAW or new == old


def test_columns_take_positions_and_codes_alike() -> None:
    birth = np.array(["1965-12-28", "1971-04-26", "1995-12-25"] * 2, dtype="datetime64[D]")
    codes = pd.Series([*CATEGORIES, "woman", None, "man"], dtype="str")
    positions = np.array([0, 1, 2, -1, -1, 0], dtype=np.int8)
    by_code = retirement_dates(birth, codes, NEW_LAW)
    by_position = retirement_dates(birth, positions, NEW_LAW)
    np.testing.assert_array_equal(by_code, by_position)
    assert np.isnat(by_code).tolist() == [False, False, False, True, True, False]


def test_an_unknown_birth_or_category_has_no_date() -> None:
    assert retirement_date(None, "man", NEW_LAW) is None
    assert retirement_date(date(1970, 1, 1), None, NEW_LAW) is None
    assert retirement_date(date(1970, 1, 1), "woman", NEW_LAW) is None


def test_empty_columns_are_empty() -> None:
    assert retirement_dates(np.array([], "datetime64[D]"), [], NEW_LAW).shape == (0,)
