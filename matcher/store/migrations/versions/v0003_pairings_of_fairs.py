"""Pairings of fairs: when and where two are to talk, and whether the person came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.schema.types import Code, Instant

revision = "0003"
down_revision = "0002"

OF = ("fair", "person", "vacancy")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "pairing",
        sa.Column("pairing_id", Code, nullable=False),
        *(sa.Column(f"{of}_id", Code, nullable=False) for of in OF),
        sa.Column("score", sa.BigInteger),
        sa.Column("booth", sa.BigInteger),
        sa.Column("interviewer", sa.BigInteger),
        sa.Column("starts_at", sa.Text),
        sa.Column("attendance", sa.Text),
        sa.Column("extra", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("pairing_id", name="pk_pairing"),
        *(
            sa.ForeignKeyConstraint([f"{of}_id"], [f"{of}.{of}_id"], name=f"fk_pairing_{of}_id")
            for of in OF
        ),
    )
    for of in OF:
        op.create_index(f"ix_pairing_{of}_id", "pairing", [f"{of}_id"])


def downgrade() -> None:
    """Drop what was made; what rests there is lost."""
    op.drop_table("pairing")
