"""What was written since: numbers that grow with every write, and what the writes changed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine, func, select

from matcher.store import audit, engine
from matcher.store.schema.events import case_event
from matcher.store.schema.tables import audit as audit_table


class Written:
    """The writes of one database, as whoever keeps something in memory follows them."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine = opened
        self._wait_s = wait_s

    def last_event(self) -> int:
        """The number of the ledger's last event; 0 where there is none."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            found = connection.execute(select(func.max(case_event.c.seq))).scalar_one_or_none()
            return int(found or 0)

    def written(self) -> int:
        """A number that grows with every write of records, and with no read."""
        wrote = audit_table.c.action != "read"
        last = select(audit_table.c.seq).where(wrote).order_by(audit_table.c.seq.desc()).limit(1)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return int(connection.execute(last).scalar_one_or_none() or 0)

    def writes(self, *, after: int) -> frozenset[int]:
        """The numbers of the writes of records from a number on, which is not among them.

        Several servers may write at once: a number below the highest can still appear later.
        """
        wrote = (audit_table.c.seq > after) & (audit_table.c.action != "read")
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return frozenset(connection.execute(select(audit_table.c.seq).where(wrote)).scalars())

    def writes_count(self, *, after: int) -> int:
        """How many writes of records there are from a number on; rows once there never go."""
        wrote = (audit_table.c.seq > after) & (audit_table.c.action != "read")
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            counted = select(func.count()).select_from(audit_table).where(wrote)
            return int(connection.execute(counted).scalar_one())

    def changes(self, numbers: Iterable[int]) -> list[audit.Change]:
        """What these writes changed."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return audit.changes(connection, sorted(numbers))
