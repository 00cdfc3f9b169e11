"""Many rows at once into PostgreSQL: copied beside the table, then taken over by one statement.

Row by row the server parses and answers every one; copied, it reads them as a file.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import csv
from sqlalchemy import Connection, Table, column, select, table
from sqlalchemy.dialects import postgresql

from matcher.store.engine import upserting

WORTH_COPYING = 200
"""Rows from which on a copy is faster."""


def copies(connection: Connection, rows: int) -> bool:
    """Whether so many rows are better copied; SQLite knows no copy, and needs none."""
    return connection.dialect.name == "postgresql" and rows >= WORTH_COPYING


def copy_rows(
    connection: Connection,
    into: Table,
    frame: pd.DataFrame,
    constants: Mapping[str, Any],
    *,
    names: Sequence[str],
    versioned: bool,
) -> None:
    """INSERT these rows, or UPDATE where the key exists, as `upsert_statement` does.

    Args:
        connection: inside a writing transaction of PostgreSQL.
        into: the table.
        frame: in the dtypes of `typed`; no key comes twice.
        constants: columns with one value for all rows.
        names: the columns that the rows carry.
        versioned: is there a `version` that an update raises by one.
    """
    staged = f"staged_{into.name}"
    quoted = ", ".join(f'"{name}"' for name in names)
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {staged} ON COMMIT DROP AS "
        f"SELECT {quoted} FROM {into.name} WITH NO DATA"
    )
    raw: Any = connection.connection.driver_connection
    with (
        raw.cursor() as cursor,
        cursor.copy(f"COPY {staged} ({quoted}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(_as_csv(frame, names, constants))
    rows: Any = select(*(column(name) for name in names)).select_from(table(staged))
    taking = postgresql.insert(into).from_select(list(names), rows)
    connection.execute(upserting(into, taking, versioned=versioned))
    connection.exec_driver_sql(f"DROP TABLE {staged}")


def _as_csv(frame: pd.DataFrame, names: Sequence[str], constants: Mapping[str, Any]) -> bytes:
    """Every value in quotes and a missing one without, which is how the server tells them apart."""
    whole = frame.assign(**constants)[list(names)]
    out = io.BytesIO()
    told = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    csv.write_csv(pa.Table.from_pandas(whole, preserve_index=False), out, told)
    return out.getvalue()
