"""What a person's cells look like where they rest, and what opens them."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import BrokenCell, KeyMissing, WrongUse
from matcher.store.engine import open_engine, resolve
from matcher.store.migrations import downgrade, upgrade
from matcher.store.privacy.cells import open_cells, seal_cells
from matcher.store.privacy.keyring import Keyring, Master, masters_in, new_key
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
WHOLE = Scope.office("test")
PARTS = ("profile", "status", "identity")
MARKED = {
    "person_id": "P1",
    "area_code": "320602001",
    "name": "标记之名",
    "id_number": "320613197405128888",
    "phone": "13812345678",
    "address": "标记街道七号",
    "health": "标记病情",
    "extra": '{"备注":"标记附注"}',
}
MARKS = ("标记", "320613197405128888", "13812345678", "\\u6807\\u8bb0")


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'rengang.sqlite'}"


def write(store: Store, *rows: Mapping[str, object]) -> None:
    with store.writing(actor="t", at=AT) as batch:
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [dict(row) for row in rows]))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Store.open(url_in(tmp_path)) as store:
        write(store, MARKED, MARKED | {"person_id": "P2", "name": "乙"})
    return tmp_path


def stored(folder: Path, sql: str) -> list[tuple[object, ...]]:
    engine = open_engine(resolve(url_in(folder)), wait_s=1)
    with engine.begin() as connection:
        result = connection.execute(text(sql))
        rows = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


def marks_in(folder: Path) -> list[str]:
    """Which marks stand in which file of a folder, and how they are spelt there."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            raw = file.read_bytes()
            found += [
                f"{file.name}: {mark}"
                for mark in MARKS
                for code in ("utf-8", "utf-16-le", "gb18030")
                if mark.encode(code) in raw
            ]
    return found


def test_nothing_of_who_somebody_is_stands_in_the_files_of_a_workspace(tmp_path: Path) -> None:
    with Store.open(url_in(tmp_path)) as store:
        write(store, MARKED)
        assert (tmp_path / "rengang.sqlite-wal").exists()
        assert marks_in(tmp_path) == []
        version = store.person_version(WHOLE, "P1")
        with store.writing(actor="t", at=AT) as batch:
            batch.edit(Kind.PERSONS, "P1", {"address": "标记巷九号"}, version)
        assert store.persons(WHOLE, parts=PARTS)["address"].tolist() == ["标记巷九号"]
        store.backup(tmp_path / "copy.sqlite")
        assert marks_in(tmp_path) == []
    assert marks_in(tmp_path) == []


def test_what_is_read_is_what_was_written(folder: Path) -> None:
    with Store.open(url_in(folder), create=False) as store:
        found = store.persons(WHOLE, ["P1"], parts=PARTS).iloc[0]
        assert {name: found[name] for name in MARKED} == MARKED


def test_the_key_file_is_its_owners_alone_and_made_once(folder: Path) -> None:
    file = folder / "people.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with Store.open(url_in(folder)) as store:
        write(store, {"person_id": "P3", "name": "丙"})
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [pytest.param(None, id="no-key"), pytest.param(new_key(), id="another-key")],
)
def test_without_the_right_key_nothing_opens_and_it_is_said_what_to_do(
    folder: Path, text: str | None
) -> None:
    (folder / "people.key").rename(folder / "away")
    with pytest.raises(KeyMissing, match="RENGANG_KEY"):
        Store.open(url_in(folder), keys=Keyring.of(text, folder / "people.key"))
    assert not (folder / "people.key").exists()


def test_a_key_of_the_environment_serves_instead_of_the_file(tmp_path: Path) -> None:
    key = new_key()
    with Store.open(url_in(tmp_path), keys=Keyring.of(key, tmp_path / "people.key")) as store:
        write(store, MARKED)
    assert not (tmp_path / "people.key").exists()
    with Store.open(url_in(tmp_path), keys=Keyring.of(key, None)) as store:
        assert store.persons(WHOLE, parts=PARTS)["name"].tolist() == ["标记之名"]


@pytest.mark.parametrize(
    "text", ["abc", "YWJj", "!" * 44, pytest.param(new_key() + ",x", id="a good and a bad one")]
)
def test_a_key_that_is_none_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(WrongUse, match="32 bytes in base64") as refused:
        masters_in(text, "RENGANG_KEY")
    assert text not in str(refused.value)


@pytest.mark.parametrize(
    "swap",
    [
        pytest.param(
            "UPDATE person_identity SET phone = (SELECT phone FROM person_identity"
            " WHERE person_id = 'P2') WHERE person_id = 'P1'",
            id="another-row",
        ),
        pytest.param("UPDATE person_identity SET phone = address", id="another-column"),
        pytest.param(
            "UPDATE person_identity SET phone = (SELECT health FROM person_status LIMIT 1)",
            id="another-table",
        ),
        pytest.param(
            "UPDATE person_identity SET phone = substr(phone, 1, 20) || 'AA' || substr(phone, 23)",
            id="changed",
        ),
        pytest.param("UPDATE person_identity SET phone = substr(phone, 1, 17)", id="cut"),
    ],
)
def test_a_cell_that_was_moved_or_changed_does_not_open(folder: Path, swap: str) -> None:
    stored(folder, swap)
    with Store.open(url_in(folder), create=False) as store:
        with pytest.raises(BrokenCell, match="phone of P1") as broken:
            store.persons(WHOLE, ["P1"], parts=PARTS)
        assert "13812345678" not in str(broken.value)
        assert len(store.persons(WHOLE)) == 2


def test_a_plain_value_behind_the_stores_back_is_noticed(folder: Path) -> None:
    stored(folder, "UPDATE person_identity SET phone = '13800000000'")
    with (
        Store.open(url_in(folder), create=False) as store,
        pytest.raises(BrokenCell) as broken,
    ):
        store.persons(WHOLE, parts=PARTS)
    assert "13800000000" not in str(broken.value)


def test_the_same_file_twice_changes_nothing(folder: Path) -> None:
    with Store.open(url_in(folder)) as store, store.writing(actor="t", at=AT) as batch:
        done = batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [MARKED]))
    assert (done.created, done.updated, done.unchanged) == (0, 0, 1)


def test_a_digest_of_content_cannot_be_made_without_the_key(tmp_path: Path) -> None:
    said = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        with Store.open(url_in(tmp_path / name)) as store:
            write(store, MARKED)
        said += stored(tmp_path / name, "SELECT content_hash FROM person")
    assert said[0] != said[1]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        pytest.param({"phone": "+86 138-1234-5678"}, ["P1", "P2"], id="phone"),
        pytest.param({"id_number": " 320613 19740512 8888"}, ["P1", "P2"], id="id-number"),
        pytest.param({"name": "标记·之名"}, ["P1"], id="name"),
        pytest.param({"name": "乙", "phone": "13812345678"}, ["P2"], id="both"),
        pytest.param({"name": "标记"}, [], id="part-of-a-name"),
        pytest.param({"phone": "13812345679"}, [], id="another-phone"),
    ],
)
def test_people_are_found_by_what_they_are_called(
    folder: Path, sought: dict[str, str], found: list[str]
) -> None:
    with Store.open(url_in(folder), create=False) as store:
        assert store.persons_called(WHOLE, at=AT, **sought) == found
        row = store.audit_rows(last=1).iloc[0]
        assert (row["action"], row["count"], row["purpose"]) == ("search", len(found), "test")
        assert all(value not in row["detail"] for value in sought.values())
        elsewhere = Scope(Role.CASEWORKER, ("33",), "search", "u")
        assert store.persons_called(elsewhere, at=AT, **sought) == []


@pytest.mark.parametrize("sought", [{}, {"phone": " "}, {"name": "·"}])
def test_a_search_for_nothing_is_refused(folder: Path, sought: dict[str, str]) -> None:
    with Store.open(url_in(folder)) as store, pytest.raises(WrongUse, match="says nothing"):
        store.persons_called(WHOLE, at=AT, **sought)


def test_a_workspace_of_before_is_sealed_by_the_upgrade(folder: Path) -> None:
    downgrade(url_in(folder), to="0005")
    assert stored(folder, "SELECT phone FROM person_identity LIMIT 1") == [("13812345678",)]
    (folder / "people.key").unlink()
    assert marks_in(folder) != []
    upgrade(url_in(folder))
    assert marks_in(folder) == []
    with Store.open(url_in(folder), create=False) as store:
        found = store.persons(WHOLE, ["P1"], parts=PARTS).iloc[0]
        assert {name: found[name] for name in MARKED} == MARKED
        assert store.persons_called(WHOLE, name="乙", at=AT) == ["P2"]
        assert store.problems() == ()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.none() | st.text(max_size=40), max_size=6), st.binary(min_size=32, max_size=32))
def test_every_text_comes_back_as_it_was(values: list[str | None], secret: bytes) -> None:
    values = [v if v is None else v.encode("utf-8", "ignore").decode() for v in values]
    master, rows = Master(secret), [f"P{at}" for at in range(len(values))]
    cells = seal_cells(master, ("t", "c"), rows, values)
    assert open_cells({master.key_id: master}.__getitem__, ("t", "c"), rows, cells) == values
    assert len({cell for cell in cells if cell}) == sum(value is not None for value in values)


def test_a_master_key_shows_itself_nowhere() -> None:
    secret = bytes(range(32))
    assert secret.hex() not in repr(Master(secret))
    assert repr(secret) not in repr(Master(secret))
