"""Stated facts as columns: what is derived, what is asked for, what is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from matcher.errors import UnknownCode, WrongUse
from matcher.policy.catalogue import GROUPS, fact_catalogue
from matcher.policy.engine.days import day_number
from matcher.policy.facts import facts_from_given, facts_from_many

ON = date(2008, 7, 1)


def test_an_absent_fact_is_unknown_and_never_no() -> None:
    facts = facts_from_given({"person": {}}, on=ON)
    assert facts.value("employed", 0) is None
    assert facts.truth("employed").tolist() == [1]


def test_a_stated_age_wins_over_the_date_of_birth_and_says_so() -> None:
    given = [
        {"person": {"birth_date": "1968-07-01"}},
        {"person": {"birth_date": "1968-07-01", "age": 39}},
    ]
    facts = facts_from_many(given, on=ON)
    assert [facts.value("age", row) for row in range(2)] == [40, 39]
    assert facts.derived_from["age"].rows.tolist() == [True, False]


def test_an_age_alone_holds_the_date_of_birth_within_a_year() -> None:
    bounds = facts_from_given({"person": {"age": 40}}, on=ON).interval("birth_date")
    assert bounds.low[0] == day_number(date(1967, 7, 2))
    assert bounds.high[0] == day_number(date(1968, 7, 1))


def test_an_unknown_amount_is_not_below_nought() -> None:
    facts = facts_from_given({"household": {}}, on=ON)
    assert facts.interval("per_capita_income_yuan_month").low[0] == 0.0
    assert facts.interval("discovered_on").low[0] == -np.inf


def test_members_follow_the_household_that_was_recognised() -> None:
    given = {
        "household": {"recognised_zero_employment": True, "members": [{}, {"zef_member": False}]}
    }
    members = facts_from_given(given, on=ON).groups["members"].facts
    assert [members.value("zef_member", row) for row in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("stated", "member", "expected"),
    [(None, False, False), (None, True, True), (True, False, True), (None, None, None)],
)
def test_a_household_is_recognised_when_the_person_asked_about_is_its_member(
    stated: bool | None, member: bool | None, expected: bool | None
) -> None:
    given = {
        "person": {"zef_member": member},
        "household": {"recognised_zero_employment": stated, "members": [{"zef_member": True}]},
    }
    facts = facts_from_given(given, on=ON)
    assert facts.value("recognised_zero_employment", 0) is expected


@pytest.mark.parametrize(
    ("registered_on", "expected"), [("2008-07-01", True), ("2008-07-02", None), (None, None)]
)
def test_registration_follows_from_its_day_once_it_has_come(
    registered_on: str | None, expected: bool | None
) -> None:
    facts = facts_from_given({"person": {"unemployment_registered_on": registered_on}}, on=ON)
    assert facts.value("registered_unemployed", 0) is expected


def test_an_empty_list_was_asked_and_an_absent_one_was_not() -> None:
    facts = facts_from_many([{"household": {"members": []}}, {"household": {}}], on=ON)
    assert facts.groups["members"].complete.tolist() == [True, False]


def test_lists_of_values_keep_asked_and_none_apart_from_not_asked() -> None:
    given = [
        {"case": {"benefits_already_received": ["loan"]}},
        {"case": {"benefits_already_received": []}},
        {"case": {}},
    ]
    facts = facts_from_many(given, on=ON)
    shown = [facts.value("benefits_already_received", row) for row in range(3)]
    assert shown == [["loan"], [], None]


def test_the_age_is_asked_for_by_the_date_of_birth() -> None:
    assert facts_from_given({"person": {}}, on=ON).ask_for("age", 0) == ("birth_date",)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param({"people": {}}, "'people' is not in the table 'subjects'", id="subject"),
        pytest.param({"person": {"emplyed": True}}, "Nearest: employed", id="fact"),
        pytest.param({"person": {"sex": "f"}}, "values of sex", id="value"),
    ],
)
def test_a_name_that_is_not_in_the_catalogue_is_refused(given: dict, told: str) -> None:
    with pytest.raises(UnknownCode, match=told):
        facts_from_given(given, on=ON)


@pytest.mark.parametrize(
    "fact",
    [{"employed": "yes"}, {"age": "40"}, {"age": True}, {"birth_date": "1.7.1968"}],
    ids=str,
)
def test_a_value_of_another_type_is_refused(fact: dict) -> None:
    with pytest.raises(WrongUse, match=r"expected .*Correct the fact"):
        facts_from_given({"person": fact}, on=ON)


def test_the_catalogue_lists_every_fact_once_and_knows_where_records_give_it() -> None:
    facts = fact_catalogue()
    assert len(facts.keys() - {"refusals"}) == 175
    assert set(GROUPS) - {"refusals"} <= set(facts)
    assert facts["birth_date"].record == "persons"
    assert facts["local_minimum_wage_yuan_month"].record == "cases"
    assert facts["gave_up_wish_to_work"].record is None
