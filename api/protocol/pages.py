"""Pages of a list: filters and order as parameters, a cursor that carries its place."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import orjson
from fastapi import Query

from matcher.domain.kinds import Kind
from matcher.errors import WrongUse
from matcher.store.lists.listing import Cell, Condition, Listing, condition_of, order_of

MOST = 200


@dataclass(frozen=True, slots=True)
class Paging:
    """What a caller asks of a list."""

    where: tuple[Condition, ...]
    sort: str
    after: str | None
    limit: int

    def listing(
        self, kind: Kind, parts: tuple[str, ...] = (), *, held: Sequence[Condition] = ()
    ) -> Listing:
        """The page of this kind; `held` are conditions that the caller cannot take away.

        Raises:
            WrongUse: a cursor that is none.
        """
        return Listing(
            kind,
            parts,
            where=(*self.where, *held),
            order=order_of(self.sort),
            after=place_of(self.after),
            limit=self.limit,
        )


def paging(
    filters: Annotated[
        list[Annotated[str, Query(max_length=300)]] | None,
        Query(
            alias="filter",
            max_length=20,
            description="a column, one of = != < <= > >= ~ (contains) ^= (begins with), a value; "
            "several must all hold; an empty value asks for what was not stated",
        ),
    ] = None,
    sort: Annotated[
        str, Query(max_length=200, description="columns with commas, '-' before falling ones")
    ] = "",
    after: Annotated[
        str | None, Query(max_length=1000, description="cursor: `next` of the page before")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> Paging:
    """A dependency: the page that the caller asks for."""
    return Paging(tuple(condition_of(each) for each in filters or ()), sort, after, limit)


def cursor_of(place: tuple[Cell, ...] | None) -> str | None:
    """A place in a list as one word; None stays None.

    Example:
        >>> place_of(cursor_of((3000, None, "P1")))
        (3000, None, 'P1')
    """
    return None if place is None else urlsafe_b64encode(orjson.dumps(list(place))).decode()


def place_of(cursor: str | None) -> tuple[Cell, ...] | None:
    """The place that a cursor names.

    Raises:
        WrongUse: it is none.
    """
    if not cursor:
        return None
    try:
        read = orjson.loads(urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error):
        read = None
    fits = isinstance(read, list) and len(read) > 0 and isinstance(read[-1], str)
    if not fits or not all(isinstance(cell, str | int | float | None) for cell in read):
        raise WrongUse(
            what="the cursor 'after'",
            expected="the 'next' of a page of the same list",
            do="Begin again without it.",
        )
    if any(isinstance(cell, str) and "\x00" in cell for cell in read):
        raise WrongUse(what="the cursor 'after'", expected="plain text", do="Begin again.")
    return tuple(read)
