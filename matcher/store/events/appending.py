"""Appending events inside a transaction, and moving the states that they lead to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, insert, select

from matcher.store.engine import upsert_statement
from matcher.store.rows import tuples, typed
from matcher.store.schema.events import case_event, case_state
from matcher.store.schema.types import instant_text
from matcher.store.selection import fetch

STATE_COLUMNS = tuple(column.name for column in case_state.columns)
GIVEN_WITH_EVENTS = ("seq", "actor", "role", "at")
EVENT_COLUMNS = tuple(c.name for c in case_event.columns if c.name not in GIVEN_WITH_EVENTS)
"""What the caller says of an event; the rest is who wrote, when, and the number it gets."""


def states_of(
    connection: Connection, stream: str, ids: Iterable[str], *, of: str = "subject_id"
) -> pd.DataFrame:
    """Where subjects of a stream stand; one that never moved has no row.

    Args:
        connection: inside a transaction.
        stream: theirs.
        ids: of the subjects, or of what `of` names.
        of: "subject_id", "person_id", "household_id", "employer_id" or "vacancy_id".
    """
    statement = select(*case_state.columns).where(case_state.c.stream == stream)
    order = [case_state.c.subject_id]
    return fetch(connection, statement, by=case_state.c[of], ids=ids, order=order)


def known_keys(connection: Connection, keys: Iterable[str]) -> set[str]:
    """Those of the callers' names for moves that stand in the ledger already."""
    found = fetch(connection, select(case_event.c.key), by=case_event.c.key, ids=keys)
    return set(found["key"])


def append(
    connection: Connection,
    events: pd.DataFrame,
    states: pd.DataFrame,
    *,
    actor: str,
    role: str,
    at: datetime,
) -> None:
    """Write events in their order, and the states after the last of each subject.

    Args:
        connection: inside a writing transaction, in which the states before were read.
        events: the columns of `EVENT_COLUMNS`.
        states: the columns of `STATE_COLUMNS`, a row per subject moved.
        actor: who moves them.
        role: in which role.
        at: when it is written.
    """
    if events.empty:
        return
    columns = [case_event.c[name] for name in EVENT_COLUMNS]
    frame = typed(columns, events)
    moments = {"actor": actor, "role": role, "at": instant_text(at)}
    order = [*EVENT_COLUMNS, *moments]
    for page in tuples(frame, order, moments):
        rows = [dict(zip(order, values, strict=True)) | {"at": at} for values in page]
        connection.execute(insert(case_event), rows)
    _move(connection, typed(list(case_state.columns), states))


def _move(connection: Connection, states: pd.DataFrame) -> None:
    statement, order = upsert_statement(case_state, connection.dialect, versioned=False)
    for page in tuples(states, order, {}):
        connection.exec_driver_sql(statement, page)
