"""The tables of work that takes long: jobs, and the files that go in and come out."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from matcher.store.schema.requests import metadata
from matcher.store.schema.types import Code, Instant

__all__ = ["job", "job_file", "metadata"]

job = Table(
    "job",
    metadata,
    Column("job_id", Code, primary_key=True),
    Column("kind", Text, nullable=False),
    # JSON: names, days and counts; never personal data.
    Column("parameters", Text, nullable=False),
    Column("actor", Code, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("areas", Text, nullable=False),
    Column("employer_id", Code),
    Column("key", Code),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("cancel_asked", Boolean, nullable=False),
    Column("worker", Text),
    Column("lease_until", Instant),
    # A job that was given back is not begun again before this.
    Column("wait_until", Instant),
    # Grows with everything that whoever watches wants to hear of.
    Column("revision", Integer, nullable=False),
    Column("queued_at", Instant, nullable=False),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    # JSON: what came of it, or why it failed.
    Column("result", Text),
    Column("problem", Text),
    Index("ix_job_state_queued_at", "state", "queued_at"),
    Index("ux_job_actor_key", "actor", "key", unique=True),
)

job_file = Table(
    "job_file",
    metadata,
    Column("job_id", Code, ForeignKey("job.job_id", ondelete="CASCADE"), primary_key=True),
    Column("name", Code, primary_key=True),
    Column("file_name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
