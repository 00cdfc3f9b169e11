"""Jobs: ordered once, claimed by one worker at a time, taken over when a worker is gone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, Row, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from matcher.domain.job import ENDED, Job, JobFile, JobKind, JobState, Order
from matcher.domain.scope import Role, Scope
from matcher.errors import NotFound
from matcher.store import audit, engine
from matcher.store.jobs.figures import JobFigure, job_figures
from matcher.store.schema.jobs import job, job_file

LEASE = timedelta(seconds=30)
"""A worker that says nothing for so long is taken for gone."""

MOST_ATTEMPTS = 3
"""A job that killed so many workers fails for good."""

INPUT = "input"
"""The name of what goes in; it is thrown away when the job ends."""


class Jobs:
    """The jobs of a store."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine = opened
        self._wait_s = wait_s

    def order(self, wanted: Order, *, at: datetime) -> Job:
        """Put a job on the list; an order whose key its actor gave before is that job."""
        job_id = uuid4().hex
        row = {
            "job_id": job_id,
            "kind": wanted.kind.value,
            "parameters": json.dumps(dict(wanted.parameters), ensure_ascii=False),
            "actor": wanted.scope.actor,
            "role": wanted.scope.role.value,
            "areas": ";".join(wanted.scope.areas) if wanted.scope.areas else "-",
            "employer_id": wanted.employer_id,
            "key": wanted.key,
            "state": JobState.QUEUED.value,
            "done": 0,
            "total": 0,
            "attempts": 0,
            "cancel_asked": False,
            "queued_at": at,
        }
        try:
            with engine.writing(self._engine, wait_s=self._wait_s) as connection:
                connection.execute(insert(job).values(row))
                _put_files(connection, job_id, wanted.files)
                entry = audit.Entry("order", "jobs", [job_id], {"kind": wanted.kind.value})
                audit.write_row(connection, entry, who=wanted.scope, at=at)
        except IntegrityError:
            # Its actor ordered this before: the key is unique to it.
            mine = (job.c.actor == wanted.scope.actor) & (job.c.key == wanted.key)
            with engine.reading(self._engine, wait_s=self._wait_s) as connection:
                return _job(connection.execute(select(job).where(mine)).one())
        return self.find(job_id)

    def find(self, job_id: str) -> Job:
        """The job of this number.

        Raises:
            NotFound: there is none.
        """
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            row = connection.execute(select(job).where(job.c.job_id == job_id)).one_or_none()
        if row is None:
            raise NotFound(kind="job", key=job_id)
        return _job(row)

    def newest(
        self, *, actor: str | None = None, before: datetime | None = None, limit: int = 50
    ) -> list[Job]:
        """Jobs, newest first: of everyone or of one actor."""
        statement = select(job).order_by(job.c.queued_at.desc(), job.c.job_id).limit(limit)
        if actor is not None:
            statement = statement.where(job.c.actor == actor)
        if before is not None:
            statement = statement.where(job.c.queued_at < before)
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            return [_job(row) for row in connection.execute(statement)]

    def claim(self, worker: str, *, at: datetime, kinds: Sequence[JobKind] = ()) -> Job | None:
        """The oldest job that waits, or whose worker is gone, now this worker's; None if none.

        A job that was begun too often fails here: it kills whoever does it.
        """
        gone = (job.c.state == JobState.RUNNING.value) & (job.c.lease_until < at)
        waits = or_(job.c.state == JobState.QUEUED.value, gone)
        statement = select(job).where(waits).order_by(job.c.queued_at, job.c.job_id).limit(1)
        if kinds:
            statement = statement.where(job.c.kind.in_([kind.value for kind in kinds]))
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            found = connection.execute(statement.with_for_update(skip_locked=True)).one_or_none()
            if found is None:
                return None
            if found.cancel_asked or found.attempts >= MOST_ATTEMPTS:
                _end(connection, found.job_id, *_given_up(found), at=at)
                return None
            values = {
                "state": JobState.RUNNING.value,
                "worker": worker,
                "lease_until": at + LEASE,
                "attempts": found.attempts + 1,
                "started_at": found.started_at or at,
            }
            connection.execute(update(job).where(job.c.job_id == found.job_id).values(values))
        return self.find(found.job_id)

    def beat(self, job_id: str, worker: str, done: int, total: int, *, at: datetime) -> bool:
        """Say how far it has come, and keep the lease; False when the worker is to stop.

        It is when the job was cancelled, or was taken over because this worker was silent.
        """
        mine = (job.c.job_id == job_id) & (job.c.worker == worker)
        still = mine & (job.c.state == JobState.RUNNING.value) & ~job.c.cancel_asked
        values = {"done": done, "total": total, "lease_until": at + LEASE}
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            return connection.execute(update(job).where(still).values(values)).rowcount == 1

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
        mine = (job.c.job_id == taken.job_id) & (job.c.worker == worker)
        running = mine & (job.c.state == JobState.RUNNING.value)
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            if connection.execute(select(job.c.job_id).where(running)).one_or_none() is None:
                return False
            _end(connection, taken.job_id, state, told, at=at)
            _put_files(connection, taken.job_id, files)
        return True

    def cancel(self, job_id: str, *, actor: Scope, at: datetime) -> Job:
        """Ask a job to stop: one that waits ends at once, one that runs at its next step."""
        waits = (job.c.job_id == job_id) & (job.c.state == JobState.QUEUED.value)
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            entry = audit.Entry("cancel", "jobs", [job_id], {})
            audit.write_row(connection, entry, who=actor, at=at)
            if connection.execute(select(job.c.job_id).where(waits)).one_or_none() is not None:
                _end(connection, job_id, JobState.CANCELLED, {}, at=at)
            asked = (job.c.job_id == job_id) & job.c.state.not_in([each.value for each in ENDED])
            connection.execute(update(job).where(asked).values(cancel_asked=True))
        return self.find(job_id)

    def files(self, job_id: str) -> list[JobFile]:
        """What came out of a job, without the contents."""
        columns = (job_file.c.name, job_file.c.file_name, job_file.c.media_type)
        mine = (job_file.c.job_id == job_id) & (job_file.c.name != INPUT)
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
        if row is None:
            raise NotFound(kind="file of the job", key=name)
        return JobFile(*row)

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


def _end(
    connection: Connection, job_id: str, state: JobState, told: Mapping[str, Any], *, at: datetime
) -> None:
    """What went in is not kept: it may name people."""
    column = "problem" if state is JobState.FAILED else "result"
    values = {"state": state.value, "ended_at": at, "lease_until": None}
    values[column] = json.dumps(dict(told), ensure_ascii=False, default=str)
    connection.execute(update(job).where(job.c.job_id == job_id).values(values))
    inputs = (job_file.c.job_id == job_id) & job_file.c.name.startswith(INPUT)
    connection.execute(delete(job_file).where(inputs))


def _given_up(found: Row[Any]) -> tuple[JobState, dict[str, str]]:
    if found.cancel_asked:
        return JobState.CANCELLED, {}
    said = f"its worker stopped {found.attempts} times before it was done; see the service's log"
    return JobState.FAILED, {"type": "WorkerGone", "detail": said}


def _put_files(connection: Connection, job_id: str, files: Sequence[JobFile]) -> None:
    for each in files:
        row = {"job_id": job_id, "name": each.name, "file_name": each.file_name}
        row |= {"media_type": each.media_type}
        connection.execute(insert(job_file).values({**row, "content": each.content}))


def _job(row: Row[Any]) -> Job:
    return Job(
        job_id=row.job_id,
        kind=JobKind(row.kind),
        state=JobState(row.state),
        actor=row.actor,
        role=Role(row.role),
        areas=() if row.areas == "-" else tuple(row.areas.split(";")),
        employer_id=row.employer_id,
        parameters=json.loads(row.parameters),
        done=row.done,
        total=row.total,
        attempts=row.attempts,
        cancel_asked=row.cancel_asked,
        queued_at=row.queued_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        result=json.loads(row.result or "{}"),
        problem=json.loads(row.problem) if row.problem else None,
    )
