"""A chain of digests over rows that are never changed: a change behind the store's back shows.

Each seal covers the rows written since the one before and takes that one's digest along. Whoever
changes a sealed row would have to make every later seal again; a digest written down elsewhere (a
printed monthly report) shows even that.

Where a demo was ended its rows are gone. A seal of no rows then begins a new epoch: it carries on
from the last seal of the ended one, and holds only with the row of the audit that tells of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
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

WIPE, DEMO = "wipe", "demo"
"""Action and kind by which the audit tells of the end of a demo."""

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


def begin_epoch(connection: Connection, name: str, *, at: datetime) -> str:
    """Carry on from the last seal of a table whose rows were all sealed and are to go.

    Returns:
        The digest of the last seal, which the audit is to tell as `ended`; "" where there is none,
        and then no epoch is begun.
    """
    last, before = _last(connection, name)
    if last:
        row = {"sealed": name, "first_seq": last + 1, "last_seq": 0, "count": 0}
        digest, _ = digest_of(before, ())
        connection.execute(insert(seal).values(row | {"digest": digest, "at": at}))
    return before


def broken_seals(connection: Connection) -> tuple[str, ...]:
    """What does not agree with the seals, in words; empty where every seal holds."""
    found: list[str] = []
    for name in SEALED:
        rows = connection.execute(select(seal).where(seal.c.sealed == name).order_by(seal.c.id))
        seals = rows.all()
        begun = [at for at, each in enumerate(seals) if each.last_seq == 0]
        ended = seals[: begun[-1] + 1] if begun else []
        found += _broken_epochs(connection, name, ended, len(begun))
        before, last = ended[-1].digest if ended else "", 0
        for each in seals[len(ended) :]:
            if each.first_seq != last + 1:
                found.append(_gap(each, name))
            row_count = int(each._mapping["count"])  # a row has a method of that name
            span = _digest_after(connection, name, last, each.last_seq, before)
            if span[0] != each.digest or span[1] != row_count:
                found.append(
                    f"seal {each.id} of {name} does not fit rows {each.first_seq} to "
                    f"{each.last_seq}: something was changed, added or taken away"
                )
            before, last = each.digest, each.last_seq
    return tuple(found)


def _broken_epochs(
    connection: Connection, name: str, ended: Sequence[Row[Any]], n_epochs: int
) -> list[str]:
    """What is wrong with the seals of an epoch whose rows are gone, the one that ends it included.

    A table can be emptied once, by the end of a demo, and the audit tells of it.
    """
    if not ended:
        return []
    found, last = [], 0
    for each in ended:
        if each.first_seq != last + 1:
            found.append(_gap(each, name))
        last = each.last_seq
    mark, before = ended[-1], ended[-2].digest if len(ended) > 1 else ""
    told = select(audit.c.detail).where(audit.c.action == WIPE, audit.c.kind == DEMO)
    claims = [json.loads(each).get("ended", {}) for each in connection.execute(told).scalars()]
    carries_on = mark.digest == digest_of(before, ())[0]
    is_told = [each.get(name) for each in claims] == [before]
    if n_epochs != 1 or not carries_on or not is_told or name == audit.name:
        found.append(
            f"seal {mark.id} of {name} begins a new epoch that the audit does not tell of: "
            f"rows up to {ended[-2].last_seq if len(ended) > 1 else 0} were taken away"
        )
    return found


def _gap(each: Row[Any], name: str) -> str:
    return f"seal {each.id} of {name} does not begin where the last one ended"


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
