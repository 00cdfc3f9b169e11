"""The table of requests that carried a key: what was asked, and what was answered."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from matcher.store.schema.people.protected import metadata
from matcher.store.schema.types import Code, Instant

__all__ = ["metadata", "request"]

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
