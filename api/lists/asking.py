"""What a list of records is asked for: words to find, filters, order, place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from fastapi import Query

from api.protocol.pages import place_of
from matcher.domain.kinds import Kind
from matcher.store.lists.listing import Condition, Listing, Test, order_of

PAGE = 50
EXPORTED = 20_000
"""The most rows of one export; more are a matter for `rengang export`."""

NUMBER = re.compile(r"[A-Za-z]{1,3}-?\d{3,}")
"""How a number of ours is written."""

Text = Annotated[str, Query(max_length=200)]
Names = Annotated[str, Query(max_length=1000)]
Place = Annotated[str | None, Query(max_length=1000)]


@dataclass(frozen=True)
class Asked:
    """A list as its address says it; each kind of record makes its own of it.

    Attributes:
        q: words that find.
        filters: by column, what its cells equal, begin with or contain.
        sort: one column, with a minus where it falls.
        after: the place to go on from.
    """

    PATH: ClassVar[str]
    KIND: ClassVar[Kind]
    TESTS: ClassVar[Mapping[str, Test]] = {"area_code": Test.BEGINS}
    """How a column's cells are held against its filter; they equal it where nothing is said."""

    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    after: str | None = None

    @property
    def is_narrowed(self) -> bool:
        """Is less than everything asked for?"""
        return bool(self.q or self.filters)

    def said(self) -> dict[str, Any]:
        """What the address says, by name."""
        return {"q": self.q, **self.filters, "sort": self.sort, "after": self.after}

    def address(self, under: str = "", **changed: Any) -> str:
        """The address of this list with something changed; None takes it away.

        Args:
            under: what else of the same list, for instance `/facets`.
            changed: by name, what else is said.
        """
        said = self.said() | changed
        kept = {name: value for name, value in said.items() if value not in (None, "")}
        return self.PATH + under + (f"?{urlencode(kept)}" if kept else "")

    def conditions(self) -> list[Condition]:
        """What the filters ask of each row."""
        return [
            Condition(name, self.TESTS.get(name, Test.EQUAL), value)
            for name, value in self.filters.items()
        ]

    def page(
        self,
        parts: tuple[str, ...] = (),
        where: list[Condition] | None = None,
        ids: tuple[str, ...] | None = None,
    ) -> Listing:
        """The page asked for; `where` stands for the filters' own conditions."""
        held = self.conditions() if where is None else where
        order, after = order_of(self.sort), place_of(self.after)
        return Listing(self.KIND, parts, tuple(held), order, after, PAGE, ids)


def filled(**given: str) -> dict[str, str]:
    """The filters that somebody filled in.

    Example:
        >>> filled(education=" 30 ", area_code="")
        {'education': '30'}
    """
    return {name: value.strip() for name, value in given.items() if value.strip()}
