"""Events and states within a scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Column, Select, Text, cast, select

from matcher.domain.scope import Scope
from matcher.store.schema.events import case_event, case_state
from matcher.store.selection import within

OF = ("subject_id", "person_id", "household_id", "employer_id", "vacancy_id")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events or states: all conditions hold together.

    Attributes:
        streams: of these streams; empty is all.
        states: only those in one of these states.
        due_until: only what is due by this day.
        since, until: of events, the first and the last day.
        after_seq: of events, only those written after the one of this number.
        of: "subject_id", "person_id", "household_id", "employer_id" or "vacancy_id": what `ids`
            are.
        ids: only of these; None is all.
    """

    streams: Collection[str] = ()
    states: Collection[str] = ()
    due_until: date | None = None
    since: date | None = None
    until: date | None = None
    after_seq: int | None = None
    of: str = "subject_id"
    ids: Iterable[str] | None = None


Asked = tuple[Select[Any], Column[Any], list[Column[Any]]]
"""The statement, the column that the ids are of, and the order."""


def events_in(scope: Scope, wanted: Wanted) -> Asked:
    """Events in the order in which they were written."""
    table = case_event
    columns = [cast(c, Text).label("at") if c is table.c.at else c for c in table.c]
    statement = _where(select(*columns), table, scope, wanted)
    if wanted.since is not None:
        statement = statement.where(table.c.on >= wanted.since.isoformat())
    if wanted.until is not None:
        statement = statement.where(table.c.on <= wanted.until.isoformat())
    if wanted.after_seq is not None:
        statement = statement.where(table.c.seq > wanted.after_seq)
    return statement, table.c[wanted.of], [table.c.seq]


def states_in(scope: Scope, wanted: Wanted) -> Asked:
    """States by stream and subject."""
    table = case_state
    statement = _where(select(*table.c), table, scope, wanted)
    return statement, table.c[wanted.of], [table.c.stream, table.c.subject_id]


def _where(statement: Select[Any], table: Any, scope: Scope, wanted: Wanted) -> Select[Any]:
    made = statement.where(within(scope, table.c.area_code))
    if wanted.streams:
        made = made.where(table.c.stream.in_(sorted(wanted.streams)))
    if wanted.states:
        made = made.where(table.c.state.in_(sorted(wanted.states)))
    if wanted.due_until is not None:
        made = made.where(table.c.due_on <= wanted.due_until.isoformat())
    return made
