"""A small office in memory, to declare, merge and certify in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.pipeline.casework.register.hand import Hand
from matcher.store.store import Store
from tests.factories import make_frame

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ON = date(2026, 11, 2)
OFFICE = Scope.office("test")

Records = Mapping[Kind, Sequence[Mapping[str, Any]]]


def fill(store: Store, records: Records) -> None:
    """Write these records."""
    with store.writing(actor="test", at=AT) as batch:
        for kind, rows in records.items():
            batch.upsert(kind, make_frame(kind, rows))


def hand(on: date = ON, role: Role = Role.SUPERVISOR, by: str = "official") -> Hand:
    """An official of the office."""
    return Hand(OFFICE, by, role, on, AT)
