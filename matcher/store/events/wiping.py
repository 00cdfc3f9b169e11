"""The end of a demo: every row of it goes, the audit stays whole and tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, select

from matcher.domain.job import JobState
from matcher.errors import NotFound, WrongUse
from matcher.store import audit
from matcher.store.engine import (
    drop_append_only,
    lock_for_sealing,
    lock_for_writing,
    make_append_only,
)
from matcher.store.events.sealing import DEMO, SEALED, WIPE, begin_epoch, seal_rows
from matcher.store.schema.events import case_event, seal
from matcher.store.schema.jobs import job, metadata
from matcher.store.schema.people.protected import field_key, sealed_secret
from matcher.store.schema.records import RECORDS
from matcher.store.schema.tables import audit as audit_table
from matcher.store.schema.tables import decision, meta

IS_DEMO = "demo_city"
FACTS = (IS_DEMO, "demo_on", "demo_password", "demo_worked")
"""What the store knows of a demo; gone with it."""

STAYS = (audit_table, seal, meta, field_key, sealed_secret)
"""What is not the demo's: the trace of what was done, and the keys."""

APPEND_ONLY = (case_event, decision)
"""Tables under seal whose rows go this once."""


def wipe_demo(connection: Connection, *, actor: str, at: datetime) -> Mapping[str, int]:
    """Remove every row of a demo but the audit, its seals and the keys.

    The moves and decisions are sealed a last time before they go; a new epoch of seals carries on
    from there, so that nothing is lost unseen before or after.

    Args:
        connection: inside a writing transaction.
        actor: who ends the demo.
        at: now.

    Returns:
        How many rows of each table went; tables without any are left out.

    Raises:
        NotFound: this is no demo, or none any more.
        WrongUse: a job is at work.
    """
    _lock(connection)
    known = connection.execute(select(meta.c.value).where(meta.c.key == IS_DEMO)).first()
    if known is None:
        raise NotFound(kind=DEMO, key=IS_DEMO)
    _refuse_work(connection)
    seal_rows(connection, at=at)
    gone: dict[str, int] = {}
    for table in reversed(metadata.sorted_tables):
        if table not in STAYS:
            gone[table.name] = _emptied(connection, table)
    connection.execute(delete(meta).where(meta.c.key.in_(FACTS)))
    gone = {name: count for name, count in sorted(gone.items()) if count}
    ended = {table.name: begin_epoch(connection, table.name, at=at) for table in APPEND_ONLY}
    entry = audit.Entry(WIPE, DEMO, [], {"gone": gone, "ended": ended})
    audit.write_row(connection, entry, who=actor, at=at)
    seal_rows(connection, at=at)
    return gone


def _lock(connection: Connection) -> None:
    """From here to the end nobody else writes anything."""
    for name in sorted([*map(str, RECORDS), "case_events", "accounts"]):
        lock_for_writing(connection, name)
    lock_for_sealing(connection, [*(table.name for table, _ in SEALED.values()), meta.name])


def _refuse_work(connection: Connection) -> None:
    running = job.c.state == JobState.RUNNING.value
    count = int(connection.execute(select(func.count()).where(running)).scalar_one())
    if count:
        raise WrongUse(
            what=f"the end of the demo while {count} job(s) are at work",
            expected="no job at work",
            do="Wait for them or cancel them, then ask again.",
        )


def _emptied(connection: Connection, table: Table) -> int:
    """How many rows the table had."""
    if table not in APPEND_ONLY:
        return int(connection.execute(delete(table)).rowcount)
    drop_append_only(connection, table.name)
    gone = int(connection.execute(delete(table)).rowcount)
    make_append_only(connection, table.name)
    return gone
