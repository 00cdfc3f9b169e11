"""What is clear of people, by the profile of their place, one or many at once."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from matcher.casework.register.completeness import completeness
from matcher.casework.register.profiles import clear_profiles_in
from matcher.domain.kinds import Kind
from matcher.errors import UnknownPlace
from matcher.policy.catalogue import fact_catalogue
from matcher.reference.columns import columns
from matcher.reference.paths import path
from tests.factories import make_frame

ON = date(2026, 11, 2)
HOMES = make_frame(
    Kind.HOUSEHOLDS,
    [
        {"household_id": "H1", "members_complete": True, "per_capita_income": 500.0},
        {"household_id": "H2", "members_complete": False, "business_income": False}
        | {"investment_income": False, "per_capita_income": 500.0},
    ],
)
PEOPLE = make_frame(
    Kind.PERSONS,
    [
        {"person_id": "P1", "area_code": "320602", "household_id": "H1", "skills": "保洁"}
        | {"facts": '{"pension_paid": false}'},
        {"person_id": "P2", "area_code": "610902", "household_id": "H2", "wants_to_work": False},
        {"person_id": "P3", "area_code": "310105001", "group_tags": "youth_2030"},
        {"person_id": "P4", "area_code": "310105001"},
        {"person_id": "P5"},
    ],
)


def test_each_place_asks_for_its_own_items() -> None:
    found = completeness(PEOPLE, HOMES, ON)
    rules = [found.of(row)[0] for row in range(5)]
    assert [each.rule if each else None for each in rules] == [
        "nt-six-clear-profile",
        "ak-four-clear-profile",
        "hy-three-clear-youth",
        None,
        None,
    ]
    assert found.asked.tolist() == [6, 4, 3, 0, 0]
    assert found.clear.tolist() == [3, 2, 0, 0, 0]
    assert np.isnan(found.share[3:]).all()


def test_a_no_is_clear_and_what_was_not_asked_is_not() -> None:
    _, missing = completeness(PEOPLE, HOMES, ON).of(0)
    assert "insurance_status" not in [each.name for each in missing]
    _, missing = completeness(PEOPLE, HOMES, ON).of(1)
    assert [each.name for each in missing] == ["unemployment", "personal_skills"]


def test_facts_that_only_casework_keeps_fill_their_items() -> None:
    own = pd.DataFrame({"person_id": ["P1"], "name": ["unemployment_reason"]})
    found = completeness(PEOPLE, HOMES, ON, own=own, place="cn/anhui/bengbu/xinfeng")
    _, missing = found.of(0)
    assert "unemployment_reason" not in [each.name for each in missing]
    _, missing = found.of(1)
    assert "unemployment_reason" in [each.name for each in missing]


def test_one_alone_is_as_clear_as_among_many() -> None:
    many = pd.concat([PEOPLE] * 40, ignore_index=True)
    together = completeness(many, HOMES, ON)
    for row in range(len(PEOPLE)):
        alone = completeness(PEOPLE.iloc[[row]].reset_index(drop=True), HOMES, ON)
        assert alone.of(0) == together.of(row + len(PEOPLE))


def test_nobody_and_nothing_known() -> None:
    nobody = completeness(PEOPLE.iloc[:0], HOMES.iloc[:0], ON)
    assert nobody.clear.tolist() == []
    bare = pd.DataFrame({"person_id": ["P1"], "area_code": ["610902"]})
    assert completeness(bare, HOMES.iloc[:0], ON).clear.tolist() == [0]


def test_practice_of_a_place_is_not_its_neighbours() -> None:
    assert [each.rule for each in clear_profiles_in("cn/jiangsu/changzhou/jubo", ON)] == [
        "js-four-clear-profile"
    ]
    assert clear_profiles_in("cn/hebei", ON) == ()
    with pytest.raises(UnknownPlace):
        clear_profiles_in("cn/nowhere", ON)


def test_every_item_looks_at_columns_that_there_are() -> None:
    table = pd.read_csv(path("casework", "register", "clear_items.csv"))
    known = {f"persons.{each.name}" for each in columns(Kind.PERSONS)}
    known |= {f"households.{each.name}" for each in columns(Kind.HOUSEHOLDS)}
    known |= {f"facts.{name}" for name in fact_catalogue()}
    own = pd.read_csv(path("casework", "register", "own_facts.csv"))
    known |= {f"own.{name}" for name in own["name"]}
    for cell in table["filled_by"]:
        names = cell.replace("&", "|").replace("=yes", "").split("|")
        assert set(names) <= known


def test_every_profile_cites_a_rule_of_the_coverage_ledger_and_its_place() -> None:
    profiles = pd.read_csv(path("casework", "register", "clear_profiles.csv"))
    rules = pd.read_csv(path("policy", "rules.csv")).set_index("rule")["place"]
    assert rules[profiles["rule"]].tolist() == profiles["place"].tolist()
