"""Records that an import made are kept by their keys alone, thousands of them to a row."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from matcher.store.schema.types import Code

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Make the table; what earlier imports made stays in `import_record`."""
    op.create_table(
        "import_made",
        sa.Column("import_id", Code, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("made", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("import_id", "part", name="pk_import_made"),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import_run.import_id"],
            name="fk_import_made_import_id",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    """Back to a row for each, so that what was imported since can still be undone."""
    connection = op.get_bind()
    made = sa.table("import_made", *map(sa.column, ("import_id", "part", "kind", "made")))
    names = ("entry", "import_id", "kind", "key", "person_id", "version_after")
    record = sa.table("import_record", *map(sa.column, names))
    for row in connection.execute(sa.select(made)).all():
        entries = [
            {
                "entry": f"{row.import_id}/{row.kind}/{key}",
                "import_id": row.import_id,
                "kind": row.kind,
                "key": key,
                "person_id": key if row.kind == "persons" else None,
                "version_after": 1,
            }
            for key in json.loads(row.made)
        ]
        connection.execute(sa.insert(record), entries)
    op.drop_table("import_made")
