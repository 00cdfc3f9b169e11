"""Whoever was erased does not come back with an old file; whoever registers anew does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import RowRefused
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.importing import ImportRequest, ImportResult, import_files
from matcher.pipeline.privacy import erasing
from matcher.pipeline.records import editing
from matcher.pipeline.records.writer import Writer
from matcher.store.schema.people.protected import erased_person
from matcher.store.store import Store
from matcher.store.writes.copying import WORTH_COPYING

ON, AT = date(2026, 11, 2), datetime(2026, 11, 2, 8, tzinfo=UTC)
NUMBER, OTHER = "320613197405128880", "110101199003074477"
ROW = {"person_id": "P0", "area_code": "320613", "id_number": NUMBER, "consent": "是"}
BOSS = Scope(Role.SUPERVISOR, ("3206",), "erase", "boss")
HAND = Hand(BOSS, "boss", Role.SUPERVISOR, ON, AT)


@pytest.fixture
def store(store_url: str, tmp_path: Path) -> Any:
    with Store.open(store_url) as opened:
        yield opened


def imported(store: Store, folder: Path, *rows: dict[str, str], **more: Any) -> ImportResult:
    file = folder / "people.csv"
    heads = list(ROW)
    lines = [",".join(row.get(head, "") for head in heads) for row in rows]
    file.write_text("\n".join([",".join(heads), *lines]), encoding="utf-8")
    asked = {"kind": Kind.PERSONS, "files": (file,), "on": ON, "at": AT, "actor": "t"} | more
    return import_files(store, ImportRequest(**asked))


def erase(store: Store, folder: Path) -> None:
    assert imported(store, folder, ROW).created == 1
    erasing.erase(store, HAND, "P0", why="consent_withdrawn")


@pytest.mark.parametrize(
    "old",
    [
        pytest.param(ROW, id="the same file"),
        pytest.param(ROW | {"id_number": ""}, id="the number of the record alone"),
        pytest.param(ROW | {"person_id": "P-new"}, id="the same ID number under another one"),
        pytest.param(ROW | {"consent": ""}, id="without consent"),
    ],
)
def test_an_old_row_is_refused_and_told_what_to_do(
    store: Store, tmp_path: Path, old: dict[str, str]
) -> None:
    erase(store, tmp_path)
    again = imported(store, tmp_path, old, ROW | {"person_id": "P2", "id_number": OTHER})
    assert (again.refused, again.created) == (1, 1)
    assert "fresh-consent" in again.examples[0].reason
    assert NUMBER not in again.examples[0].reason


def test_a_large_file_brings_nobody_back(store: Store, tmp_path: Path) -> None:
    erase(store, tmp_path)
    others = [{"person_id": f"Q{n}", "area_code": "320613"} for n in range(WORTH_COPYING + 9)]
    again = imported(store, tmp_path, ROW, *others)
    assert (again.refused, again.created) == (1, len(others))


def test_consent_given_anew_lets_the_person_register(store: Store, tmp_path: Path) -> None:
    erase(store, tmp_path)
    without = imported(store, tmp_path, ROW | {"consent": ""}, fresh_consent=True)
    assert without.refused == 1
    assert imported(store, tmp_path, ROW, fresh_consent=True).refused == 0
    assert imported(store, tmp_path, ROW).refused == 0
    scope = Scope.office("test")
    people = store.persons(scope, ["P0"], parts=("identity",), at=AT)
    assert people["id_number"].tolist() == [NUMBER]


def test_one_record_is_made_by_hand_with_consent_alone(store: Store, tmp_path: Path) -> None:
    erase(store, tmp_path)
    edit = editing.Edit(store, Writer(BOSS), ON, AT)
    values = {"person_id": "P7", "area_code": "320613", "id_number": NUMBER}
    with pytest.raises(RowRefused):
        editing.make(edit, Kind.PERSONS, values)
    assert editing.make(edit, Kind.PERSONS, values | {"consent": True}).key == "P7"


def test_it_is_forgotten_after_its_time(store: Store, tmp_path: Path) -> None:
    erase(store, tmp_path)
    late = date(2036, 11, 3)
    assert imported(store, tmp_path, ROW, on=late).refused == 0


def test_a_change_of_keys_does_not_let_anybody_back(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'rengang.sqlite'}") as store:
        erase(store, tmp_path)
        store.keys.rotate(actor="t", at=AT + timedelta(days=1))
        assert imported(store, tmp_path, ROW).refused == 1


def test_what_is_remembered_says_nothing(store: Store, tmp_path: Path) -> None:
    erase(store, tmp_path)
    kept = store._fetch(erased_person.select(), order=[erased_person.c.digest])
    assert len(kept) == 2
    assert not any(mark in kept.to_string() for mark in ("P0", NUMBER))
