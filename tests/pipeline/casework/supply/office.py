"""An office in memory with people, posts and courses, and acts on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.casework.supply.doing import Act
from matcher.store.store import Store
from tests.factories import make_frame

ON = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SCOPE = Scope.office("test")
NANTONG = "320613001"

Rows = Mapping[Kind, Sequence[Mapping[str, Any]]]


def act(on: date = ON) -> Act:
    """An act of the office on a day."""
    return Act(SCOPE, "u1", on, AT)


def fill(store: Store, records: Rows) -> Store:
    """The store with these records."""
    with store.writing(actor="test", at=AT) as batch:
        for kind, rows in records.items():
            batch.upsert(kind, make_frame(kind, rows))
    return store
