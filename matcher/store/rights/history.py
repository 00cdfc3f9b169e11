"""What stood in a person's record before it was corrected, sealed like the record itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Select, Text, cast, insert, select

from matcher.store.privacy.cells import seal_cells
from matcher.store.privacy.guard import Guard
from matcher.store.rows import values_of
from matcher.store.schema.people.protected import person_history

VALUE, WHY = (person_history.name, "value"), (person_history.name, "why")


@dataclass(frozen=True, slots=True)
class Before:
    """A record as it was, what of it was corrected, the version that came of it, and why."""

    was: pd.DataFrame
    changes: Mapping[str, Any]
    version: int
    why: str


def keep_before(
    connection: Connection, guard: Guard, before: Before, *, actor: str, at: datetime
) -> None:
    """Keep the values that a correction replaced."""
    person_id = str(before.was["person_id"].iloc[0])
    names = sorted(before.changes)
    entries = [f"{person_id}/{before.version}/{name}" for name in names]
    old = [values_of(before.was[name])[0] for name in names]
    texts = [None if value is None else str(value) for value in old]
    master = guard.masters[0]
    sealed = seal_cells(master, VALUE, entries, texts)
    why = seal_cells(master, WHY, entries, [before.why] * len(names))
    rows = [
        {
            "entry": entry,
            "person_id": person_id,
            "column": name,
            "value": value,
            "changed_at": at,
            "actor": actor,
            "why": reason,
        }
        for entry, name, value, reason in zip(entries, names, sealed, why, strict=True)
    ]
    connection.execute(insert(person_history), rows)


def history_of() -> Select[Any]:
    """Statement: everything that was replaced, to be read through `fetch`."""
    columns = [
        cast(each, Text).label("changed_at") if each is person_history.c.changed_at else each
        for each in person_history.columns
    ]
    return select(*columns)
