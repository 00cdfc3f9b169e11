"""What an import did to which record is kept, with what stood there before: it can be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from matcher.store.schema.types import Code, Instant, Sealed

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the tables; imports from before cannot be undone."""
    op.create_table(
        "import_run",
        sa.Column("import_id", Code, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("undone_at", Instant),
        sa.Column("undone", sa.Text),
        sa.PrimaryKeyConstraint("import_id", name="pk_import_run"),
    )
    op.create_table(
        "import_record",
        sa.Column("entry", Code, nullable=False),
        sa.Column("import_id", Code, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", Code, nullable=False),
        sa.Column("person_id", Code),
        sa.Column("version_before", sa.Integer),
        sa.Column("version_after", sa.Integer, nullable=False),
        sa.Column("before", Sealed),
        sa.PrimaryKeyConstraint("entry", name="pk_import_record"),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import_run.import_id"],
            name="fk_import_record_import_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_import_record_import_id", "import_record", ["import_id"])
    op.create_index("ix_import_record_person_id", "import_record", ["person_id"])


def downgrade() -> None:
    """Drop both; nothing can be undone any more."""
    op.drop_table("import_record")
    op.drop_table("import_run")
