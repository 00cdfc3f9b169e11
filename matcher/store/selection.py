"""The one way out of the tables: which columns, within which scope, of which ids, as frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd
from sqlalchemy import Column, ColumnElement, Connection, Select, false, func, or_, select, true

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.store.privacy.cells import opened_frame
from matcher.store.rows import ROWS_AT_ONCE, frame_of
from matcher.store.schema.records import (
    IDENTITY,
    PEOPLE,
    PROFILE,
    RECORDS,
    STATUS,
    Records,
)
from matcher.store.schema.tables import (
    case_record,
    employer,
    household,
    outcome,
    person,
    person_status,
)

OF_A_PERSON = (Kind.OUTCOMES, Kind.PLACEMENTS, Kind.REFUSALS, Kind.PAIRINGS)
"""Kinds whose records lie where their person lives."""

AREA_DIGITS = 12
"""The longest area code."""

SCAN_ABOVE = 0.2
"""Reading the whole table is quicker once this share of its rows is asked for."""


def within(scope: Scope, area_code: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that a row's area lies in the scope; written as ranges, for the index.

    A row without an area is only within the whole.
    """
    if "" in scope.areas:
        return true()
    # Codes are digits: what begins with 3206 lies between 3206 and 320699999999.
    return or_(
        false(), *(area_code.between(area, area.ljust(AREA_DIGITS, "9")) for area in scope.areas)
    )


def records_in(
    records: Records, parts: Sequence[str] = (), scope: Scope | None = None
) -> Select[Any]:
    """Rows of a kind within the scope: the columns of these parts, or of all when none is named.

    Beside the main table, a part that is not named is not touched by the statement.
    """
    named = tuple(parts) or tuple(records.parts)
    source = _joined(records, named)
    statement = select(*records.columns(*named))
    if scope is None or "" in scope.areas:
        return statement.select_from(source)
    if records.kind is Kind.CASES:
        return _cases_in(statement, source, scope)
    if records.kind in OF_A_PERSON:
        source = source.join(person, person.c.person_id == records.main.c.person_id)
        return statement.select_from(source).where(within(scope, person.c.area_code))
    return statement.select_from(source).where(within(scope, records.main.c.area_code))


def _cases_in(statement: Select[Any], source: Any, scope: Scope) -> Select[Any]:
    """Cases whose person, household or employer is in the scope: the office sees its own whole."""
    about = (person.c.person_id, household.c.household_id, employer.c.employer_id)
    for key in about:
        source = source.outerjoin(key.table, key == case_record.c[key.name])
    areas = [within(scope, key.table.c.area_code) for key in about]
    return statement.select_from(source).where(or_(*areas))


def members_in(parts: Sequence[str], scope: Scope) -> Select[Any]:
    """Members of households: those whose own area or whose household's area is in the scope.

    An office decides about a household as a whole; a member registered elsewhere who could not be
    seen would make the decision wrong without a sign.
    """
    records = RECORDS[Kind.PERSONS]
    statement = select(*records.columns(*parts))
    source = _joined(records, [STATUS, *parts])
    if "" in scope.areas:
        return statement.select_from(source)
    source = source.outerjoin(household, household.c.household_id == person_status.c.household_id)
    return statement.select_from(source).where(
        or_(within(scope, person.c.area_code), within(scope, household.c.area_code))
    )


def _joined(records: Records, parts: Iterable[str]) -> Any:
    """The main table joined with those of these parts, each once."""
    source: Any = records.main
    key = records.key
    for part in dict.fromkeys(parts):
        table = records.parts[part]
        if table is not records.main:
            source = source.join(table, table.c[key.name] == key)
    return source


TAKEN_ON = ("hired", "retained")
"""Stages of an outcome after which the person has the place; a file may tell only the later."""


TAKEN_BACK = ("refused_by_person", "refused_by_employer")
"""Stages of a later day by which the place is free again."""


def holds_place(until: date | None = None) -> ColumnElement[bool]:
    """Whether an outcome gives the place, and neither side took that back on a later day.

    What was taken back on the very day of the hire stays taken: the order of a day is not kept.
    """
    back = outcome.alias("back")
    taken_back = select(back.c.person_id).where(
        back.c.person_id == outcome.c.person_id,
        back.c.vacancy_id == outcome.c.vacancy_id,
        back.c.stage.in_(TAKEN_BACK),
        back.c.on > outcome.c.on,
    )
    holds: ColumnElement[bool] = outcome.c.stage.in_(TAKEN_ON)
    if until is not None:
        day = until.isoformat()
        taken_back = taken_back.where(back.c.on <= day)
        holds &= or_(outcome.c.on.is_(None), outcome.c.on <= day)
    return holds & ~taken_back.exists()


def hired_pairs() -> Select[Any]:
    """Each post with each person it took on, once however often the hire was written down."""
    return select(outcome.c.vacancy_id, outcome.c.person_id).distinct().where(holds_place())


def fetch(
    connection: Connection,
    statement: Select[Any],
    *,
    by: Column[Any] | None = None,
    ids: Iterable[Any] | None = None,
    order: Sequence[Column[Any]] = (),
) -> pd.DataFrame:
    """The statement's rows as a frame.

    Args:
        connection: inside a transaction; several statements may run.
        statement: a select of plain columns.
        by: the column that `ids` are values of.
        ids: only rows of these, each once however often named; all rows when None.
        order: columns to sort by, of those selected; missing first.

    Returns:
        A frame in the contract's dtypes; index 0..n-1; cells that rest encrypted are opened.
    """
    frame = _fetched(connection, statement, by, ids, order)
    return opened_frame(connection, list(statement.selected_columns), frame)


def _fetched(
    connection: Connection,
    statement: Select[Any],
    by: Column[Any] | None,
    ids: Iterable[Any] | None,
    order: Sequence[Column[Any]],
) -> pd.DataFrame:
    columns: list[Any] = list(statement.selected_columns)
    ordered = statement.order_by(*(column.nulls_first() for column in order))
    if ids is None or by is None:
        return frame_of(columns, _pages(connection, [ordered]))
    wanted = set(ids)
    if not wanted:
        return frame_of(columns, iter(()))
    selected = any(column is by for column in columns)
    if selected and len(wanted) > ROWS_AT_ONCE and _is_most(connection, by, len(wanted)):
        frame = frame_of(columns, _pages(connection, [ordered]))
        return named(frame, by.name, wanted)
    in_order = sorted(wanted)
    pieces = [in_order[at : at + ROWS_AT_ONCE] for at in range(0, len(in_order), ROWS_AT_ONCE)]
    frame = frame_of(columns, _pages(connection, [ordered.where(by.in_(ids)) for ids in pieces]))
    if len(pieces) > 1 and order and order[0] is not by:
        names = [column.name for column in order]
        return frame.sort_values(names, na_position="first", kind="stable", ignore_index=True)
    return frame


def named(frame: pd.DataFrame, column: str, ids: Iterable[str]) -> pd.DataFrame:
    """The rows whose value in the column is one of the ids; `isin` of str columns is slow."""
    if frame.empty:
        return frame
    wanted: pd.Index[Any] = pd.Index(list(set(ids)), dtype=object)
    values: pd.Index[Any] = pd.Index(frame[column].to_numpy(dtype=object))
    is_named = wanted.get_indexer(values) >= 0
    return frame[is_named].reset_index(drop=True)


def _is_most(connection: Connection, by: Column[Any], n_ids: int) -> bool:
    rows = connection.execute(select(func.count()).select_from(by.table)).scalar_one()
    return n_ids >= SCAN_ABOVE * rows


def _pages(
    connection: Connection, statements: Sequence[Select[Any]]
) -> Iterator[Sequence[tuple[Any, ...]]]:
    for statement in statements:
        result = connection.execute(statement)
        cursor: Any = result.cursor  # the driver's rows: our columns need no conversion per cell
        while page := cursor.fetchmany(ROWS_AT_ONCE):
            yield page
        result.close()


def missing_ids(connection: Connection, key: Column[Any], ids: Iterable[str]) -> list[str]:
    """Those of the ids that no row has, sorted."""
    wanted = set(ids)
    found = fetch(connection, select(key), by=key, ids=wanted)
    return sorted(wanted.difference(found[key.name]))


def refuse_people(kind: Kind) -> None:
    """A kind about people is read through a scope.

    Raises:
        WrongUse: it is one.
    """
    if kind in PEOPLE:
        raise WrongUse(
            what=f"{kind.value} cannot be read without a scope",
            expected="a kind that is not about people",
            do=f"Use Store.{kind.value}(scope, …).",
        )


def refuse_unknown_parts(parts: Sequence[str]) -> None:
    """Parts of persons are asked for by name.

    Raises:
        WrongUse: another name, or none.
    """
    known = (PROFILE, STATUS, IDENTITY)
    if not parts or not set(parts) <= set(known):
        raise WrongUse(
            what=f"parts {', '.join(parts) or '(none)'} of persons",
            expected=f"some of {', '.join(known)}",
            do="Correct the names.",
        )
