"""The order of offices, the moment of the notice, the rhythm of reviews, the time to contest."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from matcher.casework.certification.steps import (
    contest_period,
    review_rhythm,
    route,
)
from matcher.errors import WrongUse
from matcher.reference.paths import path

ON = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("place", "actors", "offices", "moment"),
    [
        pytest.param(
            "cn/shaanxi/ankang",
            ("applicant", "community", "street", "county"),
            ("community", "street", "county"),
            "before",
            id="county decides",
        ),
        pytest.param(
            "cn/jiangsu/changzhou/jubo",
            ("applicant", "community", "street"),
            ("community", "street"),
            "after",
            id="inherited from the province",
        ),
        pytest.param(
            "example/jiangxi-county",
            ("applicant", "community", "county", "city"),
            ("community", "county"),
            "before",
            id="the city only files",
        ),
        pytest.param("cn", ("applicant", "street"), ("street",), None, id="nation"),
        pytest.param("cn/hebei", (), ("community",), None, id="nobody is named"),
    ],
)
def test_a_file_goes_through_the_offices_of_the_place(
    place: str, actors: tuple[str, ...], offices: tuple[str, ...], moment: str | None
) -> None:
    found = route(place, actors, ON)
    assert (found.offices, found.moment) == (offices, moment)
    assert found.decides == offices[-1]
    assert found.after(offices[-1]) is None


def test_a_text_holds_from_its_first_day() -> None:
    actors = ("community", "street", "county")
    assert route("cn/shanxi", actors, date(2008, 5, 27)).moment is None
    assert route("cn/shanxi", actors, date(2008, 5, 28)).moment == "before"


def test_reviews_are_the_practice_of_one_place_only() -> None:
    rhythm = review_rhythm("cn/jiangxi/ganzhou/yaofuli", ON)
    assert rhythm is not None
    assert rhythm.next(date(2024, 2, 29)) == date(2025, 2, 28)
    assert review_rhythm("cn/jiangxi", ON) is None


@pytest.mark.parametrize(
    ("on", "rule"),
    [
        pytest.param(date(2023, 12, 31), "administrative-reconsideration-1999", id="before"),
        pytest.param(date(2024, 1, 1), "administrative-reconsideration-2023", id="since"),
    ],
)
def test_the_law_of_the_day_says_until_when_to_contest(on: date, rule: str) -> None:
    assert contest_period("cn/jiangsu", on).rule == rule


def test_without_a_text_there_is_no_period() -> None:
    with pytest.raises(WrongUse, match="1998"):
        contest_period("cn", date(1998, 1, 1))


@pytest.mark.parametrize("table", ["notices", "reviews"])
def test_every_row_cites_a_rule_of_its_place(table: str) -> None:
    rows = pd.read_csv(path("casework", "certification", f"{table}.csv"))
    rules = pd.read_csv(path("policy", "rules.csv")).set_index("rule")["place"]
    assert rules[rows["rule"]].tolist() == rows["place"].tolist()
