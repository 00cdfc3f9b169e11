"""A chain of digests over rows that are never changed: a change behind the store's back shows.

Each seal covers the rows written since the one before and takes that one's digest along. Whoever
changes a sealed row would have to make every later seal again; a digest written down elsewhere (a
printed monthly report) shows even that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select

from matcher.store.engine import lock_for_sealing
from matcher.store.schema.events import case_event, seal
from matcher.store.schema.tables import audit, decision

SEALED: dict[str, tuple[Table, str]] = {
    "audit": (audit, "seq"),
    "case_event": (case_event, "seq"),
    "decision": (decision, "id"),
}
"""The tables under seal, and the column that counts their rows."""

ROWS_AT_ONCE = 10_000


def digest_of(before: str, rows: Iterable[Row[Any]]) -> tuple[str, int]:
    """The digest of these rows after that of the rows before them, and how many they were.

    Source:
        The linked digests of Haber and Stornetta: How to time-stamp a digital document, 1991.
    """
    made, count = blake2b(before.encode(), digest_size=32), 0
    for row in rows:
        said = json.dumps([_plain(value) for value in row], ensure_ascii=False)
        made.update(said.encode() + b"\n")
        count += 1
    return made.hexdigest(), count


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def seal_rows(connection: Connection, *, at: datetime) -> int:
    """Seal what was written since the last seals; how many rows that were."""
    lock_for_sealing(connection, [table.name for table, _ in SEALED.values()])
    total = 0
    for name in SEALED:
        last, before = _last(connection, name)
        digest, count, newest = _digest_after(connection, name, last, None, before)
        if count:
            row = {"sealed": name, "first_seq": last + 1, "last_seq": newest, "count": count}
            connection.execute(insert(seal).values(row | {"digest": digest, "at": at}))
        total += count
    return total


def broken_seals(connection: Connection) -> tuple[str, ...]:
    """What does not agree with the seals, in words; empty where every seal holds."""
    found = []
    for name in SEALED:
        before, last = "", 0
        rows = connection.execute(select(seal).where(seal.c.sealed == name).order_by(seal.c.id))
        for each in rows.all():
            if each.first_seq != last + 1:
                found.append(f"seal {each.id} of {name} does not begin where the last one ended")
            row_count = int(each._mapping["count"])  # a row has a method of that name
            span = _digest_after(connection, name, last, each.last_seq, before)
            if span[0] != each.digest or span[1] != row_count:
                found.append(
                    f"seal {each.id} of {name} does not fit rows {each.first_seq} to "
                    f"{each.last_seq}: something was changed, added or taken away"
                )
            before, last = each.digest, each.last_seq
    return tuple(found)


def _last(connection: Connection, name: str) -> tuple[int, str]:
    newest = select(seal.c.last_seq, seal.c.digest).where(seal.c.sealed == name)
    row = connection.execute(newest.order_by(seal.c.id.desc()).limit(1)).first()
    return (0, "") if row is None else (int(row.last_seq), str(row.digest))


def _digest_after(
    connection: Connection, name: str, last: int, until: int | None, before: str
) -> tuple[str, int, int]:
    """Digest, count and last number of the rows after `last`, up to `until`."""
    table, number = SEALED[name]
    column = table.c[number]
    statement = select(*table.columns).where(column > last).order_by(column)
    if until is not None:
        statement = statement.where(column <= until)
    newest = last

    def rows() -> Iterable[Row[Any]]:
        nonlocal newest
        for row in connection.execute(statement).yield_per(ROWS_AT_ONCE):
            newest = int(getattr(row, number))
            yield row

    digest, count = digest_of(before, rows())
    return digest, count, newest
