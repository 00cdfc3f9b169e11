"""Who may read whom: every read of people takes a scope."""

from __future__ import annotations

import ast
import inspect
import textwrap
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import event

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import NotFound, WrongUse
from matcher.reference.columns import columns
from matcher.store.batch import Upserted
from matcher.store.condition.written import Written
from matcher.store.reads import Reads
from matcher.store.schema.records import PEOPLE
from matcher.store.store import Store
from tests.contracts.store.stores import (
    CHONGCHUAN,
    FULL,
    WHOLE,
    filled,
    two_persons,
    write,
)


class TestScope:
    def test_a_person_out_of_scope_cannot_be_told_from_no_person(self, store: Store) -> None:
        two_persons(store)
        for parts in (("profile",), ("status",), ("identity", "profile")):
            outside = store.persons(CHONGCHUAN, ["P2"], parts=parts)
            pd.testing.assert_frame_equal(
                outside, store.persons(CHONGCHUAN, ["nobody"], parts=parts)
            )
        said = []
        for person in ("P2", "P7"):
            with pytest.raises(NotFound) as refusal:
                store.person_version(CHONGCHUAN, person)
            said.append(str(refusal.value).replace(person, "_"))
        assert said[0] == said[1]

    @pytest.mark.parametrize(
        "areas",
        [("",), (), ("32",), ("320602",), ("320602001",), ("3206020",), ("33", "320612"), ("9",)],
        ids=lambda areas: ",".join(areas) or "none or all",
    )
    def test_a_read_gives_whom_the_scope_covers(self, store: Store, areas: tuple[str, ...]) -> None:
        codes = ["32", "3206", "320602", "320602001", "320602001003", "320612", "330106", "99"]
        people = {f"P{at}": code for at, code in enumerate([*codes, None])}
        write(
            store,
            Kind.PERSONS,
            *({"person_id": person, "area_code": code} for person, code in people.items()),
        )
        scope = Scope(Role.CASEWORKER, areas, "match", "u1")
        expected = [person for person, code in people.items() if scope.covers(code)]
        assert store.persons(scope)["person_id"].tolist() == expected

    def test_households_and_outcomes_keep_to_the_scope(self, store: Store) -> None:
        two_persons(store)
        write(store, Kind.VACANCIES, {"vacancy_id": "V1", "title": "保洁员"})
        write(
            store,
            Kind.OUTCOMES,
            *({"person_id": p, "vacancy_id": "V1", "stage": "applied"} for p in ("P1", "P2")),
        )
        areas = {"H1": "320602", "H2": "3301"}
        rows = ({"household_id": h, "area_code": area} for h, area in areas.items())
        write(store, Kind.HOUSEHOLDS, *rows)
        assert store.households(CHONGCHUAN)["household_id"].tolist() == ["H1"]
        for asked in ({}, {"person_ids": ["P1", "P2"]}, {"vacancy_ids": ["V1"]}):
            assert store.outcomes(CHONGCHUAN, **asked)["person_id"].tolist() == ["P1"]
        both = store.outcomes(WHOLE, person_ids=["P2"], vacancy_ids=["V1"])
        assert both["person_id"].tolist() == ["P2"]
        assert store.outcomes(WHOLE, person_ids=["P2"], vacancy_ids=["V2"]).empty

    def test_what_was_done_about_people_keeps_to_the_scope(self, store: Store) -> None:
        two_persons(store)
        areas = {"H1": "320602", "H2": "3301"}
        rows = ({"household_id": h, "area_code": area} for h, area in areas.items())
        write(store, Kind.HOUSEHOLDS, *rows)
        both = ("P1", "P2")
        placements = ({"placement_id": f"PL{p}", "person_id": p} for p in both)
        write(store, Kind.PLACEMENTS, *placements)
        days = ("2026-10-09", "2026-10-08")
        offers = ({"person_id": p, "offered_on": day} for p in both for day in days)
        write(store, Kind.REFUSALS, *offers)
        cases = (
            {"case_id": "CA1", "household_id": "H1", "person_id": "P2"},
            {"case_id": "CA2", "household_id": "H2"},
            {"case_id": "CA3", "person_id": "P1"},
        )
        write(store, Kind.CASES, *cases)
        assert store.placements(CHONGCHUAN)["placement_id"].tolist() == ["PLP1"]
        assert store.placements(CHONGCHUAN, ["PLP2"]).empty
        assert store.placements(WHOLE, person_ids=["P2"])["placement_id"].tolist() == ["PLP2"]
        assert store.refusals(CHONGCHUAN)["offered_on"].tolist() == sorted(days)
        assert store.refusals(CHONGCHUAN, ["P2"]).empty
        assert store.cases(CHONGCHUAN)["case_id"].tolist() == ["CA1", "CA3"]
        of_household = store.cases(WHOLE, ["H2"], about=Kind.HOUSEHOLDS)
        assert of_household["case_id"].tolist() == ["CA2"]
        traces = store.audit_rows(last=1, kind=Kind.CASES)
        assert traces[["action", "count"]].to_numpy().tolist() == [["read", 1]]

    @pytest.mark.parametrize(
        ("kind", "row", "unknown"),
        [
            pytest.param(Kind.PLACEMENTS, {"placement_id": "X", "person_id": "P9"}, "P9", id="who"),
            pytest.param(
                Kind.PLACEMENTS,
                {"placement_id": "X", "person_id": "P1", "employer_id": "E9"},
                "E9",
                id="employer",
            ),
            pytest.param(
                Kind.REFUSALS,
                {"person_id": "P1", "offered_on": "2026-10-08", "vacancy_id": "V9"},
                "V9",
                id="post",
            ),
            pytest.param(Kind.CASES, {"case_id": "X", "household_id": "H9"}, "H9", id="household"),
        ],
    )
    def test_what_was_done_names_records_that_exist(
        self, store: Store, kind: Kind, row: dict[str, Any], unknown: str
    ) -> None:
        filled(store)
        with pytest.raises(NotFound, match=unknown):
            write(store, kind, row)

    def test_an_offer_is_one_record_whoever_reports_it_again(self, store: Store) -> None:
        filled(store)
        known = FULL[Kind.REFUSALS] | {"just_cause": True}
        assert write(store, Kind.REFUSALS, known) == Upserted(0, 1, 0)
        assert write(store, Kind.REFUSALS, known | {"vacancy_id": "V1"}) == Upserted(1, 0, 0)

    def test_members_are_seen_through_their_household(self, store: Store) -> None:
        write(store, Kind.HOUSEHOLDS, {"household_id": "H1", "area_code": "320602"})
        members = {"P1": "320602001", "P2": "3301", "P3": None}
        write(
            store,
            Kind.PERSONS,
            *({"person_id": p, "area_code": a, "household_id": "H1"} for p, a in members.items()),
            {"person_id": "P4", "area_code": "320602"},
        )
        found = store.members(CHONGCHUAN, ["H1"])
        assert found["person_id"].tolist() == ["P1", "P2", "P3"]
        assert {"household_id", "birth_date", "skills"} <= set(found.columns)
        assert "name" not in found
        elsewhere = Scope(Role.CASEWORKER, ("3301",), "match", "u2")
        assert store.members(elsewhere, ["H1"])["person_id"].tolist() == ["P2"]
        assert store.members(CHONGCHUAN, ["H9"]).empty

    def test_people_cannot_be_read_by_another_door(self, store: Store) -> None:
        for kind in PEOPLE:
            with pytest.raises(WrongUse, match="scope"):
                store.frame(kind)
            with pytest.raises(WrongUse, match="scope"):
                store.version(kind, "P1")

    def test_parts_are_named_ones(self, store: Store) -> None:
        for parts in ((), ("health",)):
            with pytest.raises(WrongUse, match="profile, status, identity"):
                store.persons(WHOLE, parts=parts)


WITHOUT_PEOPLE = {
    "open": "makes a store",
    "close": "ends it",
    "writing": "writes",
    "version": "refuses kinds about people",
    "frame": "refuses kinds about people",
    "ids": "keys alone, for reference checks at import",
    "hires_by_vacancy": "counts",
    "counts": "counts",
    "jobs": "what was ordered; its files name people and go to who ordered",
    "imports": "what an import did to which record, taken back within its reach",
    "requests": "answers kept for who asked",
    "webhooks": "where news go",
    "backup": "a file for the office itself",
    "problems": "about the store",
    "accounts": "who may sign in",
    "tokens": "digests of tokens",
    "views": "what lists were asked for, kept by who asked",
    "keys": "ids of keys",
    "office_settings": "days that offices set, and who set them",
    "seal": "digests, how many rows",
    "broken_seals": "digests, numbers of rows",
}


READS_WITHOUT_PEOPLE = {
    "condition": "about the database",
    "meta": "about the store",
    "audit_rows": "who read, not who was read",
    "audit_search": "who read, not who was read",
    "erased_among": "says of given rows which may not come in",
}


COUNTS_OF_WRITES = {
    "changes": "keys of what was written",
    "last_event": "a number",
    "writes": "numbers",
    "writes_count": "a number",
    "written": "a number",
}


def unscoped(source: str) -> set[str]:
    """Public methods of the first class in the source that do not take `scope: Scope` first."""
    (made, *_) = [n for n in ast.parse(textwrap.dedent(source)).body if isinstance(n, ast.ClassDef)]
    return {
        node.name
        for node in made.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if [ast.unparse(argument) for argument in node.args.args][1:2] != ["scope: Scope"]
    }


def test_every_read_of_people_takes_a_scope_first() -> None:
    assert unscoped(inspect.getsource(Store)) == set(WITHOUT_PEOPLE)
    assert unscoped(inspect.getsource(Reads)) == set(READS_WITHOUT_PEOPLE)
    assert unscoped(inspect.getsource(Written)) == set(COUNTS_OF_WRITES)


def test_a_read_without_a_scope_is_caught() -> None:
    assert unscoped("class S:\n    def names(self, ids: list[str]) -> None: ...") == {"names"}


def test_the_ranker_s_path_never_opens_status_or_identity(store: Store) -> None:
    two_persons(store)
    seen: list[str] = []

    def note(*call: Any) -> None:
        seen.append(call[2])

    event.listen(store._engine, "before_cursor_execute", note)
    found = store.persons(CHONGCHUAN, ["P1"])
    assert seen
    assert not [text for text in seen if "person_status" in text or "person_identity" in text]
    profile = {c.name for c in columns(Kind.PERSONS) if c.part in ("key", "profile")}
    assert set(found.columns) == profile
