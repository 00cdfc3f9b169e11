"""Work that takes long, and its files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.schema.types import Code, Instant

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "job",
        sa.Column("job_id", Code, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("actor", Code, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("areas", sa.Text, nullable=False),
        sa.Column("employer_id", Code),
        sa.Column("key", Code),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("cancel_asked", sa.Boolean, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("lease_until", Instant),
        sa.Column("wait_until", Instant),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("queued_at", Instant, nullable=False),
        sa.Column("started_at", Instant),
        sa.Column("ended_at", Instant),
        sa.Column("result", sa.Text),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("job_id", name="pk_job"),
    )
    op.create_index("ix_job_actor", "job", ["actor"])
    op.create_index("ix_job_state_queued_at", "job", ["state", "queued_at"])
    op.create_index("ux_job_actor_key", "job", ["actor", "key"], unique=True)
    op.create_table(
        "job_file",
        sa.Column("job_id", Code, nullable=False),
        sa.Column("name", Code, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "name", name="pk_job_file"),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.job_id"], name="fk_job_file_job_id", ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    """Drop them; work that was waiting is forgotten."""
    op.drop_table("job_file")
    op.drop_table("job")
