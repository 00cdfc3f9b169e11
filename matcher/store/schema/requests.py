"""The tables of requests: those that came with a key, and those that go out to subscribers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, Table, Text

from matcher.store.schema.people.imported import metadata
from matcher.store.schema.types import Code, Instant

__all__ = ["metadata", "request", "webhook"]

request = Table(
    "request",
    metadata,
    Column("actor", Code, primary_key=True),
    Column("key", Code, primary_key=True),
    # A digest of method, path and content: a key names one request, not any.
    Column("fingerprint", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    # Empty while the request is under way.
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
)

webhook = Table(
    "webhook",
    metadata,
    Column("webhook_id", Code, primary_key=True),
    Column("url", Text, nullable=False),
    Column("actor", Code, nullable=False),
    Column("role", Text, nullable=False),
    Column("areas", Text, nullable=False),
    # What deliveries are signed with; sealed like what people are called.
    Column("secret", LargeBinary, nullable=False),
    # The last event of the ledger that was delivered: what came after it goes out next.
    Column("after_seq", BigInteger, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("next_try_at", Instant, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)
