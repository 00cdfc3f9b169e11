"""A worker: takes one job after another, says that it lives, and lets go when told to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from threading import Event, Thread
from typing import Any

import structlog

from matcher.domain.job import Job, JobFile, JobKind, JobState, Order
from matcher.domain.scope import Role, Scope
from matcher.errors import RengangError
from matcher.pipeline.jobs.task import Made, Stopped, Task
from matcher.pipeline.jobs.work import do
from matcher.settings import Settings
from matcher.store.jobs.jobs import LEASE
from matcher.store.store import Store

IDLE_S = 0.5
"""Seconds between looks at an empty list."""

BEAT_S = LEASE.total_seconds() / 3

DAILY = (JobKind.EXPIRE_FACTS, JobKind.LAPSE_REFERRALS, JobKind.SEAL)
"""What comes by itself, once a day whichever worker sees the day first."""

SYSTEM = Scope(Role.SUPERVISOR, ("",), "daily", "service")

log = structlog.get_logger(__name__)


class Worker:
    """Does jobs until it is told to stop.

    Args:
        store: of the jobs and records.
        settings: of the service.
        clock: now, with its zone.
        today: the office's day; None leaves the daily work to others.
        kinds: only these kinds of jobs; empty is all.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        clock: Callable[[], datetime],
        *,
        today: Callable[[], date] | None = None,
        kinds: Sequence[JobKind] = (),
    ) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._today, self._kinds = today, tuple(kinds)
        self._seen: date | None = None
        self.name = uuid.uuid4().hex
        self.stop = Event()

    def run(self) -> None:
        """Do jobs as they come, until `stop` is set; a job at work is finished first."""
        while not self.stop.is_set():
            self.order_daily()
            if not self.step():
                self.stop.wait(IDLE_S)

    def order_daily(self) -> None:
        """Order the day's work, unless it was ordered: its key is the day."""
        day = self._today() if self._today is not None else None
        if day is None or day == self._seen:
            return
        for kind in DAILY:
            stated = {"on": day.isoformat()}
            order = Order(kind, stated, SYSTEM, key=f"{kind.value} {day.isoformat()}")
            self._store.jobs.order(order, at=self._clock())
        self._seen = day

    def step(self) -> bool:
        """Do one job, if one waits; whether one was there."""
        job = self._store.jobs.claim(self.name, at=self._clock(), kinds=self._kinds)
        if job is None:
            return False
        log.info("job began", job=job.job_id, kind=job.kind.value, attempt=job.attempts)
        state, told, files = self._outcome(job)
        self._store.jobs.end(job, self.name, state, told, at=self._clock(), files=files)
        log.info("job ended", job=job.job_id, kind=job.kind.value, state=state.value)
        return True

    def _outcome(self, job: Job) -> tuple[JobState, Mapping[str, Any], tuple[JobFile, ...]]:
        pulse = _Pulse(self._store, job, self.name, self._clock)
        try:
            with pulse:
                made: Made = do(Task(job, self._store, self._settings, pulse.progress, self._clock))
        except Stopped:
            return JobState.CANCELLED, {}, ()
        except RengangError as wrong:
            problem = {"type": type(wrong).__name__, "detail": str(wrong)}
            return JobState.FAILED, problem, ()
        except Exception:  # a bug must end one job, not the worker: the log has its trace
            log.exception("job broke", job=job.job_id, kind=job.kind.value)
            detail = f"something broke and was written down; tell the administrator {job.job_id}"
            return JobState.FAILED, {"type": "ServerError", "detail": detail}, ()
        return JobState.DONE, dict(made.result), made.files


class _Pulse:
    """Keeps the lease of a job while it is at work, and passes on that it is to stop."""

    def __init__(self, store: Store, job: Job, worker: str, clock: Callable[[], datetime]) -> None:
        self._store, self._job, self._worker, self._clock = store, job, worker, clock
        self._steps = (0, 0)
        self._told: datetime | None = None
        self._over, self._lost = Event(), Event()
        self._thread = Thread(target=self._beat_on, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def progress(self, done: int, total: int) -> None:
        """Say how far it is; written down at most once a second.

        Raises:
            Stopped: the job was cancelled, or is another worker's now.
        """
        self._steps = (done, total)
        at = self._clock()
        if self._told is None or (at - self._told).total_seconds() >= 1 or done >= total:
            self._told = at
            self._beat()
        if self._lost.is_set():
            raise Stopped

    def _beat_on(self) -> None:
        while not self._over.wait(BEAT_S):
            self._beat()

    def _beat(self) -> None:
        done, total = self._steps
        jobs = self._store.jobs
        if not jobs.beat(self._job.job_id, self._worker, done, total, at=self._clock()):
            self._lost.set()
