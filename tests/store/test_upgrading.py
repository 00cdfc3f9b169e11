"""From every schema there ever was, with rows in every table, to the newest: nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    Double,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    insert,
    select,
    update,
)
from sqlalchemy.types import DateTime, TypeEngine

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.store import migrations
from matcher.store.engine import lock_for_migration, open_engine, resolve, writing
from matcher.store.migrations import VERSION_TABLE, differences, head, revision_in, upgrade
from matcher.store.privacy.cells import keyring_of, seal_cells
from matcher.store.privacy.opening import keys_beside
from matcher.store.privacy.searching import called
from matcher.store.schema.jobs import metadata as of_the_code
from matcher.store.schema.records import RECORDS
from matcher.store.schema.tables import person
from matcher.store.selection import records_in
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
VERSIONS = Path(migrations.__file__).parent / "versions"
PAST = [
    script.revision
    for script in ScriptDirectory(
        str(VERSIONS.parent), version_locations=[str(VERSIONS)]
    ).walk_revisions()
][::-1]
N_ROWS = 3
SAMPLES: list[tuple[type[TypeEngine[Any]], Any]] = [
    (LargeBinary, b"some bytes"),
    (Boolean, True),
    (Date, AT.date()),
    (DateTime, AT),
    (Integer, 7),
    (Float, 0.125),
    (Double, 0.125),
]
Rows = dict[str, list[dict[str, Any]]]
SEALED_SINCE, CERTIFICATES_SEALED_SINCE = "0006", "0012"
PERSONAL = ("name", "id_number", "phone", "address", "extra")
RESTS_OTHERWISE = {
    "person": {"content_hash"},
    "person_status": {"health", "certificate_no"},
    "person_identity": set(PERSONAL),
    "person_search": {"name"},
}
"""What is sealed on the way; that it opens to what it was is asked of the store."""


def sample(of: TypeEngine[Any], name: str, number: int) -> Any:
    """A value of the type: texts tell their column and row apart."""
    if name == "content_hash":
        return f"{number:032x}"
    return next((value for kind, value in SAMPLES if isinstance(of, kind)), f"{name} {number} 甲")


def tables_of(connection: Connection) -> MetaData:
    """The tables as they stand in the database, without what the code says of them."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name != VERSION_TABLE)
    return found


def fill(connection: Connection) -> None:
    """Some rows in every table; a reference names the row of the same number."""
    for table in tables_of(connection).sorted_tables:
        for number in range(1, N_ROWS + 1):
            row = {}
            for column in table.columns:
                named = column.name
                for key in column.foreign_keys:
                    named = key.column.name
                row[column.name] = sample(column.type, named, number)
                if column.primary_key and isinstance(column.type, Integer):
                    row[column.name] = number
            connection.execute(insert(table).values(row))


def seal(connection: Connection, revision: str) -> None:
    """Let the people rest as they do since they are sealed, under a key in use."""
    tables, master = tables_of(connection).tables, keyring_of(connection).make_first()
    in_use = {"number": N_ROWS + 1, "key_id": master.key_id, "since": AT, "retired_at": None}
    connection.execute(insert(tables["field_key"]).values(in_use))
    connection.execute(update(tables["person_search"]).values(key_id=master.key_id))
    is_late = revision >= CERTIFICATES_SEALED_SINCE
    status = ("health", "certificate_no") if is_late else ("health",)
    for name, columns in (("person_identity", PERSONAL), ("person_status", status)):
        table = tables[name]
        for row in connection.execute(select(table)).mappings().all():
            made = {
                column: seal_cells(master, (name, column), [row["person_id"]], [row[column]])[0]
                for column in columns
            }
            changed = update(table).where(table.c.person_id == row["person_id"]).values(made)
            connection.execute(changed)


def rows_of(connection: Connection, tables: MetaData) -> Rows:
    """Every cell of these columns, by table."""
    now = tables_of(connection).tables
    kept: Rows = {}
    for name, table in tables.tables.items():
        columns = [now[name].c[column.name] for column in table.columns]
        order = [now[name].c[column.name] for column in table.primary_key.columns]
        rows = connection.execute(select(*columns).order_by(*order))
        sealed = RESTS_OTHERWISE.get(name, set())
        kept[name] = [{k: v for k, v in row._mapping.items() if k not in sealed} for row in rows]
    return kept


def test_the_past_is_whole() -> None:
    assert PAST[0] == "0001"
    assert PAST[-1] == head()


@pytest.mark.parametrize("revision", PAST)
def test_rows_of_a_past_schema_are_all_there_in_the_newest(
    empty_urls: Iterator[str], revision: str
) -> None:
    url = next(empty_urls)
    upgrade(url, to=revision)
    engine = open_engine(resolve(url), wait_s=1, keyring=keys_beside(resolve(url)))
    with writing(engine, wait_s=1) as connection:
        assert revision_in(connection) == revision
        fill(connection)
        if revision >= SEALED_SINCE:
            seal(connection, revision)
        past = tables_of(connection)
        before = rows_of(connection, past)
    engine.dispose()
    upgrade(url)
    with engine.connect() as connection:
        assert revision_in(connection) == head()
        assert rows_of(connection, past) == before
    assert differences(engine) == []
    engine.dispose()
    with Store.open(url, create=False) as store:
        assert store.problems() == ()
        assert store.counts()[Kind.PERSONS] == N_ROWS
        everything = records_in(RECORDS[Kind.PERSONS], ("status", "identity"))
        people = store._fetch(everything, order=[person.c.person_id])
        for name in (*PERSONAL[:4], "health", "certificate_no"):
            assert people[name].tolist() == [f"{name} {n} 甲" for n in range(1, N_ROWS + 1)]
        assert len(store.audit_rows()) == N_ROWS
        sought = ({"name": "name 2 甲"}, {"initials": "name2j"})
        with store._engine.connect() as connection:
            found = [called(connection, Scope.office("test"), each) for each in sought]
    # What people are found by is made anew on the way, and not where there is none.
    assert found == ([["person_id 2 甲"]] * 2 if revision < "0013" else [[], []])


def test_a_store_brought_up_is_written_like_a_new_one(empty_urls: Iterator[str]) -> None:
    url = next(empty_urls)
    upgrade(url, to="0001")
    upgrade(url)
    with Store.open(url) as store:
        with store.writing(actor="t", at=AT) as batch:
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [{"name": "乙"}]))
        assert store.seal(at=AT) == 1
        assert len(store.audit_rows()) == 1


def test_the_newest_schema_is_that_of_the_code(empty_urls: Iterator[str]) -> None:
    url = next(empty_urls)
    upgrade(url)
    engine = open_engine(resolve(url), wait_s=1)
    assert differences(engine) == []
    with engine.connect() as connection:
        made = tables_of(connection)
    assert set(made.tables) == set(of_the_code.tables)
    for name, table in of_the_code.tables.items():
        found = made.tables[name]
        assert set(found.columns.keys()) == set(table.columns.keys())
        assert {index.name for index in found.indexes} >= {index.name for index in table.indexes}
        assert {key.target_fullname for key in found.foreign_keys} == {
            key.target_fullname for key in table.foreign_keys
        }
    with engine.begin() as connection:
        lock_for_migration(connection)
        connection.exec_driver_sql("ALTER TABLE person DROP COLUMN major")
    assert "major" in str(differences(engine))
    engine.dispose()
