"""Screening against a plain oracle, and what must hold whatever the market."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.domain.filters import Filter
from matcher.domain.kinds import Kind
from matcher.market.arrays import Market
from matcher.market.build import build_market
from matcher.screening.pairs import screen_pairs, to_ask
from matcher.screening.welfare import WelfareEligibility
from tests.factories import make_frame
from tests.market.random_frames import ON, random_persons, random_vacancies, random_welfare
from tests.screening.oracle import Case, masks, rows

WORKING_AGE = {"working_age_min": 16}
HERE, NEXT_COUNTY, BEIJING = "320613", "320612", "110101"


def all_pairs(market: Market) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    n, m = len(market.jobseekers), len(market.vacancies)
    persons, posts = np.arange(n, dtype=np.int32), np.arange(m, dtype=np.int32)
    return np.repeat(persons, m), np.tile(posts, n)


def one_pair(person: dict[str, Any], post: dict[str, Any]) -> tuple[Filter, Filter]:
    """The failed filters and those to ask of a market of two."""
    market = build_market(
        make_frame(Kind.PERSONS, [person]),
        make_frame(Kind.VACANCIES, [{"title": "保洁员"} | post]),
        on=ON,
    )
    pair = (market, WelfareEligibility.unruled(market), *all_pairs(market))
    failed, asked = screen_pairs(*pair, **WORKING_AGE), to_ask(*pair, **WORKING_AGE)
    return Filter(int(failed[0])), Filter(int(asked[0]))


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.8])
@pytest.mark.parametrize("seed", range(4))
def test_every_pair_has_the_masks_of_the_oracle(seed: int, missing: float) -> None:
    rng = np.random.default_rng(seed)
    persons = random_persons(rng, 30, missing=missing)
    vacancies = random_vacancies(rng, 40, missing=missing)
    market = build_market(persons, vacancies, on=ON)
    welfare = random_welfare(rng, market)
    pair = (market, welfare, *all_pairs(market))
    failed = screen_pairs(*pair, **WORKING_AGE)
    asked = to_ask(*pair, **WORKING_AGE)
    expected = []
    for at, person in enumerate(rows(persons)):
        for to, post in enumerate(rows(vacancies)):
            of_class = welfare.vacancy_class[to]
            eligible = None if of_class < 0 else int(welfare.eligible[at, of_class])
            expected.append(masks(Case(person, post, eligible, ON, WORKING_AGE["working_age_min"])))
    assert list(zip(failed.tolist(), asked.tolist(), strict=True)) == expected


def test_the_random_markets_fail_and_leave_open_every_filter() -> None:
    failed = asked = 0
    for seed in range(4):
        rng = np.random.default_rng(seed)
        market = build_market(random_persons(rng, 30), random_vacancies(rng, 40), on=ON)
        pair = (market, random_welfare(rng, market), *all_pairs(market))
        failed |= int(np.bitwise_or.reduce(screen_pairs(*pair, **WORKING_AGE)))
        asked |= int(np.bitwise_or.reduce(to_ask(*pair, **WORKING_AGE)))
    everything = sum(Filter)
    assert failed == everything
    assert asked == everything - Filter.EXPIRED - Filter.FULL


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10_000), column=st.sampled_from(["profile", "status"]))
def test_forgetting_a_fact_never_excludes_anyone_further(seed: int, column: str) -> None:
    rng = np.random.default_rng(seed)
    persons, vacancies = random_persons(rng, 12, missing=0.1), random_vacancies(rng, 12)
    known = build_market(persons, vacancies, on=ON)
    profile = ["education", "certificates", "wage_wanted", "max_commute_km", "work_forms_wanted"]
    forgotten = persons.copy()
    for name in profile if column == "profile" else ["sex", "birth_date", "health"]:
        forgotten[name] = forgotten[name].where(rng.random(12) < 0.5)
    less = build_market(forgotten, vacancies, on=ON)
    welfare = WelfareEligibility.unruled(known)
    before = screen_pairs(known, welfare, *all_pairs(known), **WORKING_AGE)
    after = screen_pairs(less, welfare, *all_pairs(less), **WORKING_AGE)
    assert not (after & ~before).any()


def test_a_person_of_whom_nothing_is_known_fails_nothing_of_their_own() -> None:
    rng = np.random.default_rng(3)
    vacancies = random_vacancies(rng, 60, missing=0.0)
    market = build_market(make_frame(Kind.PERSONS, [{}]), vacancies, on=ON)
    failed = screen_pairs(
        market, WelfareEligibility.unruled(market), *all_pairs(market), **WORKING_AGE
    )
    assert not (failed & ~np.uint16(Filter.EXPIRED | Filter.FULL)).any()


def test_a_filter_is_never_both_failed_and_to_ask() -> None:
    rng = np.random.default_rng(11)
    market = build_market(random_persons(rng, 40), random_vacancies(rng, 40), on=ON)
    pair = (market, random_welfare(rng, market), *all_pairs(market))
    assert not (screen_pairs(*pair, **WORKING_AGE) & to_ask(*pair, **WORKING_AGE)).any()


def test_asking_for_some_pairs_gives_what_asking_for_all_gives() -> None:
    rng = np.random.default_rng(12)
    market = build_market(random_persons(rng, 20), random_vacancies(rng, 20), on=ON)
    welfare = random_welfare(rng, market)
    persons, posts = all_pairs(market)
    some = rng.permutation(len(persons))[:7]
    every = screen_pairs(market, welfare, persons, posts)
    assert (
        screen_pairs(market, welfare, persons[some], posts[some]).tolist() == every[some].tolist()
    )


def test_no_pairs_give_no_masks() -> None:
    market = build_market(make_frame(Kind.PERSONS, [{}]), make_frame(Kind.VACANCIES, [{}]), on=ON)
    none = np.empty(0, np.int32)
    assert len(screen_pairs(market, WelfareEligibility.unruled(market), none, none)) == 0


@pytest.mark.parametrize(
    ("person", "post", "failed"),
    [
        pytest.param({}, {"expires_on": "2026-11-02"}, Filter.NONE, id="open on its last day"),
        pytest.param({}, {"expires_on": "2026-11-01"}, Filter.EXPIRED, id="expired the day before"),
        pytest.param({}, {"headcount": 0}, Filter.FULL, id="no place left"),
        pytest.param(
            {"birth_date": "2010-11-02", "sex": "male"}, {}, Filter.NONE, id="sixteen today"
        ),
        pytest.param(
            {"birth_date": "2010-11-03", "sex": "male"},
            {},
            Filter.BELOW_WORKING_AGE,
            id="sixteen tomorrow",
        ),
        pytest.param(
            {"birth_date": "1971-11-02"}, {"age_max": 55}, Filter.NONE, id="the oldest age counts"
        ),
        pytest.param(
            {"birth_date": "1970-11-02", "sex": "male"},
            {"age_max": 55},
            Filter.AGE,
            id="a year over the oldest age",
        ),
        pytest.param(
            {"education": "secondary_vocational"},
            {"education_min": "senior_high"},
            Filter.NONE,
            id="one rung for both kinds of school",
        ),
        pytest.param(
            {"education": "junior_high"},
            {"education_min": "senior_high"},
            Filter.EDUCATION,
            id="a rung too low",
        ),
        pytest.param(
            {"certificates": "健康证"},
            {"certificates_required": "健康证;低压电工证"},
            Filter.CERTIFICATES,
            id="one of two certificates lacks",
        ),
        pytest.param({}, {"certificates_required": "健康证"}, Filter.NONE, id="list not asked"),
        pytest.param(
            {"work_forms_wanted": "hourly;part_time"},
            {"work_form": "full_time"},
            Filter.WORK_FORM,
            id="a form of work not wished",
        ),
        pytest.param(
            {"health": "cannot_go_out"},
            {"work_form": "full_time"},
            Filter.HEALTH,
            id="cannot go out to work",
        ),
        pytest.param(
            {"health": "cannot_go_out"},
            {"work_form": "home_based"},
            Filter.NONE,
            id="work at home stays open",
        ),
        pytest.param(
            {"health": "cannot_go_out"}, {}, Filter.NONE, id="form of work not stated excludes none"
        ),
        pytest.param(
            {"health": "limited"}, {"work_form": "full_time"}, Filter.NONE, id="frail excludes none"
        ),
        pytest.param(
            {"area_code": HERE, "max_commute_km": 0.0},
            {"area_code": f"{HERE}002"},
            Filter.NONE,
            id="inside one county the way is not known to be too long",
        ),
        pytest.param(
            {"area_code": HERE, "max_commute_km": 1.0},
            {"area_code": NEXT_COUNTY},
            Filter.DISTANCE,
            id="next county too far",
        ),
        pytest.param(
            {"area_code": HERE, "max_commute_km": 5.0},
            {"area_code": "3206"},
            Filter.NONE,
            id="somewhere in the same city",
        ),
        pytest.param(
            {"area_code": HERE, "max_commute_km": 5.0},
            {"area_code": "11"},
            Filter.DISTANCE,
            id="somewhere in another city",
        ),
        pytest.param(
            {"area_code": HERE, "max_commute_km": 100.0},
            {"area_code": BEIJING},
            Filter.DISTANCE,
            id="another part of the country",
        ),
        pytest.param(
            {"wage_wanted": 3000}, {"wage_max": 3000}, Filter.NONE, id="exactly the wage wanted"
        ),
        pytest.param(
            {"wage_wanted": 3000}, {"wage_max": 2999}, Filter.WAGE_FLOOR, id="a yuan too little"
        ),
        pytest.param({"wage_wanted": 3000}, {"wage_min": 2000}, Filter.NONE, id="top not stated"),
    ],
)
def test_limits_are_inclusive_and_the_unknown_excludes_none(
    person: dict[str, Any], post: dict[str, Any], failed: Filter
) -> None:
    assert one_pair(person, post)[0] == failed


def test_several_filters_fail_at_once_and_all_are_named() -> None:
    failed, _ = one_pair(
        {"education": "primary", "wage_wanted": 9000, "sex": "male", "birth_date": "2015-01-01"},
        {
            "education_min": "doctor",
            "wage_max": 1,
            "sex_required": "female",
            "headcount": 0,
            "expires_on": "2000-01-01",
        },
    )
    assert failed == (
        Filter.EDUCATION
        | Filter.WAGE_FLOOR
        | Filter.SEX
        | Filter.FULL
        | Filter.EXPIRED
        | Filter.BELOW_WORKING_AGE
    )


def test_no_law_asked_makes_nobody_too_young() -> None:
    market = build_market(
        make_frame(Kind.PERSONS, [{"birth_date": "2020-01-01"}]),
        make_frame(Kind.VACANCIES, [{"title": "x"}]),
        on=ON,
    )
    pair = (market, WelfareEligibility.unruled(market), *all_pairs(market))
    assert screen_pairs(*pair).tolist() == [0]
    assert not int(to_ask(*pair)[0]) & Filter.BELOW_WORKING_AGE


def test_only_what_the_post_limits_is_to_ask() -> None:
    _, asked = one_pair({}, {"education_min": "bachelor", "wage_max": 4000})
    by_law = Filter.BELOW_WORKING_AGE | Filter.PAST_RETIREMENT
    assert asked == Filter.EDUCATION | Filter.WAGE_FLOOR | by_law
