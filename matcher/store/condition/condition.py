"""What an operator asks of a database: no record is read, only how it stands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from matcher.store import engine, migrations
from matcher.store.schema.tables import audit


class Condition:
    """How the database of a store stands."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine = opened
        self._wait_s = wait_s

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database; None for memory and for servers."""
        return engine.file_of(self._engine.url)

    @property
    def is_server(self) -> bool:
        """Is it a server of its own, with its own tools for backups?"""
        return self._engine.dialect.name != "sqlite"

    def schema(self) -> tuple[str | None, str]:
        """The schema found, and the one this version needs."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return migrations.revision_in(connection), migrations.head()

    def log_bytes(self) -> int:
        """Bytes of SQLite's write-ahead log; 0 where there is none."""
        file = self.file
        log = file.with_name(f"{file.name}-wal") if file is not None else None
        return log.stat().st_size if log is not None and log.exists() else 0

    def last_write(self) -> datetime | None:
        """When the newest row of the audit was written, by the clock of whoever wrote it."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            newest = select(audit.c.at).order_by(audit.c.seq.desc()).limit(1)
            found: datetime | None = connection.execute(newest).scalar_one_or_none()
            return found

    def clock(self) -> datetime | None:
        """Now by a server's own clock; None where the database has no clock but ours."""
        if not self.is_server:
            return None
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            found: datetime = connection.execute(select(func.now())).scalar_one()
            return found
