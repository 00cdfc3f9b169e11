"""What a course opens: only posts that ask for what it gives, and nothing once it gives nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.kinds import Kind
from matcher.explanation.unlock.districts import by_district
from matcher.explanation.unlock.sentences import Said, course_wording
from matcher.explanation.unlock.taught import open_courses, taught_by
from matcher.explanation.unlock.trained import after_courses, taken
from matcher.explanation.unlock.unlocked import Unlocked, unlocked_posts, within_reach
from matcher.market.arrays import Market
from matcher.market.build import build_market
from matcher.screening.welfare import WelfareEligibility
from tests.factories import make_frame

ON = date(2026, 11, 2)
SKILLS = ("保洁", "电焊", "育婴", "叉车操作")
CERTIFICATES = ("焊工证", "叉车证")


def market_of(people: list[dict[str, Any]], posts: list[dict[str, Any]]) -> Market:
    return build_market(make_frame(Kind.PERSONS, people), make_frame(Kind.VACANCIES, posts), on=ON)


def opened(market: Market, courses: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(person, course, vacancy) of every post gained, by ids."""
    frame = make_frame(Kind.COURSES, courses)
    taught = taught_by(frame, market.terms)
    everyone = np.arange(len(market.jobseekers), dtype=np.int32)
    found = unlocked_posts(market, WelfareEligibility.unruled(market), taught, everyone)
    ids = (
        market.jobseekers.ids[found.person_at],
        taught.ids[found.course_at],
        market.vacancies.ids[found.vacancy_at],
    )
    return list(zip(*(column.tolist() for column in ids), strict=True))


WELDER = {"person_id": "P1", "skills": "保洁", "certificates": "叉车证"}
POSTS = [
    {
        "vacancy_id": "V1",
        "title": "焊工",
        "skills_wanted": "电焊",
        "certificates_required": "焊工证",
    },
    {"vacancy_id": "V2", "title": "焊工学徒", "skills_wanted": "电焊"},
    {"vacancy_id": "V3", "title": "保洁员", "skills_wanted": "保洁"},
    {"vacancy_id": "V4", "title": "焊工", "skills_wanted": "电焊", "expires_on": "2026-11-01"},
]
COURSE = {
    "course_id": "C1",
    "name": "焊工",
    "skills_taught": "电焊",
    "certificates_awarded": "焊工证",
}


def test_a_course_opens_the_posts_that_its_skill_and_certificate_bring_within_reach() -> None:
    assert opened(market_of([WELDER], POSTS), [COURSE]) == [("P1", "C1", "V1"), ("P1", "C1", "V2")]


@pytest.mark.parametrize(
    ("without", "left"),
    [
        pytest.param("skills_taught", [], id="without the skill no post is within reach"),
        pytest.param("certificates_awarded", ["V2"], id="without the certificate the unasked one"),
    ],
)
def test_what_a_course_no_longer_gives_opens_nothing(without: str, left: list[str]) -> None:
    course = {name: value for name, value in COURSE.items() if name != without}
    assert [post for _, _, post in opened(market_of([WELDER], POSTS), [course])] == left


def test_a_skill_that_the_person_has_opens_nothing() -> None:
    trained = WELDER | {"skills": "保洁;电焊", "certificates": "叉车证;焊工证"}
    assert opened(market_of([trained], POSTS), [COURSE]) == []


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """A few people and posts over four skills and two certificates."""
    some_skills = st.lists(st.sampled_from(SKILLS), max_size=3, unique=True)
    some_certificates = st.lists(st.sampled_from(CERTIFICATES), max_size=2, unique=True)
    people = [
        {
            "person_id": f"P{at}",
            "skills": ";".join(draw(some_skills)) or None,
            "certificates": ";".join(draw(some_certificates)) or None,
        }
        for at in range(draw(st.integers(1, 4)))
    ]
    posts = [
        {
            "vacancy_id": f"V{at}",
            "title": "工人",
            "skills_wanted": ";".join(draw(some_skills)) or None,
            "certificates_required": ";".join(draw(some_certificates)) or None,
        }
        for at in range(draw(st.integers(1, 6)))
    ]
    return market_of(people, posts)


@settings(max_examples=40, deadline=None)
@given(
    markets(),
    st.lists(st.sampled_from(SKILLS), max_size=2, unique=True),
    st.lists(st.sampled_from(CERTIFICATES), max_size=1),
)
def test_unlocked_is_reach_after_less_reach_before_over_every_pair(
    market: Market, skills: list[str], certificates: list[str]
) -> None:
    course = {
        "course_id": "C1",
        "name": "课程",
        "skills_taught": ";".join(skills) or None,
        "certificates_awarded": ";".join(certificates) or None,
    }
    taught = taught_by(make_frame(Kind.COURSES, [course]), market.terms)
    unruled = WelfareEligibility.unruled(market)
    everyone = np.arange(len(market.jobseekers), dtype=np.int32)
    after, answers = after_courses(market, unruled, taught, everyone, np.zeros_like(everyone))
    person, vacancy = (
        at.ravel().astype(np.int32)
        for at in np.indices((len(market.jobseekers), len(market.vacancies)))
    )
    gained = within_reach(after, answers, person, vacancy) & ~within_reach(
        market, unruled, person, vacancy
    )
    found = unlocked_posts(market, unruled, taught, everyone)
    expected = set(zip(person[gained].tolist(), vacancy[gained].tolist(), strict=True))
    assert set(zip(found.person_at.tolist(), found.vacancy_at.tolist(), strict=True)) == expected
    if not skills and not certificates:
        assert not expected


def test_training_changes_what_a_person_can_do_and_nothing_else() -> None:
    market = market_of([WELDER, {"person_id": "P2"}], POSTS)
    taught = taught_by(make_frame(Kind.COURSES, [COURSE]), market.terms)
    both = np.array([1, 0], np.int32)
    unruled = WelfareEligibility.unruled(market)
    after, _ = after_courses(market, unruled, taught, both, np.zeros(2, np.int32))
    words = np.array(market.terms.words, object)
    assert set(words[after.jobseekers.skills.row(0)]) == {"焊接"}
    assert set(words[after.jobseekers.skills.row(1)]) == {"日常保洁", "焊接"}
    same = taken(market.standing, both)
    assert (after.standing.sex == same.sex).all()
    assert (after.standing.household == same.household).all()
    assert (after.standing.household_ids == market.standing.household_ids).all()


def test_a_course_that_has_begun_or_is_full_cannot_be_joined() -> None:
    frame = make_frame(
        Kind.COURSES,
        [
            {"course_id": "C3", "name": "不知日期"},
            {"course_id": "C1", "name": "已开班", "starts_on": "2026-11-01"},
            {"course_id": "C2", "name": "满员", "starts_on": "2026-12-01", "seats": 0},
            {"course_id": "C0", "name": "今日开班", "starts_on": "2026-11-02", "seats": 5},
        ],
    )
    assert open_courses(frame, np.datetime64(ON))["course_id"].tolist() == ["C0", "C3"]


def test_a_district_is_served_as_far_as_the_seats_go() -> None:
    people = [
        {
            "person_id": f"P{at}",
            "household_id": f"H{at // 2}",
            "area_code": "320613",
            "skills": "保洁",
        }
        for at in range(6)
    ]
    market = market_of(
        [*people, {"person_id": "P9", "household_id": "H9", "skills": "保洁"}], POSTS
    )
    frame = make_frame(
        Kind.COURSES,
        [COURSE | {"seats": 2}, COURSE | {"course_id": "C2", "certificates_awarded": None}],
    )
    taught = taught_by(frame, market.terms)
    everyone = np.arange(len(market.jobseekers), dtype=np.int32)
    found = unlocked_posts(market, WelfareEligibility.unruled(market), taught, everyone)
    zero = np.array([True] * 5 + [False] + [True])
    table = by_district(market, zero, frame, found)
    # Who lives nowhere known is in no district; the household of P5 counts by its member P4.
    assert table["district"].unique().tolist() == ["320613"]
    assert table["course_id"].tolist() == ["C2", "C1"]
    assert table["households"].tolist() == [3, 3]
    assert table["served"].tolist() == [3, 2]


def test_nobody_and_no_course_open_nothing() -> None:
    market = market_of([WELDER], POSTS)
    assert opened(market, []) == []
    none = np.empty(0, np.int32)
    empty = by_district(
        market, np.array([True]), make_frame(Kind.COURSES, [COURSE]), Unlocked(none, none, none)
    )
    assert empty.empty
    assert isinstance(empty, pd.DataFrame)


def test_both_languages_have_every_sentence() -> None:
    for language in ("zh", "en"):
        assert set(course_wording(language)) == {code.value for code in Said}
