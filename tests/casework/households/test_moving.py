"""Moves of households name what they rest on, and their records follow in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from matcher.casework.households.following import OnRecord, following, opening
from matcher.casework.households.moving import move, record_households
from matcher.casework.ledger.recording import Recorded, moves
from matcher.casework.ledger.replaying import differences
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, tzinfo=UTC)
ON = date(2026, 11, 2)
OFFICE = Scope.office("test")
HOME = {"area_code": "320613001"}


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url) as opened:
        yield opened


def make(store: Store, *rows: dict[str, Any], role: Role = Role.SUPERVISOR) -> Recorded:
    with store.writing(actor="u1", at=AT) as batch:
        return record_households(batch, moves(list(rows)), role=role)


def found(*ids: str, on: date = ON) -> list[dict[str, Any]]:
    return [move("find", each, on, **HOME) for each in ids]


WORK = {"person_id": "P1", "placement_id": "L1"}


def test_the_record_of_a_household_follows_its_moves(store: Store) -> None:
    make(store, *found("H1", "H2"), move("certify", "H1", date(2026, 11, 20)))
    make(store, move("clear", "H1", date(2026, 11, 25), **WORK))
    make(store, move("remove", "H2", ON, reason="not_certified", decided_by="王科长"))
    records: Any = store.households(OFFICE).set_index("household_id")
    assert records.loc["H1", ["state", "discovered_on", "certified_on"]].tolist() == [
        "cleared",
        "2026-11-02",
        "2026-11-20",
    ]
    assert records["state"].tolist() == ["cleared", "rejected"]
    assert records["area_code"].tolist() == ["320613001"] * 2
    assert differences(store.states(OFFICE), store.events(OFFICE)).empty


@pytest.mark.parametrize(
    ("row", "told"),
    [
        pytest.param(move("clear", "H1", ON), "'clear' must name its placement_id", id="clear"),
        pytest.param(
            move("remove", "H1", ON, reason="other"), "must name its decided_by", id="remove"
        ),
        pytest.param(move("leave", "H1", ON), "needs a reason", id="leave"),
        pytest.param(
            move("aid", "H1", ON, area_code="320602001"), "let it leave, then return", id="area"
        ),
        pytest.param(move("settle", "H1", ON, decision=1), "no 'settle' from", id="not cleared"),
    ],
)
def test_an_unfounded_move_is_refused_and_nothing_is_written(
    store: Store, row: dict[str, Any], told: str
) -> None:
    make(store, *found("H1"))
    with pytest.raises(IllegalMoves, match=told):
        make(store, *found("H2"), row)
    assert store.states(OFFICE)["subject_id"].tolist() == ["H1"]
    assert store.households(OFFICE)["state"].tolist() == ["discovered"]


def test_nobody_but_a_supervisor_removes(store: Store) -> None:
    make(store, *found("H1"))
    row = move("remove", "H1", ON, reason="other", decided_by="x")
    with pytest.raises(IllegalMoves, match="is for supervisor"):
        make(store, row, role=Role.CASEWORKER)


def people(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["person_id", "household_id"])


def work(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["placement_id", "person_id", "start_date", "ended_on"])


def test_what_is_on_record_moves_households_once(store: Store) -> None:
    make(store, *found("H1", "H2", "H3", on=date(2026, 9, 1)))
    records = make_frame(
        Kind.HOUSEHOLDS,
        [{"household_id": "H2", "state": "certified", "certified_on": "2026-10-01"}],
    )
    members = people(("P1", "H1"), ("P2", "H1"), ("P3", "H3"))
    placements = work(
        ("L1", "P1", "2026-10-08", None),
        ("L2", "P2", "2026-10-09", None),
        ("L3", "P3", "2026-12-01", None),
    )

    def follow(placements: pd.DataFrame, on: date) -> Recorded:
        known = OnRecord(store.states(OFFICE), store.events(OFFICE), records, members, placements)
        due = following(known, on)
        with store.writing(actor="u1", at=AT) as batch:
            return record_households(batch, due, role=Role.CASEWORKER)

    first = follow(placements, ON).events
    assert first["event"].tolist() == ["certify", "clear", "employ"]
    assert first["on"].tolist() == ["2026-10-01", "2026-10-08", "2026-10-09"]
    assert follow(placements, ON).events.empty
    ends: Any = ["2026-10-20", "2026-10-30", None]
    ended = placements.assign(ended_on=ends)
    again = follow(ended, ON).events
    assert again[["event", "on"]].to_numpy().tolist() == [["reappear", "2026-10-30"]]
    assert follow(ended, ON).events.empty
    assert follow(placements, ON).events["event"].tolist() == ["clear", "employ"]
    make(store, move("leave", "H1", ON, reason="moved_away"))
    assert follow(placements, ON).events.empty
    make(store, move("return", "H1", ON, reason="mistake", **HOME))
    assert follow(placements, ON).events["event"].tolist() == ["clear", "employ"]


def test_a_ledger_opens_with_what_was_kept_before(store: Store) -> None:
    rows = [
        {"household_id": "H1", "state": "aided", "discovered_on": "2026-07-21"},
        {"household_id": "H2", "state": "cleared", "certified_on": "2026-08-01"},
        {"household_id": "H3", "state": "left"},
        {"household_id": "H4"},
    ]
    kept = make_frame(Kind.HOUSEHOLDS, [row | HOME for row in rows])
    due = opening(kept, ON)
    with store.writing(actor="u1", at=AT) as batch:
        batch.upsert(Kind.HOUSEHOLDS, kept)
        record_households(batch, due, role=Role.SUPERVISOR)
        again = record_households(batch, due, role=Role.SUPERVISOR)
    assert store.states(OFFICE)["state"].tolist() == ["aided", "cleared"]
    assert again.repeated == len(due)
    records = store.households(OFFICE).set_index("household_id")
    assert records.loc["H1", "discovered_on"] == "2026-07-21"
    assert opening(kept.head(0), ON).empty
