"""Engines and all that differs between them: pragmas, locks, busy signs, triggers, backup.

Everything else in this room is SQL that SQLite and PostgreSQL both take.
"""

from __future__ import annotations

import itertools
import os
import weakref
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import sqlcipher3.dbapi2 as sqlite_driver
from sqlalchemy import (
    URL,
    Connection,
    Dialect,
    Engine,
    Table,
    create_engine,
    event,
    exc,
    literal_column,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.pool import QueuePool

from matcher.errors import BrokenReferences, StoreBusy, StoreUnusable, UnreadableFile, WrongUse
from matcher.store.traces.turn import taken

# The driver looks for an adapter before it binds None, bool or bytes, and looking in vain costs
# twenty times the binding. These adapters change nothing; each is one C call.
sqlite_driver.register_adapter(type(None), {}.get)
sqlite_driver.register_adapter(bool, int)

_memory_names = itertools.count(1)

POSTGRES_BUSY = {"55P03", "40P01", "40001"}
"""SQL states: lock not available, deadlock, serialization failure."""


def resolve(url: str) -> URL:
    """The engine's own URL; a bare `sqlite://` becomes a named database in this process's memory.

    Raises:
        WrongUse: neither SQLite nor PostgreSQL.

    Example:
        >>> resolve("sqlite:///w/rengang.sqlite").database
        'w/rengang.sqlite'
    """
    try:
        made = make_url(url)
    except exc.ArgumentError:
        made = None
    if made is None or made.get_backend_name() not in ("sqlite", "postgresql"):
        raise WrongUse(
            what=f"the database '{made.get_backend_name() if made else 'URL given'}' is not one "
            "the store knows",
            expected="sqlite:///path or postgresql://user@host/name",
            do="Correct the database URL.",
        )
    if made.get_backend_name() == "sqlite" and made.database in (None, "", ":memory:"):
        # Unlike :memory:, a memdb is shared by all connections of the process that name it.
        return make_url(f"sqlite:///file:/rengang-{next(_memory_names)}?vfs=memdb&uri=true")
    return made


def file_of(url: URL) -> Path | None:
    """The file of an SQLite database; None for memory and for servers."""
    if url.get_backend_name() != "sqlite" or "vfs" in url.query or url.database is None:
        return None
    return Path(url.database)


def open_engine(
    url: URL, *, wait_s: float, foreign_keys: bool = True, keyring: object = None
) -> Engine:
    """An engine whose connections are set up for this store.

    Args:
        url: from `resolve`.
        wait_s: seconds a writer waits for another one.
        foreign_keys: off only while tables are rebuilt by a migration.
        keyring: the keys of people's cells; each connection carries it among its options.
    """
    carried = {"keyring": keyring}
    if url.get_backend_name() == "postgresql":
        return _postgresql(url, wait_s, carried)
    file = file_of(url)
    if file is not None and file.parent.is_dir() and not file.exists():
        # Made here so that from its first byte only its owner may read it.
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    engine = create_engine(
        url,
        module=sqlite_driver,
        connect_args={"timeout": wait_s, "check_same_thread": False},
        poolclass=QueuePool,
        execution_options=carried | {"turn": Lock()},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver leaves BEGIN to us
        for pragma in (
            f"busy_timeout={int(wait_s * 1000)}",
            "journal_mode=WAL",
            "synchronous=FULL",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            "recursive_triggers=ON",  # else INSERT OR REPLACE would delete audit rows unseen
            "secure_delete=ON",  # what is erased is written over, not only let go
            "cache_size=-65536",
            "journal_size_limit=67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(url: URL, wait_s: float, carried: dict[str, object]) -> Engine:
    # What is confirmed must be on disk, whatever the server's own setting.
    settings = (
        f"-c timezone=UTC -c datestyle=ISO -c synchronous_commit=on "
        f"-c lock_timeout={int(wait_s * 1000)}"
    )
    try:
        return create_engine(
            url,
            connect_args={"options": settings},
            pool_pre_ping=True,
            execution_options=carried,
        )
    except ModuleNotFoundError as missing:
        raise WrongUse(
            what=f"the driver '{missing.name}' for PostgreSQL is not installed",
            expected="the extra 'postgres'",
            do="Run 'pip install rengang[postgres]'.",
        ) from None


def close_with(owner: object, opened: Engine) -> None:
    """Close a server's connections with the last reference to their owner, if nobody did before.

    SQLite's need no such care, and a store in memory would be gone while still in use.
    """
    if not _is_sqlite(opened.dialect):
        weakref.finalize(owner, opened.dispose)


@contextmanager
def writing(engine: Engine, *, wait_s: float) -> Iterator[Connection]:
    """One transaction that writes: all of it or nothing.

    Writers of one process take turns before they ask SQLite for its lock: who finds that taken
    sleeps for ever longer, and may sleep while it is free.

    Raises:
        StoreBusy: another writer kept the lock for longer than `wait_s`.
        StoreUnusable: the engine cannot go on, for example for want of disk.
    """
    turn = engine.get_execution_options().get("turn")
    with (
        _in_our_words(wait_s),
        taken(turn, wait_s),
        engine.execution_options(writes=True).begin() as connection,
    ):
        yield connection


@contextmanager
def reading(engine: Engine, *, wait_s: float) -> Iterator[Connection]:
    """One view of the data that others' writes do not change while it is open."""
    options = {} if _is_sqlite(engine.dialect) else {"isolation_level": "REPEATABLE READ"}
    with (
        _in_our_words(wait_s),
        engine.execution_options(**options).connect() as connection,
    ):
        yield connection


@contextmanager
def _in_our_words(wait_s: float) -> Iterator[None]:
    try:
        yield
    except exc.DatabaseError as error:
        reason = str(error.orig).split("\n", 1)[0]
        if _is_busy(error):
            raise StoreBusy(waited_s=wait_s) from error
        if isinstance(error, exc.OperationalError) or type(error) is exc.DatabaseError:
            raise StoreUnusable(reason=reason) from error
        raise  # a broken constraint or statement is a bug of ours: keep its trace


def _is_busy(error: exc.DatabaseError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in POSTGRES_BUSY or "database is locked" in str(error.orig)


def _is_sqlite(dialect: Dialect) -> bool:
    return dialect.name == "sqlite"


def refuse_other_files(url: URL) -> None:
    """Is the file an SQLite database, or empty?

    Raises:
        UnreadableFile: it is something else.
    """
    file = file_of(url)
    if file is None or not file.is_file():
        return
    with file.open("rb") as handle:
        start = handle.read(16)
    if start not in (b"", b"SQLite format 3\0"):
        raise UnreadableFile(
            file=file.name,
            found="it is not an SQLite database",
            expected="the workspace's database",
            do="Choose another workspace, or restore the file from a backup.",
        )


def upserting(table: Table, statement: Any, *, versioned: bool) -> Any:
    """The INSERT made to UPDATE where the key exists: columns it does not carry become NULL."""
    keys = [column.name for column in table.primary_key.columns]
    names = [column.name for column in table.columns if column.name not in keys]
    new: dict[str, Any] = {name: statement.excluded[name] for name in names}
    if versioned:
        new["version"] = table.c.version + literal_column("1")
    return statement.on_conflict_do_update(index_elements=keys, set_=new) if new else statement


def upsert_statement(
    table: Table, dialect: Dialect, *, versioned: bool, given: Collection[str] | None = None
) -> tuple[str, list[str]]:
    """INSERT, or UPDATE where the key exists: driver SQL and the columns its marks stand for.

    Driver SQL with tuples is what makes bulk writes fast: nothing of ours runs per row.

    Args:
        table: any of ours with one key column.
        dialect: of the engine that will run it.
        versioned: is there a `version` that an update raises by one.
        given: the columns that the tuples carry; the others become NULL, in new rows and in old
            ones. None is all of them.
    """
    is_sqlite = _is_sqlite(dialect)
    # The two dialects word this the same way, so that one statement serves both.
    statement = upserting(
        table, sqlite.insert(table) if is_sqlite else postgresql.insert(table), versioned=versioned
    )
    names = [column.name for column in table.columns]
    with_marks: Any = postgresql.psycopg.dialect
    marks_in_order = dialect if is_sqlite else with_marks(paramstyle="format")
    carried = [name for name in names if given is None or name in given]
    compiled: Any = statement.compile(dialect=marks_in_order, column_keys=carried)
    return str(compiled), list(compiled.positiontup)


APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END",
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_never_changes() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '{table} rows are never changed'; END $$",
        "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION {table}_never_changes()",
    ),
}


def make_append_only(connection: Connection, table: str) -> None:
    """Let the engine itself refuse every change of a row once written.

    A migration that rebuilds the table must call this again: triggers go with the old table.
    """
    for statement in APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement.format(table=table))


def drop_append_only(connection: Connection, table: str) -> None:
    """Take `make_append_only` back, before the table is dropped or, the once, emptied."""
    for what in ("update", "delete") * _is_sqlite(connection.dialect):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{what}")
    if not _is_sqlite(connection.dialect):
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {table}_never_changes() CASCADE")


def lock_for_migration(connection: Connection) -> None:
    """Let one process at a time migrate; SQLite's BEGIN IMMEDIATE has seen to it already."""
    if not _is_sqlite(connection.dialect):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('rengang migration'))")


def lock_for_writing(connection: Connection, name: str) -> None:
    """Let one transaction at a time write what goes by this name, until it ends.

    What it then reads of it nobody else changes before it has written: so no place is given twice
    and no edit is lost. SQLite's BEGIN IMMEDIATE has seen to it already; here writers of different
    names do not wait for each other, and readers wait for nobody.
    """
    if not _is_sqlite(connection.dialect):
        named = f"rengang writes {name}"
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext(%s))", (named,))


def lock_for_sealing(connection: Connection, tables: Collection[str]) -> None:
    """Let every writer finish first, so that no row comes in below a seal.

    SQLite's BEGIN IMMEDIATE has seen to it already.
    """
    if not _is_sqlite(connection.dialect):
        for table in sorted(tables):
            connection.exec_driver_sql(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")


def refuse_broken_references(connection: Connection, *, after: str) -> None:
    """Does every reference still point to a row, after a migration without foreign keys?

    Raises:
        BrokenReferences: with the tables concerned.
    """
    broken = problems(connection, deep=False)
    if broken:
        raise BrokenReferences(after=after, problems=broken)


def problems(connection: Connection, *, deep: bool = True) -> tuple[str, ...]:
    """What the engine finds wrong with its own data; empty when all is well.

    Args:
        connection: inside any transaction.
        deep: also read every page; otherwise only references are checked. PostgreSQL guards
            both by itself and has nothing to say.
    """
    if not _is_sqlite(connection.dialect):
        return ()
    found = [
        f"{table} row {row} points to a missing {parent}"
        for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check")
    ]
    if deep:
        answers = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        found += [answer for answer in answers if answer != "ok"]
    return tuple(found)


def compact(engine: Engine) -> None:
    """Write an SQLite file anew, so that nothing of what was changed is left in free pages."""
    if _is_sqlite(engine.dialect):
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.commit()
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def back_up(engine: Engine, path: Path) -> None:
    """Write a whole, consistent copy to a new file, while others go on reading and writing.

    Raises:
        WrongUse: the file exists, or the engine has its own tool for this.
    """
    if not _is_sqlite(engine.dialect):
        raise WrongUse(
            what="a PostgreSQL database is not copied by this command",
            expected="an SQLite workspace",
            do="Use pg_dump.",
        )
    if path.exists():
        raise WrongUse(
            what=f"{path} exists", expected="a new file", do="Choose another name for the backup."
        )
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_RDWR, 0o600))
    copy = sqlite_driver.connect(str(unfinished))
    try:
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.backup(copy)  # in one step, so that it is the state of one moment
    finally:
        copy.close()
    with unfinished.open("rb+") as handle:
        os.fsync(handle.fileno())
    unfinished.replace(path)
