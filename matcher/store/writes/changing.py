"""Single columns of one record changed, and nothing else of it written."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from sqlalchemy import Connection, update

from matcher.errors import Conflict
from matcher.store.privacy.guard import Guard
from matcher.store.privacy.tokens import SEARCHABLE
from matcher.store.rows import values_of
from matcher.store.schema.records import Records

SEARCHED = frozenset({*SEARCHABLE, "name"})
"""Columns that a person is found by; initials come of the name."""


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """What a record says now.

    Attributes:
        key: by which the store knows it.
        row: the whole record, one row, with its `content_hash`.
        names: the columns that say something else than before.
    """

    key: str
    row: pd.DataFrame
    names: tuple[str, ...]


def change_one(
    connection: Connection, guard: Guard, records: Records, changed: Changed, version: int
) -> None:
    """Write what changed of a record, if it still has this version.

    Raises:
        Conflict: it has not.
    """
    of_key = records.key.name
    written = {of_key, "content_hash", *changed.names}
    row = changed.row[[name for name in changed.row if name in written]]
    resting = guard.sealed(records, row)
    values = {name: values_of(resting[name])[0] for name in resting if name != of_key}
    values |= {"version": version + 1, "updated_at": guard.at}
    for table in records.parts.values():
        own = {
            column.name: values[column.name] for column in table.columns if column.name in values
        }
        statement = update(table).where(table.c[of_key] == changed.key)
        if table is records.main:
            statement = statement.where(table.c.version == version)
        if own and connection.execute(statement.values(own)).rowcount != 1:
            raise Conflict(kind=records.kind.value, key=changed.key, expected=version, found=-1)
    if not SEARCHED.isdisjoint(changed.names):
        guard.keep_tokens(records, changed.row)
