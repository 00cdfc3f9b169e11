"""The tables that stand beside encrypted people: by what they are found, and with which keys."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table, Text

from matcher.store.schema.accounts import metadata
from matcher.store.schema.types import Code, Instant, IsoDate, Sealed

__all__ = [
    "erased_person",
    "field_key",
    "metadata",
    "person_history",
    "person_search",
    "sealed_secret",
]

person_search = Table(
    "person_search",
    metadata,
    Column("person_id", Code, ForeignKey("person.person_id", ondelete="CASCADE"), primary_key=True),
    # The key that every cell of the person is sealed with, and that the tokens are made with.
    Column("key_id", Code, nullable=False),
    # Never a name or number: a keyed digest, which only says that two are the same.
    Column("name", Code, index=True),
    Column("id_number", Code, index=True),
    Column("phone", Code, index=True),
    Column("initials", Code, index=True),
)

field_key = Table(
    "field_key",
    metadata,
    Column("number", Integer, primary_key=True),
    # Never the key: an id made from it.
    Column("key_id", Code, nullable=False, unique=True),
    Column("since", Instant, nullable=False),
    Column("retired_at", Instant),
)

person_history = Table(
    "person_history",
    metadata,
    # Person, version and column: what stood there until that version.
    Column("entry", Code, primary_key=True),
    Column(
        "person_id",
        Code,
        ForeignKey("person.person_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("column", Text, nullable=False),
    Column("value", Sealed),
    Column("changed_at", Instant, nullable=False),
    Column("actor", Text, nullable=False),
    Column("why", Sealed),
)

erased_person = Table(
    "erased_person",
    metadata,
    # A digest, by a secret of its own, of a number that somebody had who was erased.
    Column("digest", Code, primary_key=True),
    Column("kept_until", IsoDate, nullable=False),
)

sealed_secret = Table(
    "sealed_secret",
    metadata,
    Column("name", Code, primary_key=True),
    # Sealed with the key of people's cells; a change of that key seals it anew.
    Column("content", LargeBinary, nullable=False),
)
