"""The market that questions are asked of: shared by callers, and fresh after each write."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from matcher.domain.scope import Scope
from matcher.pipeline.markets.renewing import renewal_of, renewed
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.store.store import Store

KEPT = 4
"""How many markets are held at once: an office's, the city's, today's and one day asked about."""

OVERLAP = 1_000
"""So far below the highest number of a write, one may still appear when several servers write."""


@dataclass(slots=True)
class _Held:
    """One market; `seen` are the numbers of the writes that are in it, from `OVERLAP` below on."""

    lock: Lock = field(default_factory=Lock)
    snapshot: Snapshot | None = None
    seen: frozenset[int] = frozenset()


class Markets:
    """Snapshots by areas and day, renewed in place by what was written since.

    A post or an outcome is put into the snapshot that is there; anything else that was written
    (people, households, placements) takes it anew. A snapshot is never changed: who reads one
    reads it to the end as it was.
    """

    def __init__(self, store: Store, *, threads: int) -> None:
        self._store, self._threads = store, threads
        self._held: OrderedDict[tuple[tuple[str, ...], date], _Held] = OrderedDict()
        self._lock = Lock()

    def of(self, scope: Scope, on: date) -> Snapshot:
        """The market of these areas on that day, with everything written before this call.

        Callers that come while it is taken wait for it: it is taken once.
        """
        key = (tuple(sorted(scope.areas)), on)
        with self._lock:
            held = self._held.setdefault(key, _Held())
            self._held.move_to_end(key)
            while len(self._held) > KEPT:
                self._held.popitem(last=False)
        with held.lock:
            # Before anything is read: what is written meanwhile is put in once more, next time.
            seen = self._store.writes(after=max(held.seen, default=0) - OVERLAP)
            fresh = seen - held.seen
            if held.snapshot is None or fresh:
                held.snapshot = self._renewed(held, scope, fresh) or take_snapshot(
                    self._store, scope, on=on, threads=self._threads
                )
            top = max(seen, default=0)
            held.seen = frozenset(number for number in seen if number > top - OVERLAP)
            return held.snapshot

    def _renewed(self, held: _Held, scope: Scope, fresh: frozenset[int]) -> Snapshot | None:
        if held.snapshot is None or len(fresh) > OVERLAP:
            return None
        asked = renewal_of(self._store.changes(fresh))
        return None if asked is None else renewed(held.snapshot, self._store, scope, asked)
