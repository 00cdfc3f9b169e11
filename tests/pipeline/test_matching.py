"""Lists and explanations through the whole pipeline, with the law's own verdicts."""

from __future__ import annotations

import json
from datetime import date

import pytest

from matcher.domain.filters import Filter
from matcher.domain.kinds import Kind
from matcher.domain.match import Tone
from matcher.pipeline import matching
from matcher.pipeline.lists.people import rank_for_vacancy
from matcher.pipeline.privacy.plain import plain_people
from matcher.policy.engine.kleene import MET
from matcher.ranking.registry import ranker_named
from tests.pipeline.people import NANTONG, ON, office

RULES = ranker_named("rules")
POST = {
    "vacancy_id": "V1",
    "title": "社区保洁员",
    "area_code": NANTONG,
    "public_welfare": True,
    "headcount": 2,
    "wage_min": 2600,
    "wage_max": 2600,
}
OUT_OF_EVERY_GROUP = {
    "zef_member": False,
    "recognised_hard_to_employ": False,
    "registered_unemployed": False,
    "disabled": False,
    "in_hardship": False,
    "special_difficulty_recognised": False,
}


def person(name: str, **facts: object) -> dict[str, object]:
    """A jobseeker of forty with these policy facts."""
    return {
        "person_id": name,
        "sex": "male",
        "birth_date": "1986-05-01",
        "area_code": NANTONG,
        "facts": json.dumps(facts) if facts else None,
    }


def test_a_refusal_for_a_public_welfare_post_rests_on_who_may_take_it() -> None:
    snapshot = office({Kind.PERSONS: [person("P1", **OUT_OF_EVERY_GROUP)], Kind.VACANCIES: [POST]})
    told = matching.explain(snapshot, RULES, "P1", "V1")
    (refused,) = told.obstacles
    assert refused.filter is Filter.WELFARE_POLICY
    assert not told.proposable
    assert not [each for each in told.reasons if each.tone is Tone.PRIORITY]
    decided = snapshot.entitlement.may_take_verdict(0, 0)
    assert decided is not None
    sources = {citation.document for citation in decided.citations}
    assert refused.because.citation is not None
    assert refused.because.citation.document in sources


def test_what_is_to_ask_for_a_post_is_what_the_law_would_ask() -> None:
    snapshot = office({Kind.PERSONS: [person("P1")], Kind.VACANCIES: [POST]})
    told = matching.explain(snapshot, RULES, "P1", "V1")
    decided = snapshot.entitlement.may_take_verdict(0, 0)
    assert decided is not None
    assert told.proposable
    asked = [each for each in told.ask if each.code == "ask_policy"]
    assert [each.facts["facts"] for each in asked] == [decided.ask_for]


def test_a_member_goes_before_a_better_score() -> None:
    rows = [person("P1", zef_member=False), person("P2", zef_member=True)]
    rows[0] |= {"occupations_wanted": "保洁员", "skills": "日常保洁"}
    snapshot = office({Kind.PERSONS: rows, Kind.VACANCIES: [POST]})
    ranked = rank_for_vacancy(snapshot, RULES, "V1", top=5)
    ids = snapshot.market.jobseekers.ids[ranked.person_at].tolist()
    assert ids == ["P2", "P1"]
    assert ranked.score[0] < ranked.score[1]


def test_the_older_go_before_the_score_where_the_law_of_the_post_says_so() -> None:
    rows = [person(f"P{at}", zef_member=True, in_hardship=True) for at in range(3)]
    rows[0] |= {"occupations_wanted": "保洁员", "skills": "日常保洁"}
    rows[2] |= {"birth_date": "1959-05-01"}
    rows = [row | {"birth_date": row["birth_date"].replace("1986", "1970")} for row in rows]  # type: ignore[attr-defined] # a text
    post = POST | {"area_code": "510104", "posted_on": "2007-08-01"}
    snapshot = office({Kind.PERSONS: rows, Kind.VACANCIES: [post]}, on=date(2007, 9, 1))
    assert not snapshot.entitlement.score_first(0)
    ranked = rank_for_vacancy(snapshot, RULES, "V1", top=3)
    ids = snapshot.market.jobseekers.ids[ranked.person_at].tolist()
    assert ids[0] == "P2"
    assert ids[1] == "P0"


def test_equal_people_stand_in_the_published_order_of_ties() -> None:
    since = ("2026-05-01", None, "2025-01-01", "2026-02-01")
    rows: list[dict[str, object]] = [
        person(f"P{at}", zef_member=True) | {"unemployed_since": day}
        for at, day in enumerate(since)
    ]
    snapshot = office({Kind.PERSONS: rows, Kind.VACANCIES: [POST]})
    ranked = rank_for_vacancy(snapshot, RULES, "V1", top=4)
    ids = snapshot.market.jobseekers.ids[ranked.person_at].tolist()
    assert ids == ["P2", "P3", "P0", "P1"]
    assert snapshot.entitlement.tie_ranks.tolist() == [333, 0, 1000, 666]


def test_a_pair_acted_upon_is_left_out_and_others_take_its_place() -> None:
    posts = [POST | {"vacancy_id": f"V{at}", "public_welfare": False} for at in range(4)]
    acted = {
        "person_id": "P1",
        "vacancy_id": "V2",
        "stage": "refused_by_person",
        "on": "2026-10-01",
    }
    snapshot = office({Kind.PERSONS: [person("P1")], Kind.VACANCIES: posts, Kind.OUTCOMES: [acted]})
    alone = snapshot.person_at("P1")
    shown = matching.rank_for_persons(snapshot, RULES, top=9, persons=alone)
    everything = matching.rank_for_persons(
        snapshot, RULES, top=9, persons=alone, include_known=True
    )
    assert set(snapshot.market.vacancies.ids[shown.vacancy_at]) == {"V0", "V1", "V3"}
    assert len(everything.vacancy_at) == 4


def test_an_explanation_says_that_a_pair_is_on_record() -> None:
    acted = {"person_id": "P1", "vacancy_id": "V1", "stage": "referred", "on": "2026-10-01"}
    post = POST | {"public_welfare": False}
    records = {Kind.PERSONS: [person("P1")], Kind.VACANCIES: [post], Kind.OUTCOMES: [acted]}
    told = matching.explain(office(records), RULES, "P1", "V1")
    assert "这一对已有记录：已推荐，推荐列表不再列出" in [each.zh for each in told.reasons]


def test_a_marked_posting_is_shown_with_its_mark() -> None:
    post = POST | {"public_welfare": False, "warnings": "no_pay;sex_limit"}
    told = matching.explain(
        office({Kind.PERSONS: [person("P1")], Kind.VACANCIES: [post]}), RULES, "P1", "V1"
    )
    (marked,) = [each for each in told.reasons if each.code == "posting_marked"]
    assert marked.facts["marks"] == ("no_pay", "sex_limit")
    assert "、" in marked.zh


def test_a_question_about_a_past_day_does_not_know_what_came_later() -> None:
    later = {"person_id": "P1", "vacancy_id": "V1", "stage": "applied", "on": "2026-11-20"}
    posts = [POST | {"public_welfare": False}]
    records = {Kind.PERSONS: [person("P1")], Kind.VACANCIES: posts, Kind.OUTCOMES: [later]}
    then, after = office(records), office(records, on=ON.replace(day=30))
    alone = then.person_at("P1")
    assert len(matching.rank_for_persons(then, RULES, top=5, persons=alone).vacancy_at) == 1
    assert len(matching.rank_for_persons(after, RULES, top=5, persons=alone).vacancy_at) == 0


def test_an_office_without_records_serves_nobody() -> None:
    snapshot = office({})
    assert matching.match_all(snapshot, RULES, top=5).empty


@pytest.mark.parametrize(
    ("on", "may_work"),
    [
        pytest.param(date(2024, 12, 30), True, id="the day before"),
        pytest.param(date(2024, 12, 31), False, id="the day itself"),
    ],
)
def test_screening_and_policy_retire_a_man_on_the_same_day(on: date, may_work: bool) -> None:
    man = person("P1") | {"birth_date": "1964-12-31"}
    snapshot = office({Kind.PERSONS: [man], Kind.VACANCIES: [POST]}, on=on)
    told = matching.explain(snapshot, RULES, "P1", "V1")
    failed = {each.filter for each in told.obstacles}
    assert (Filter.PAST_RETIREMENT not in failed) is may_work
    of_age = snapshot.entitlement.facts.truth("of_working_age")
    assert bool(of_age[0] == MET) is may_work


def test_who_wants_no_list_from_the_profile_neither_gains_nor_loses_a_place_by_it() -> None:
    rows = [person(f"P{at}", zef_member=True) for at in range(5)]
    for at in (0, 1):
        rows[at] |= {"occupations_wanted": "保洁员", "skills": "日常保洁"}
    lists = []
    for profile in ({}, {"occupations_wanted": "保洁员", "skills": "日常保洁"}):
        rows[2] |= profile
        snapshot = office({Kind.PERSONS: rows, Kind.VACANCIES: [POST]})
        plain = plain_people(snapshot, ["P2", "gone"])
        ranked = rank_for_vacancy(snapshot, RULES, "V1", top=5, plain=plain)
        matches = matching.explained_matches(snapshot, RULES, ranked)
        lists.append([(each.person_id, each.score) for each in matches])
        alone = next(each for each in matches if each.person_id == "P2")
        assert (alone.score, alone.reasons) == (None, ())
        assert alone.found_by == ("not_personalised",)
    assert lists[0] == lists[1]
    assert [who for who, _ in lists[0]][:2] == ["P0", "P1"]
    assert {who for who, _ in lists[0]} == {row["person_id"] for row in rows}


def test_law_goes_before_everything_for_them_too() -> None:
    rows = [person("P1", zef_member=False), person("P2", zef_member=True)]
    rows[0] |= {"occupations_wanted": "保洁员", "skills": "日常保洁"}
    snapshot = office({Kind.PERSONS: rows, Kind.VACANCIES: [POST]})
    ranked = rank_for_vacancy(
        snapshot, RULES, "V1", top=5, plain=plain_people(snapshot, ["P1", "P2"])
    )
    assert snapshot.market.jobseekers.ids[ranked.person_at].tolist() == ["P2", "P1"]
