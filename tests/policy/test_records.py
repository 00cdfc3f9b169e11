"""Facts from stored records: conversions, derivations, and that a stated fact wins."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from matcher.domain.decision import Outcome
from matcher.domain.kinds import Kind
from matcher.errors import UnknownCode
from matcher.policy.catalogue import fact_catalogue
from matcher.policy.decisions import decide
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.policy.records import (
    RecordFacts,
    facts_from_records,
    minimum_working_age,
    welfare_post_classes,
)
from matcher.reference.columns import columns
from tests.factories import make_frame

ON = date(2026, 11, 22)


def facts(
    persons: list[dict[str, Any]], households: list[dict[str, Any]] | None = None
) -> RecordFacts:
    homes = None if households is None else make_frame(Kind.HOUSEHOLDS, households)
    return facts_from_records(make_frame(Kind.PERSONS, persons), homes, ON)


@pytest.mark.parametrize(
    ("record", "fact", "expected"),
    [
        ({"sex": "female"}, "sex", "female"),
        ({"birth_date": "1974-05-12"}, "birth_date", date(1974, 5, 12)),
        ({"birth_date": "1974-05-12"}, "age", 52),
        ({}, "age", None),
        ({"employment_state": "flexible"}, "employed", True),
        ({"employment_state": "student"}, "employed", False),
        ({}, "employed", None),
        ({"unemployment_registered_on": "2026-01-01"}, "registered_unemployed", True),
        ({}, "registered_unemployed", None),
        ({"group_tags": "军烈属;就业困难人员"}, "recognised_hard_to_employ", True),
        ({"group_tags": "军烈属"}, "recognised_hard_to_employ", None),
        ({"education": "secondary_vocational"}, "education", "senior_middle"),
        ({"training_wishes": "养老护理员"}, "training_wish", True),
        ({"disability": True}, "disabled", True),
        (
            {"hukou_kind": "urban", "registered_area_code": "140105"},
            "shanxi_urban_registration",
            True,
        ),
        ({"hukou_kind": "rural"}, "shanxi_urban_registration", False),
        ({"registered_area_code": "320602"}, "shanxi_urban_registration", False),
        ({"hukou_kind": "urban"}, "shanxi_urban_registration", None),
    ],
)
def test_a_record_gives_the_fact(record: dict[str, Any], fact: str, expected: object) -> None:
    assert facts([record]).persons.value(fact, 0) == expected


@pytest.mark.parametrize(
    ("record", "expected", "asked"),
    [
        pytest.param({"birth_date": "2010-11-23", "sex": "male"}, False, (), id="not sixteen yet"),
        pytest.param({"birth_date": "2010-11-22", "sex": "male"}, True, (), id="sixteen today"),
        pytest.param({"birth_date": "2010-11-22"}, True, (), id="young: sex does not matter"),
        pytest.param({"birth_date": "1950-01-01"}, False, (), id="past every date"),
        pytest.param({"birth_date": "1974-05-12", "sex": "male"}, True, (), id="a man of 52"),
        pytest.param(
            {"birth_date": "1974-05-12", "sex": "female"},
            None,
            ("retirement_category",),
            id="a woman of 52",
        ),
        pytest.param(
            {
                "birth_date": "1974-05-12",
                "sex": "female",
                "facts": '{"retirement_category": "woman_55"}',
            },
            True,
            (),
            id="a woman of 52 whose category is stated",
        ),
        pytest.param({"sex": "male"}, None, ("birth_date",), id="no date of birth"),
        pytest.param(
            {"birth_date": "1950-01-01", "facts": '{"of_working_age": true}'}, True, (), id="stated"
        ),
    ],
)
def test_working_age_follows_from_birth_sex_and_the_schedule_of_the_day(
    record: dict[str, Any], expected: bool | None, asked: tuple[str, ...]
) -> None:
    people = facts([record]).persons
    assert people.value("of_working_age", 0) is expected
    if expected is None:
        assert people.ask_for("of_working_age", 0)[: len(asked)] == asked


def test_the_age_from_which_work_is_lawful_is_cited_and_dated() -> None:
    assert minimum_working_age(date(2002, 12, 1)) == 16
    assert minimum_working_age(date(2002, 11, 30)) is None


def test_a_stated_fact_wins_and_is_not_told_as_derived() -> None:
    people = facts(
        [
            {"employment_state": "employed", "facts": json.dumps({"employed": False})},
            {"employment_state": "employed"},
        ]
    ).persons
    assert [people.value("employed", row) for row in range(2)] == [False, True]
    assert people.derived_from["employed"].rows.tolist() == [False, True]
    assert people.derived_from["employed"].source == "persons.employment_state"


def test_an_unknown_stated_fact_is_refused() -> None:
    with pytest.raises(UnknownCode, match="emplyed"):
        facts([{"facts": '{"emplyed": true}'}])


HOME = {"household_kind": "urban", "members_complete": True, "business_income": False}
ADULT = {
    "household_id": "households-0",
    "birth_date": "1984-05-12",
    "sex": "male",
    "able_to_work": True,
    "wants_to_work": True,
    "employment_state": "unemployed",
}


@pytest.mark.parametrize(
    ("household", "others", "outcome", "asked"),
    [
        pytest.param({}, [{}], "met", (), id="both out of work"),
        pytest.param({}, [{"employment_state": "employed"}], "not_met", (), id="one in work"),
        pytest.param(
            {"members_complete": None}, [], "unknown", ("members",), id="perhaps more members"
        ),
        pytest.param(
            {"members_complete": False},
            [{"employment_state": "flexible"}],
            "not_met",
            (),
            id="one in work is enough",
        ),
        pytest.param({}, [{"wants_to_work": None}], "met", (), id="a wish that cannot change it"),
        pytest.param(
            {}, [{"employment_state": None}], "unknown", ("employed",), id="work not asked"
        ),
        pytest.param(
            {"household_kind": None}, [], "unknown", ("household_kind",), id="kind not asked"
        ),
    ],
)
def test_households_are_decided_over_their_members(
    household: dict[str, Any], others: list[dict[str, Any]], outcome: str, asked: tuple[str, ...]
) -> None:
    people = [ADULT, {**ADULT, "household_id": "elsewhere", "employment_state": "employed"}]
    people += [{**ADULT, **other} for other in others]
    homes = facts(people, [{**HOME, **household}]).households
    decided = decide(Law.on_day("cn/jiangsu/nantong", ON), "zero_employment_household", homes)
    verdict = decided.verdict(0)
    assert (verdict.outcome.value, verdict.ask_for, verdict.set_by) == (
        outcome,
        asked,
        "cn/jiangsu",
    )


def test_a_person_is_a_member_when_the_household_is_certified_and_unknown_without_one() -> None:
    people = [{"household_id": f"households-{at}"} for at in range(3)] + [{}]
    found = facts(people, [{"state": "certified"}, {"state": "cleared"}, {}]).persons
    assert [found.value("zef_member", row) for row in range(4)] == [True, False, None, None]
    assert found.derived_from["zef_member"].source == "recognised_zero_employment"


def test_findings_show_only_the_facts_that_were_looked_at() -> None:
    homes = facts([ADULT, ADULT | {"group_tags": "归正人员"}], [HOME]).households
    law = Law.on_day("cn/jiangsu/nantong", ON)
    verdict = decide(law, "zero_employment_household", homes).verdict(0)
    shown = {name for finding in verdict.findings for name in finding.facts}
    assert shown == {"household_kind", "members"}
    looked_at = {name for one in verdict.findings[2].facts["members"] for name in one}
    assert looked_at == {"able_to_work", "employed", "of_working_age", "wants_to_work"}


def test_no_persons_and_no_households_are_no_rows() -> None:
    empty = facts([], [])
    assert (empty.persons.n, empty.households.n) == (0, 0)
    law = Law.on_day("cn/shanxi", ON, layer="source")
    for decision in ("older_worker_4050", "hard_to_employ"):
        assert len(decide(law, decision, empty.persons).outcome) == 0
    assert len(decide(law, "zero_employment_household", empty.households).outcome) == 0


def test_welfare_posts_are_decided_once_per_class_for_all_persons() -> None:
    posts = make_frame(
        Kind.VACANCIES,
        [
            {"title": "保洁", "public_welfare": True, "area_code": "320602001"},
            {"title": "保安", "area_code": "320602001"},
            {"title": "保绿", "public_welfare": True, "area_code": "230102"},
            {"title": "协管", "public_welfare": True, "area_code": "320602001"},
        ],
    )
    classes, at = welfare_post_classes(posts)
    assert at.tolist() == [at[0], -1, at[2], at[0]]
    assert [classes[at[row]].place for row in (0, 2)] == [
        "cn/jiangsu/nantong",
        "cn/heilongjiang/harbin",
    ]
    people = facts(
        [{"household_id": "households-0"}, {"group_tags": "就业困难人员"}, {}],
        [{"state": "certified"}],
    ).persons
    one = classes[at[0]]
    beside = people.beside(facts_from_given({"vacancy": one.given}, on=ON))
    decided = decide(Law.on_day(one.place, ON), "public_welfare_post_tier", beside)
    assert decided.tier.tolist() == [1, 1, 0]
    assert decided.tier.dtype == np.int8
    assert decided.set_by == ["cn/jiangsu"] * 3


def test_streets_under_one_law_are_one_class_of_posts() -> None:
    streets = ("320602001", "320602002", "320612", "320200", None)
    rows = [{"title": "保洁", "public_welfare": True, "area_code": code} for code in streets]
    classes, at = welfare_post_classes(make_frame(Kind.VACANCIES, rows))
    assert [classes[row].place for row in at] == ["cn/jiangsu/nantong"] * 3 + ["cn/jiangsu", "cn"]
    assert len(classes) == 3


def test_no_welfare_posts_are_no_classes() -> None:
    classes, at = welfare_post_classes(make_frame(Kind.VACANCIES, [{"title": "保安"}]))
    assert (classes, at.tolist()) == ([], [-1])


def test_every_record_column_of_the_table_exists() -> None:
    known = {(kind.value, column.name) for kind in Kind for column in columns(kind)}
    named = {(one.record, one.column) for one in fact_catalogue().values() if one.record}
    assert named <= known


def test_a_stated_retirement_date_says_nothing_of_an_age_not_asked() -> None:
    people = make_frame(Kind.PERSONS, [{"facts": '{"retirement_date": "2040-01-01"}'}])
    facts = facts_from_records(people, None, date(2026, 11, 2)).persons
    assert facts.truth("of_working_age").tolist() == [UNKNOWN]


@pytest.mark.parametrize(
    ("state", "registered"),
    [
        pytest.param("unemployed", MET, id="still unemployed"),
        pytest.param(None, MET, id="state not asked"),
        pytest.param("employed", NOT_MET, id="at work since"),
        pytest.param("retired", NOT_MET, id="retired since"),
    ],
)
def test_work_and_retirement_end_a_registration_as_unemployed(
    state: str | None, registered: int
) -> None:
    row = {"unemployment_registered_on": "2010-01-02", "employment_state": state}
    facts = facts_from_records(make_frame(Kind.PERSONS, [row]), None, date(2026, 11, 2)).persons
    assert facts.truth("registered_unemployed").tolist() == [registered]


def test_a_stated_registration_stands_beside_work() -> None:
    row = {"employment_state": "flexible", "facts": '{"registered_unemployed": true}'}
    facts = facts_from_records(make_frame(Kind.PERSONS, [row]), None, date(2026, 11, 2)).persons
    assert facts.truth("registered_unemployed").tolist() == [MET]


def test_a_retired_woman_is_no_4050_person() -> None:
    row = {
        "sex": "female",
        "birth_date": "1960-01-01",
        "employment_state": "retired",
        "facts": '{"holds_reemployment_certificate": true}',
    }
    on = date(2026, 11, 2)
    facts = facts_from_records(make_frame(Kind.PERSONS, [row]), None, on).persons
    verdict = decide(Law.on_day("cn/jiangsu", on), "older_worker_4050", facts).verdict(0)
    assert verdict.outcome is Outcome.NOT_MET


def test_what_one_person_states_of_the_household_leaves_the_others_theirs() -> None:
    stated = {"on_dibao": False, "homes_owned": 2, "income_items": ["interest_dividend"]}
    household = {"on_dibao": True, "homes_owned": 1, "income_items": []}
    people = [
        {"person_id": "A", "household_id": "H1", "facts": json.dumps(stated)},
        {"person_id": "B", "household_id": "H1"},
        {"person_id": "C", "household_id": "H2"},
    ]
    homes = [
        {"household_id": "H1", "facts": json.dumps(household)},
        {"household_id": "H2"},
    ]
    found = facts(people, homes).persons
    for name, mine in stated.items():
        told = [found.value(name, row) for row in range(found.n)]
        assert told == [mine, household[name], None]
