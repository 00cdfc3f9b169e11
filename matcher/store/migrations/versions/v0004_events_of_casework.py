"""Moves of casework, where each subject stands, and seals over what is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.engine import drop_append_only, make_append_only
from matcher.store.schema.types import Code, Instant, IsoDate

revision = "0004"
down_revision = "0003"

SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NAMED = ("person_id", "household_id", "employer_id", "vacancy_id", "area_code")


def _case_event() -> None:
    op.create_table(
        "case_event",
        sa.Column("seq", SEQUENCE, nullable=False),
        sa.Column("stream", Code, nullable=False),
        sa.Column("subject_id", Code, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("on", IsoDate, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_on", IsoDate),
        *(sa.Column(name, Code) for name in NAMED),
        sa.Column("reason", sa.Text),
        sa.Column("data", sa.Text),
        sa.Column("key", Code),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_case_event"),
        sa.UniqueConstraint("stream", "subject_id", "version", name="uq_case_event_stream"),
        sa.UniqueConstraint("key", name="uq_case_event_key"),
    )
    op.create_index("ix_case_event_on", "case_event", ["on"])
    for name in ("person_id", "household_id"):
        op.create_index(f"ix_case_event_{name}", "case_event", [name])
    make_append_only(op.get_bind(), "case_event")


def _case_state() -> None:
    op.create_table(
        "case_state",
        sa.Column("stream", Code, nullable=False),
        sa.Column("subject_id", Code, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("opened_on", IsoDate, nullable=False),
        sa.Column("since", IsoDate, nullable=False),
        sa.Column("due_on", IsoDate),
        *(sa.Column(name, Code) for name in NAMED),
        sa.Column("data", sa.Text),
        sa.PrimaryKeyConstraint("stream", "subject_id", name="pk_case_state"),
    )
    op.create_index("ix_case_state_stream", "case_state", ["stream", "state"])
    for name in (*NAMED, "due_on"):
        op.create_index(f"ix_case_state_{name}", "case_state", [name])


def _seal() -> None:
    op.create_table(
        "seal",
        sa.Column("id", SEQUENCE, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("first_seq", sa.BigInteger, nullable=False),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_seal"),
    )
    make_append_only(op.get_bind(), "seal")


def upgrade() -> None:
    """Make the tables."""
    for make in (_case_event, _case_state, _seal):
        make()


def downgrade() -> None:
    """Drop what was made; what rests there is lost."""
    for table in ("seal", "case_event"):
        drop_append_only(op.get_bind(), table)
    for table in ("seal", "case_state", "case_event"):
        op.drop_table(table)
