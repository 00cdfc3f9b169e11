"""Traces of reads, on disk before anything that was read is given away.

To bring one row to the disk takes as long as to bring twenty. Who comes while another's row is
being written waits for it, and then writes the rows of all who came meanwhile as one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine

from matcher.domain.scope import Scope
from matcher.errors import StoreBusy
from matcher.store import audit, engine


@dataclass(slots=True)
class _Trace:
    """One row on its way; `alone` once it came back from a transaction that failed."""

    entry: audit.Entry
    scope: Scope
    at: datetime | None
    written: bool = False
    alone: bool = False


class Traces:
    """The way of traces to the disk, shared by every thread of a process.

    Args:
        opened: the engine of the store.
        wait_s: seconds a writer waits for another one.
    """

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine, self._wait_s = opened, wait_s
        self._waiting: list[_Trace] = []
        self._list, self._turn = Lock(), Lock()

    def leave(self, entry: audit.Entry, scope: Scope, *, at: datetime | None) -> None:
        """Leave one row; it is on disk when this returns.

        Raises:
            StoreBusy, StoreUnusable: it is not; nothing that was read may be shown.
        """
        mine = _Trace(entry, scope, at)
        with self._list:
            self._waiting.append(mine)
        if not self._turn.acquire(timeout=self._wait_s):
            self._withdraw(mine)
            raise StoreBusy(waited_s=self._wait_s)
        try:
            if not mine.written:
                self._write(mine)
        finally:
            self._turn.release()

    def _withdraw(self, mine: _Trace) -> None:
        with self._list:
            if mine in self._waiting:
                self._waiting.remove(mine)

    def _write(self, mine: _Trace) -> None:
        """Write every row that waits, this one among them."""
        with self._list:
            together = [mine]
            if not mine.alone:
                together, self._waiting = self._waiting, []
        try:
            with engine.writing(self._engine, wait_s=self._wait_s) as connection:
                for each in together:
                    audit.write_row(connection, each.entry, who=each.scope, at=each.at)
        except BaseException:
            # What was wrong with one row must not be said of others: they are tried by themselves.
            for each in together:
                each.alone = True
            raise
        for each in together:
            each.written = True
