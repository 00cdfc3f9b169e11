"""The market that questions are asked of: shared by callers, and fresh after each write."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from threading import Lock

from matcher import __version__
from matcher.domain.scope import Scope
from matcher.market.arrays import Market
from matcher.market.updating.files import load_market, save_market
from matcher.pipeline.markets.renewing import renewal_of, renewed
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.store.store import Store

KEPT = 4
"""How many markets are held at once: an office's, the city's, today's and one day asked about."""

OVERLAP = 1_000
"""So far below the highest number of a write, one may still appear when several servers write."""


@dataclass(frozen=True, slots=True)
class _State:
    """A snapshot and the numbers of the writes that are in it, from `after` on."""

    snapshot: Snapshot
    seen: frozenset[int]
    after: int


@dataclass(slots=True)
class _Held:
    """One market as it was last; `lock` is for whoever renews it."""

    lock: Lock = field(default_factory=Lock)
    state: _State | None = None


class Markets:
    """Snapshots by areas and day, renewed in place by what was written since.

    Posts, outcomes, people, households and what was done about them are put into the snapshot
    that is there; only what no audit row names (an import of many) takes it anew. A snapshot is
    never changed: who reads one reads it to the end as it was.

    Attributes:
        taken_at: when the newest was taken or renewed, in seconds of the epoch; None before.
        fault: why the last one could not be, by the name of its class; None when it could.
        settled: called once, when the first was taken: by then all tables are in memory.

    Args:
        store: of the records.
        threads: that score many people at once.
        folder: where processes of this service leave the arrays of a market for one another, to be
            mapped into the memory of all; None keeps to this process.
    """

    def __init__(self, store: Store, *, threads: int, folder: Path | None = None) -> None:
        self._store, self._threads, self._folder = store, threads, folder
        self._held: OrderedDict[tuple[tuple[str, ...], date], _Held] = OrderedDict()
        self._lock = Lock()
        self.taken_at: float | None = None
        self.fault: str | None = None
        self.settled: Callable[[], object] | None = None

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
        with self._noted():
            state = held.state
            # Nobody waits for a renewal whose writes came after the own question.
            if state is not None and self._is_of_now(state):
                return state.snapshot
            with held.lock:
                held.state = self._renewed_state(held.state, scope, on)
                return held.state.snapshot

    def _is_of_now(self, state: _State) -> bool:
        return self._store.writes_count(after=state.after) == len(state.seen)

    def _renewed_state(self, state: _State | None, scope: Scope, on: date) -> _State:
        # Before anything is read: what is written meanwhile is put in once more, next time.
        seen = self._store.writes(after=-OVERLAP if state is None else state.after)
        top = max(seen, default=0)
        fresh = seen if state is None else seen - state.seen
        if state is not None and not fresh:
            return state
        snapshot = None if state is None else self._renewed(state.snapshot, scope, fresh)
        if snapshot is None:
            snapshot = self._taken(scope, on, version=top)
        after = top - OVERLAP
        return _State(snapshot, frozenset(number for number in seen if number > after), after)

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Remember for those who watch over the service how it went."""
        try:
            yield
        except Exception as fault:
            self.fault = type(fault).__name__
            raise
        first, self.taken_at, self.fault = self.taken_at is None, time.time(), None
        if first and self.settled is not None:
            self.settled()

    def _renewed(self, snapshot: Snapshot, scope: Scope, fresh: frozenset[int]) -> Snapshot | None:
        if len(fresh) > OVERLAP:
            return None
        asked = renewal_of(self._store.changes(fresh))
        return None if asked is None else renewed(snapshot, self._store, scope, asked)

    def _taken(self, scope: Scope, on: date, *, version: int) -> Snapshot:
        """A snapshot taken anew, of arrays that another process left where they are of now."""
        shared = None
        if self._folder is not None:
            told = f"{__version__} {on.isoformat()} {' '.join(sorted(scope.areas))}"
            shared = self._folder / sha256(told.encode()).hexdigest()[:16]
            market = load_market(shared, version)
            if market is not None:
                taken = self._take(scope, on, market)
                if not self._store.writes(after=version):
                    return taken
        taken = self._take(scope, on, None)
        if shared is not None and not self._store.writes(after=version):
            save_market(taken.market, shared, version)
        return taken

    def _take(self, scope: Scope, on: date, market: Market | None) -> Snapshot:
        return take_snapshot(self._store, scope, on=on, threads=self._threads, market=market)
