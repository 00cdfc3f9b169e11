"""Every filter of a pair read out: the same outcomes as the masks, with fact, limit and gap."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matcher.domain.filters import Filter
from matcher.domain.kinds import Kind
from matcher.market.build import build_market
from matcher.screening.pairs import screen_pairs, to_ask
from matcher.screening.results import FilterOutcome, FilterResult, explain_filters
from matcher.screening.welfare import WelfareEligibility
from tests.factories import make_frame
from tests.market.random_frames import ON, random_market


def read_out(
    person: dict[str, Any], post: dict[str, Any], *, eligible: int | None = None
) -> dict[Filter, FilterResult]:
    """The results of a market of two, by filter."""
    market = build_market(
        make_frame(Kind.PERSONS, [person]),
        make_frame(Kind.VACANCIES, [{"title": "保洁员"} | post]),
        on=ON,
    )
    welfare = WelfareEligibility.unruled(market)
    if eligible is not None:
        of_class, none = np.zeros(1, np.int32), np.array([[-1]], np.int8)
        welfare = WelfareEligibility(np.array([[eligible]], np.int8), none, of_class)
    results = explain_filters(market, welfare, 0, 0, working_age_min=16)
    return {result.filter: result for result in results}


def test_every_filter_is_read_out_once_and_as_the_masks_say() -> None:
    market, welfare = random_market(21, n_persons=12, n_vacancies=12)
    for person in range(12):
        for vacancy in range(12):
            pair = (np.array([person], np.int32), np.array([vacancy], np.int32))
            failed = int(screen_pairs(market, welfare, *pair, working_age_min=16)[0])
            asked = int(to_ask(market, welfare, *pair, working_age_min=16)[0])
            results = explain_filters(market, welfare, person, vacancy, working_age_min=16)
            assert [result.filter for result in results] == list(Filter)
            for result in results:
                assert (result.outcome is FilterOutcome.FAILED) == bool(failed & result.filter)
                if asked & result.filter:
                    assert result.outcome is FilterOutcome.UNKNOWN
                    assert not any(column.startswith("vacancies.") for column in result.ask)


@pytest.mark.parametrize(
    ("person", "post", "each", "fact", "limit", "gap"),
    [
        pytest.param(
            {},
            {"expires_on": "2026-10-30"},
            Filter.EXPIRED,
            "2026-11-02",
            "2026-10-30",
            3,
            id="day",
        ),
        pytest.param({}, {"headcount": 0}, Filter.FULL, 0, 0, None, id="full"),
        pytest.param(
            {"birth_date": "2012-01-01"}, {}, Filter.BELOW_WORKING_AGE, 14, 16, 2, id="too young"
        ),
        pytest.param(
            {"birth_date": "1970-01-01"},
            {"age_min": 18, "age_max": 50},
            Filter.AGE,
            56,
            (18, 50),
            6,
            id="age",
        ),
        pytest.param(
            {"sex": "male"},
            {"sex_required": "female"},
            Filter.SEX,
            "male",
            "female",
            None,
            id="sex",
        ),
        pytest.param(
            {"education": "primary"},
            {"education_min": "bachelor"},
            Filter.EDUCATION,
            1,
            5,
            4,
            id="education",
        ),
        pytest.param(
            {"certificates": "健康证"},
            {"certificates_required": "低压电工证"},
            Filter.CERTIFICATES,
            ("健康证",),
            ("低压电工证",),
            1,
            id="certificates",
        ),
        pytest.param(
            {"work_forms_wanted": "hourly;part_time"},
            {"work_form": "full_time"},
            Filter.WORK_FORM,
            ("part_time", "hourly"),
            "full_time",
            None,
            id="form of work",
        ),
        pytest.param(
            {"health": "cannot_go_out"},
            {"work_form": "hourly"},
            Filter.HEALTH,
            "cannot_go_out",
            "hourly",
            None,
            id="health",
        ),
        pytest.param(
            {"wage_wanted": 3500}, {"wage_max": 3000}, Filter.WAGE_FLOOR, 3500, 3000, 500, id="wage"
        ),
    ],
)
def test_a_failed_filter_names_its_fact_limit_and_gap(
    person: dict[str, Any],
    post: dict[str, Any],
    each: Filter,
    fact: object,
    limit: object,
    gap: float | None,
) -> None:
    result = read_out(person, post)[each]
    assert result == FilterResult(each, FilterOutcome.FAILED, fact, limit, gap)


def test_the_way_is_told_in_kilometres() -> None:
    person = {"area_code": "320613", "max_commute_km": 10.0}
    result = read_out(person, {"area_code": "110101"})[Filter.DISTANCE]
    assert result.outcome is FilterOutcome.FAILED
    assert 850 < result.fact < 1000
    assert result.limit == 10.0
    assert result.gap == pytest.approx(result.fact - 10, abs=0.1)


@pytest.mark.parametrize(
    ("eligible", "outcome", "fact"),
    [
        (1, FilterOutcome.PASSED, "eligible"),
        (0, FilterOutcome.FAILED, "not_eligible"),
        (-1, FilterOutcome.UNKNOWN, None),
    ],
)
def test_policy_answers_for_public_welfare_posts(
    eligible: int, outcome: FilterOutcome, fact: str | None
) -> None:
    result = read_out({}, {}, eligible=eligible)[Filter.WELFARE_POLICY]
    assert (result.outcome, result.fact, result.limit) == (outcome, fact, "eligible")


@pytest.mark.parametrize(
    ("person", "post", "each", "ask"),
    [
        pytest.param(
            {}, {"education_min": "doctor"}, Filter.EDUCATION, ("education",), id="school"
        ),
        pytest.param(
            {"sex": "female", "birth_date": "1975-01-01"},
            {},
            Filter.PAST_RETIREMENT,
            ("retirement_category",),
            id="a woman's category",
        ),
        pytest.param(
            {"area_code": "3206", "max_commute_km": 5.0},
            {"area_code": "320613"},
            Filter.DISTANCE,
            ("area_code",),
            id="home known to the city only",
        ),
        pytest.param(
            {"area_code": "320612"},
            {"area_code": "320613"},
            Filter.DISTANCE,
            ("max_commute_km",),
            id="how far was not asked",
        ),
        pytest.param(
            {"area_code": "320612", "max_commute_km": 5.0},
            {},
            Filter.DISTANCE,
            ("vacancies.area_code",),
            id="the post has no place",
        ),
        pytest.param(
            {"wage_wanted": 3000},
            {},
            Filter.WAGE_FLOOR,
            ("vacancies.wage_max",),
            id="no pay stated",
        ),
        pytest.param(
            {"health": "cannot_go_out"}, {}, Filter.HEALTH, ("vacancies.work_form",), id="no form"
        ),
    ],
)
def test_an_open_filter_says_what_to_ask_of_whom(
    person: dict[str, Any], post: dict[str, Any], each: Filter, ask: tuple[str, ...]
) -> None:
    result = read_out(person, post)[each]
    assert (result.outcome, result.ask) == (FilterOutcome.UNKNOWN, ask)


def test_where_nothing_is_asked_the_filter_passes_without_a_limit() -> None:
    for each in (Filter.EDUCATION, Filter.SEX, Filter.AGE, Filter.CERTIFICATES, Filter.WAGE_FLOOR):
        result = read_out({}, {})[each]
        assert (result.outcome, result.limit) == (FilterOutcome.PASSED, None)
