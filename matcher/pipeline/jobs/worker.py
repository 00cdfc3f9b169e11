"""A worker: takes one job after another, says that it lives, and lets go when told to."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any

import structlog

from matcher.domain.job import Job, JobFile, JobKind, JobState, Order
from matcher.domain.scope import Role, Scope
from matcher.errors import LeaseLost, RengangError, StoreBusy, StoreUnusable
from matcher.pipeline.jobs.pulse import Pulse
from matcher.pipeline.jobs.task import Stopped, Task
from matcher.pipeline.jobs.telling import Teller
from matcher.pipeline.jobs.work import do
from matcher.settings import Settings
from matcher.store.jobs.jobs import MOST_ATTEMPTS
from matcher.store.store import Store

IDLE_S = 0.5
"""Seconds between looks at an empty list."""

DAILY = (
    JobKind.EXPIRE_FACTS,
    JobKind.LAPSE_REFERRALS,
    JobKind.SEAL,
    JobKind.RETENTION,
)
"""What comes by itself, once a day whichever worker sees the day first."""

SYSTEM = Scope(Role.SUPERVISOR, ("",), "daily", "service")

PASSES = (StoreBusy, StoreUnusable)
"""What may be over in a while: the job waits and is begun again."""

REST = timedelta(seconds=5)
"""How long a job rests after the first such failure; twice as long after each more."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How an attempt ended; `state` QUEUED is to be tried again, None was ended by the work."""

    state: JobState | None
    told: Mapping[str, Any]
    files: tuple[JobFile, ...] = ()


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
        self._teller = Teller(store, settings.webhook_hosts, clock)
        self._seen: date | None = None
        self.name = uuid.uuid4().hex
        self.stop = Event()

    def run(self, *, once: bool = False) -> int:
        """Do jobs as they come, until `stop` is set; a job at work stops at its next step.

        Args:
            once: come back when nothing waits.

        Returns:
            How many jobs it took in hand.
        """
        taken = 0
        while not self.stop.is_set():
            try:
                self.order_daily()
                found = self.step()
                told = self._teller.step()
            except PASSES as wrong:
                # Others write, or the database is away for a moment: look again, for ever.
                log.warning("worker waits", worker=self.name, why=type(wrong).__name__)
                self.stop.wait(REST.total_seconds())
                continue
            taken += found
            if once and not found:
                break
            if not found and not told:
                self.stop.wait(IDLE_S)
        return taken

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
        about = {"job": job.job_id, "kind": job.kind.value, "worker": self.name}
        log.info("job began", **about, attempt=job.attempts)
        pulse = Pulse(self._store, job, self.name, self._clock, self.stop)
        with pulse:
            outcome = self._outcome(job, pulse)
            ended = self._end(job, outcome)
        log.info("job ended" if ended else "job lost", **about, state=outcome.state)
        return True

    def _outcome(self, job: Job, pulse: Pulse) -> _Outcome:
        task = Task(job, self.name, self._store, self._settings, pulse.progress, self._clock)
        # On a thread of its own, so that whatever comes of it comes back as a value: a bug must
        # end one job, not the worker.
        with ThreadPoolExecutor(1, thread_name_prefix="job") as hands:
            attempt = hands.submit(do, task)
            wrong = attempt.exception()
        if wrong is not None:
            return self._failed(job, pulse, wrong)
        made = attempt.result()
        if made.is_kept:
            return _Outcome(None, {})
        return _Outcome(JobState.DONE, made.result, made.files)

    def _failed(self, job: Job, pulse: Pulse, wrong: BaseException) -> _Outcome:
        if isinstance(wrong, Stopped | LeaseLost):
            # Told to stop, the worker leaves the job to the next one; else its asker gave it up.
            leaves = self.stop.is_set() and not pulse.is_lost
            return _Outcome(JobState.QUEUED if leaves else JobState.CANCELLED, {})
        if isinstance(wrong, RengangError):
            again = isinstance(wrong, PASSES) and job.attempts < MOST_ATTEMPTS
            return _Outcome(JobState.QUEUED if again else JobState.FAILED, problem_of(wrong))
        log.error("job broke", job=job.job_id, kind=job.kind.value, exc_info=wrong)
        detail = f"something broke and was written down; tell the administrator {job.job_id}"
        return _Outcome(JobState.FAILED, {"type": "ServerError", "detail": detail})

    def _end(self, job: Job, outcome: _Outcome) -> bool:
        """Write down how it ended; False when it is another worker's now."""
        if outcome.state is None:
            return True
        at = self._clock()
        if outcome.state is JobState.QUEUED:
            stopped = not outcome.told
            rest = timedelta(0) if stopped else REST * 2 ** (job.attempts - 1)
            return self._store.jobs.give_back(job, self.name, until=at + rest, uncounted=stopped)
        jobs = self._store.jobs
        return jobs.end(job, self.name, outcome.state, outcome.told, at=at, files=outcome.files)


def problem_of(wrong: RengangError) -> dict[str, Any]:
    """An error as a job keeps it: the name of its class, its sentence, its facts."""
    return {"type": type(wrong).__name__, "detail": str(wrong), "facts": dict(vars(wrong))}
