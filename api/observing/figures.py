"""The figures of `/metrics`: counted by route template, never by anything that a caller chose.

With several processes each counts in a file of its own, in the folder that `rengang serve` made
(`PROMETHEUS_MULTIPROC_DIR`), and whoever is asked adds all of them up.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from api.observing.standing import Processes, Standing
from matcher.store.store import Store

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds: a record takes some milliseconds, a list of matches some tens."""

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Figures:
    """What one app counts, and how all of it is read."""

    def __init__(self, store: Store) -> None:
        self._own = CollectorRegistry()
        folder = os.environ.get(FOLDER)
        self._folder = Path(folder) if folder else None
        self._standing = Standing(store)
        self._requests = Counter(
            "rengang_requests",
            "Requests answered.",
            ["route", "method", "status"],
            registry=self._own,
        )
        self._seconds = Histogram(
            "rengang_request_seconds",
            "Time from a request's head to the end of its answer.",
            ["route", "method"],
            buckets=BUCKETS,
            registry=self._own,
        )
        self._store_errors = Counter(
            "rengang_store_errors",
            "Requests that the database refused.",
            ["kind"],
            registry=self._own,
        )
        self._taken = Gauge(
            "rengang_snapshot_taken_timestamp_seconds",
            "When the newest market was taken or brought up to date; its age is time() less this.",
            registry=self._own,
            multiprocess_mode="mostrecent",
        )

    def answered(self, route: str, method: str, status: int, seconds: float | None) -> None:
        """One request more; a stream that goes on for long is counted and not timed."""
        self._requests.labels(route, method, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(route, method).observe(seconds)

    def refused_by_store(self, kind: str) -> None:
        """The database could not be used for a request."""
        self._store_errors.labels(kind).inc()

    def market_taken(self, at: float) -> None:
        """A market is of this moment, in seconds of the epoch."""
        self._taken.set(at)

    def text(self) -> bytes:
        """Everything in Prometheus's text form."""
        asked = CollectorRegistry()
        if self._folder is None:
            told = generate_latest(self._own)
            pids = [os.getpid()]
        else:
            MultiProcessCollector(asked, path=str(self._folder))  # type: ignore[no-untyped-call]  # the package leaves this one without types
            told = b""
            # Files are named after their process: counter_123.db.
            pids = sorted({int(f.stem.rsplit("_", 1)[-1]) for f in self._folder.glob("*.db")})
        asked.register(self._standing)
        asked.register(Processes(pids))
        return told + generate_latest(asked)
