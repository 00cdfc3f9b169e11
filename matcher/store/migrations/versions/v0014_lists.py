"""Lists of many people are counted and sorted by two indexes, without their tables."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"

MADE = {
    "ix_person_listed": ("person", ["area_code", "seeks_work", "education", "person_id"]),
    "ix_person_status_listed": ("person_status", ["person_id", "employment_state"]),
}


def upgrade() -> None:
    """Make the indexes."""
    for name, (table, columns) in MADE.items():
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Drop them."""
    for name, (table, _) in MADE.items():
        op.drop_index(name, table)
