"""Names, numbers, addresses and health rest encrypted; tokens to search by; the keys in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from matcher.store.privacy.cells import keyring_of, open_cells, seal_cells
from matcher.store.privacy.guard import keyed
from matcher.store.privacy.keyring import Master
from matcher.store.privacy.tokens import tokens
from matcher.store.schema.types import Code, Instant

revision = "0006"
down_revision = "0005"

SEARCHABLE = ("name", "id_number", "phone")
SEALED = {
    "person_identity": ("name", "id_number", "phone", "address", "extra"),
    "person_status": ("health",),
}
ROWS_AT_ONCE = 5_000

Rewrite = Callable[[tuple[str, str], list[str], list[str | None]], list[str | None]]


def upgrade() -> None:
    """Make the tables, and seal who is there already."""
    op.create_table(
        "person_search",
        sa.Column("person_id", Code, nullable=False),
        sa.Column("key_id", Code, nullable=False),
        sa.Column("name", Code),
        sa.Column("id_number", Code),
        sa.Column("phone", Code),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_search"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
            name="fk_person_search_person_id",
            ondelete="CASCADE",
        ),
    )
    for column in ("name", "id_number", "phone"):
        op.create_index(f"ix_person_search_{column}", "person_search", [column])
    op.create_table(
        "field_key",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("key_id", Code, nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("retired_at", Instant),
        sa.PrimaryKeyConstraint("number", name="pk_field_key"),
        sa.UniqueConstraint("key_id", name="uq_field_key_key_id"),
    )
    op.create_table(
        "person_history",
        sa.Column("entry", Code, nullable=False),
        sa.Column("person_id", Code, nullable=False),
        sa.Column("column", sa.Text, nullable=False),
        sa.Column("value", sa.Text),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.PrimaryKeyConstraint("entry", name="pk_person_history"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.person_id"],
            name="fk_person_history_person_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_person_history_person_id", "person_history", ["person_id"])
    connection = op.get_bind()
    if connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one():
        master = keyring_of(connection).make_first()
        _seal(connection, master)


def _seal(connection: sa.Connection, master: Master) -> None:
    field_key = sa.table("field_key", *map(sa.column, ("number", "key_id", "since")))
    row = {"number": 1, "key_id": master.key_id, "since": sa.func.current_timestamp()}
    connection.execute(sa.insert(field_key).values(row))
    for page in _pages(connection, "person_identity", ("name", "id_number", "phone")):
        found = {"person_id": [each[0] for each in page]}
        made: dict[str, Sequence[Any]] = dict(found)
        for at, column in enumerate(SEARCHABLE, start=1):
            made[column] = tokens(master, column, [each[at] for each in page])
        _insert_tokens(connection, master, made)

    def sealed(place: tuple[str, str], rows: list[str], cells: list[str | None]) -> Any:
        return seal_cells(master, place, rows, cells)

    _rewrite(connection, sealed)
    person = sa.table("person", sa.column("person_id"), sa.column("content_hash"))
    for page in _pages(connection, "person", ("content_hash",)):
        said = keyed([each[1] for each in page], master)
        changed = [{"id": row[0], "said": new} for row, new in zip(page, said, strict=True)]
        statement = sa.update(person).where(person.c.person_id == sa.bindparam("id"))
        connection.execute(statement.values(content_hash=sa.bindparam("said")), changed)


def _insert_tokens(
    connection: sa.Connection, master: Master, made: dict[str, Sequence[Any]]
) -> None:
    search = sa.table("person_search", *map(sa.column, ("person_id", "key_id", *SEARCHABLE)))
    rows = [dict(zip(made, values, strict=True)) for values in zip(*made.values(), strict=True)]
    for row in rows:
        row["key_id"] = master.key_id
    connection.execute(sa.insert(search), rows)


def _rewrite(connection: sa.Connection, changed: Rewrite) -> None:
    """Write every sealed column of every row anew."""
    for name, columns in SEALED.items():
        table = sa.table(name, sa.column("person_id"), *map(sa.column, columns))
        for page in _pages(connection, name, columns):
            ids = [each[0] for each in page]
            rows: list[dict[str, Any]] = [{"id": each} for each in ids]
            for at, column in enumerate(columns, start=1):
                cells = changed((name, column), ids, [each[at] for each in page])
                for row, cell in zip(rows, cells, strict=True):
                    row[f"new_{column}"] = cell
            statement = sa.update(table).where(table.c.person_id == sa.bindparam("id"))
            new: dict[str, Any] = {column: sa.bindparam(f"new_{column}") for column in columns}
            connection.execute(statement.values(new), rows)


def _pages(
    connection: sa.Connection, name: str, columns: Sequence[str]
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a table by id, some thousands at a time."""
    table = sa.table(name, sa.column("person_id", Code), *map(sa.column, columns))
    last = ""
    while True:
        statement = sa.select(table.c.person_id, *(table.c[column] for column in columns))
        statement = statement.where(table.c.person_id > last).order_by(table.c.person_id)
        page = [tuple(row) for row in connection.execute(statement.limit(ROWS_AT_ONCE))]
        if not page:
            return
        yield page
        last = page[-1][0]


def downgrade() -> None:
    """Open who is there, and drop what was made; digests are made again at the next change."""
    connection = op.get_bind()
    ring = keyring_of(connection)

    def opened(place: tuple[str, str], rows: list[str], cells: list[str | None]) -> Any:
        return open_cells(ring.key, place, rows, cells)

    _rewrite(connection, opened)
    op.drop_table("person_history")
    op.drop_table("person_search")
    op.drop_table("field_key")
