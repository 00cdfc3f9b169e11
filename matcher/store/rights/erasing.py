"""Taking away who a person is; what must be kept stays under the person's number alone.

Audit, moves of casework and decisions are never changed: they name people by number, and their
seals hold. What was written over is written over on disk too (`secure_delete`).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, literal_column, update

from matcher.domain.kinds import Kind
from matcher.errors import NotFound
from matcher.store.privacy.guard import Guard
from matcher.store.rows import contents, typed
from matcher.store.schema.people.imported import import_record
from matcher.store.schema.people.protected import person_history, person_search
from matcher.store.schema.records import RECORDS
from matcher.store.schema.tables import person

STAYS = ("person_id", "area_code", "seeks_work")
"""Columns of a person without a self: number, whose office it is, and that nobody matches it."""


def erase(
    connection: Connection,
    guard: Guard,
    person_id: str,
    kinds: Collection[Kind],
    *,
    entirely: bool,
) -> dict[str, int]:
    """Empty every cell of a person but the number and the office's area; delete these records.

    Args:
        connection: inside a writing transaction.
        guard: of its batch.
        person_id: whom.
        kinds: records of the person that go now.
        entirely: the number goes too; nothing may be left that points to it.

    Returns:
        How many records of each kind went.

    Raises:
        NotFound: there is no such person.
    """
    gone = {}
    for kind in sorted(kinds):
        table = RECORDS[kind].main
        done = connection.execute(delete(table).where(table.c.person_id == person_id))
        gone[kind.value] = int(done.rowcount)
    for beside in (person_search, person_history, import_record):
        connection.execute(delete(beside).where(beside.c.person_id == person_id))
    if entirely:
        done = connection.execute(delete(person).where(person.c.person_id == person_id))
    else:
        done = _empty(connection, guard, person_id)
    if done.rowcount != 1:
        raise NotFound(kind=Kind.PERSONS.value, key=person_id)
    return gone


def _empty(connection: Connection, guard: Guard, person_id: str) -> Any:
    records = RECORDS[Kind.PERSONS]
    stays = connection.execute(person.select().where(person.c.person_id == person_id)).first()
    area = None if stays is None else stays.area_code
    bare = {"person_id": person_id, "area_code": area, "seeks_work": False}
    (said,) = guard.said(records, contents(records, typed(records.columns(), pd.DataFrame([bare]))))
    done = None
    for table in reversed(list(records.parts.values())):  # the main row last: it is counted
        (key,) = table.primary_key.columns
        names = [c.name for c in table.columns if c is not key and c.name not in STAYS]
        values = dict.fromkeys(names)
        if table is records.main:
            kept = {"seeks_work": False, "content_hash": said, "updated_at": guard.at}
            values |= kept | {"version": table.c.version + literal_column("1")}
        done = connection.execute(update(table).where(key == person_id).values(values))
    return done
