"""The tables of casework: every move for good, where each subject stands now, and the seals.

An event is never changed. The state of a subject is what its events add up to; it is kept beside
them so that lists of the day need not add up a year, and can be made again from the events.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint

from matcher.store.schema.tables import metadata
from matcher.store.schema.types import Code, Instant, IsoDate

__all__ = ["case_event", "case_state", "metadata", "seal"]

SEQUENCE = BigInteger().with_variant(Integer, "sqlite")

case_event = Table(
    "case_event",
    metadata,
    Column("seq", SEQUENCE, primary_key=True),
    Column("stream", Code, nullable=False),
    Column("subject_id", Code, nullable=False),
    Column("version", Integer, nullable=False),
    Column("event", Text, nullable=False),
    Column("on", IsoDate, nullable=False),
    Column("state", Text, nullable=False),
    Column("due_on", IsoDate),
    # No foreign keys: what was done outlives the record of whom it was done for.
    Column("person_id", Code, index=True),
    Column("household_id", Code, index=True),
    Column("employer_id", Code),
    Column("vacancy_id", Code),
    # Where the subject lived at the time: a later move hides nothing from the office that acted.
    Column("area_code", Code),
    Column("reason", Text),
    Column("data", Text),
    # A caller's own name for the move; the same key again does nothing.
    Column("key", Code),
    Column("actor", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("stream", "subject_id", "version"),
    UniqueConstraint("key"),
    Index("ix_case_event_on", "on"),
)

case_state = Table(
    "case_state",
    metadata,
    Column("stream", Code, primary_key=True),
    Column("subject_id", Code, primary_key=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("opened_on", IsoDate, nullable=False),
    Column("since", IsoDate, nullable=False),
    Column("due_on", IsoDate),
    Column("person_id", Code, index=True),
    Column("household_id", Code, index=True),
    Column("employer_id", Code, index=True),
    Column("vacancy_id", Code, index=True),
    Column("area_code", Code),
    Column("data", Text),
    Index("ix_case_state_stream", "stream", "state"),
    Index("ix_case_state_due_on", "due_on"),
    Index("ix_case_state_area_code", "area_code"),
)

seal = Table(
    "seal",
    metadata,
    Column("id", SEQUENCE, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
