from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import matcher.ranking
from matcher.errors import FeatureMismatch
from matcher.ranking.features import FEATURES, feature_names, pair_features
from tests.ranking.small_market import (
    ELSEWHERE,
    HOME,
    ON,
    SAME_CITY,
    SAME_COUNTY,
    SAME_STREET,
    TERMS,
    jobs,
    make_jobseekers,
    make_vacancies,
    places,
    terms,
)

ROOM = Path(matcher.ranking.__file__).parent
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


def test_names_are_listed_in_the_order_of_the_matrix() -> None:
    assert feature_names() == tuple(FEATURES)
