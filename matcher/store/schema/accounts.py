"""The tables of identity: accounts, and the tokens by which they are known for a while."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, Table, Text

from matcher.store.schema.events import metadata
from matcher.store.schema.types import Code, Instant

__all__ = ["account", "metadata", "saved_view", "token"]

account = Table(
    "account",
    metadata,
    Column("username", Code, primary_key=True),
    Column("role", Text, nullable=False),
    Column("areas", Text, nullable=False),
    Column("employer_id", Code),
    # Never the password: what argon2 makes of it, with its own salt and settings.
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
)

token = Table(
    "token",
    metadata,
    # Never the token: a digest, so that a copied database lets nobody in.
    Column("digest", Code, primary_key=True),
    Column("username", Code, ForeignKey("account.username"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

saved_view = Table(
    "saved_view",
    metadata,
    # Account, list and name in one: what a list was asked for, kept under a name.
    Column("entry", Code, primary_key=True),
    Column("username", Code, ForeignKey("account.username"), nullable=False, index=True),
    Column("list", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
)
