"""Merged records are one, and taken apart again they are what they were."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.casework.ledger.recording import moves, record
from matcher.casework.ledger.replaying import differences
from matcher.casework.register.merging import Pair
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.errors import Conflict, IllegalMoves, NotFound, WrongUse
from matcher.pipeline.casework.register.merging import dismiss, duplicates_in, merge, unmerge
from matcher.store.store import Store
from tests.pipeline.casework.register.office import OFFICE, fill, hand

WANG = {"name": "王小芳", "birth_date": "1974-05-12", "phone": "13900000000", "sex": "female"}
RECORDS: dict[Kind, list[dict[str, Any]]] = {
    Kind.HOUSEHOLDS: [{"household_id": "H1", "state": "certified"}, {"household_id": "H2"}],
    Kind.PERSONS: [
        {"person_id": "P1", "household_id": "H1", "seeks_work": True} | WANG,
        {"person_id": "P2", "household_id": "H2", "seeks_work": True} | WANG,
        {"person_id": "P3", "name": "李强"},
    ],
    Kind.VACANCIES: [{"vacancy_id": "V1", "title": "保洁"}, {"vacancy_id": "V2", "title": "门卫"}],
    Kind.OUTCOMES: [
        {"person_id": "P1", "vacancy_id": "V1", "stage": "referred", "on": "2026-10-01"},
        {"person_id": "P2", "vacancy_id": "V1", "stage": "referred", "on": "2026-10-01"},
        {"person_id": "P2", "vacancy_id": "V2", "stage": "hired"},
    ],
    Kind.PLACEMENTS: [{"placement_id": "L1", "person_id": "P2"}],
    Kind.REFUSALS: [{"person_id": "P2", "offered_on": "2026-09-01", "response": "refused"}],
    Kind.CASES: [{"case_id": "C1", "person_id": "P2", "household_id": "H2"}],
}
KINDS = (Kind.PERSONS, Kind.HOUSEHOLDS, Kind.OUTCOMES, Kind.PLACEMENTS, Kind.REFUSALS, Kind.CASES)
PEOPLE = Pair(Kind.PERSONS, "P1", "P2")
HOMES = Pair(Kind.HOUSEHOLDS, "H1", "H2")


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        fill(opened, RECORDS)
        yield opened


@pytest.fixture(scope="module")
def office() -> Iterator[Store]:
    """An office that many rounds share: each brings people of its own."""
    with Store.open("sqlite://") as opened:
        fill(opened, {Kind.VACANCIES: RECORDS[Kind.VACANCIES]})
        yield opened


def told(store: Store) -> dict[Kind, pd.DataFrame]:
    """All that the office's records say."""
    persons = store.persons(OFFICE, parts=("profile", "status", "identity"))
    others = {kind: getattr(store, kind.value)(OFFICE) for kind in KINDS[1:]}
    return {Kind.PERSONS: persons} | others


def same(one: dict[Kind, pd.DataFrame], two: dict[Kind, pd.DataFrame]) -> None:
    for kind, frame in one.items():
        before, after = (
            each.sort_values(list(each.columns), ignore_index=True) for each in (frame, two[kind])
        )
        pd.testing.assert_frame_equal(before, after)


def test_what_was_done_for_the_loser_is_about_the_survivor(store: Store) -> None:
    done = merge(store, hand(), PEOPLE, reason="checked_in_person")
    assert done.moved == {"outcomes": 1, "placements": 1, "refusals": 1, "cases": 1}
    assert set(store.placements(OFFICE)["person_id"]) == {"P1"}
    given_up = store.persons(OFFICE, ["P2"], parts=("profile", "status"))
    assert given_up["seeks_work"].tolist() == [False]
    assert given_up["household_id"].isna().all()
    assert store.outcomes(OFFICE, ["P1"])["stage"].tolist() == ["referred", "hired"]


def test_what_both_have_stays_where_it_is(store: Store) -> None:
    merge(store, hand(), PEOPLE, reason="checked_in_person")
    assert store.outcomes(OFFICE, ["P2"])["stage"].tolist() == ["referred"]


@pytest.mark.parametrize("pair", [PEOPLE, HOMES], ids=["persons", "households"])
def test_taken_apart_everything_is_as_before(store: Store, pair: Pair) -> None:
    before = told(store)
    merge(store, hand(), pair, reason="checked_on_paper")
    with pytest.raises(AssertionError):
        same(before, told(store))
    unmerge(store, hand(), pair, reason="mistaken")
    same(before, told(store))
    assert differences(store.states(OFFICE), store.events(OFFICE)).empty


def test_what_came_after_the_merge_stays_with_the_survivor(store: Store) -> None:
    merge(store, hand(), PEOPLE, reason="checked_in_person")
    fill(store, {Kind.PLACEMENTS: [{"placement_id": "L2", "person_id": "P1"}]})
    unmerge(store, hand(), PEOPLE, reason="asked_for")
    owners = store.placements(OFFICE).set_index("placement_id")["person_id"]
    assert owners.to_dict() == {"L1": "P2", "L2": "P1"}


outcome = st.tuples(
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["V1", "V2"]),
    st.sampled_from(["referred", "hired", "shown"]),
    st.sampled_from([None, "2026-10-01", "2026-10-02"]),
)
refusal = st.tuples(
    st.sampled_from(["1", "2"]),
    st.sampled_from(["2026-09-01", "2026-09-02"]),
    st.sampled_from([None, "V1"]),
)
ROUNDS = count()


@settings(max_examples=8, deadline=None)
@given(
    st.lists(outcome, min_size=2, max_size=8),
    st.lists(refusal, max_size=4),
    st.permutations(["1", "2", "3"]),
)
def test_merges_taken_apart_in_turn_restore_every_record(
    office: Store,
    outcomes: list[tuple[str, str, str, str | None]],
    refusals: list[tuple[str, str, str | None]],
    order: list[str],
) -> None:
    name = f"R{next(ROUNDS)}-"
    names = ("person_id", "vacancy_id", "stage", "on")
    offers = ("person_id", "offered_on", "vacancy_id")
    records: dict[Kind, list[dict[str, Any]]] = {
        Kind.PERSONS: [{"person_id": f"{name}{at}"} for at in order],
        Kind.OUTCOMES: [
            dict(zip(names, (name + row[0], *row[1:]), strict=True)) for row in outcomes
        ],
        Kind.REFUSALS: [
            dict(zip(offers, (name + row[0], *row[1:]), strict=True)) for row in refusals
        ],
    }
    first = Pair(Kind.PERSONS, name + order[1], name + order[0])
    second = Pair(Kind.PERSONS, name + order[2], name + order[1])
    fill(office, records)
    before = told(office)
    merge(office, hand(), first, reason="same_id_number")
    merge(office, hand(), second, reason="same_id_number")
    with pytest.raises(WrongUse, match="first"):
        unmerge(office, hand(), first, reason="mistaken")
    unmerge(office, hand(), second, reason="mistaken")
    unmerge(office, hand(), first, reason="mistaken")
    same(before, told(office))


def test_pairs_are_listed_until_somebody_settles_them(store: Store) -> None:
    found = duplicates_in(store, OFFICE)
    assert found.persons.pairs[["left", "right"]].to_numpy().tolist() == [["P1", "P2"]]
    assert found.households[["left", "right", "shared", "of"]].to_numpy().tolist() == [
        ["H1", "H2", 1, 1]
    ]
    dismiss(store, hand(), PEOPLE, reason="different_people")
    assert duplicates_in(store, OFFICE).persons.pairs.empty


def test_a_merge_that_would_do_harm_is_refused(store: Store) -> None:
    numbers = [{"person_id": "P1", "id_number": "1"}, {"person_id": "P2", "id_number": "2"}]
    fill(store, {Kind.PERSONS: numbers})
    before = told(store)
    with pytest.raises(WrongUse, match="two ID numbers"):
        merge(store, hand(), PEOPLE, reason="checked_in_person")
    with pytest.raises(WrongUse, match="takes no status away"):
        merge(store, hand(), Pair(Kind.HOUSEHOLDS, "H2", "H1"), reason="checked_in_person")
    same(before, told(store))


def test_the_same_id_number_with_another_sex_is_reported_not_merged(store: Store) -> None:
    rows = [
        {"person_id": "P1", "id_number": "11010519491231002X", "sex": "female"},
        {"person_id": "P2", "id_number": "11010519491231002x", "sex": "male"},
    ]
    fill(store, {Kind.PERSONS: rows})
    pairs = duplicates_in(store, OFFICE).persons.pairs
    assert pairs["contradicts"].tolist() == [True]
    with pytest.raises(WrongUse, match="sex or date of birth"):
        merge(store, hand(), PEOPLE, reason="same_id_number")


def test_a_record_that_somebody_else_gave_up_meanwhile_is_a_conflict(store: Store) -> None:
    row = {"stream": "merge", "subject_id": "M-persons-P2-P3", "event": "dismiss"}
    row |= {"reason": "different_people", "on": "2026-11-02", "key": "merge-persons-P2-0"}
    with store.writing(actor="another", at=hand().at) as batch:
        record(batch, moves([row]), role=Role.SUPERVISOR)
    before = told(store)
    with pytest.raises(Conflict):
        merge(store, hand(), PEOPLE, reason="same_id_number")
    same(before, told(store))


def test_two_records_at_work_are_not_made_one(store: Store) -> None:
    works = [
        {"stream": "placement", "subject_id": name, "event": "start", "on": "2026-11-02"}
        | {"person_id": person}
        for name, person in (("L1", "P2"), ("L9", "P1"))
    ]
    with store.writing(actor="another", at=hand().at) as batch:
        record(batch, moves(works), role=Role.SUPERVISOR)
    before = told(store)
    with pytest.raises(WrongUse, match="both at work"):
        merge(store, hand(), PEOPLE, reason="same_id_number")
    same(before, told(store))


def test_only_named_officials_with_a_coded_reason_merge(store: Store) -> None:
    with pytest.raises(IllegalMoves, match="needs a reason"):
        merge(store, hand(), PEOPLE, reason="looks alike")
    with pytest.raises(IllegalMoves, match="not for organiser"):
        merge(store, hand(role=Role.ORGANISER), PEOPLE, reason="same_id_number")
    with pytest.raises(WrongUse, match="nobody is named"):
        hand(by=" ")
    with pytest.raises(NotFound):
        merge(store, hand(), Pair(Kind.PERSONS, "P1", "P9"), reason="same_id_number")
    with pytest.raises(NotFound):
        unmerge(store, hand(), PEOPLE, reason="mistaken")
