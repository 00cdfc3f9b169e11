"""A page of a list as one statement: keyset paging, so that no row is skipped or met twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from matcher.errors import WrongUse
from matcher.store.lists.listing import Cell, Condition, Listing, Order, Test, refuse_unknown
from matcher.store.schema.records import RECORDS
from matcher.store.schema.types import Sealed
from matcher.store.selection import fetch

KEY = "record_key"
LARGEST = 2**63 - 1
TRUE, FALSE = ("true", "1", "是"), ("false", "0", "否")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: the rows with their `version`, where the next page begins, how many there are.

    Attributes:
        rows: in the order asked for.
        after: of the next page's `Listing`; None on the last page.
        total: rows of the whole list.
    """

    rows: pd.DataFrame
    after: tuple[Cell, ...] | None
    total: int


Seen = Callable[[Sequence[str]], Select[Any]]
"""A statement over these parts of a kind within a scope."""


def page_of(connection: Connection, listing: Listing, seen: Seen) -> Page:
    """The page that the listing asks of its kind's tables within a scope.

    What is counted and sorted is read by itself, of the tables alone that conditions and order
    name: with many rows that is most of the work. Then the few rows of the page are read whole.

    Raises:
        WrongUse: a column that the list does not have, or a value that its column cannot hold.
    """
    records = RECORDS[listing.kind]
    parts = listing.parts or (next(iter(records.parts)),)
    # What rests encrypted is neither compared nor sorted by; search has its own tokens.
    known = {c.name: c for c in records.columns(*parts) if not isinstance(c.type, Sealed)}
    refuse_unknown(listing, list(known))
    keys = records.key
    chosen = _chosen(listing, seen(_asked(listing, parts)), known, keys).with_only_columns(keys)
    total = connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    if listing.after is not None:
        chosen = chosen.where(_behind(listing.order, known, keys, listing.after))
    ordered = chosen.order_by(*_order(listing.order, known), keys).limit(listing.limit + 1)
    found = connection.execute(ordered).scalars().all()
    whole = seen(parts).add_columns(records.main.c.version, keys.label(KEY))
    read = fetch(connection, whole, by=keys, ids=found[: listing.limit])
    at = pd.Index(read[KEY]).get_indexer(pd.Index(found[: listing.limit], dtype=object))
    rows = read.iloc[at].reset_index(drop=True)
    after = _place(rows, listing.order) if len(found) > listing.limit else None
    return Page(rows.drop(columns=KEY), after, int(total))


def _asked(listing: Listing, parts: Sequence[str], *columns: str) -> list[str]:
    """The parts of a kind that a list's conditions and order speak of, beside its main table."""
    records = RECORDS[listing.kind]
    names = {each.column for each in listing.where} | {each.column for each in listing.order}
    names |= set(columns)
    named = {column.name: part for part in reversed(parts) for column in records.columns(part)}
    main = next(iter(records.parts))
    return [main, *sorted({named[name] for name in names & named.keys()} - {main})]


def counted_by(
    connection: Connection, listing: Listing, seen: Seen, column: str, *, begins: int
) -> list[tuple[Cell, int]]:
    """How many rows of the whole list have each value of a column, the most frequent first.

    Args:
        connection: reading.
        listing: its conditions count; its order, place and limit do not.
        seen: the kind's tables within a scope.
        column: of the list, not encrypted.
        begins: values are told apart by so many first signs; 0 by all.

    Raises:
        WrongUse: a column that the list does not have.
    """
    records = RECORDS[listing.kind]
    parts = listing.parts or (next(iter(records.parts)),)
    known = {c.name: c for c in records.columns(*parts) if not isinstance(c.type, Sealed)}
    refuse_unknown(replace(listing, order=(Order(column),), after=None), list(known))
    alone = replace(listing, order=())
    chosen = _chosen(listing, seen(_asked(alone, parts, column)), known, records.key)
    value = func.substr(known[column], 1, begins) if begins else known[column]
    rows = chosen.with_only_columns(value.label("value"), func.count().label("n")).group_by(value)
    ranked = rows.order_by(func.count().desc(), value)
    return [(row.value, int(row.n)) for row in connection.execute(ranked)]


def _chosen(
    listing: Listing, statement: Select[Any], known: dict[str, Column[Any]], keys: Column[Any]
) -> Select[Any]:
    chosen = statement.where(*(holds(known[each.column], each) for each in listing.where))
    return chosen if listing.ids is None else chosen.where(keys.in_(listing.ids))


def holds(column: Column[Any], condition: Condition) -> ColumnElement[bool]:
    """The condition over its column; text compares as text, numbers as numbers.

    Raises:
        WrongUse: the column cannot hold the value, or the test makes no sense for it.
    """
    test, text = condition.test, condition.value
    if "\x00" in text:
        raise _unfit(column, condition, "text without control characters")
    if text == "" and test in (Test.EQUAL, Test.UNEQUAL):
        return column.is_(None) if test is Test.EQUAL else column.is_not(None)
    is_text = not isinstance(column.type, Integer | Float | Boolean)
    if test in (Test.CONTAINS, Test.BEGINS):
        if not is_text:
            raise _unfit(column, condition, "a column of text")
        # autoescape: a percent sign or an underscore is a character here, not a pattern.
        begins = test is Test.BEGINS
        return (column.startswith if begins else column.contains)(text, autoescape=True)
    value = _value(column, condition)
    compared: dict[Test, Callable[[], Any]] = {
        Test.EQUAL: lambda: column == value,
        Test.UNEQUAL: lambda: or_(column != value, column.is_(None)),
        Test.BELOW: lambda: column < value,
        Test.AT_MOST: lambda: column <= value,
        Test.ABOVE: lambda: column > value,
        Test.AT_LEAST: lambda: column >= value,
    }
    found: ColumnElement[bool] = compared[test]()
    return found


def _value(column: Column[Any], condition: Condition) -> Cell:
    text = condition.value
    if isinstance(column.type, Boolean):
        if text.lower() not in (*TRUE, *FALSE):
            raise _unfit(column, condition, "true or false")
        return text.lower() in TRUE
    if not isinstance(column.type, Integer | Float):
        return text
    try:
        number = float(text) if isinstance(column.type, Float) else int(text)
    except ValueError:
        raise _unfit(column, condition, "a number") from None
    if not abs(number) <= LARGEST:
        raise _unfit(column, condition, "a number of at most 19 digits")
    return number


def _unfit(column: Column[Any], condition: Condition, expected: str) -> WrongUse:
    return WrongUse(
        what=f"the filter {column.name}{condition.test.value}{condition.value[:40]!r}",
        expected=expected,
        do="Correct the value.",
    )


def _absent(column: Column[Any]) -> ColumnElement[int]:
    return case((column.is_(None), 1), else_=0)


def _order(order: Sequence[Order], known: dict[str, Column[Any]]) -> list[ColumnElement[Any]]:
    found: list[ColumnElement[Any]] = []
    for each in order:
        column = known[each.column]
        found += [_absent(column), column.desc() if each.descending else column.asc()]
    return found


def _behind(
    order: Sequence[Order],
    known: dict[str, Column[Any]],
    key: Column[Any],
    after: Sequence[Cell],
) -> ColumnElement[bool]:
    """Rows behind the one that the cursor names: later in the first column that differs."""
    alternatives: list[ColumnElement[bool]] = []
    equal: list[ColumnElement[bool]] = []
    for each, value in zip(order, after, strict=False):
        column = known[each.column]
        if value is None:
            equal.append(column.is_(None))
            continue
        later = column < value if each.descending else column > value
        alternatives.append(and_(*equal, or_(later, column.is_(None))))
        equal.append(column == value)
    alternatives.append(and_(*equal, key > after[-1]))
    return or_(*alternatives)


def _place(rows: pd.DataFrame, order: Sequence[Order]) -> tuple[Cell, ...]:
    last = rows.iloc[-1]
    names = [*(each.column for each in order), KEY]
    return tuple(_plain(last[name]) for name in names)


def _plain(cell: Any) -> Cell:
    if pd.isna(cell):
        return None
    value: Cell = cell.item() if hasattr(cell, "item") else cell
    return value
