"""Accounts and the tokens by which they are known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.schema.types import Code, Instant

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "account",
        sa.Column("username", Code, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("areas", sa.Text, nullable=False),
        sa.Column("employer_id", Code),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("username", name="pk_account"),
    )
    op.create_table(
        "token",
        sa.Column("digest", Code, nullable=False),
        sa.Column("username", Code, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("issued_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=False),
        sa.Column("seen_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_token"),
        sa.ForeignKeyConstraint(["username"], ["account.username"], name="fk_token_username"),
    )
    op.create_index("ix_token_username", "token", ["username"])


def downgrade() -> None:
    """Drop what was made; everybody is signed out for good."""
    op.drop_table("token")
    op.drop_table("account")
