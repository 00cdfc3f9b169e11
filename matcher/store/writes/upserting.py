"""Whole rows written: new ones, and those that are there, with a version more."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection

from matcher.store.engine import upsert_statement
from matcher.store.privacy.guard import Guard
from matcher.store.rows import tuples
from matcher.store.schema.records import Records
from matcher.store.schema.types import instant_text
from matcher.store.writes.copying import copies, copy_rows


@dataclass(frozen=True, slots=True)
class Upserted:
    """What an upsert did, in records; their sum and `repeated` is the rows given.

    `repeated` are rows whose key came again further down in the same frame: the last one counts.
    """

    created: int
    updated: int
    unchanged: int
    repeated: int = 0


def write_rows(connection: Connection, guard: Guard, records: Records, frame: pd.DataFrame) -> None:
    """Insert or update these rows in every table of the kind."""
    resting = guard.sealed(records, frame)
    bookkeeping = {"version": 1, "updated_at": instant_text(guard.at)}
    # Binding a NULL costs as much as binding a value, and most columns of a file are empty.
    said = {*bookkeeping, *(str(name) for name in frame if frame[name].notna().any())}
    for table in records.parts.values():
        keys = {column.name for column in table.primary_key.columns}
        if copies(connection, len(frame)):
            names = [column.name for column in table.columns if column.name in said | keys]
            is_main = table is records.main
            copy_rows(connection, table, resting, bookkeeping, names=names, versioned=is_main)
            continue
        statement, order = upsert_statement(
            table,
            connection.dialect,
            versioned=table is records.main,
            given=said | keys,
        )
        for page in tuples(resting, order, bookkeeping):
            connection.exec_driver_sql(statement, page)
    guard.keep_tokens(records, frame)
