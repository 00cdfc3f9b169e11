"""The market of a day: who and what is in it, and that nothing but ids decides the order."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.errors import WrongUse
from matcher.market.arrays import Csr, Jobseekers, Market, Places, Vacancies
from matcher.market.build import build_market, empty_market
from matcher.reference.columns import columns
from matcher.reference.occupations import occupations
from tests.factories import make_frame
from tests.market.random_frames import ON, random_persons, random_vacancies


def market_of(
    persons: list[dict[str, Any]] | None = None,
    vacancies: list[dict[str, Any]] | None = None,
    hired: pd.DataFrame | None = None,
) -> Market:
    """A market of a few rows; a side not given is empty."""
    people = make_frame(Kind.PERSONS, persons) if persons else make_frame(Kind.PERSONS, [{}])[:0]
    titled = [{"title": "保洁员"} | row for row in vacancies or []]
    posts = make_frame(Kind.VACANCIES, titled) if titled else make_frame(Kind.VACANCIES, [{}])[:0]
    return build_market(people, posts, on=ON, hired=hired)


def words_of(market: Market, rows: Csr, at: int) -> set[str]:
    return {market.terms.words[term] for term in rows.row(at)}


def assert_same(one: object, other: object) -> None:
    """Two records of arrays are equal, field by field."""
    assert type(one) is type(other)
    for field in fields(one):  # type: ignore[arg-type]  # the callers pass dataclasses
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, Csr | Places):
            assert_same(a, b)
        elif isinstance(a, np.ndarray):
            np.testing.assert_array_equal(a, b, err_msg=field.name)
        else:
            assert a == b, field.name


def test_an_empty_market_can_be_built() -> None:
    market = empty_market()
    assert (len(market.jobseekers), len(market.vacancies), market.terms.words) == (0, 0, ())


def test_who_does_not_seek_work_stays_out_and_who_was_not_asked_stays_in() -> None:
    market = market_of(
        [
            {"person_id": "no", "seeks_work": False},
            {"person_id": "yes", "seeks_work": True},
            {"person_id": "unasked"},
            {"person_id": "employed", "employment_state": "employed"},
        ]
    )
    assert market.jobseekers.ids.tolist() == ["employed", "unasked", "yes"]
    assert len(market.standing.sex) == 3


def test_the_order_of_the_rows_does_not_matter() -> None:
    rng = np.random.default_rng(5)
    persons, vacancies = random_persons(rng, 30), random_vacancies(rng, 30)
    one = build_market(persons, vacancies, on=ON)
    shuffled = build_market(
        persons.sample(frac=1, random_state=1), vacancies.sample(frac=1, random_state=2), on=ON
    )
    assert one.terms.words == shuffled.terms.words
    for part in ("jobseekers", "standing", "vacancies", "terms"):
        assert_same(getattr(one, part), getattr(shuffled, part))


def test_one_id_twice_is_refused_by_its_id() -> None:
    with pytest.raises(WrongUse, match="person_id 'A' more than once"):
        market_of([{"person_id": "A"}, {"person_id": "A"}])


def test_the_profile_does_not_change_with_anything_of_status() -> None:
    status = {c.name for c in columns(Kind.PERSONS) if c.part in ("status", "identity")}
    rng = np.random.default_rng(6)
    persons, vacancies = random_persons(rng, 20), random_vacancies(rng, 10)
    stripped = persons.assign(
        **{name: pd.Series([pd.NA] * 20, dtype=persons[name].dtype) for name in status}
    )
    assert_same(
        build_market(persons, vacancies, on=ON).jobseekers,
        build_market(stripped, vacancies, on=ON).jobseekers,
    )


def test_jobseekers_carry_no_field_of_standing() -> None:
    named = {field.name for field in fields(Jobseekers)}
    status = {c.name for c in columns(Kind.PERSONS) if c.part in ("status", "identity")}
    assert not named & (status | {"tier", "household", "age", "retirement_date"})


def test_a_skill_has_one_term_on_both_sides_whatever_its_wording() -> None:
    market = market_of([{"skills": "打扫卫生"}], [{"skills_wanted": "家庭保洁"}])
    seekers, posts = market.jobseekers, market.vacancies
    assert words_of(market, seekers.skills, 0) == words_of(market, posts.skills, 0) == {"日常保洁"}
    assert "打扫卫生" in words_of(market, seekers.text, 0)


def test_a_skill_no_table_has_is_its_own_normalised_term() -> None:
    market = market_of([{"skills": "屠龙 ＡＢＣ"}])
    assert words_of(market, market.jobseekers.skills, 0) == {"屠龙 abc"}


def test_certificates_are_canonical_on_both_sides() -> None:
    market = market_of([{"certificates": "健康合格证"}], [{"certificates_required": "健康证明"}])
    held = words_of(market, market.jobseekers.certificates, 0)
    assert held == words_of(market, market.vacancies.certificates, 0) == {"健康证"}


def test_idf_counts_the_vacancies_a_term_stands_in() -> None:
    market = market_of(
        [{"major": "护理"}], [{"title": "保洁"}, {"title": "保洁"}, {"title": "电工"}]
    )
    idf = dict(zip(market.terms.words, market.terms.idf.tolist(), strict=True))
    assert idf["保洁"] == pytest.approx(np.log(4 / 3) + 1)
    assert idf["护理"] == pytest.approx(np.log(4 / 1) + 1)


def test_ragged_rows_are_ascending_and_each_term_stands_once() -> None:
    rng = np.random.default_rng(7)
    market = build_market(random_persons(rng, 40), random_vacancies(rng, 40), on=ON)
    for side in (market.jobseekers, market.vacancies):
        for field in fields(side):
            rows = getattr(side, field.name)
            if isinstance(rows, Csr):
                for at in range(len(rows)):
                    assert (np.diff(rows.row(at)) > 0).all(), field.name


def test_given_occupation_codes_are_taken_as_they_are() -> None:
    market = market_of(
        [{"occupations_wanted": "4-10-01-06;9-99-99-99"}], [{"occupation_code": "4-10-01-06"}]
    )
    at = occupations().index(["4-10-01-06"])[0]
    assert market.jobseekers.occupations_wanted.row(0).tolist() == [at]
    assert (market.vacancies.occupation[0], market.vacancies.occupation_confidence[0]) == (at, 1.0)
    assert occupations().names["4-10-01-06"] in " ".join(
        words_of(market, market.jobseekers.text, 0)
    )


def test_a_wish_in_words_is_linked_to_its_occupation() -> None:
    market = market_of([{"occupations_wanted": "保洁员"}], [{"title": "小区保洁员"}])
    wanted = market.jobseekers.occupations_wanted.row(0)
    assert len(wanted) == 1
    near = occupations().tree_distance(wanted, market.vacancies.occupation[:1])
    assert near[0] <= 1
    assert 0 < market.vacancies.occupation_confidence[0] < 1


def test_words_that_say_no_occupation_stay_unknown() -> None:
    market = market_of([{"occupations_wanted": "재료·화학"}])
    assert market.jobseekers.occupations_wanted.row(0).tolist() == []


@pytest.mark.parametrize(
    ("headcount", "hired", "left"),
    [
        pytest.param(3, 1, 2, id="one of three taken"),
        pytest.param(1, 4, 0, id="never below none"),
        pytest.param(None, 2, -1, id="headcount not stated"),
        pytest.param(2, None, 2, id="no hires on record"),
    ],
)
def test_places_left_are_openings_less_hires(
    headcount: int | None, hired: int | None, left: int
) -> None:
    record = None if hired is None else pd.DataFrame({"vacancy_id": ["V"], "hired": [hired]})
    market = market_of(vacancies=[{"vacancy_id": "V", "headcount": headcount}], hired=record)
    assert market.vacancies.places_left.tolist() == [left]


def test_hires_of_vacancies_that_are_not_in_the_market_are_passed_over() -> None:
    record = pd.DataFrame({"vacancy_id": ["gone"], "hired": [1]})
    market = market_of(vacancies=[{"headcount": 1}], hired=record)
    assert market.vacancies.places_left.tolist() == [1]


def test_an_expired_vacancy_stays_in_so_that_it_can_be_explained() -> None:
    assert len(market_of(vacancies=[{"expires_on": "2020-01-01"}]).vacancies) == 1


def test_a_duplicate_points_at_the_first_posting() -> None:
    frame = make_frame(
        Kind.VACANCIES, [{"vacancy_id": "B", "title": "x"}, {"vacancy_id": "A", "title": "x"}]
    ).assign(duplicate_of=pd.Series(["A", None], dtype="str"))
    market = build_market(make_frame(Kind.PERSONS, [{}])[:0], frame, on=ON)
    assert market.vacancies.duplicate_of.tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("person", "facts", "last_day", "sure"),
    [
        pytest.param({"sex": "male", "birth_date": "1980-03-05"}, {}, "2043-03-05", True, id="man"),
        pytest.param(
            {"sex": "female", "birth_date": "1975-06-01"},
            {},
            "2031-11-01",
            False,
            id="woman between the two ages: later one, not sure",
        ),
        pytest.param(
            {"sex": "female", "birth_date": "1975-06-01"},
            {"retirement_category": "woman_50"},
            "2025-09-01",
            True,
            id="woman whose category is given",
        ),
        pytest.param(
            {"sex": "female", "birth_date": "1990-06-01"},
            {},
            "2048-06-01",
            True,
            id="young woman: today the category changes nothing",
        ),
        pytest.param(
            {"birth_date": "1990-06-01"}, {}, "2053-06-01", True, id="sex not asked: the latest"
        ),
        pytest.param({"sex": "male"}, {}, "NaT", True, id="birth not asked"),
        pytest.param(
            {"sex": "male", "birth_date": "1980-03-05"},
            {"retirement_date": "2026-01-31"},
            "2026-01-31",
            True,
            id="a date given wins",
        ),
    ],
)
def test_the_retirement_date_is_the_latest_that_may_be(
    person: dict[str, Any], facts: dict[str, str], last_day: str, sure: bool
) -> None:
    frame = make_frame(Kind.PERSONS, [person | {"facts": json.dumps(facts) if facts else None}])
    frame["facts"] = frame["facts"].astype("str")
    standing = build_market(frame, make_frame(Kind.VACANCIES, [{}])[:0], on=ON).standing
    assert str(standing.retirement_date[0]) == last_day
    assert bool(standing.retirement_sure[0]) is sure


def test_withdrawn_area_codes_count_as_their_successor() -> None:
    market = market_of([{"area_code": "320602"}], [{"area_code": "320613002"}])
    assert market.jobseekers.places.county[0] == market.vacancies.places.county[0] == 320613


def test_missing_cells_are_missing_in_every_column() -> None:
    market = market_of([{}], [{}])
    seekers, posts = market.jobseekers, market.vacancies
    assert seekers.education[0] == posts.education_min[0] == posts.sex_required[0] == -1
    assert np.isnat(posts.expires_on[0])
    assert np.isnat(market.standing.birth_date[0])
    assert np.isnan([seekers.wage_wanted[0], posts.wage_max[0], seekers.places.lonlat[0, 0]]).all()
    assert (posts.headcount[0], posts.places_left[0], seekers.work_forms[0]) == (-1, -1, 0)
    assert len(seekers.text.row(0)) == 0


def test_every_field_of_the_vacancies_has_one_row_each() -> None:
    market = market_of(vacancies=[{}, {}])
    for field in fields(Vacancies):
        value = getattr(market.vacancies, field.name)
        if field.name not in ("employer_ids", "places"):
            assert len(value) == 2, field.name
    assert market.on == date(2026, 11, 2)


def test_skills_found_in_texts_stand_in_for_stated_ones_and_are_marked() -> None:
    found = json.dumps({"skills_from_text": "保洁;叉车驾驶"}, ensure_ascii=False)
    market = market_of(
        vacancies=[
            {"vacancy_id": "V1", "extra": found},
            {"vacancy_id": "V2", "extra": found, "skills_wanted": "焊接"},
            {"vacancy_id": "V3", "extra": '{"logo": "x.png"}'},
            {"vacancy_id": "V4"},
        ]
    )
    posts = market.vacancies
    assert words_of(market, posts.skills, 0) == {"日常保洁", "叉车驾驶"}
    assert not words_of(market, posts.skills, 1) & {"日常保洁", "叉车驾驶"}
    assert posts.skills_found.tolist() == [True, False, False, False]
    assert [len(posts.skills.row(at)) for at in (2, 3)] == [0, 0]


def test_a_certificate_found_in_a_text_is_a_word_and_no_demand() -> None:
    found = json.dumps({"certificates_from_text": "健康证"}, ensure_ascii=False)
    market = market_of(vacancies=[{"extra": found}])
    assert len(market.vacancies.certificates.row(0)) == 0
    assert "健康证" in words_of(market, market.vacancies.text, 0)


@pytest.mark.parametrize("extra", ['{"skills_from_text": 5}', '{"skills_from_text": " "}', "{}"])
def test_a_foreign_extra_that_lists_no_skills_gives_none(extra: str) -> None:
    market = market_of(vacancies=[{"extra": extra}])
    assert not market.vacancies.skills_found.any()
    assert len(market.vacancies.skills.row(0)) == 0
