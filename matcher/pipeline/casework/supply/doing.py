"""Who acts, on which day and when it is written: what every act of casework needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.store.events.reading import Wanted
from matcher.store.store import Store


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Attributes:
        scope: of who acts; its role is the one the machines ask about.
        actor: account or name, for the ledger and the audit.
        on: the day on which it happens.
        at: when it is written, with its zone.
    """

    scope: Scope
    actor: str
    on: date
    at: datetime

    @property
    def day(self) -> str:
        """The day as ISO text."""
        return self.on.isoformat()


def said(**facts: Any) -> str:
    """The facts of a move as the JSON text that the ledger keeps; None takes a fact away.

    Example:
        >>> said(month="2026-11", yuan=200.0)
        '{"month":"2026-11","yuan":200.0}'
    """
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def heard(state: pd.Series | Mapping[str, Any]) -> dict[str, Any]:
    """What a state's `data` says; empty where it says nothing."""
    text = state["data"]
    made: dict[str, Any] = {} if text is None or pd.isna(text) else json.loads(text)
    return made


def standing(store: Store, scope: Scope, stream: str, subject_id: str) -> pd.Series:
    """Where one subject stands.

    Raises:
        NotFound: it never moved, or is outside of the scope.
    """
    found = store.states(scope, Wanted(streams=(stream,), ids=[subject_id]))
    if found.empty:
        raise NotFound(kind=stream, key=subject_id)
    return found.iloc[0]


def text_of(cell: Any) -> str | None:
    """The text of a record's cell, None where it is missing.

    Example:
        >>> text_of(pd.NA) is None, text_of("320613")
        (True, '320613')
    """
    return None if pd.isna(cell) else str(cell)
