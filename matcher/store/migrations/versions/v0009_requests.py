"""Requests that carried a key, and what was answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.schema.types import Code, Instant

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "request",
        sa.Column("actor", Code, nullable=False),
        sa.Column("key", Code, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("headers", sa.Text),
        sa.Column("body", sa.LargeBinary),
        sa.PrimaryKeyConstraint("actor", "key", name="pk_request"),
    )


def downgrade() -> None:
    """Drop it; requests sent again are carried out again."""
    op.drop_table("request")
