"""Who looked at one person, as the audit tells it."""

from __future__ import annotations

import json

import pandas as pd
from sqlalchemy import Connection, func, select

from matcher.store.audit import IDS_NAMED
from matcher.store.schema.records import PEOPLE
from matcher.store.schema.tables import audit

ABOUT_PEOPLE = (*(kind.value for kind in PEOPLE), "decisions", "case_events", "case_states")
COLUMNS = ["at", "actor", "role", "purpose", "action", "kind"]


def rows_naming(connection: Connection, person_id: str) -> pd.DataFrame:
    """What the audit says was done with a person by name of their number, oldest first.

    Returns:
        `at`, `actor`, `role`, `purpose`, `action` and `kind`.
    """
    quoted = json.dumps(person_id, ensure_ascii=False)
    statement = select(audit).where(audit.c.detail.contains(quoted, autoescape=True))
    found = [
        row._asdict()
        for row in connection.execute(statement.order_by(audit.c.seq))
        if person_id in json.loads(row.detail).get("ids", ())
    ]
    return pd.DataFrame(found, columns=COLUMNS)


def reads_of_many(connection: Connection, area_code: str | None) -> pd.DataFrame:
    """Reads of more people than an audit row names, whose scope held this area; summed up.

    Returns:
        `actor`, `role`, `purpose`, `kind`, `times`, `first` and `last`.
    """
    table = audit
    names = ("actor", "role", "purpose", "areas", "kind")
    columns = [table.c[name] for name in names]
    statement = (
        select(
            *columns,
            func.count().label("times"),
            func.min(table.c.at).label("first"),
            func.max(table.c.at).label("last"),
        )
        .where(table.c["count"] > IDS_NAMED, table.c.action == "read")
        .where(table.c.kind.in_(ABOUT_PEOPLE))
        .group_by(*columns)
        .order_by(*columns)
    )
    found = [row._asdict() for row in connection.execute(statement) if _holds(row.areas, area_code)]
    kept = [name for name in (*names, "times", "first", "last") if name != "areas"]
    return pd.DataFrame(found, columns=kept)


def _holds(areas: str | None, area_code: str | None) -> bool:
    codes = tuple((areas or "").split(";"))
    return "" in codes or (area_code or "").startswith(codes)
