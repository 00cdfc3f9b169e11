"""What turns a decision: held against plain facts, exhaustively, and against every single day."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.decision import Outcome
from matcher.errors import UnknownDecision
from matcher.policy.catalogue import decision_catalogue, fact_catalogue, fact_kind
from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import OUTCOMES
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.policy.records import facts_from_records
from matcher.policy.turning.actions import Change, action_table, toward
from matcher.policy.turning.days import of_one_law, on_later_days, turning_days
from matcher.policy.turning.search import Turning, changes_for, redecided, turn
from matcher.policy.turning.text import Text
from tests.policy.people import random_given
from tests.policy.test_decisions import DECISIONS, PLACES

ON = date(2009, 9, 22)
Given = dict[str, Any]


def outcome_of(facts_given: Given, place: str, decision: str, on: date) -> Outcome:
    law = Law.on_day(place, on)
    return OUTCOMES[int(decide(law, decision, facts_from_given(facts_given, on=on)).outcome[0])]


def with_changes(facts_given: Given, changes: Sequence[Change]) -> Given:
    """The facts as someone would state them once the changes are made; no columns involved."""
    after = copy.deepcopy(facts_given)
    for change in changes:
        for each in change.action.sets:
            value: Any = {"yes": True, "no": False, "the_day": ON.isoformat()}.get(
                each.value, each.value
            )
            if change.member is not None:
                after["household"]["members"][change.member][each.fact] = value
            else:
                after.setdefault(fact_kind(each.fact).subject, {})[each.fact] = value
    return after


LUCKY = {
    **{"of_working_age": True, "able_to_work": True, "employed": False, "laid_off": True},
    **{"shanxi_urban_registration": True, "former_employer_ownership": "state_owned"},
}
"""What nobody can do anything about; where it stands well, more depends on what they can."""


def cases(seed: int, count: int) -> Iterator[tuple[Given, str, str]]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        facts_given = random_given(rng, float(rng.choice([0.6, 0.9, 1.0])))
        for person in (facts_given["person"], *facts_given["household"].get("members", ())):
            person.update(LUCKY if rng.random() < 0.7 else {})
        yield facts_given, str(rng.choice(PLACES)), str(rng.choice(DECISIONS))


def turning_of(facts_given: Given, place: str, decision: str) -> Turning:
    return turn(Law.on_day(place, ON), decision, facts_from_given(facts_given, on=ON))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_changes_turn_it_and_no_smaller_set_of_changes_does(seed: int) -> None:
    for facts_given, place, decision in cases(seed, 3):
        found = turning_of(facts_given, place, decision)
        if found.outcome is found.toward or found.changes_hold_from not in (None, ON):
            continue
        facts = facts_from_given(facts_given, on=ON)
        law = Law.on_day(place, ON)
        smaller = len(found.changes) if found.changes else 3
        for each in (found.changes, *found.others) if found.changes else ():
            assert outcome_of(with_changes(facts_given, each), place, decision, ON) is found.toward
            assert redecided(law, decision, facts, each) is found.toward
        every = changes_for(law, decision, facts)
        for size in range(smaller):
            for few in combinations(every, size):
                after = with_changes(facts_given, few)
                assert outcome_of(after, place, decision, ON) is not found.toward


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_day_is_the_first_of_all_days(seed: int) -> None:
    for facts_given, place, decision in cases(seed, 2):
        found = turning_of(facts_given, place, decision)
        goal = found.toward
        if found.outcome is goal:
            goal = {Outcome.MET: Outcome.NOT_MET, Outcome.NOT_MET: Outcome.MET}[goal]
        last = found.date or date(ON.year + 10, ON.month, ON.day)
        step = 1 if found.date is not None else 29
        days = [ON + timedelta(days=at) for at in range(1, (last - ON).days, step)]
        assert all(outcome_of(facts_given, place, decision, day) is not goal for day in days)
        if found.date is not None:
            assert outcome_of(facts_given, place, decision, found.date) is goal


@pytest.mark.parametrize(
    ("person", "place", "decision", "day"),
    [
        pytest.param(
            {
                **{"sex": "female", "birth_date": "1972-02-29", "employed": False},
                **{"former_employer_ownership": "state_owned"},
            },
            *("cn/shanxi", "older_worker_4050", date(2012, 2, 29)),
            id="a fortieth birthday on the 29th of February",
        ),
        pytest.param(
            {
                **{"sex": "female", "birth_date": "1970-02-28", "employed": False},
                **{"former_employer_ownership": "collective"},
            },
            *("cn/shanxi", "older_worker_4050", date(2010, 2, 28)),
            id="a fortieth birthday",
        ),
        pytest.param(
            {
                **{"shanxi_urban_registration": True, "of_working_age": True},
                **{"able_to_work": True, "wants_to_work": True, "registered_unemployed": True},
                **{"dibao_recipient": True, "unemployed_since": "2009-01-31"},
            },
            *("cn/shanxi", "hard_to_employ", date(2010, 1, 31)),
            id="twelve months without work",
        ),
    ],
)
def test_a_day_that_comes_by_itself(person: Given, place: str, decision: str, day: date) -> None:
    found = turning_of({"person": person}, place, decision)
    assert found.date == day
    assert day.isoformat() in found.zh
    assert day.isoformat() in found.en
    before = outcome_of({"person": person}, place, decision, day - timedelta(days=1))
    assert before is not Outcome.MET
    assert outcome_of({"person": person}, place, decision, day) is Outcome.MET


def test_a_change_and_time_together() -> None:
    person = {
        **{"sex": "male", "shanxi_urban_registration": True, "of_working_age": True},
        **{"able_to_work": True, "wants_to_work": True, "registered_unemployed": False},
        **{"zef_member": False, "recognised_hard_to_employ": False, "city_added_group": False},
        **{"dibao_recipient": True, "unemployed_since": "2009-01-31", "employed": False},
        **{"former_employer_ownership": "private", "older_worker_4050_recognised": False},
    }
    household = {"household_kind": "rural"}
    found = turning_of({"person": person, "household": household}, "cn/shanxi", "hard_to_employ")
    assert [change.action.fact for change in found.changes] == ["registered_unemployed"]
    assert found.changes_hold_from == date(2010, 1, 31)
    assert found.zh == "如何改变：办理失业登记，自2010-01-31起符合"
    assert found.date is None


def test_a_recognition_that_would_be_refused_is_no_advice() -> None:
    person = {
        **{"shanxi_urban_registration": False, "recognised_hard_to_employ": False},
        **{"zef_member": False},
    }
    vacancy = {"is_public_welfare": True}
    facts = facts_from_given({"person": person, "vacancy": vacancy}, on=ON)
    law = Law.on_day("cn/shanxi", ON)
    offered = changes_for(law, "public_welfare_post_tier", facts)
    assert "recognised_hard_to_employ" not in {change.action.fact for change in offered}


def test_what_nobody_can_change_is_said_so() -> None:
    person = {"sex": "male", "birth_date": "1990-01-01", "former_employer_ownership": "private"}
    found = turning_of({"person": person | {"employed": True}}, "cn/shanxi", "older_worker_4050")
    assert found.changes == ()
    assert found.date is None
    assert found.en == "no lawful change and no day within 10 years turns it"
    assert "没有可行的改变" in found.zh


def test_what_then_depends_on_facts_not_asked_is_said() -> None:
    person = {"wants_to_work": False, "registered_unemployed": True, "zef_member": True}
    facts_given = {"person": person | {"able_to_work": True, "of_working_age": True}}
    found = turning_of(facts_given, "cn/shanxi", "hard_to_employ")
    assert (found.outcome, found.changes) == (Outcome.NOT_MET, ())
    assert [change.action.fact for change in found.opens] == ["wants_to_work"]
    assert found.then_ask == ("shanxi_urban_registration",)
    assert "之后取决于尚未询问的事实：山西省城市户口" in found.zh
    opened = with_changes(facts_given, found.opens)
    assert outcome_of(opened, "cn/shanxi", "hard_to_employ", ON) is Outcome.UNKNOWN
    asked = turning_of(opened, "cn/shanxi", "hard_to_employ")
    assert asked.en == "it depends on facts not asked: shanxi_urban_registration"


def test_the_end_of_what_is_met_is_told() -> None:
    born = {"person_id": ["P1"], "birth_date": ["1954-06-30"], "sex": ["male"]}
    frame = pd.DataFrame(born | {"facts": ['{"shanxi_urban_registration":true,"zef_member":true}']})
    for name in ("able_to_work", "wants_to_work"):
        frame[name] = pd.array([True], dtype="boolean")
    frame["unemployment_registered_on"] = "2009-01-05"
    frame["employment_state"] = "unemployed"
    facts = facts_from_records(frame, None, ON).persons
    found = turn(Law.on_day("cn/shanxi", ON), "hard_to_employ", facts)
    assert found.outcome is Outcome.MET
    assert found.date == date(2014, 6, 30)
    assert "将自2014-06-30起不符合" in found.zh


def people_and_homes() -> tuple[pd.DataFrame, pd.DataFrame]:
    births = ["1954-06-30", "1972-02-29", "1998-12-31", None, "1970-01-01"]
    persons = pd.DataFrame(
        {
            "person_id": [f"P{at}" for at in range(5)],
            "household_id": ["H1", "H1", "H1", "H2", "H2"],
            "birth_date": births,
            "sex": ["male", "female", "female", "male", None],
            "unemployment_registered_on": ["2009-01-05", "2010-03-01", None, None, None],
            "facts": [None, '{"retirement_category":"woman_50"}', None, '{"age":47}', None],
        }
    )
    homes = pd.DataFrame(
        {
            "household_id": ["H1", "H2"],
            "state": ["certified", None],
            "household_kind": ["urban"] * 2,
        }
    )
    homes["members_complete"] = pd.array([True, True], dtype="boolean")
    return persons, homes


@pytest.mark.parametrize("on", [date(2010, 3, 1), date(2014, 12, 31), date(2026, 11, 22)])
def test_facts_of_a_later_day_are_those_of_the_records_on_that_day(on: date) -> None:
    persons, homes = people_and_homes()
    born = persons["birth_date"].notna().to_numpy()
    people = facts_from_records(persons, homes, ON).persons
    later = on_later_days(people, [on] * people.n)
    then = facts_from_records(persons, homes, on).persons
    assert later.on == on
    for name in ("age", "registered_unemployed", "of_working_age", "retirement_date", "zef_member"):
        for row in map(int, np.flatnonzero(born)):
            assert later.value(name, row) == then.value(name, row), (name, row)
    recorded = facts_from_records(persons, homes, ON).households
    household = on_later_days(recorded, [on] * recorded.n)
    members = household.groups["members"].facts
    known = [int(row) for row in np.flatnonzero(born)]
    ages = [then.value("age", row) for row in known]
    assert [members.value("age", row) for row in known] == ages


def test_days_of_one_law_are_decided_together_as_each_by_itself() -> None:
    persons, homes = people_and_homes()
    facts, tried = facts_from_records(persons, homes, ON), 0
    for place, decision, rows in (
        ("cn/jiangsu", "zero_employment_household", facts.households),
        ("cn/jiangsu", "older_worker_4050", facts.persons),
        ("cn/jiangsu/nantong", "hard_to_employ", facts.persons),
    ):
        law = Law.on_day(place, ON)
        text = Text().read(law, decision)
        one = rows.take(np.array([0]))
        days = turning_days(one, text, years=20)
        together = [
            outcome
            for some in of_one_law(days, text)
            for outcome in decided_on(law, decision, one, some)
        ]
        assert together == [decided_on(law, decision, one, [day])[0] for day in days]
        tried += len(days)
    assert tried > 100


def decided_on(law: Law, decision: str, one: Facts, days: Sequence[date]) -> list[int]:
    facts = on_later_days(one.take(np.zeros(len(days), np.int64)), days)
    outcome = decide(Law.on_day(law.place, days[0]), decision, facts).outcome
    return [int(truth) for truth in np.broadcast_to(outcome, (len(days),))]


def test_a_stated_age_becomes_a_range_of_ages() -> None:
    facts = facts_from_given({"person": {"age": 47}}, on=ON)
    later = on_later_days(facts, [date(2012, 9, 22)]).interval("age")
    assert (later.low[0], later.high[0]) == (50, 50)
    between = on_later_days(facts, [date(2012, 3, 1)]).interval("age")
    assert (between.low[0], between.high[0]) == (49, 50)


def test_a_member_of_the_household_can_be_asked_to_act() -> None:
    member = {"of_working_age": True, "able_to_work": True, "employed": False}
    household = {
        **{"household_kind": "urban", "business_income": False, "investment_income": False},
        **{"members": [dict(member, wants_to_work=False), dict(member, of_working_age=False)]},
    }
    found = turning_of({"household": household}, "cn/jiangsu", "zero_employment_household")
    (change,) = found.changes
    assert (change.member, change.action.fact) == (0, "wants_to_work")
    assert "第1位成员" in found.zh


def test_the_table_of_actions_names_facts_and_nothing_nobody_should_change() -> None:
    never = {"sex", "age", "birth_date", "disabled", "health_state", "employed", "members"}
    never |= {"shanxi_urban_registration", "household_kind", "single_parent_family", "laid_off"}
    assert not never & set(action_table())
    for action in action_table().values():
        assert action.who in {"person", "household", "employer", "office"}
        assert action.zh
        assert action.en
        assert action.requires is None or action.requires in decision_catalogue()
        for each in (*action.sets, *(one.given for one in action.only_while)):
            kind = fact_catalogue()[each.fact]
            allowed = {"bool": ("yes", "no"), "date": ("the_day",), "enum": kind.values}[kind.type]
            assert each.value in allowed


def test_what_ends_aid_is_wanted_not_met() -> None:
    assert toward("status_loss") is Outcome.NOT_MET
    assert toward("hard_to_employ") is Outcome.MET


def test_an_unknown_decision_is_refused() -> None:
    with pytest.raises(UnknownDecision):
        turning_of({}, "cn", "luck")


def test_a_list_that_was_not_asked_is_named_in_both_languages() -> None:
    given_facts = {"person": {"registered_unemployed": True}, "household": {"on_dibao": False}}
    found = turning_of(given_facts, "cn/sichuan/nanchong", "status_loss")
    assert "refusals" in found.then_ask
    assert "推荐工作的记录与本人答复" in found.zh
