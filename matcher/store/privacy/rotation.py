"""The change of keys: every person sealed anew, some thousands at a time, others working on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Engine, Table, and_, bindparam, func, select, update

from matcher.domain.kinds import Kind
from matcher.store import audit, engine
from matcher.store.privacy.cells import (
    keyring_of,
    open_bytes,
    seal_bytes,
    seal_cells,
    sealed_columns,
)
from matcher.store.privacy.guard import Guard, standing_keys, take_up_key
from matcher.store.privacy.keyring import Keyring
from matcher.store.rows import contents, values_of
from matcher.store.schema.jobs import job_file
from matcher.store.schema.people.imported import import_record
from matcher.store.schema.people.protected import (
    field_key,
    person_history,
    person_search,
    sealed_secret,
)
from matcher.store.schema.records import RECORDS
from matcher.store.schema.requests import request, webhook
from matcher.store.schema.tables import person
from matcher.store.selection import fetch, records_in

PERSONS_AT_ONCE = 2_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a change of keys did: the key in use, persons sealed anew, keys that open nothing now.

    The retired ones still open backups from before.
    """

    key_id: str
    persons: int
    retired: tuple[str, ...]


class Keys:
    """The keys that a store is written with."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine = opened
        self._wait_s = wait_s

    @property
    def standing(self) -> list[str]:
        """Ids of the keys in use, the one for new writing first; several during a change."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return standing_keys(connection)

    def rotate(self, *, actor: str, at: datetime, progress: Progress | None = None) -> Rotated:
        """Seal everybody with a new key, or end a change that was begun.

        Stopped at any moment it goes on where it ended: each page is a transaction of its own, and
        whom it has sealed is known by the key's id. Others may read and write meanwhile.

        Raises:
            KeyMissing: a key that somebody is still sealed with is not at hand.
            WrongUse: the keys come from the environment, and no new one stands first there.
        """
        ring = self._begin(actor, at)
        done, last, total = 0, "", 0
        while True:
            with engine.writing(self._engine, wait_s=self._wait_s) as connection:
                guard = Guard(connection, at=at)
                key_id = guard.masters[0].key_id
                total = total or _left(connection, key_id)
                ids = _next(connection, key_id, after=last)
                if not ids:
                    _seal_files(connection, guard)
                    _seal_imports(connection, guard)
                    retired = _retire(connection, key_id, done, actor=actor, at=at)
                    break
                _seal_anew(connection, guard, ids)
            done, last = done + len(ids), ids[-1]
            if progress is not None:
                progress(done, max(total, done))
        ring.retire([each for each in ring.key_ids if each != key_id])
        return Rotated(key_id, done, retired)

    def _begin(self, actor: str, at: datetime) -> Keyring:
        """Take up the first key of the ring for all that is written from now on."""
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            ring = keyring_of(connection)
            standing = standing_keys(connection)
            for key_id in standing:
                ring.key(key_id)
            if len(standing) <= 1 and ring.make_first().key_id in standing:
                ring.put_first()
            if ring.first.key_id not in standing:
                take_up_key(connection, ring.first, at=at)
                entry = audit.Entry("rotate", "keys", [ring.first.key_id], {})
                audit.write_row(connection, entry, who=actor, at=at)
        return ring


def _left(connection: Connection, key_id: str) -> int:
    counted = select(func.count()).select_from(person_search)
    return int(connection.execute(counted.where(person_search.c.key_id != key_id)).scalar_one())


def _next(connection: Connection, key_id: str, *, after: str) -> list[str]:
    table = person_search
    statement = select(table.c.person_id).where(table.c.key_id != key_id, table.c.person_id > after)
    found = connection.execute(statement.order_by(table.c.person_id).limit(PERSONS_AT_ONCE))
    return list(found.scalars())


def _seal_anew(connection: Connection, guard: Guard, ids: list[str]) -> None:
    """Read these persons with the keys they were sealed with, and write them with the one in use.

    Their versions stay: nothing about them has changed.
    """
    records = RECORDS[Kind.PERSONS]
    frame = fetch(connection, records_in(records), by=records.key, ids=ids)
    resting = guard.sealed(records, frame)
    for table in records.parts.values():
        columns = [column.name for column in sealed_columns(table)]
        if columns:
            _update(connection, table, resting[[records.key.name, *columns]])
    _seal_history(connection, guard, ids)
    said = guard.said(records, contents(records, frame))
    hashes = pd.DataFrame({"person_id": frame["person_id"], "content_hash": said})
    _update(connection, person, hashes)
    guard.keep_tokens(records, frame)


def _seal_history(connection: Connection, guard: Guard, ids: list[str]) -> None:
    """Seal anew what stood in the records of these persons before."""
    columns = [column.name for column in sealed_columns(person_history)]
    kept = select(person_history.c.entry, *(person_history.c[name] for name in columns))
    frame = fetch(connection, kept, by=person_history.c.person_id, ids=ids)
    if frame.empty:
        return
    entries = frame["entry"].tolist()
    for name in columns:
        place = (person_history.name, name)
        cells = seal_cells(guard.masters[0], place, entries, values_of(frame[name]))
        frame[name] = pd.Series(cells, dtype=object)
    _update(connection, person_history, frame)


def _seal_files(connection: Connection, guard: Guard) -> None:
    """Seal anew the files of jobs and the answers kept for a while; there are few."""
    master, key = guard.masters[0], keyring_of(connection).key
    for table, name, names in (
        (job_file, "content", ("job_id", "name")),
        (request, "body", ("actor", "key")),
        (webhook, "secret", ("webhook_id",)),
        (sealed_secret, "content", ("name",)),
    ):
        place, column = (table.name, name), table.c[name]
        marks = [table.c[each] for each in names]
        kept = select(*marks, column).where(column.is_not(None))
        for found in connection.execute(kept).all():
            row = "/".join(found[:-1])
            content = open_bytes(key, place, row, bytes(found[-1]))
            mine = and_(*(mark == said for mark, said in zip(marks, found, strict=False)))
            new = {name: seal_bytes(master, place, row, content)}
            connection.execute(update(table).where(mine).values(new))


def _seal_imports(connection: Connection, guard: Guard) -> None:
    """Seal anew what stood in records before imports that can still be undone."""
    kept = select(import_record.c.entry, import_record.c.before)
    frame = fetch(connection, kept.where(import_record.c.before.is_not(None)))
    if frame.empty:
        return
    entries, texts = frame["entry"].tolist(), values_of(frame["before"])
    cells = seal_cells(guard.masters[0], (import_record.name, "before"), entries, texts)
    _update(connection, import_record, frame.assign(before=pd.Series(cells, dtype=object)))


def _update(connection: Connection, table: Table, frame: pd.DataFrame) -> None:
    """Set these columns of the rows that the frame's first column names."""
    key, *names = frame.columns
    statement = update(table).where(table.c[key] == bindparam(f"of_{key}"))
    changed: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    marks = [f"of_{key}", *(f"new_{name}" for name in names)]
    columns = [values_of(frame[name]) for name in frame]
    rows = [dict(zip(marks, row, strict=True)) for row in zip(*columns, strict=True)]
    connection.execute(statement.values(changed), rows)


def _retire(
    connection: Connection, key_id: str, done: int, *, actor: str, at: datetime
) -> tuple[str, ...]:
    retired = tuple(each for each in standing_keys(connection) if each != key_id)
    if retired:
        gone = update(field_key).where(field_key.c.key_id.in_(retired))
        connection.execute(gone.values(retired_at=at))
        entry = audit.Entry("retire", "keys", list(retired), {"persons": done})
        audit.write_row(connection, entry, who=actor, at=at)
    return retired
