"""Every read of who somebody is, or how well, leaves a row in the audit or gives nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import exc

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.store.dossiers.dossiers import Sought as Asked
from matcher.store.events.reading import Wanted
from matcher.store.lists.listing import Listing
from matcher.store.reads import Reads
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
SCOPE = Scope(Role.CASEWORKER, ("3206",), "interview", "wang")

READS: dict[str, Callable[[Store], Any]] = {
    "persons": lambda store: store.persons(SCOPE, parts=("status", "identity"), at=AT),
    "members": lambda store: store.members(SCOPE, ["H1"], at=AT),
    "households": lambda store: store.households(SCOPE, at=AT),
    "placements": lambda store: store.placements(SCOPE, at=AT),
    "refusals": lambda store: store.refusals(SCOPE, at=AT),
    "cases": lambda store: store.cases(SCOPE, at=AT),
    "pairings": lambda store: store.pairings(SCOPE, at=AT),
    "decisions": lambda store: store.decisions(SCOPE, at=AT),
    "events": lambda store: store.events(SCOPE, Wanted(), at=AT),
    "states": lambda store: store.states(SCOPE, Wanted(), at=AT),
    "corrections": lambda store: store.corrections(SCOPE, "P1", at=AT),
    "persons_called": lambda store: store.persons_called(SCOPE, name="甲", at=AT),
    "page": lambda store: store.page(SCOPE, Listing(Kind.PERSONS, ("profile", "identity")), at=AT),
    "look_up": lambda store: store.look_up(SCOPE, ["P1"], parts=("profile", "status"), at=AT),
    "dossiers": lambda store: store.dossiers(SCOPE, Asked(frozenset({"P1"})), at=AT),
    "consent_refused": lambda store: store.consent_refused(SCOPE, at=AT),
}
QUIET = {
    "outcomes": "stages of pairs, without a word on who or how well",
    "outcomes_named": "the same, by their keys",
    "person_version": "a number",
    "facets": "how many have each value, of a list that itself leaves its row",
    "readers": "the audit itself",
}
"""Reads of people that leave no row, and why none is owed."""


@pytest.fixture
def store() -> Any:
    with Store.open("sqlite://") as opened:
        with opened.writing(actor="import", at=AT) as batch:
            row = {"person_id": "P1", "area_code": "320602001", "name": "甲", "household_id": "H1"}
            home = {"household_id": "H1", "area_code": "320602001"}
            batch.upsert(Kind.HOUSEHOLDS, make_frame(Kind.HOUSEHOLDS, [home]))
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [row]))
        yield opened


def test_every_read_of_people_is_in_the_table() -> None:
    named = {
        name
        for made in (Store, Reads)
        for name, member in vars(made).items()
        if not name.startswith("_") and inspect.isfunction(member)
        if list(inspect.signature(member).parameters)[1:2] == ["scope"]
    }
    assert named == set(READS) | set(QUIET)


@pytest.mark.parametrize("name", READS)
def test_a_read_leaves_one_row_that_says_who_and_to_what_end(store: Store, name: str) -> None:
    before = len(store.audit_rows())
    READS[name](store)
    rows = store.audit_rows()
    assert len(rows) == before + 1
    row = rows.iloc[-1]
    assert row[["actor", "role", "purpose", "areas"]].tolist() == [
        "wang",
        "caseworker",
        "interview",
        "3206",
    ]


@pytest.mark.parametrize("name", READS)
def test_a_read_that_cannot_be_written_down_gives_nothing(store: Store, name: str) -> None:
    with store._engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    found: Any = None
    with pytest.raises((exc.IntegrityError, exc.DatabaseError)):
        found = READS[name](store)
    assert found is None


def test_reads_come_under_seal_and_a_changed_one_is_noticed(store: Store) -> None:
    for read in READS.values():
        read(store)
    assert store.seal(at=AT) >= len(READS)
    assert store.broken_seals() == ()
    with store._engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET purpose = 'match' WHERE actor = 'wang'")
    assert store.broken_seals() != ()
