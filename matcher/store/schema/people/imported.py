"""The tables of imports: what each one did to which record, so that it can be taken back."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, Table, Text

from matcher.store.schema.people.protected import metadata
from matcher.store.schema.types import Code, Instant, Sealed

__all__ = ["import_made", "import_record", "import_run", "metadata"]

import_run = Table(
    "import_run",
    metadata,
    Column("import_id", Code, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_at", Instant),
    # JSON: what the undo did, in counts and record numbers.
    Column("undone", Text),
)

import_made = Table(
    "import_made",
    metadata,
    Column(
        "import_id",
        Code,
        ForeignKey("import_run.import_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("part", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    # JSON: keys of thousands of records that the import made, each written once by it.
    Column("made", Text, nullable=False),
)

import_record = Table(
    "import_record",
    metadata,
    # Import, kind and key.
    Column("entry", Code, primary_key=True),
    Column(
        "import_id",
        Code,
        ForeignKey("import_run.import_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("kind", Text, nullable=False),
    Column("key", Code, nullable=False),
    # Whose record it is: goes with the person.
    Column("person_id", Code, index=True),
    # Empty where the import made the record, and wrote it again.
    Column("version_before", Integer),
    Column("version_after", Integer, nullable=False),
    # The whole record as it was before, JSON.
    Column("before", Sealed),
)
