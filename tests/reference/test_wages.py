"""Minimum wage by region and day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from matcher.reference.areas import areas
from matcher.reference.wages import minimum_wage, minimum_wage_floor

ON = date(2025, 9, 1)


@pytest.mark.parametrize(
    ("area_code", "region", "tiers"),
    [
        pytest.param("11", "北京", (2420.0,), id="one tier"),
        pytest.param("320613002", "江苏", (2490.0, 2260.0, 2010.0), id="a street by its province"),
        pytest.param("340102", "安徽", (2060.0, 1930.0, 1870.0, 1780.0), id="four tiers"),
        pytest.param("44", "广东", (2500.0, 2080.0, 1850.0, 1750.0), id="Guangdong"),
        pytest.param("440106", "广东", (2500.0, 2080.0, 1850.0, 1750.0), id="Guangzhou"),
        pytest.param("4403", "深圳", (2520.0,), id="Shenzhen has its own"),
        pytest.param("440305001", "深圳", (2520.0,), id="a street of Shenzhen"),
        pytest.param("440300000000", "深圳", (2520.0,), id="padded with zeros"),
    ],
)
def test_the_narrowest_region_answers(
    area_code: str, region: str, tiers: tuple[float, ...]
) -> None:
    wage = minimum_wage(area_code, ON)
    assert wage is not None
    assert (wage.region, wage.monthly_tiers) == (region, tiers)
    assert wage.monthly_floor == tiers[-1]
    assert wage.source


def test_every_province_has_one_and_every_row_names_an_area() -> None:
    for code in areas().children(None):
        wage = minimum_wage(code, ON)
        assert wage is not None
        assert wage.area_code == code
        assert areas().full_name(code).startswith(wage.region)
        assert len(wage.monthly_tiers) == len(wage.hourly_tiers)
        assert 1000 < wage.monthly_floor <= wage.monthly_tiers[0] < 5000
        assert 10 < wage.hourly_floor <= wage.hourly_tiers[0] < 50


def test_before_the_first_table_nothing_is_known() -> None:
    assert minimum_wage("32", date(2025, 6, 30)) is None
    assert minimum_wage("32", date(2025, 7, 1)) is not None
    assert np.isnan(minimum_wage_floor(["32"], date(2025, 6, 30))).all()


@pytest.mark.parametrize("area_code", ["", "9", "99", "71", "x"])
def test_where_no_region_is_there_is_no_wage(area_code: str) -> None:
    assert minimum_wage(area_code, ON) is None


def test_columns_answer_as_single_areas_do() -> None:
    codes = pd.Series(["320613", None, "440305", "99", "320613"], dtype="str")
    floors = minimum_wage_floor(codes, ON)
    np.testing.assert_array_equal(floors, [2010, np.nan, 2520, np.nan, 2010])
    assert minimum_wage_floor([], ON).dtype == np.float64
