"""Jobs: ordered once, claimed by one worker at a time, taken over when a worker is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, Select, and_, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from matcher.domain.job import ENDED, Job, JobFile, JobKind, JobState, Order
from matcher.domain.scope import Scope
from matcher.errors import AlreadyThere, LeaseLost, NotFound
from matcher.store import audit, engine
from matcher.store.batch import Batch
from matcher.store.jobs.figures import JobFigure, job_figures
from matcher.store.jobs.rows import CONTENT, INPUT, end_row, hold, job_of, put_files, row_of
from matcher.store.privacy.cells import keyring_of, open_bytes
from matcher.store.schema.jobs import job, job_file

__all__ = ["INPUT", "LEASE", "MOST_ATTEMPTS", "Jobs"]

LEASE = timedelta(seconds=30)
"""A worker that says nothing for so long is taken for gone."""

MOST_ATTEMPTS = 3
"""A job that was begun so often, and never ended, fails for good."""

LOOKED_AT = 200
"""Jobs read at once while a page is filled with those that its reader may see."""


class Jobs:
    """The jobs of a store.

    A worker that is silent for longer than its lease loses the job to the next one that asks.
    What it still does counts for nothing: a job ends only by the worker that holds it, and what a
    job writes to the store is written in the transaction that ends it (`end_within`).
    """

    def __init__(self, opened: Engine, *, wait_s: float, lease: timedelta = LEASE) -> None:
        self._engine = opened
        self._wait_s = wait_s
        self._lease = lease

    def order(self, wanted: Order, *, at: datetime) -> Job:
        """Put a job on the list; an order whose key its actor gave before is that job.

        Raises:
            AlreadyThere: the key was given for another kind of job.
        """
        job_id = uuid4().hex
        try:
            with engine.writing(self._engine, wait_s=self._wait_s) as connection:
                connection.execute(insert(job).values(row_of(wanted, job_id, at=at)))
                put_files(connection, job_id, wanted.files, at=at)
                entry = audit.Entry("order", "jobs", [job_id], {"kind": wanted.kind.value})
                audit.write_row(connection, entry, who=wanted.scope, at=at)
        except IntegrityError:
            # Its actor ordered this before: the key is unique to it.
            mine = (job.c.actor == wanted.scope.actor) & (job.c.key == wanted.key)
            found = self._one(select(job).where(mine))
            if found is None or found.kind is not wanted.kind:
                raise AlreadyThere(kind="job", key=str(wanted.key)) from None
            return found
        return self.find(job_id)

    def find(self, job_id: str) -> Job:
        """The job of this number.

        Raises:
            NotFound: there is none.
        """
        found = self._one(select(job).where(job.c.job_id == job_id))
        if found is None:
            raise NotFound(kind="job", key=job_id)
        return found

    def newest(
        self,
        *,
        actor: str | None = None,
        before: datetime | None = None,
        limit: int = 50,
        reader: Scope | None = None,
        states: Sequence[JobState] = (),
    ) -> list[Job]:
        """Jobs, newest first: of everyone, of one actor, or those that a reader may see."""
        statement = select(job).order_by(job.c.queued_at.desc(), job.c.job_id)
        if actor is not None:
            statement = statement.where(job.c.actor == actor)
        if states:
            statement = statement.where(job.c.state.in_([state.value for state in states]))
        if before is not None:
            statement = statement.where(job.c.queued_at < before)
        found: list[Job] = []
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            rows = connection.execution_options(yield_per=LOOKED_AT).execute(statement)
            for row in rows:
                each = job_of(row)
                if reader is None or each.is_seen_by(reader):
                    found.append(each)
                if len(found) == limit:
                    break
            rows.close()
        return found

    def claim(self, worker: str, *, at: datetime, kinds: Sequence[JobKind] = ()) -> Job | None:
        """The oldest job that waits, or whose worker is gone, now this worker's; None if none.

        A job that was begun too often fails here: it kills whoever does it.
        """
        statement = _claimable(at, kinds)
        # Looking costs no lock; only where there is something does anybody wait for anybody.
        while self._one(statement) is not None:
            with engine.writing(self._engine, wait_s=self._wait_s) as connection:
                locked = statement.with_for_update(skip_locked=True)
                row = connection.execute(locked).one_or_none()
                if row is None:
                    return None
                found = job_of(row)
                if found.cancel_asked or found.attempts >= MOST_ATTEMPTS:
                    end_row(connection, found.job_id, *_given_up(found), at=at)
                    continue
                values = {
                    "state": JobState.RUNNING.value,
                    "worker": worker,
                    "lease_until": at + self._lease,
                    "attempts": found.attempts + 1,
                    "started_at": found.started_at or at,
                    "done": 0,
                    "total": 0,
                    "revision": job.c.revision + 1,
                }
                connection.execute(update(job).where(job.c.job_id == found.job_id).values(values))
            return self.find(found.job_id)
        return None

    def beat(self, job_id: str, worker: str, done: int, total: int, *, at: datetime) -> bool:
        """Say how far it has come, and keep the lease; False when the worker is to stop.

        It is when the job was cancelled, or was taken over because this worker was silent.
        """
        mine = (job.c.job_id == job_id) & (job.c.worker == worker)
        still = mine & (job.c.state == JobState.RUNNING.value) & ~job.c.cancel_asked
        moved = (job.c.done != done) | (job.c.total != total)
        values = {"done": done, "total": total, "revision": job.c.revision + 1}
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            connection.execute(update(job).where(still & moved).values(values))
            kept = update(job).where(still).values(lease_until=at + self._lease)
            return connection.execute(kept).rowcount == 1

    def give_back(self, taken: Job, worker: str, *, until: datetime, uncounted: bool) -> bool:
        """Put a job that could not be done now back on the list; False if it is another's.

        Args:
            taken: the job.
            worker: who had it.
            until: it is not begun again before this.
            uncounted: nothing was wrong with it (the worker was told to stop), so that the
                attempt does not count.
        """
        mine = (job.c.job_id == taken.job_id) & (job.c.worker == worker)
        running = mine & (job.c.state == JobState.RUNNING.value)
        values = {"state": JobState.QUEUED.value, "worker": None, "lease_until": None}
        counts = {"wait_until": until, "revision": job.c.revision + 1}
        counts["attempts"] = job.c.attempts - int(uncounted)
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            changed = update(job).where(running).values({**values, **counts})
            return connection.execute(changed).rowcount == 1

    def end(
        self,
        taken: Job,
        worker: str,
        state: JobState,
        told: Mapping[str, Any],
        *,
        at: datetime,
        files: Sequence[JobFile] = (),
    ) -> bool:
        """End a job with what came of it; False when it is this worker's no more.

        Args:
            taken: the job.
            worker: who did it.
            state: done, failed or cancelled.
            told: the result, or the problem of one that failed.
            at: now.
            files: what came out.
        """
        try:
            with engine.writing(self._engine, wait_s=self._wait_s) as connection:
                hold(connection, taken.job_id, worker)
                end_row(connection, taken.job_id, state, told, at=at)
                put_files(connection, taken.job_id, files, at=at)
        except LeaseLost:
            return False
        return True

    def end_within(
        self,
        batch: Batch,
        taken: Job,
        worker: str,
        told: Mapping[str, Any],
        *,
        at: datetime,
        files: Sequence[JobFile] = (),
    ) -> None:
        """End a job as done in the transaction that writes what it is about: both or neither.

        Raises:
            LeaseLost: it is another worker's by now; the batch must not be committed.
        """
        hold(batch.connection, taken.job_id, worker)
        end_row(batch.connection, taken.job_id, JobState.DONE, told, at=at)
        put_files(batch.connection, taken.job_id, files, at=at)

    def cancel(self, job_id: str, *, actor: Scope, at: datetime) -> Job:
        """Ask a job to stop: one that waits ends at once, one that runs at its next step."""
        waits = (job.c.job_id == job_id) & (job.c.state == JobState.QUEUED.value)
        values = {"cancel_asked": True, "revision": job.c.revision + 1}
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            entry = audit.Entry("cancel", "jobs", [job_id], {})
            audit.write_row(connection, entry, who=actor, at=at)
            waiting = select(job.c.job_id).where(waits).with_for_update()
            if connection.execute(waiting).one_or_none() is not None:
                end_row(connection, job_id, JobState.CANCELLED, {}, at=at)
            asked = (job.c.job_id == job_id) & job.c.state.not_in([each.value for each in ENDED])
            connection.execute(update(job).where(asked, ~job.c.cancel_asked).values(values))
        return self.find(job_id)

    def files(self, job_id: str) -> list[JobFile]:
        """What came out of a job, without the contents."""
        columns = (job_file.c.name, job_file.c.file_name, job_file.c.media_type)
        mine = (job_file.c.job_id == job_id) & ~job_file.c.name.startswith(INPUT)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            found = connection.execute(select(*columns).where(mine).order_by(job_file.c.name))
            return [JobFile(*row) for row in found]

    def file(self, job_id: str, name: str) -> JobFile:
        """One file of a job.

        Raises:
            NotFound: it has none of that name.
        """
        columns = (job_file.c.name, job_file.c.file_name, job_file.c.media_type)
        mine = (job_file.c.job_id == job_id) & (job_file.c.name == name)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            row = connection.execute(select(*columns, job_file.c.content).where(mine)).one_or_none()
            ring = keyring_of(connection)
        if row is None:
            raise NotFound(kind="file of the job", key=name)
        content = open_bytes(ring.key, CONTENT, f"{job_id}/{name}", bytes(row.content))
        return JobFile(row.name, row.file_name, row.media_type, content)

    def figures(self) -> list[JobFigure]:
        """How many jobs of each kind are in each state, and how old the oldest is."""
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return job_figures(connection)

    def forget(self, *, ended_before: datetime) -> int:
        """Remove jobs that ended before, with their files; returns how many."""
        ended = job.c.state.in_([each.value for each in ENDED])
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            old = ended & (job.c.ended_at < ended_before)
            return int(connection.execute(delete(job).where(old)).rowcount)

    def _one(self, statement: Select[Any]) -> Job | None:
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            row = connection.execute(statement).one_or_none()
        return None if row is None else job_of(row)


def _claimable(at: datetime, kinds: Sequence[JobKind]) -> Select[Any]:
    """The oldest job that a worker may take."""
    rested = or_(job.c.wait_until.is_(None), job.c.wait_until <= at)
    waits = and_(job.c.state == JobState.QUEUED.value, rested)
    gone = and_(job.c.state == JobState.RUNNING.value, job.c.lease_until < at)
    statement = select(job).where(or_(waits, gone)).order_by(job.c.queued_at, job.c.job_id)
    if kinds:
        statement = statement.where(job.c.kind.in_([kind.value for kind in kinds]))
    return statement.limit(1)


def _given_up(found: Job) -> tuple[JobState, dict[str, Any]]:
    if found.cancel_asked:
        return JobState.CANCELLED, {}
    said = f"its worker stopped {found.attempts} times before it was done; see the service's log"
    facts = {"job": found.job_id, "attempts": found.attempts}
    return JobState.FAILED, {"type": "WorkerGone", "detail": said, "facts": facts}
