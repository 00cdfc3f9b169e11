"""Moves are made as a whole or not at all, states are what events add up to, seals hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from matcher.casework.ledger.machine import ANY, machine, reasons, streams
from matcher.casework.ledger.recording import Recorded, moves, record
from matcher.casework.ledger.replaying import differences
from matcher.domain.scope import Role, Scope
from matcher.errors import Conflict, IllegalMoves, UnknownStream
from matcher.store.engine import writing
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

AT = datetime(2026, 11, 2, tzinfo=UTC)
OFFICE = Scope.office("test")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def move(store: Store, *rows: dict[str, Any], role: Role = Role.CASEWORKER) -> Recorded:
    full = [{"stream": "referral", "on": "2026-11-02"} | row for row in rows]
    with store.writing(actor="u1", at=AT) as batch:
        return record(batch, moves(full), role=role)


def proposed(subject: str, **more: Any) -> dict[str, Any]:
    about = {"person_id": "P1", "vacancy_id": "V1", "area_code": "320613001"}
    return {"subject_id": subject, "event": "propose"} | about | more


def test_a_subject_moves_several_times_in_one_frame(store: Store) -> None:
    done = move(
        store,
        proposed("R1", due_on="2026-11-05"),
        {"subject_id": "R1", "event": "refer", "on": "2026-11-03"},
        proposed("R2"),
    )
    assert done.events["version"].tolist() == [1, 2, 1]
    states = store.states(OFFICE)
    assert states["state"].tolist() == ["referred", "proposed"]
    assert states["person_id"].tolist() == ["P1", "P1"]
    assert states["since"].tolist() == ["2026-11-03", "2026-11-02"]
    assert states["due_on"].isna().tolist() == [True, True]


def test_every_problem_is_told_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(IllegalMoves) as told:
        move(
            store,
            proposed("R1"),
            {"subject_id": "R2", "event": "hire"},
            {"subject_id": "R1", "event": "refuse_by_person"},
        )
    assert len(told.value.problems) == 2
    assert "health" in told.value.problems[1]
    assert store.events(OFFICE).empty
    assert store.states(OFFICE).empty


def test_a_role_that_may_not_is_refused(store: Store) -> None:
    with pytest.raises(IllegalMoves, match="not for employer"):
        move(store, proposed("R1"), role=Role.EMPLOYER)


def test_the_same_key_moves_once(store: Store) -> None:
    move(store, proposed("R1", key="k1"))
    again = move(store, proposed("R1", key="k1"))
    assert (len(again.events), again.repeated) == (0, 1)
    assert len(store.events(OFFICE)) == 1


def test_a_move_on_another_version_is_a_conflict(store: Store) -> None:
    move(store, proposed("R1"))
    move(store, {"subject_id": "R1", "event": "refer", "expected_version": 1})
    with pytest.raises(Conflict):
        move(store, {"subject_id": "R1", "event": "interview", "expected_version": 1})


def test_states_are_what_events_add_up_to_and_a_forged_one_shows(store: Store) -> None:
    move(store, proposed("R1", data='{"rank":3}'), proposed("R2"))
    move(
        store,
        {"subject_id": "R1", "event": "refer", "data": '{"by":"letter","rank":null}'},
        {"subject_id": "R2", "event": "lapse", "on": "2026-11-20"},
    )
    assert differences(store.states(OFFICE), store.events(OFFICE)).empty
    with writing(store._engine, wait_s=1) as connection:
        connection.execute(text("UPDATE case_state SET state = 'hired' WHERE subject_id = 'R1'"))
    odd = differences(store.states(OFFICE), store.events(OFFICE))
    assert odd["subject_id"].tolist() == ["R1"]


def test_a_reader_sees_own_areas_and_what_is_due(store: Store) -> None:
    move(
        store,
        proposed("R1", due_on="2026-11-05"),
        proposed("R2", area_code="320602001", due_on="2026-11-09"),
    )
    own = Scope(Role.CASEWORKER, ("320613",), "today", "u1")
    assert store.states(own)["subject_id"].tolist() == ["R1"]
    assert store.events(own)["subject_id"].tolist() == ["R1"]
    due = store.states(OFFICE, Wanted(due_until=AT.date().replace(day=6)))
    assert due["subject_id"].tolist() == ["R1"]


def unguarded(connection: Connection) -> None:
    """What somebody does who owns the database and changes what never changes."""
    off = "SET LOCAL session_replication_role = replica"
    if connection.dialect.name == "sqlite":
        off = "DROP TRIGGER case_event_no_update"
    connection.execute(text(off))


def test_seals_hold_until_somebody_changes_a_row(store: Store) -> None:
    move(store, proposed("R1"))
    assert store.seal(at=AT) > 0
    move(store, proposed("R2"))
    store.seal(at=AT)
    assert store.seal(at=AT) == 0
    assert store.broken_seals() == ()
    with writing(store._engine, wait_s=1) as connection:
        unguarded(connection)
        connection.execute(text("UPDATE case_event SET event = 'refer' WHERE subject_id = 'R1'"))
    (told, *_) = store.broken_seals()
    assert "case_event" in told


def test_events_are_never_changed(store: Store) -> None:
    move(store, proposed("R1"))
    with (
        pytest.raises(Exception, match="never changed"),
        writing(store._engine, wait_s=1) as connection,
    ):
        connection.execute(text("DELETE FROM case_event"))


def test_an_unknown_stream_names_those_there_are() -> None:
    with pytest.raises(UnknownStream, match="referral"):
        machine("nothing")


@pytest.mark.parametrize("stream", streams())
def test_a_machine_is_whole(stream: str) -> None:
    made = machine(stream)
    reached = {"", *(move.after for move in made.transitions.values())}
    assert set(made.states) <= reached, "a state that no move leads to"
    groups = {group for group, _ in reasons()}
    for (before, event), transition in made.transitions.items():
        assert before == "" or before in made.states, (before, event)
        assert transition.after in made.states, (before, event)
        assert transition.reasons == "" or transition.reasons in groups, (before, event)
        assert transition.zh
        assert transition.en
        assert transition.after != ANY
    for name, state in made.states.items():
        if not state.final:
            assert made.events_from(name), f"{stream}: nothing leads out of {name}"
