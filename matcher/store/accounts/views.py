"""What an account asked a list for, kept under a name."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import Engine, delete, insert, select

from matcher.errors import WrongUse
from matcher.store import engine
from matcher.store.schema.accounts import saved_view

MOST = 50
LONGEST_NAME, LONGEST_QUERY = 40, 2_000


@dataclass(frozen=True, slots=True)
class SavedView:
    """One kept view: its name, and the address's question part."""

    entry: str
    name: str
    query: str


class SavedViews:
    """The kept views of a store's accounts; each account sees its own."""

    def __init__(self, opened: Engine, *, wait_s: float) -> None:
        self._engine, self._wait_s = opened, wait_s

    def of(self, username: str, which: str) -> list[SavedView]:
        """The views that an account keeps of a list, by name."""
        wanted = select(saved_view.c.entry, saved_view.c.name, saved_view.c.query).where(
            saved_view.c.username == username, saved_view.c.list == which
        )
        with engine.reading(self._engine, wait_s=self._wait_s) as connection:
            rows = connection.execute(wanted.order_by(saved_view.c.name)).all()
        return [SavedView(*row) for row in rows]

    def keep(self, username: str, which: str, name: str, query: str) -> None:
        """Keep a view under a name, in place of one of the same name.

        Raises:
            WrongUse: no name, one that is too long, or too many views.
        """
        name = name.strip()
        held = {each.name for each in self.of(username, which)}
        if not 0 < len(name) <= LONGEST_NAME or len(query) > LONGEST_QUERY:
            raise WrongUse(
                what="the name of the view", expected=f"1 to {LONGEST_NAME} signs", do="Shorten it."
            )
        if name not in held and len(held) >= MOST:
            raise WrongUse(
                what="one view more", expected=f"at most {MOST} of a list", do="Remove another."
            )
        entry = blake2b(f"{username}\x1f{which}\x1f{name}".encode(), digest_size=16).hexdigest()
        row = {"entry": entry, "username": username, "list": which, "name": name, "query": query}
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            connection.execute(delete(saved_view).where(saved_view.c.entry == entry))
            connection.execute(insert(saved_view).values(row))

    def remove(self, username: str, entry: str) -> None:
        """Forget one of the account's own views; another's stays."""
        gone = delete(saved_view).where(
            saved_view.c.entry == entry, saved_view.c.username == username
        )
        with engine.writing(self._engine, wait_s=self._wait_s) as connection:
            connection.execute(gone)
