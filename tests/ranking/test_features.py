from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

import matcher.ranking
from matcher.errors import FeatureMismatch
from matcher.market.arrays import Csr, Market
from matcher.ranking.features import FEATURES, feature_names, pair_features
from matcher.ranking.features import registry as features_module
from matcher.ranking.pairs import overlap
from matcher.ranking.ranker import score_pairs
from matcher.ranking.rules import RulesRanker
from tests.ranking.small_market import (
    ON,
    TERMS,
    jobs,
    make_jobseekers,
    make_market,
    make_standing,
    make_vacancies,
    places,
    terms,
)

ROOM = Path(matcher.ranking.__file__).parent
HOME, SAME_STREET, SAME_COUNTY = "320602001", "320602001003", "320602005"
SAME_CITY, ELSEWHERE = "320612", "310101"
CLEANER, COOK = "4-09-08-01", "4-03-02-01"


def one(name: str, person: dict[str, Any], vacancy: dict[str, Any]) -> float:
    """The value of one feature for one person and one post."""
    at = np.zeros(1, dtype=np.int32)
    jobseekers, vacancies = make_jobseekers(**person), make_vacancies(**vacancy)
    return float(pair_features(jobseekers, vacancies, TERMS, at, at, on=ON, names=[name])[0, 0])


def f32(*values: float) -> Any:
    return np.array(values, np.float32)


def i8(*values: int) -> Any:
    return np.array(values, np.int8)


def i32(*values: int) -> Any:
    return np.array(values, np.int32)


def job(code: str) -> Any:
    return jobs([code]).values


def days(*values: str) -> Any:
    return np.array(values, "datetime64[D]")


WAGE_4000 = {"wage_min": f32(3000), "wage_max": f32(5000)}
CENTRES = {"lonlat": [(120.85, 32.0)]}, {"lonlat": [(120.85, 33.0)]}


@pytest.mark.parametrize(
    ("name", "person", "vacancy", "expected"),
    [
        pytest.param(
            "occupation_wanted_distance",
            {"occupations_wanted": jobs([COOK, CLEANER])},
            {"occupation": job(CLEANER)},
            0,
            id="the nearest of several wishes counts",
        ),
        pytest.param(
            "occupation_done_distance",
            {"occupations_done": jobs(["6-22-02-01"])},
            {"occupation": job(CLEANER)},
            4,
            id="another major group is the farthest",
        ),
        pytest.param(
            "occupation_wanted_distance",
            {"occupations_wanted": jobs(["6-00-00-00"])},
            {"occupation": job("6-00-00-00")},
            3,
            id="two of one major group are not the same work",
        ),
        pytest.param(
            "text_cosine",
            {"text": terms(["保洁"])},
            {"text": terms(["保洁"])},
            1,
            id="the same words are alike",
        ),
        pytest.param(
            "skills_covered",
            {"skills": terms(["保洁", "烹饪"])},
            {"skills": terms(["保洁"])},
            1,
            id="the post's wishes are all met",
        ),
        pytest.param(
            "skills_used",
            {"skills": terms(["保洁", "驾驶"])},
            {"skills": terms(["保洁"])},
            0.25,
            id="rare skills weigh more by idf",
        ),
        pytest.param(
            "certificates_covered",
            {"certificates": terms(["健康证"])},
            {"certificates": terms(["健康证", "电工证"])},
            0.5,
            id="one of two certificates",
        ),
        pytest.param("wage_gap", {"wage_wanted": f32(4000)}, WAGE_4000, 0, id="pay as wanted"),
        pytest.param("wage_gap", {"wage_wanted": f32(8000)}, WAGE_4000, -0.5, id="half the pay"),
        pytest.param(
            "wage_gap",
            {"wage_wanted": f32(1000)},
            {"wage_min": f32(9000)},
            2,
            id="far over the wish is cut at two",
        ),
        pytest.param("wage_top_gap", {"wage_wanted": f32(4000)}, WAGE_4000, 0.25, id="top pay"),
        pytest.param(
            "same_street",
            {"places": places(HOME)},
            {"places": places(SAME_STREET)},
            1,
            id="a community lies in its street",
        ),
        pytest.param(
            "same_street",
            {"places": places(HOME)},
            {"places": places(SAME_COUNTY)},
            0,
            id="another street",
        ),
        pytest.param(
            "same_county",
            {"places": places(HOME)},
            {"places": places(SAME_COUNTY)},
            1,
            id="one county",
        ),
        pytest.param(
            "same_city", {"places": places(HOME)}, {"places": places(SAME_CITY)}, 1, id="one city"
        ),
        pytest.param(
            "same_city", {"places": places(HOME)}, {"places": places(ELSEWHERE)}, 0, id="away"
        ),
        pytest.param(
            "education_margin", {"education": i8(2)}, {"education_min": i8(4)}, -2, id="two short"
        ),
        pytest.param(
            "education_margin",
            {"education": i8(1)},
            {"education_min": i8(0)},
            0,
            id="a post that asks none is met by the lowest",
        ),
        pytest.param(
            "experience_margin",
            {"experience_months": i32(26)},
            {"experience_months_min": i32(24)},
            2,
            id="two months over",
        ),
        pytest.param(
            "work_form_fit",
            {"work_forms": np.array([0b101], np.uint8)},
            {"work_form": i8(2)},
            1,
            id="a form that was named",
        ),
        pytest.param(
            "work_form_fit",
            {"work_forms": np.array([0b101], np.uint8)},
            {"work_form": i8(1)},
            0,
            id="a form that was not named",
        ),
        pytest.param(
            "days_since_posted", {}, {"posted_on": days("2026-11-02")}, 20, id="twenty days old"
        ),
        pytest.param(
            "days_since_posted", {}, {"posted_on": days("2026-12-01")}, 0, id="not yet posted"
        ),
        pytest.param("openings", {}, {"places_left": i32(3)}, 3, id="three openings"),
    ],
)
def test_a_feature_says_what_its_name_says(
    name: str, person: dict[str, Any], vacancy: dict[str, Any], expected: float
) -> None:
    assert one(name, person, vacancy) == pytest.approx(expected)


def test_a_degree_of_latitude_is_111_kilometres() -> None:
    home, post = places(HOME, **CENTRES[0]), places(ELSEWHERE, **CENTRES[1])
    assert one("distance_km", {"places": home}, {"places": post}) == pytest.approx(111.2, abs=0.1)
    person = {"places": home, "max_commute_km": f32(100)}
    assert one("commute_margin_km", person, {"places": post}) == pytest.approx(-11.2, abs=0.1)


def test_inside_one_county_the_commute_margin_is_not_claimed() -> None:
    person = {"places": places(HOME, **CENTRES[0]), "max_commute_km": f32(3)}
    assert np.isnan(one("commute_margin_km", person, {"places": places(HOME, **CENTRES[0])}))


def test_a_place_known_only_to_its_city_says_nothing_about_the_way_inside_it() -> None:
    home, post = places("3206", **CENTRES[0]), places(HOME, **CENTRES[1])
    assert np.isnan(one("distance_km", {"places": home}, {"places": post}))
    elsewhere = places("3101", **CENTRES[0])
    assert one("distance_km", {"places": elsewhere}, {"places": post}) > 100


def test_what_was_not_asked_is_missing_in_every_feature() -> None:
    at = np.zeros(1, dtype=np.int32)
    made = pair_features(make_jobseekers(), make_vacancies(), TERMS, at, at, on=ON)
    assert made.shape == (1, len(FEATURES))
    wants_nothing = [name.endswith("_lacking") for name in FEATURES]
    assert np.isnan(made[:, ~np.array(wants_nothing)]).all()
    assert (made[:, wants_nothing] == 0).all(), "a post that wants nothing finds nothing lacking"


def test_no_pairs_make_no_rows() -> None:
    none = np.zeros(0, dtype=np.int32)
    made = pair_features(make_jobseekers(), make_vacancies(), TERMS, none, none, on=ON)
    assert made.shape == (0, len(FEATURES))
    assert made.dtype == np.float32


def test_columns_come_in_the_order_asked_for() -> None:
    at = np.zeros(1, dtype=np.int32)
    vacancies = make_vacancies(places_left=i32(3), posted_on=days("2026-11-21"))
    names = ["openings", "days_since_posted"]
    made = pair_features(make_jobseekers(), vacancies, TERMS, at, at, on=ON, names=names)
    assert_array_equal(made, [[3, 1]])


def test_an_unknown_feature_is_named() -> None:
    none = np.zeros(0, dtype=np.int32)
    with pytest.raises(FeatureMismatch, match="shoe_size"):
        pair_features(
            make_jobseekers(), make_vacancies(), TERMS, none, none, on=ON, names=["shoe_size"]
        )


def test_every_feature_is_described() -> None:
    for entry in FEATURES.values():
        assert entry.of.__doc__, entry.name
        assert entry.low < entry.high
        assert entry.unit
        assert entry.group
        assert entry.source


def random_market(rng: np.random.Generator, n: int = 40, m: int = 30) -> Market:
    """A market with about a third of everything not asked."""

    def some(values: Any, missing: Any) -> Any:
        return np.where(rng.random(len(values)) < 0.3, missing, values).astype(values.dtype)

    def rows(count: int, size: int) -> Csr:
        drawn = [
            np.unique(rng.integers(size, size=rng.integers(0, 4))).astype(np.int32)
            for _ in range(count)
        ]
        offsets = np.cumsum([0, *map(len, drawn)], dtype=np.int64)
        return Csr(offsets, np.concatenate(drawn, dtype=np.int32))

    codes = np.array([HOME, SAME_STREET, SAME_COUNTY, SAME_CITY, ELSEWHERE, ""])
    spots = rng.uniform((118, 30), (122, 34), size=(6, 2))
    here, there = rng.integers(6, size=n), rng.integers(6, size=m)
    words = len(TERMS.words)
    jobseekers = make_jobseekers(
        n,
        places=places(*codes[here], lonlat=spots[here].tolist()),
        education=some(rng.integers(1, 8, n).astype(np.int8), -1),
        experience_months=some(rng.integers(0, 400, n).astype(np.int32), -1),
        wage_wanted=some(rng.uniform(2000, 9000, n).astype(np.float32), np.nan),
        work_forms=rng.integers(0, 128, n).astype(np.uint8),
        max_commute_km=some(rng.uniform(1, 30, n).astype(np.float32), np.nan),
        occupations_done=rows(n, 500),
        occupations_wanted=rows(n, 500),
        skills=rows(n, words),
        certificates=rows(n, words),
        jobs=rows(n, words),
        text=rows(n, words),
    )
    vacancies = make_vacancies(
        m,
        places=places(*codes[there], lonlat=spots[there].tolist()),
        education_min=some(rng.integers(0, 8, m).astype(np.int8), -1),
        experience_months_min=some(rng.integers(0, 60, m).astype(np.int32), -1),
        wage_min=some(rng.uniform(2000, 5000, m).astype(np.float32), np.nan),
        wage_max=some(rng.uniform(5000, 9000, m).astype(np.float32), np.nan),
        work_form=some(rng.integers(0, 7, m).astype(np.int8), -1),
        occupation=some(rng.integers(0, 500, m).astype(np.int32), -1),
        places_left=some(rng.integers(0, 30, m).astype(np.int32), -1),
        posted_on=np.datetime64(ON) - rng.integers(0, 300, m),
        skills=rows(m, words),
        certificates=rows(m, words),
        title=rows(m, words),
        text=rows(m, words),
    )
    return make_market(jobseekers, vacancies)


def all_pairs(market: Market) -> tuple[Any, Any]:
    n, m = len(market.jobseekers), len(market.vacancies)
    return np.repeat(np.arange(n, dtype=np.int32), m), np.tile(np.arange(m, dtype=np.int32), n)


def test_known_values_stay_in_their_stated_range() -> None:
    market = random_market(np.random.default_rng(3))
    made = pair_features(
        market.jobseekers, market.vacancies, market.terms, *all_pairs(market), on=ON
    )
    low = np.array([entry.low for entry in FEATURES.values()])
    high = np.array([entry.high for entry in FEATURES.values()])
    assert ((made >= low - 1e-5) | np.isnan(made)).all()
    assert ((made <= high + 1e-5) | np.isnan(made)).all()
    must_be_known = [not entry.may_be_missing for entry in FEATURES.values()]
    assert not np.isnan(made[:, must_be_known]).any()
    of_work = [entry.group not in ("history", "record") for entry in FEATURES.values()]
    assert (~np.isnan(made[:, of_work])).any(axis=0).all(), (
        "a feature that is never known tests nothing"
    )


def test_blocks_do_not_show_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    market = random_market(np.random.default_rng(4))
    given_pairs = all_pairs(market)
    whole = pair_features(market.jobseekers, market.vacancies, TERMS, *given_pairs, on=ON)
    monkeypatch.setattr(features_module, "BLOCK", 7)
    split = pair_features(market.jobseekers, market.vacancies, TERMS, *given_pairs, on=ON)
    assert_array_equal(whole, split)


@settings(max_examples=60, deadline=None)
@given(
    a=st.sets(st.integers(0, 20), max_size=8),
    b=st.sets(st.integers(0, 20), max_size=8),
)
def test_overlap_agrees_with_sets(a: set[int], b: set[int]) -> None:
    weight = np.arange(1, 22, dtype=np.float32)
    rows = [np.array(sorted(values), np.int32) for values in (a, b)]
    ends = [np.array([0, len(row)], np.int64) for row in rows]
    zero = np.zeros(1, np.int32)
    shared, in_a, in_b = overlap(ends[0], rows[0], ends[1], rows[1], zero, zero, weight)
    assert shared[0] == sum(weight[at] for at in a & b)
    assert in_a[0] == sum(weight[at] for at in a)
    assert in_b[0] == sum(weight[at] for at in b)


def test_scores_do_not_change_when_all_standing_is_flipped() -> None:
    market = random_market(np.random.default_rng(5))
    n = len(market.jobseekers)
    flipped = replace(
        market,
        standing=make_standing(
            n,
            sex=np.arange(n, dtype=np.int8) % 2,
            birth_date=np.full(n, "1970-01-01", "datetime64[D]"),
            health=np.full(n, 2, np.int8),
            disability=np.ones(n, np.int8),
            household=np.arange(n, dtype=np.int32),
            household_ids=np.array([f"H{at}" for at in range(n)], dtype=object),
        ),
    )
    limits = {
        "sex_required": np.ones(30, np.int8),
        "age_max": np.full(30, 30, np.int16),
        "public_welfare": np.ones(30, np.int8),
    }
    flipped = replace(flipped, vacancies=replace(flipped.vacancies, **limits))
    before, after = (
        score_pairs(
            RulesRanker(), given.jobseekers, given.vacancies, TERMS, *all_pairs(given), on=ON
        )
        for given in (market, flipped)
    )
    assert_array_equal(before, after)
    assert len(np.unique(before)) > 100


BEHIND_THE_WALL = {
    *("standing", "Standing", "Market", "sex", "birth_date", "age", "retirement_date"),
    *("retirement_sure", "health", "disability", "household", "household_ids", "hukou_kind"),
    *("dibao", "tier", "sex_required", "age_min", "age_max", "public_welfare"),
    *("public_welfare_kind", "graduate_year", "group_tags"),
}
MAY_ORDER_BY_LAW = {"order.py"}
"""Ordering by tier is law applied after the score; it computes no feature."""


def reaches_past_the_wall(source: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Attribute):
            names = [node.attr]
        elif isinstance(node, ast.Name):
            names = [node.id]
        elif isinstance(node, ast.arg):
            names = [node.arg]
        elif isinstance(node, ast.ImportFrom):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value]
        found += [name for name in names if name in BEHIND_THE_WALL]
    return found


def test_no_ranking_code_names_what_stands_behind_the_firewall() -> None:
    files = [file for file in ROOM.rglob("*.py") if file.name not in MAY_ORDER_BY_LAW]
    assert len(files) >= 5
    assert {
        file.name: names
        for file in files
        if (names := reaches_past_the_wall(file.read_text(encoding="utf-8")))
    } == {}


@pytest.mark.parametrize(
    "source",
    [
        "from matcher.market.arrays import Standing",
        "def f(market): return market.standing",
        "def f(person): return person.sex",
        "def f(person): return getattr(person, 'dibao')",
        "def f(age): return age",
    ],
)
def test_a_planted_reach_past_the_firewall_is_caught(source: str) -> None:
    assert reaches_past_the_wall(source)


def test_no_feature_is_made_from_status_or_identity_columns() -> None:
    from matcher.domain.kinds import Kind  # noqa: PLC0415 - used by this test alone
    from matcher.reference.columns import columns  # noqa: PLC0415 - used by this test alone

    hidden = {column.name for column in columns(Kind.PERSONS) if column.part != "profile"}
    hidden -= {"person_id"}
    for entry in FEATURES.values():
        words = set(entry.source.replace("persons.", "").replace(",", " ").split())
        assert not words & hidden, entry.name


def test_names_are_listed_in_the_order_of_the_matrix() -> None:
    assert feature_names() == tuple(FEATURES)
