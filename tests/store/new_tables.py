"""Tables of a new SQLite database as the migrations leave them, without running each of them."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection

from matcher.store import migrations
from matcher.store.engine import open_engine, reading, resolve, writing
from matcher.store.privacy.keyring import Keyring

WAIT_S = 30.0
MADE = """
SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
ORDER BY CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, rowid
"""
MIGRATE = migrations.upgrade
"""What really makes them, and all that a database of an older schema needs."""


def tables_in(connection: Connection) -> list[tuple[str, str, str]]:
    """Kind, name and statement of all that was made in a database: tables, indexes, triggers."""
    return [(row[0], row[1], row[2]) for row in connection.exec_driver_sql(MADE)]


@cache
def as_migrated() -> tuple[str, ...]:
    """The statements, and the note of the schema; no other row is there after a migration."""
    url = resolve("sqlite://")
    keeper = open_engine(url, wait_s=WAIT_S)
    try:
        with keeper.connect():
            MIGRATE(url.render_as_string(), keys=Keyring.in_memory())
        with reading(keeper, wait_s=WAIT_S) as connection:
            made = tables_in(connection)
    finally:
        keeper.dispose()
    note = f"INSERT INTO {migrations.VERSION_TABLE} VALUES ('{migrations.head()}')"
    return (*(statement for _, _, statement in made), note)


def make_tables(url: str, *, keys: Keyring | None = None) -> None:
    """As `migrations.upgrade` of an empty database; of SQLite, in a small part of its time."""
    resolved = resolve(url)
    if resolved.get_backend_name() != "sqlite":
        MIGRATE(url, keys=keys)
        return
    statements = as_migrated()
    opened = open_engine(resolved, wait_s=WAIT_S, foreign_keys=False, keyring=keys)
    try:
        with writing(opened, wait_s=WAIT_S) as connection:
            if migrations.revision_in(connection) is None:
                for statement in statements:
                    connection.exec_driver_sql(statement)
    finally:
        opened.dispose()
