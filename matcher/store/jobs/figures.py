"""How much work there is, and how long it has waited: figures, never whose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from matcher.domain.job import JobKind, JobState
from matcher.store.schema.jobs import job


@dataclass(frozen=True, slots=True)
class JobFigure:
    """Jobs of one kind in one state: how many, and when the oldest came and its lease ends."""

    kind: JobKind
    state: JobState
    count: int
    oldest_queued: datetime
    oldest_lease: datetime | None


def job_figures(connection: Connection) -> list[JobFigure]:
    """Every kind and state that there is, by name."""
    queued = func.min(job.c.queued_at, type_=job.c.queued_at.type)
    lease = func.min(job.c.lease_until, type_=job.c.lease_until.type)
    statement = select(job.c.kind, job.c.state, func.count(), queued, lease)
    grouped = statement.group_by(job.c.kind, job.c.state).order_by(job.c.kind, job.c.state)
    return [
        JobFigure(JobKind(kind), JobState(state), count, came, leased)
        for kind, state, count, came, leased in connection.execute(grouped)
    ]
