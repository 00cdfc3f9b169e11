"""Numbers of certificates rest encrypted; digests of whoever was erased, and their secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from matcher.store.privacy.cells import keyring_of, open_cells, seal_cells
from matcher.store.privacy.keyring import Master
from matcher.store.schema.types import Code, IsoDate

revision = "0012"
down_revision = "0011"

STATUS = sa.table("person_status", sa.column("person_id", Code), sa.column("certificate_no"))
PLACE = ("person_status", "certificate_no")
ROWS_AT_ONCE = 5_000

Rewrite = Callable[[list[str], list[str | None]], list[str | None]]


def upgrade() -> None:
    """Make the tables, and seal the numbers that are there."""
    op.create_table(
        "erased_person",
        sa.Column("digest", Code, nullable=False),
        sa.Column("kept_until", IsoDate, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_erased_person"),
    )
    op.create_table(
        "sealed_secret",
        sa.Column("name", Code, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sealed_secret"),
    )
    connection = op.get_bind()
    certified = sa.select(STATUS.c.person_id).where(STATUS.c.certificate_no.is_not(None))
    if connection.execute(certified.limit(1)).first() is not None:
        master = _master(connection)
        _rewrite(connection, lambda rows, cells: seal_cells(master, PLACE, rows, cells))


def _master(connection: sa.Connection) -> Master:
    """The key in use; made and written down where there is none yet."""
    ring = keyring_of(connection)
    names = ("number", "key_id", "since", "retired_at")
    table = sa.table("field_key", *map(sa.column, names))
    standing = sa.select(table.c.key_id).where(table.c.retired_at.is_(None))
    key_id = connection.execute(standing.order_by(table.c.number.desc()).limit(1)).scalar()
    if key_id is not None:
        return ring.key(str(key_id))
    made = ring.make_first()
    last = connection.execute(sa.select(sa.func.max(table.c.number))).scalar() or 0
    row = {"number": last + 1, "key_id": made.key_id, "since": sa.func.current_timestamp()}
    connection.execute(sa.insert(table).values(row))
    return made


def _rewrite(connection: sa.Connection, changed: Rewrite) -> None:
    """Write every number of a certificate anew, some thousands at a time."""
    last = ""
    while True:
        statement = sa.select(STATUS).where(STATUS.c.person_id > last)
        statement = statement.where(STATUS.c.certificate_no.is_not(None))
        ordered = statement.order_by(STATUS.c.person_id).limit(ROWS_AT_ONCE)
        page = [tuple(row) for row in connection.execute(ordered)]
        if not page:
            return
        ids = [each[0] for each in page]
        cells = changed(ids, [each[1] for each in page])
        rows: list[dict[str, Any]] = [
            {"id": row, "new": cell} for row, cell in zip(ids, cells, strict=True)
        ]
        update = sa.update(STATUS).where(STATUS.c.person_id == sa.bindparam("id"))
        connection.execute(update.values(certificate_no=sa.bindparam("new")), rows)
        last = ids[-1]


def downgrade() -> None:
    """Open the numbers again, and forget who was erased."""
    connection = op.get_bind()
    ring = keyring_of(connection)
    _rewrite(connection, lambda rows, cells: open_cells(ring.key, PLACE, rows, cells))
    for table in ("sealed_secret", "erased_person"):
        op.drop_table(table)
