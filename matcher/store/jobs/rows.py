"""Rows of jobs and of their files, inside a transaction of the caller's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from matcher.domain.job import Job, JobFile, JobKind, JobState, Order
from matcher.domain.scope import Role
from matcher.errors import LeaseLost
from matcher.store.privacy.cells import seal_bytes
from matcher.store.privacy.guard import Guard
from matcher.store.schema.jobs import job, job_file

CONTENT = ("job_file", "content")
"""Where the content of a file rests, for its seal."""

INPUT = "input"
"""How the names of what goes in begin; it is thrown away when the job ends."""

CONTENT = ("job_file", "content")
"""Where the content of a file rests, for its seal."""

NO_AREAS = "-"
"""Of an employer's account, which serves none; an empty text is the whole."""


def row_of(wanted: Order, job_id: str, *, at: datetime) -> dict[str, Any]:
    """A job that waits, as it is written."""
    return {
        "job_id": job_id,
        "kind": wanted.kind.value,
        "parameters": json.dumps(dict(wanted.parameters), ensure_ascii=False),
        "actor": wanted.scope.actor,
        "role": wanted.scope.role.value,
        "areas": ";".join(wanted.scope.areas) if wanted.scope.areas else NO_AREAS,
        "employer_id": wanted.employer_id,
        "key": wanted.key,
        "state": JobState.QUEUED.value,
        "done": 0,
        "total": 0,
        "attempts": 0,
        "cancel_asked": False,
        "queued_at": at,
        "revision": 1,
    }


def job_of(row: Row[Any]) -> Job:
    """The job of a row."""
    return Job(
        job_id=row.job_id,
        kind=JobKind(row.kind),
        state=JobState(row.state),
        actor=row.actor,
        role=Role(row.role),
        areas=() if row.areas == NO_AREAS else tuple(row.areas.split(";")),
        employer_id=row.employer_id,
        parameters=json.loads(row.parameters),
        done=row.done,
        total=row.total,
        attempts=row.attempts,
        cancel_asked=bool(row.cancel_asked),
        queued_at=row.queued_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        result=json.loads(row.result or "{}"),
        problem=json.loads(row.problem) if row.problem else None,
        revision=row.revision,
    )


def end_row(
    connection: Connection, job_id: str, state: JobState, told: Mapping[str, Any], *, at: datetime
) -> None:
    """End a job; what went in is not kept: it may name people."""
    column = "problem" if state is JobState.FAILED else "result"
    values: dict[str, Any] = {"state": state.value, "ended_at": at, "lease_until": None}
    if state is JobState.DONE:
        values["done"] = job.c.total
    values[column] = json.dumps(dict(told), ensure_ascii=False, default=str)
    values["revision"] = job.c.revision + 1
    connection.execute(update(job).where(job.c.job_id == job_id).values(values))
    inputs = (job_file.c.job_id == job_id) & job_file.c.name.startswith(INPUT)
    connection.execute(delete(job_file).where(inputs))


def hold(connection: Connection, job_id: str, worker: str) -> None:
    """See that the job is this worker's, and keep it so until the transaction ends.

    Raises:
        LeaseLost: it is another's by now, or has ended.
    """
    mine = (job.c.job_id == job_id) & (job.c.worker == worker)
    held = select(job.c.job_id).where(mine, job.c.state == JobState.RUNNING.value)
    if connection.execute(held.with_for_update()).one_or_none() is None:
        raise LeaseLost(job=job_id)


def put_files(
    connection: Connection, job_id: str, files: Sequence[JobFile], *, at: datetime
) -> None:
    """Write files of a job; they name people, and rest sealed like people themselves."""
    if not files:
        return
    master = Guard(connection, at=at).masters[0]
    for each in files:
        row = {"job_id": job_id, "name": each.name, "file_name": each.file_name}
        row |= {"media_type": each.media_type}
        content = seal_bytes(master, CONTENT, f"{job_id}/{each.name}", each.content)
        connection.execute(insert(job_file).values({**row, "content": content}))
