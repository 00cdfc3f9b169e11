"""How a list of records is shown: its heads, its ends, what its rows are counted by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response

from api.auth.callers import Caller
from api.lists.asking import Asked
from api.protocol.language import Language, language_of
from api.protocol.pages import cursor_of
from api.web import formats
from api.web.pages import is_part, page
from api.web.words import said, words
from matcher.domain.kinds import Column, ColumnType
from matcher.store.lists.listing import Cell, Listing
from matcher.store.store import Store

MOST = 12
"""The most values of one column that a spread shows."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One value of a column: in words, how many rows, their list, whether it is asked for."""

    words: str
    n: int
    to: str
    is_chosen: bool


def heads(shown: Iterable[Column], language: Language) -> list[tuple[str, str, bool]]:
    """Of each column its name, its words with the unit, and whether it holds numbers."""
    return [(each.name, _head(each, language), formats.is_number(each)) for each in shown]


def _head(column: Column, language: Language) -> str:
    head = formats.head(column, language)
    unit = words(language).get(f"lists.unit.{column.unit}")
    if unit is None or not formats.is_number(column) or unit in head or head.endswith(")"):
        return head
    return f"{head}({unit})" if language == "zh" else f"{head} ({unit})"


def choices(column: Column, language: Language) -> list[tuple[str, str]]:
    """What a filter of a column may be, first all: its codes, or yes and no."""
    every = ("", said(language, "lists.any"))
    if column.type is ColumnType.BOOL:
        told = [(_said(one), formats.cell(column, one, language)) for one in (True, False)]
        return [every, *told]
    return [every, *formats.codes(column, language)]


def ends(ask: Asked, behind: tuple[Cell, ...] | None) -> dict[str, Any]:
    """The addresses of the first page and the next one, where there are others."""
    after = cursor_of(behind)
    return {
        "first": ask.address(after=None) if ask.after else None,
        "next": ask.address(after=after) if after else None,
    }


def spread(
    request: Request,
    caller: Caller,
    store: Store,
    ask: Asked,
    listing: Listing,
    by: Mapping[Column, int],
    whole: str,
) -> Response:
    """How the rows of a list are spread: each number is the list of those it counts.

    Args:
        request: whose language is spoken; a part of a page is answered to a script.
        caller: who may see which rows.
        store: where they are counted.
        ask: the list.
        listing: its rows, from the first.
        by: columns to count by, each with how many first signs of its cells; 0 is all.
        whole: the template of the whole page.
    """
    language, facets = language_of(request), []
    for column, begins in by.items():
        found = store.facets(caller.scope, listing, column.name, begins=begins)[:MOST]
        values = [
            Counted(
                formats.cell(column, value, language),
                n,
                ask.address(after=None, **{column.name: _said(value)}),
                column.name in ask.filters,
            )
            for value, n in found
            if value is not None
        ]
        facets.append((formats.head(column, language), values))
    part = "lists/facets.html" if is_part(request) else whole
    return page(request, part, caller, ask=ask, facets=facets)


def _said(value: Any) -> str:
    """A cell as an address says it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
