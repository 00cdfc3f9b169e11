"""What a list of records is asked for: which columns, which rows, in which order, from where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from matcher.domain.kinds import Kind
from matcher.errors import WrongUse

Cell = str | int | float | bool | None


class Test(StrEnum):
    """How a cell is held against a value; longer signs first, as they are read."""

    BEGINS = "^="
    UNEQUAL = "!="
    AT_MOST = "<="
    AT_LEAST = ">="
    CONTAINS = "~"
    EQUAL = "="
    BELOW = "<"
    ABOVE = ">"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one column; an empty value asks for cells that say nothing (or do)."""

    column: str
    test: Test
    value: str


@dataclass(frozen=True, slots=True)
class Order:
    """One column of the order; what is unknown comes last either way."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of records.

    Attributes:
        kind: of which records.
        parts: the parts whose columns are wanted; empty is the main one.
        where: conditions that all hold.
        order: columns, most important first; the key decides what remains.
        after: the last row of the page before: its values of `order`, then its key.
        limit: the most rows.
        ids: only of these keys; None of all.
    """

    kind: Kind
    parts: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    order: tuple[Order, ...] = ()
    after: tuple[Cell, ...] | None = None
    limit: int = 50
    ids: tuple[str, ...] | None = None


_CONDITION = re.compile(r"(?P<column>[a-z_]+)(?P<test>\^=|!=|<=|>=|~|=|<|>)(?P<value>.*)", re.S)


def condition_of(text: str) -> Condition:
    """A condition as it is written: column, sign, value.

    Raises:
        WrongUse: it has another form.

    Example:
        >>> condition_of("wage_min>=3000")
        Condition(column='wage_min', test=<Test.AT_LEAST: '>='>, value='3000')
    """
    read = _CONDITION.fullmatch(text)
    if read is None:
        raise WrongUse(
            what=f"the filter '{text[:80]}'",
            expected="a column, one of = != < <= > >= ~ (contains) ^= (begins with), and a value",
            do="Write for example wage_min>=3000 or area_code^=320613.",
        )
    return Condition(read["column"], Test(read["test"]), read["value"])


def order_of(text: str) -> tuple[Order, ...]:
    """An order as it is written: columns with commas, a minus before those that fall.

    Example:
        >>> order_of("-posted_on,title")
        (Order(column='posted_on', descending=True), Order(column='title', descending=False))
        >>> order_of("")
        ()
    """
    names = [name.strip() for name in text.split(",") if name.strip()]
    return tuple(Order(name.removeprefix("-"), name.startswith("-")) for name in names)


def refuse_unknown(listing: Listing, known: Sequence[Any]) -> None:
    """Refuse conditions and orders on columns that the list does not have.

    Raises:
        WrongUse: with the columns there are.
    """
    asked = [*(each.column for each in listing.where), *(each.column for each in listing.order)]
    unknown = sorted(set(asked).difference(known))
    if unknown:
        raise WrongUse(
            what=f"{', '.join(name[:40] for name in unknown)} to filter or sort by",
            expected=f"some of {', '.join(known)}",
            do="Correct the names.",
        )
    if listing.after is not None and len(listing.after) != len(listing.order) + 1:
        raise WrongUse(
            what="the cursor belongs to another list",
            expected="the 'next' of a page with the same sort",
            do="Begin again without 'after'.",
        )
