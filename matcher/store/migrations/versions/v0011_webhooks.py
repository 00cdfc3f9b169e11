"""Subscribers outside, who are told what became of referrals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.schema.types import Code, Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "webhook",
        sa.Column("webhook_id", Code, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("actor", Code, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("areas", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("after_seq", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("next_try_at", Instant, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", name="pk_webhook"),
    )


def downgrade() -> None:
    """Drop it; nobody is told any more."""
    op.drop_table("webhook")
