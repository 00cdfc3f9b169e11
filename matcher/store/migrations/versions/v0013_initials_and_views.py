"""People are found by their initials; what lists were asked for is kept under names."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from matcher.store.privacy.cells import keyring_of, open_cells
from matcher.store.privacy.tokens import initials, tokens
from matcher.store.schema.types import Code

revision = "0013"
down_revision = "0012"

NAME = ("person_identity", "name")
ROWS_AT_ONCE = 5_000


def upgrade() -> None:
    """Make the column and the table; find everybody who is there by name and initials."""
    op.add_column("person_search", sa.Column("initials", Code))
    op.create_index("ix_person_search_initials", "person_search", ["initials"])
    op.create_table(
        "saved_view",
        sa.Column("entry", Code, nullable=False),
        sa.Column("username", Code, nullable=False),
        sa.Column("list", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("entry", name="pk_saved_view"),
        sa.ForeignKeyConstraint(
            ["username"], ["account.username"], name="fk_saved_view_username_account"
        ),
    )
    op.create_index("ix_saved_view_username", "saved_view", ["username"])
    _search_anew(op.get_bind())


def _search_anew(connection: sa.Connection) -> None:
    """Make the tokens of every name again: the spelling leaves remarks in brackets out now."""
    identity = sa.table("person_identity", sa.column("person_id", Code), sa.column("name"))
    search = sa.table("person_search", *map(sa.column, ("person_id", "key_id", "name", "initials")))
    both = sa.select(identity.c.person_id, identity.c.name, search.c.key_id).join_from(
        identity, search, identity.c.person_id == search.c.person_id
    )
    last, ring = "", keyring_of(connection)
    while True:
        wanted = both.where(identity.c.person_id > last).order_by(identity.c.person_id)
        page = connection.execute(wanted.limit(ROWS_AT_ONCE)).all()
        if not page:
            return
        last = page[-1][0]
        ids = [row.person_id for row in page]
        names = open_cells(ring.key, NAME, ids, [row.name for row in page])
        changed: list[dict[str, Any]] = []
        for row, name in zip(page, names, strict=True):
            master, short = ring.key(row.key_id), None if name is None else initials(name)
            (token,), (first,) = tokens(master, "name", [name]), tokens(master, "initials", [short])
            changed.append({"id": row.person_id, "named": token, "short": first})
        statement = sa.update(search).where(search.c.person_id == sa.bindparam("id"))
        new: dict[str, Any] = {"name": sa.bindparam("named"), "initials": sa.bindparam("short")}
        connection.execute(statement.values(new), changed)


def downgrade() -> None:
    """Drop both; people are found by whole names again."""
    op.drop_table("saved_view")
    op.drop_index("ix_person_search_initials", "person_search")
    op.drop_column("person_search", "initials")
