"""The audit: one row per write and per read of what is sensitive; never changed, never removed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, insert, select

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.store.rows import ids_hash
from matcher.store.schema.tables import audit

IDS_NAMED = 20
"""Up to so many records a row names them; above, their number and the hash must do."""


PLAIN = ("upsert", "edit", "append", "keep", "erase")
"""Writes that concern the records named, under the same keys, and what hangs on them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was done: "read", "upsert", "edit" or "keep", to which records of which kind.

    `ids` are in the order read or written; `detail` holds codes and counts, never content.
    """

    action: str
    kind: Kind | str
    ids: Sequence[str]
    detail: Mapping[str, Any]


def write_row(
    connection: Connection, entry: Entry, *, who: Scope | str, at: datetime | None
) -> None:
    """Append one row.

    Args:
        connection: inside a writing transaction.
        entry: what was done.
        who: the scope that read, or the actor that wrote.
        at: when; None takes the database's own clock.
    """
    named = {"ids": list(entry.ids)} if len(entry.ids) <= IDS_NAMED else {}
    scope = who if isinstance(who, Scope) else None
    connection.execute(
        insert(audit).values(
            at=func.current_timestamp() if at is None else at,
            actor=who.actor if isinstance(who, Scope) else who,
            role=scope and scope.role.value,
            purpose=scope and scope.purpose,
            areas=scope and ";".join(scope.areas),
            action=entry.action,
            kind=str(entry.kind),
            count=len(entry.ids),
            ids_hash=ids_hash(entry.ids),
            detail=json.dumps({**entry.detail, **named}, ensure_ascii=False, sort_keys=True),
        )
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One write of records.

    Attributes:
        kind: of the records.
        ids: their keys; None where they were too many to be named, or have other keys now.
        all_new: none of them existed before.
        erased: they are gone, with records of theirs.
        columns: what an edit changed; None where any column may have been written.
    """

    kind: str
    ids: tuple[str, ...] | None
    all_new: bool
    erased: bool = False
    columns: tuple[str, ...] | None = None


def changes(connection: Connection, seqs: Sequence[int]) -> list[Change]:
    """The writes of these numbers."""
    columns = (audit.c.action, audit.c.kind, audit.c.count, audit.c.detail)
    found = []
    for row in connection.execute(select(*columns).where(audit.c.seq.in_(seqs))):
        detail = json.loads(row.detail)
        named = "ids" in detail and row.action in PLAIN
        ids = tuple(detail["ids"]) if named else None
        all_new = row.action == "upsert" and detail.get("created") == row.count
        edited = tuple(detail["columns"]) if row.action == "edit" else None
        found.append(Change(row.kind, ids, all_new, row.action == "erase", edited))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which rows of the audit: all conditions hold together; None is any.

    `before` and `after` are numbers of rows, of which only older or newer ones are meant.
    """

    actor: str | None = None
    action: str | None = None
    kind: str | None = None
    purpose: str | None = None
    before: int | None = None
    after: int | None = None
    limit: int = 50


def search(connection: Connection, sought: Sought) -> pd.DataFrame:
    """The rows sought, newest first."""
    statement = select(audit).order_by(audit.c.seq.desc()).limit(sought.limit)
    for name in ("actor", "action", "kind", "purpose"):
        wanted = getattr(sought, name)
        if wanted is not None:
            statement = statement.where(audit.c[name] == wanted)
    if sought.before is not None:
        statement = statement.where(audit.c.seq < sought.before)
    if sought.after is not None:
        statement = statement.where(audit.c.seq > sought.after)
    found = [row._asdict() for row in connection.execute(statement)]
    return pd.DataFrame(found, columns=[column.name for column in audit.columns])


def rows(connection: Connection, *, last: int | None, kind: Kind | None) -> pd.DataFrame:
    """The rows, oldest first: all, or the last so many, of one kind or any."""
    statement = select(audit).order_by(audit.c.seq.desc()).limit(last)
    if kind is not None:
        statement = statement.where(audit.c.kind == kind.value)
    found = [row._asdict() for row in connection.execute(statement)]
    names = [column.name for column in audit.columns]
    return pd.DataFrame(found[::-1], columns=names)
