"""What one import does to which records, kept in its transaction with what stood there before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, insert, select

from matcher.domain.kinds import Kind
from matcher.store.engine import upsert_statement
from matcher.store.privacy.cells import seal_cells
from matcher.store.privacy.guard import Guard
from matcher.store.rows import tuples
from matcher.store.schema.people.imported import import_made, import_record, import_run
from matcher.store.schema.records import Records
from matcher.store.selection import fetch, records_in
from matcher.store.writes.copying import copies, copy_rows

BEFORE = (import_record.name, "before")

KEYS_AT_ONCE = 10_000
"""So many keys of records that an import made stand in one row."""


@dataclass
class Trail:
    """The records that one import touches, noted as it writes them.

    Args:
        import_id: under which they are found again.
        kind: of the import.
    """

    import_id: str
    kind: Kind
    _steps: list[pd.DataFrame] = field(default_factory=list)

    def note(
        self,
        connection: Connection,
        records: Records,
        changed: pd.DataFrame,
        versions: NDArray[np.int64],
    ) -> None:
        """Note what is about to be written.

        Args:
            connection: inside the transaction, before the write.
            records: of the kind.
            changed: the rows to be written, with their keys.
            versions: (n_rows,) of the records as they stand; 0 where there is none.
        """
        keys = changed[records.key.name].astype(object)
        is_new = versions == 0
        former = former_rows(connection, records, keys[~is_new])
        whose = changed.get("person_id")
        self._steps.append(
            pd.DataFrame(
                {
                    "kind": records.kind.value,
                    "key": keys.to_numpy(dtype=object),
                    "person_id": None if whose is None else whose.to_numpy(dtype=object),
                    "version_before": pd.Series(versions, dtype="Int64").mask(is_new),
                    "version_after": pd.Series(versions + 1, dtype="Int64"),
                    "before": former.reindex(keys).to_numpy(dtype=object),
                }
            )
        )

    def keep(self, connection: Connection, guard: Guard, *, actor: str, at: datetime) -> None:
        """Write down what was noted: a record touched twice as it was before the first time."""
        run = {"import_id": self.import_id, "kind": self.kind.value, "actor": actor, "at": at}
        connection.execute(insert(import_run).values(run))
        if not self._steps:
            return
        steps = pd.concat(self._steps, ignore_index=True)
        first = steps.drop_duplicates(["kind", "key"], keep="first", ignore_index=True)
        last = steps.groupby(["kind", "key"], sort=False)["version_after"].last()
        first["version_after"] = last.to_numpy(dtype=np.int64)
        is_made = first["version_before"].isna() & (first["version_after"] == 1)
        self._keep_made(connection, first[is_made])
        rows = first[~is_made].reset_index(drop=True)
        entry = self.import_id + "/" + rows["kind"] + "/" + rows["key"]
        rows = rows.assign(entry=entry, import_id=self.import_id)
        if rows["before"].notna().any():
            texts = [None if pd.isna(each) else each for each in rows["before"]]
            sealed = seal_cells(guard.masters[0], BEFORE, entry.tolist(), texts)
            rows["before"] = pd.Series(sealed, dtype=object)
        _insert(connection, rows)

    def _keep_made(self, connection: Connection, made: pd.DataFrame) -> None:
        """Nothing stood there before: their keys say all, and a million of them take no time."""
        parts = [
            {"kind": kind, "made": orjson.dumps(keys[start : start + KEYS_AT_ONCE]).decode()}
            for kind, keys in made.groupby("kind", sort=False)["key"].agg(list).items()
            for start in range(0, len(keys), KEYS_AT_ONCE)
        ]
        if parts:
            numbered = [
                {"import_id": self.import_id, "part": part, **each}
                for part, each in enumerate(parts)
            ]
            connection.execute(insert(import_made), numbered)


def touched(connection: Connection, import_id: str) -> pd.DataFrame:
    """The records that an import touched: kind, key, version before (NA where it made them), after.

    Returns:
        pd.DataFrame: in no order; every record once.
    """
    names = ["kind", "key", "version_before", "version_after"]
    statement = select(*(import_record.c[name] for name in names))
    again = fetch(connection, statement, by=import_record.c.import_id, ids=[import_id])
    kept = select(import_made.c.kind, import_made.c.made)
    made = [
        pd.DataFrame({"kind": kind, "key": orjson.loads(keys), "version_after": 1})
        for kind, keys in connection.execute(kept.where(import_made.c.import_id == import_id)).all()
    ]
    parts = (each.reindex(columns=names).astype(again.dtypes.to_dict()) for each in made)
    return pd.concat([again, *parts], ignore_index=True)


def former_rows(connection: Connection, records: Records, keys: pd.Series[Any]) -> pd.Series[Any]:
    """Whole records as they stand: key to one JSON object."""
    statement = records_in(records).add_columns(records.key.label("record_key"))
    found = fetch(connection, statement, by=records.key, ids=keys)
    rows = found.drop(columns="record_key")
    for name in rows.select_dtypes("Float64"):
        rows[name] = rows[name].astype("str")  # every digit
    lines = rows.to_json(orient="records", lines=True, force_ascii=False).split("\n")
    return pd.Series(lines[: len(rows)], index=found["record_key"].to_numpy(object), dtype=object)


def _insert(connection: Connection, rows: pd.DataFrame) -> None:
    names = [column.name for column in import_record.columns]
    if copies(connection, len(rows)):
        texts = {name: rows[name].astype("str") for name in ("entry", "key", "person_id", "before")}
        whole = rows.assign(**texts)
        copy_rows(connection, import_record, whole, {}, names=names, versioned=False)
        return
    statement, order = upsert_statement(import_record, connection.dialect, versioned=False)
    for page in tuples(rows, order, {}):
        connection.exec_driver_sql(statement, page)
