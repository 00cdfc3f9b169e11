"""The pulse of a job at work: it keeps the worker's lease and tells it when to stop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event, Lock, Thread
from types import TracebackType

from matcher.domain.job import Job
from matcher.errors import StoreBusy, StoreUnusable
from matcher.pipeline.jobs.task import Stopped
from matcher.store.jobs.jobs import LEASE
from matcher.store.store import Store

BEAT_S = LEASE.total_seconds() / 3
"""Seconds between signs of life of a worker whose job says nothing."""

TOLD_EVERY_S = 0.5
"""Progress is written down at most this often."""


class Pulse:
    """Keeps the lease of a job while it is at work, and passes on that it is to stop.

    Args:
        store: of the job.
        job: at work.
        worker: whose it is.
        clock: now, with its zone.
        stop: set when the worker itself is to stop.
    """

    def __init__(
        self,
        store: Store,
        job: Job,
        worker: str,
        clock: Callable[[], datetime],
        stop: Event,
    ) -> None:
        self._store, self._job, self._worker, self._clock = store, job, worker, clock
        self._stop = stop
        self._steps = (0, 0)
        self._told: datetime | None = None
        self._one_at_once = Lock()
        self._over, self._lost = Event(), Event()
        self._thread = Thread(target=self._beat_on, name="pulse", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def is_lost(self) -> bool:
        """Was the job cancelled, or taken over by another worker?"""
        return self._lost.is_set()

    def progress(self, done: int, total: int) -> None:
        """Say how far it is.

        Raises:
            Stopped: the job was cancelled, or is another worker's now, or the worker is to stop.
        """
        self._steps = (done, total)
        at = self._clock()
        if self._told is None or (at - self._told).total_seconds() >= TOLD_EVERY_S or done >= total:
            self._told = at
            self._beat()
        if self._lost.is_set() or self._stop.is_set():
            raise Stopped

    def _beat_on(self) -> None:
        while not self._over.wait(BEAT_S):
            self._beat()

    def _beat(self) -> None:
        with self._one_at_once:
            done, total = self._steps
            try:
                lives = self._store.jobs.beat(
                    self._job.job_id, self._worker, done, total, at=self._clock()
                )
            except (StoreBusy, StoreUnusable):
                # A sign of life that cannot be written is not the end of the work: whether the
                # job is still this worker's is asked again where its effect is committed.
                return
            if not lives:
                self._lost.set()
