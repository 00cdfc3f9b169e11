"""The market that questions are asked of: taken once, shared by callers, fresh after each write."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Lock

from matcher.domain.scope import Scope
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.store.store import Store

KEPT = 4
"""How many markets are held at once: an office's, the city's, today's and one day asked about."""


@dataclass(frozen=True, slots=True)
class _Held:
    written: int
    snapshot: Snapshot


class Markets:
    """Snapshots by areas and day; one is taken anew once anything was written since.

    Attributes:
        taken_at: when the newest was taken, in seconds of the epoch; None before the first.
        fault: why the last one could not be taken, by the name of its class; None when it could.
    """

    def __init__(self, store: Store, *, threads: int) -> None:
        self._store, self._threads = store, threads
        self._held: OrderedDict[tuple[tuple[str, ...], date], _Held] = OrderedDict()
        self._lock = Lock()
        self.taken_at: float | None = None
        self.fault: str | None = None

    def of(self, scope: Scope, on: date) -> Snapshot:
        """The market of these areas on that day, with everything written before this call.

        Callers that come while it is taken wait for it: it is taken once.
        """
        key = (tuple(sorted(scope.areas)), on)
        with self._lock:
            written = self._store.written()
            held = self._held.get(key)
            if held is None or held.written != written:
                with self._noted():
                    taken = take_snapshot(self._store, scope, on=on, threads=self._threads)
                self._held[key] = held = _Held(written, taken)
            self._held.move_to_end(key)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
            return held.snapshot

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Remember for readiness how the taking went."""
        try:
            yield
        except Exception as fault:
            self.fault = type(fault).__name__
            raise
        self.taken_at, self.fault = time.time(), None
