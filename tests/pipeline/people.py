"""A small office in memory: records go in through the store, questions are asked of a snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.store.store import Store
from tests.factories import make_frame

ON = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)

NANTONG, HARBIN, TAIYUAN = "320613", "230102", "140105"


def office(records: Mapping[Kind, Sequence[Mapping[str, Any]]], *, on: date = ON) -> Snapshot:
    """The snapshot of an office with these records."""
    with Store.open("sqlite://") as store:
        with store.writing(actor="test", at=AT) as batch:
            for kind, rows in records.items():
                batch.upsert(kind, make_frame(kind, rows))
        return take_snapshot(store, Scope.office("test"), on=on)
