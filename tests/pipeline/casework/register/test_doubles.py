"""Somebody who may be registered already is asked about; other offices keep their people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from matcher.casework.register.merging import Pair
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.pipeline.casework.register.doubles import Doubles, doubles_of, keep_apart
from matcher.pipeline.casework.register.merging import duplicates_in, merge
from matcher.store.store import Store
from tests.factories import make_frame
from tests.pipeline.casework.register.office import AT, OFFICE, fill, hand

NUMBER, PHONE = "320613197405120026", "13900000000"
WANG = {"name": "王小芳", "birth_date": "1974-05-12", "area_code": "320613001"}
RECORDS: dict[Kind, list[dict[str, Any]]] = {
    Kind.PERSONS: [
        {"person_id": "P1", "phone": PHONE, "id_number": NUMBER} | WANG,
        {"person_id": "P2", "phone": PHONE, "id_number": NUMBER}
        | WANG
        | {"area_code": "320682001"},
        {"person_id": "P3"} | WANG | {"birth_date": "1980-01-01"},
    ]
}
HERE = Scope(Role.CASEWORKER, ("320613",), "edit persons", "wang")


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        fill(opened, RECORDS)
        yield opened


def asked(store: Store, scope: Scope = HERE, **said: Any) -> Doubles:
    row = make_frame(Kind.PERSONS, [{"person_id": "NEW", "area_code": "320613002"} | said])
    return doubles_of(store, scope, row, at=AT)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param({"id_number": NUMBER}, ["P1"], id="the same ID number"),
        pytest.param(
            {"name": "王小芳", "birth_date": "1974-05-12"}, ["P1"], id="name and date of birth"
        ),
        pytest.param({"name": "王小芳", "phone": PHONE}, ["P1"], id="name and telephone"),
        pytest.param({"birth_date": "1974-05-12", "phone": PHONE}, ["P1"], id="birth and phone"),
        pytest.param({"name": "王小芳"}, [], id="a name alone is many people's"),
        pytest.param({"phone": PHONE}, [], id="a telephone alone is a family's"),
        pytest.param(
            {"name": "王小芳", "birth_date": "1974-05-12", "id_number": "320613197405120042"},
            [],
            id="another ID number is another person",
        ),
        pytest.param({}, [], id="nothing known"),
    ],
)
def test_who_may_be_meant_is_told(store: Store, said: dict[str, Any], found: list[str]) -> None:
    assert [each.person_id for each in asked(store, **said).near] == found


def test_the_same_number_is_the_same_person(store: Store) -> None:
    assert asked(store, id_number=NUMBER).registered == "P1"
    assert asked(store, name="王小芳", birth_date="1974-05-12").registered is None


def test_of_another_office_only_its_county_is_told_and_only_by_number(store: Store) -> None:
    there = replace(HERE, areas=("320602",))
    assert asked(store, there, id_number=NUMBER) == Doubles((), ("320613", "320682"))
    assert asked(store, there, phone=PHONE, **{k: WANG[k] for k in ("name", "birth_date")}) == (
        Doubles()
    )
    whole = asked(store, OFFICE, id_number=NUMBER)
    assert [each.person_id for each in whole.near] == ["P1", "P2"]
    assert whole.elsewhere == ()


def test_a_record_that_was_given_up_is_not_asked_about(store: Store) -> None:
    merge(store, hand(), Pair(Kind.PERSONS, "P2", "P1"), reason="checked_in_person")
    assert asked(store, id_number=NUMBER) == Doubles((), ("320682",))


def test_two_people_who_were_told_apart_are_not_listed_again(store: Store) -> None:
    row = {"person_id": "NEW", "phone": PHONE} | WANG
    fill(store, {Kind.PERSONS: [row]})
    listed = duplicates_in(store, OFFICE).persons.pairs[["left", "right"]].to_numpy().tolist()
    assert ["NEW", "P1"] in listed
    keep_apart(store, hand(), "NEW", ["P1"])
    left = duplicates_in(store, OFFICE).persons.pairs[["left", "right"]].to_numpy().tolist()
    assert ["NEW", "P1"] not in left


def test_every_search_says_why_it_was_made(store: Store) -> None:
    asked(store, id_number=NUMBER)
    rows = store.audit_rows()
    assert set(rows["purpose"].iloc[1:]) == {"duplicates"}
    assert "" in set(rows["areas"])
