"""What SQLite is told, and how its troubles are put into words."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlcipher3.dbapi2 as sqlite_driver
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import StoreBusy, StoreUnusable, UnreadableFile, WrongUse
from matcher.store.engine import (
    APPEND_ONLY,
    file_of,
    open_engine,
    problems,
    resolve,
    upsert_statement,
    writing,
)
from matcher.store.schema.tables import meta, metadata, person
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'rengang.sqlite'}"


def course(store: Store, name: str) -> None:
    with store.writing(actor="t", at=AT) as batch:
        batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, [{"name": name}]))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)],
)
def test_every_connection_is_set_up(url: str, pragma: str, value: object) -> None:
    engine = open_engine(resolve(url), wait_s=1)
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    engine.dispose()


def test_sqlite_is_one_without_the_race_in_its_log() -> None:
    assert sqlite_driver.sqlite_version_info >= (3, 51, 3)


def test_the_driver_still_binds_what_the_adapters_pass_on() -> None:
    connection = sqlite_driver.connect(":memory:")
    found = connection.execute("SELECT ?, ?, ?", (None, True, False)).fetchone()
    connection.close()
    assert found == (None, 1, 0)


def test_only_its_owner_may_read_the_file_and_its_log(url: str, tmp_path: Path) -> None:
    with Store.open(url) as store:
        course(store, "x")
        files = list(tmp_path.glob("rengang.sqlite*"))
        assert len(files) == 3
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_two_stores_in_memory_are_two(tmp_path: Path) -> None:
    with Store.open("sqlite://") as one, Store.open("sqlite:///:memory:") as two:
        course(one, "x")
        assert (one.counts()[Kind.COURSES], two.counts()[Kind.COURSES]) == (1, 0)
    assert file_of(resolve("sqlite://")) is None


def test_readers_go_on_while_a_batch_is_written(url: str) -> None:
    with Store.open(url, wait_s=0.1) as store:
        course(store, "x")
        with store.writing(actor="t", at=AT) as batch:
            batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, [{"name": "y"}]))
            assert store.frame(Kind.COURSES)["name"].tolist() == ["x"]
        assert store.frame(Kind.COURSES)["name"].tolist() == ["y"]


def test_another_store_on_the_same_file_is_waited_for_then_reported(url: str) -> None:
    with Store.open(url, wait_s=0.1) as store, Store.open(url) as other:
        with other.writing(actor="import", at=AT), pytest.raises(StoreBusy, match=r"over 0.1 s"):
            course(store, "x")
        course(store, "x")
        assert other.counts()[Kind.COURSES] == 1


def test_a_read_that_cannot_be_audited_gives_nothing(url: str) -> None:
    everywhere = Scope.office("test")
    with Store.open(url, wait_s=0.1) as store:
        with store.writing(actor="import", at=AT):
            assert store.persons(everywhere).empty
            with pytest.raises(StoreBusy):
                store.persons(everywhere, parts=("status",))
        assert store.audit_rows().empty


def test_many_may_open_a_new_store_at_once(url: str) -> None:
    def open_and_add(name: str) -> int:
        with Store.open(url, wait_s=30) as store:
            course(store, name)
            return store.counts()[Kind.COURSES]

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(open_and_add, "abcdefgh"))
    assert max(seen) == 1  # all wrote the same record
    with Store.open(url) as store:
        assert len(store.audit_rows()) == 8


@pytest.mark.parametrize("url", ["mysql://h/d", "nonsense", "oracle://u@h/d"])
def test_other_engines_are_refused(url: str) -> None:
    with pytest.raises(WrongUse, match="postgresql://"):
        Store.open(url)


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("not a database, but long enough to be read as one", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="not an SQLite database"):
        Store.open(f"sqlite:///{file}")
    assert file.read_text(encoding="utf-8").startswith("not a database")


def test_a_store_that_is_not_there_is_not_made_unasked(tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite"
    with pytest.raises(WrongUse, match="no database at"):
        Store.open(f"sqlite:///{file}", create=False)
    assert not file.exists()


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="unable to open"):
        Store.open(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite'}")


def test_a_full_disk_leaves_nothing_half_written(url: str) -> None:
    with Store.open(url) as store:
        course(store, "x")
        with store._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        for _ in range(2):  # every pooled connection
            with store._engine.connect() as connection:
                connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}")
        rows = [{"course_id": f"C{at}", "name": "长" * 500} for at in range(200)]
        with (
            pytest.raises(StoreUnusable, match="full"),
            store.writing(actor="t", at=AT) as batch,
        ):
            batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, rows))
        assert store.counts()[Kind.COURSES] == 1
        assert store.problems() == ()


def test_a_damaged_page_is_reported_in_one_sentence(url: str, tmp_path: Path) -> None:
    with Store.open(url) as store:
        course(store, "x")
    file = tmp_path / "rengang.sqlite"
    with file.open("r+b") as handle:
        handle.seek(4096)
        handle.write(os.urandom(4096 * 20))
    with pytest.raises(StoreUnusable, match="backup"), Store.open(url) as store:
        store.frame(Kind.COURSES)


class TestBackup:
    def test_a_backup_is_a_whole_store_of_its_own(self, url: str, tmp_path: Path) -> None:
        copy = tmp_path / "copy.sqlite"
        with Store.open(url) as store:
            course(store, "x")
            store.backup(copy)
            course(store, "y")
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        with Store.open(f"sqlite:///{copy}", create=False) as kept:
            assert kept.frame(Kind.COURSES)["name"].tolist() == ["x"]
            assert kept.problems() == ()
            assert len(kept.audit_rows()) == 1
        assert not list(tmp_path.glob("*.unfinished"))

    def test_a_store_in_memory_can_be_kept(self, tmp_path: Path) -> None:
        with Store.open("sqlite://") as store:
            course(store, "x")
            store.backup(tmp_path / "copy.sqlite")
        with Store.open(f"sqlite:///{tmp_path / 'copy.sqlite'}") as kept:
            assert kept.counts()[Kind.COURSES] == 1

    def test_no_file_is_written_over(self, url: str, tmp_path: Path) -> None:
        (tmp_path / "copy.sqlite").write_text("precious", encoding="utf-8")
        with Store.open(url) as store, pytest.raises(WrongUse, match="exists"):
            store.backup(tmp_path / "copy.sqlite")
        assert (tmp_path / "copy.sqlite").read_text(encoding="utf-8") == "precious"


class TestPostgresqlWording:
    """What can be known without a server: the statements, not what one does with them."""

    dialect: Dialect = postgresql.psycopg.dialect()

    def test_an_upsert_is_on_conflict_with_plain_marks(self) -> None:
        statement, order = upsert_statement(person, self.dialect, versioned=True)
        assert order == [column.name for column in person.columns]
        assert statement.count("%s") == len(order)
        assert "ON CONFLICT (person_id) DO UPDATE SET area_code = excluded.area_code" in statement
        assert "version = (person.version + 1)" in statement

    def test_every_engine_keeps_the_audit(self) -> None:
        assert set(APPEND_ONLY) == {"sqlite", "postgresql"}

    def test_tables_have_real_days_moments_and_one_order_of_ids(self) -> None:
        made = {
            table.name: str(CreateTable(table).compile(dialect=self.dialect))
            for table in metadata.sorted_tables
        }
        assert "birth_date DATE" in made["person_status"]
        assert "at TIMESTAMP WITH TIME ZONE NOT NULL" in made["audit"]
        assert 'person_id TEXT COLLATE "C" NOT NULL' in made["person"]
        assert "seq BIGSERIAL" in made["audit"]


def test_an_upsert_in_sqlite_takes_every_column_by_place() -> None:
    statement, order = upsert_statement(
        meta, open_engine(resolve("sqlite://"), wait_s=1).dialect, versioned=False
    )
    assert order == ["key", "value"]
    assert statement.count("?") == 2


def test_a_sound_store_has_no_problems(url: str) -> None:
    Store.open(url).close()
    engine = open_engine(resolve(url), wait_s=1)
    with writing(engine, wait_s=1) as connection:
        assert problems(connection) == ()
    engine.dispose()
