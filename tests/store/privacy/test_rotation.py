"""The change of keys: everybody sealed anew, whenever it was stopped."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matcher.domain.job import JobFile, JobKind, Order
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import KeyMissing, WrongUse
from matcher.store.privacy import rotation
from matcher.store.privacy.keyring import Keyring, new_key
from matcher.store.store import Store
from tests.factories import make_frame
from tests.store.privacy.test_resting import marks_in, stored, url_in

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
WHOLE = Scope.office("test")
N = 7


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rotation, "PERSONS_AT_ONCE", 3)
    with Store.open(url_in(tmp_path)) as store:
        write(store, range(N))
    return tmp_path


def write(store: Store, numbers: range) -> int:
    rows = [
        {"person_id": f"P{at}", "name": f"名{at}", "phone": f"1380000000{at}", "health": "able"}
        for at in numbers
    ]
    with store.writing(actor="t", at=AT) as batch:
        return batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, rows)).unchanged


def names(store: Store) -> list[str]:
    found = store.persons(WHOLE, parts=("status", "identity"), at=AT)
    assert set(found["health"]) == {"able"}
    return found["name"].tolist()


class Stopped(Exception):
    """The power went."""


def test_everybody_is_sealed_anew_and_nothing_about_them_changes(folder: Path) -> None:
    with Store.open(url_in(folder)) as store:
        (old,) = store.keys.standing
        versions = stored(folder, "SELECT person_id, version FROM person")
        done = store.keys.rotate(actor="t", at=AT)
        assert (done.persons, done.retired) == (N, (old,))
        assert store.keys.standing == [done.key_id]
        assert names(store) == [f"名{at}" for at in range(N)]
        assert store.persons_called(WHOLE, phone="13800000004", at=AT) == ["P4"]
        assert write(store, range(N)) == N
        assert stored(folder, "SELECT person_id, version FROM person") == versions
    for column in ("name", "phone"):
        found = stored(folder, f"SELECT {column} FROM person_identity")
        assert all(str(cell).startswith(done.key_id) for (cell,) in found)
    retired = folder / "people.key.retired"
    assert old in retired.read_text()
    assert old not in (folder / "people.key").read_text()
    assert stat.S_IMODE(retired.stat().st_mode) == 0o600


@pytest.mark.parametrize("after", [3, 6])
def test_stopped_it_goes_on_where_it_ended(folder: Path, after: int) -> None:
    def stop(done: int, _total: int) -> None:
        if done == after:
            raise Stopped

    with Store.open(url_in(folder)) as store:
        with pytest.raises(Stopped):
            store.keys.rotate(actor="t", at=AT, progress=stop)
        new, old = store.keys.standing
        assert names(store) == [f"名{at}" for at in range(N)]
        assert store.persons_called(WHOLE, name="名6", at=AT) == ["P6"]
        assert store.persons_called(WHOLE, name="名0", at=AT) == ["P0"]
        assert write(store, range(N + 1)) == N
    with Store.open(url_in(folder)) as store:
        done = store.keys.rotate(actor="t", at=AT)
        assert (done.key_id, done.persons, done.retired) == (new, N - after, (old,))
        assert len(names(store)) == N + 1


def test_whoever_works_meanwhile_takes_the_new_key_by_itself(folder: Path) -> None:
    with Store.open(url_in(folder)) as other, Store.open(url_in(folder)) as store:
        done = store.keys.rotate(actor="t", at=AT)
        assert len(names(other)) == N
        write(other, range(N, N + 1))
        assert stored(folder, "SELECT DISTINCT key_id FROM person_search") == [(done.key_id,)]


def test_with_keys_of_the_environment_the_new_one_is_given_first(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    with Store.open(url_in(tmp_path), keys=Keyring.of(old, None)) as store:
        write(store, range(N))
        with pytest.raises(WrongUse, match="NEW,OLD"):
            store.keys.rotate(actor="t", at=AT)
    with Store.open(url_in(tmp_path), keys=Keyring.of(f"{new},{old}", None)) as store:
        assert store.keys.rotate(actor="t", at=AT).persons == N
    with Store.open(url_in(tmp_path), keys=Keyring.of(new, None)) as store:
        assert len(names(store)) == N
    with pytest.raises(KeyMissing):
        Store.open(url_in(tmp_path), keys=Keyring.of(old, None))


def test_the_change_of_keys_is_in_the_audit(folder: Path) -> None:
    with Store.open(url_in(folder)) as store:
        done = store.keys.rotate(actor="u1", at=AT)
        rows = store.audit_rows(last=2)
        assert rows["action"].tolist() == ["rotate", "retire"]
        assert rows["actor"].tolist() == ["u1", "u1"]
        assert done.key_id in rows["detail"].iloc[0]


def test_a_store_without_people_changes_its_key_too(tmp_path: Path) -> None:
    with Store.open(url_in(tmp_path)) as store:
        assert store.keys.standing == []
        assert store.keys.rotate(actor="t", at=AT).persons == 0
        assert len(store.keys.standing) == 1


def test_files_and_answers_that_name_people_are_sealed_and_sealed_anew(folder: Path) -> None:
    content = "标记文件 13812345678".encode()
    with Store.open(url_in(folder)) as store:
        file = JobFile("input", "p.csv", "text/csv", content)
        order = Order(JobKind.IMPORT, {}, WHOLE, files=(file,))
        job = store.jobs.order(order, at=AT)
        assert store.requests.begin("u1", "k1", "f", at=AT) is None
        store.requests.answer("u1", "k1", status=201, headers="{}", body=content)
        assert marks_in(folder) == []
        (old,) = store.keys.standing
        store.keys.rotate(actor="t", at=AT)
        assert store.jobs.file(job.job_id, "input").content == content
        again = store.requests.begin("u1", "k1", "f", at=AT)
        assert again is not None
        assert again.body == content
    for sql in ("SELECT content FROM job_file", "SELECT body FROM request"):
        (kept,) = stored(folder, sql)[0]
        assert isinstance(kept, bytes)
        assert not kept.startswith(old.encode())
