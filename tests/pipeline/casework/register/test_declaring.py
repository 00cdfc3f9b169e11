"""Facts carry who said them; only verified ones count, and only for their time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from matcher.casework.ledger.recording import data_of
from matcher.casework.ledger.replaying import differences
from matcher.casework.register.declaring import Declaration
from matcher.casework.register.merging import plain
from matcher.domain.kinds import Kind
from matcher.errors import IllegalMoves, NotFound, WrongUse
from matcher.pipeline.casework.register.declaring import declare, expire, verify, withdraw
from matcher.pipeline.casework.register.profile import completeness_of, profile_of
from matcher.store.store import Store
from tests.pipeline.casework.register.office import OFFICE, fill, hand

LATER = date(2027, 1, 1)


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        homes = [{"household_id": "H1", "area_code": "320602"}]
        people = [
            {"person_id": "P1", "household_id": "H1", "area_code": "320602", "dibao": True}
            | {"facts": '{"has_skill":true}'}
        ]
        fill(opened, {Kind.HOUSEHOLDS: homes, Kind.PERSONS: people})
        yield opened


def say(store: Store, name: str, word: str, kind: Kind = Kind.PERSONS, **more: Any) -> str:
    key = "P1" if kind is Kind.PERSONS else "H1"
    said = Declaration(kind, key, name, word, "本人", "户口簿", **more)
    return declare(store, hand(), said)


def row(store: Store) -> dict[str, Any]:
    people = store.persons(OFFICE, ["P1"], parts=("profile", "status"))
    return {str(name): value for name, value in people.iloc[0].items()}


def said_of(store: Store, name: str) -> Any:
    return plain(row(store)[name])


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        pytest.param("health", "体弱", "limited", id="code"),
        pytest.param("unemployed_since", "2025年3月1日", "2025-03-01", id="date"),
        pytest.param("wants_to_work", "有", True, id="bool"),
        pytest.param("skills", "保洁、护理", "保洁;护理", id="list"),
        pytest.param("wage_wanted", "2800", 2800, id="number"),
    ],
)
def test_a_verified_column_is_in_the_record(
    store: Store, name: str, word: str, expected: object
) -> None:
    say(store, name, word)
    assert said_of(store, name) != expected
    verify(store, hand(), Kind.PERSONS, "P1", name)
    assert said_of(store, name) == expected
    withdraw(store, hand(), Kind.PERSONS, "P1", name, reason="mistaken")
    assert said_of(store, name) is None


def test_a_fact_without_a_column_goes_beside_the_others(store: Store) -> None:
    say(store, "pension_paid", "是", valid_until=date(2026, 12, 31))
    verify(store, hand(), Kind.PERSONS, "P1", "pension_paid")
    assert row(store)["facts"] == '{"has_skill":true,"pension_paid":true}'
    assert expire(store, hand(date(2026, 12, 31))) == []
    assert expire(store, hand(LATER)) == ["F-persons-P1-pension_paid"]
    assert row(store)["facts"] == '{"has_skill":true}'
    assert expire(store, hand(LATER)) == []
    assert differences(store.states(OFFICE), store.events(OFFICE)).empty


def test_an_expired_fact_does_not_take_away_what_the_record_says_since(store: Store) -> None:
    say(store, "health", "健康", valid_until=date(2026, 12, 1))
    verify(store, hand(), Kind.PERSONS, "P1", "health")
    fill(store, {Kind.PERSONS: [{"person_id": "P1", "household_id": "H1", "health": "limited"}]})
    expire(store, hand(LATER))
    assert row(store)["health"] == "limited"


def test_what_only_casework_keeps_counts_until_its_day(store: Store) -> None:
    say(store, "unemployment_reason", "工厂关闭", valid_until=date(2026, 12, 1))
    verify(store, hand(), Kind.PERSONS, "P1", "unemployment_reason")
    place = "cn/anhui/bengbu/xinfeng"
    before = completeness_of(store, OFFICE, date(2026, 12, 1), place=place)
    after = completeness_of(store, OFFICE, LATER, ["P1"], place=place)
    assert (int(before.clear[0]), int(after.clear[0])) == (2, 1)


def test_households_declare_too(store: Store) -> None:
    say(store, "per_capita_income", "680", Kind.HOUSEHOLDS)
    verify(store, hand(), Kind.HOUSEHOLDS, "H1", "per_capita_income")
    assert store.households(OFFICE)["per_capita_income"].tolist() == [680.0]


def test_who_said_it_on_what_paper_and_when_is_kept(store: Store) -> None:
    say(store, "health", "健康", valid_until=date(2026, 12, 1))
    verify(store, hand(by="official-7"), Kind.PERSONS, "P1", "health", evidence="体检表")
    state = store.states(OFFICE)
    told = {name: data_of(state, name)[0] for name in ("declared_by", "evidence", "verified_by")}
    assert told == {"declared_by": "本人", "evidence": "体检表", "verified_by": "official-7"}
    assert state["due_on"].tolist() == ["2026-12-01"]


def test_the_profile_asks_an_expired_fact_again(store: Store) -> None:
    say(store, "wants_to_work", "是", valid_until=date(2026, 12, 1))
    verify(store, hand(), Kind.PERSONS, "P1", "wants_to_work")

    def asked(on: date) -> set[str]:
        found = profile_of(store, OFFICE, "P1", on)
        return {name for each in found.to_ask.questions for name in each.facts}

    assert "wants_to_work" not in asked(date(2026, 12, 1))
    expire(store, hand(LATER))
    assert "wants_to_work" in asked(LATER)


@pytest.mark.parametrize(
    ("name", "word", "telling"),
    [
        pytest.param("health", "天气", "cannot be read", id="no value"),
        pytest.param("id_number", "1", "cannot be declared", id="who somebody is"),
        pytest.param("certified_on", "2026-01-01", "cannot be declared", id="certification's"),
        pytest.param("recognised_hard_to_employ", "是", "cannot be declared", id="a status"),
        pytest.param("moon", "是", "cannot be declared", id="no fact"),
    ],
)
def test_what_cannot_be_declared_is_told_without_the_value(
    store: Store, name: str, word: str, telling: str
) -> None:
    kind = Kind.HOUSEHOLDS if name == "certified_on" else Kind.PERSONS
    with pytest.raises(WrongUse, match=telling) as told:
        say(store, name, word, kind)
    assert word not in str(told.value) or word == "1"
    assert store.events(OFFICE).empty


def test_a_declaration_needs_somebody_a_paper_and_a_future(store: Store) -> None:
    with pytest.raises(WrongUse, match="by nobody"):
        declare(store, hand(), Declaration(Kind.PERSONS, "P1", "health", "健康", " "))
    with pytest.raises(WrongUse, match="over before"):
        say(store, "health", "健康", valid_until=date(2026, 11, 1))
    declare(store, hand(), Declaration(Kind.PERSONS, "P1", "health", "健康", "本人"))
    with pytest.raises(WrongUse, match="no evidence"):
        verify(store, hand(), Kind.PERSONS, "P1", "health")
    with pytest.raises(NotFound):
        verify(store, hand(), Kind.PERSONS, "P1", "skills")
    with pytest.raises(NotFound):
        declare(store, hand(), Declaration(Kind.PERSONS, "P9", "health", "健康", "本人"))
    with pytest.raises(IllegalMoves, match="needs a reason"):
        withdraw(store, hand(), Kind.PERSONS, "P1", "health", reason="because")
