"""The column catalogue: what each kind of file may carry, and the dtypes frames have inside.

Frames move between the rooms in one shape, made by `conform`: every column of the kind, in the
catalogue's order, missing cells as NA. Dates are ISO text, lists are one text joined by `;`.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import pandas_dtype

from matcher.domain.kinds import Column, ColumnType, Kind
from matcher.reference.paths import path

LIST_SEPARATOR = ";"

_DTYPES: dict[ColumnType, str] = {
    ColumnType.INT: "Int64",
    ColumnType.DECIMAL: "Float64",
    ColumnType.BOOL: "boolean",
}


@cache
def columns(kind: Kind) -> tuple[Column, ...]:
    """The columns of a kind, in the catalogue's order.

    Example:
        >>> [column.name for column in columns(Kind.HOUSEHOLDS)][:2]
        ['household_id', 'area_code']
    """
    with path("schema", "columns.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Column(
                kind=kind,
                name=row["column"],
                zh=row["zh"],
                type=ColumnType(row["type"]),
                required=row["required"] == "yes",
                codes=row["codes"] or None,
                part=row["part"],
                unit=row["unit"] or None,
                example=row["example"] or None,
                help=row["help"] or None,
            )
            for row in csv.DictReader(file)
            if row["kind"] == kind.value
        )


def dtype_of(column: Column) -> str:
    """The pandas dtype of a column inside a conformed frame.

    Example:
        >>> dtype_of(columns(Kind.VACANCIES)[1])
        'str'
    """
    return _DTYPES.get(column.type, "str")


def conform(kind: Kind, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every column of the kind, in order and dtype; further columns stay behind.

    Args:
        kind: whose columns.
        frame: any subset of them, plus further columns (derived ones, facts, `extra`).

    Returns:
        A new frame; missing columns are all NA; the index is 0..n-1.

    Example:
        >>> conform(Kind.FAIRS, pd.DataFrame({"fair_id": ["F1"]})).columns.tolist()
        ['fair_id', 'name', 'on', 'area_code', 'booths', 'invitees']
    """
    catalogue = columns(kind)
    known = {column.name for column in catalogue}
    made: dict[str, object] = {}
    for column in catalogue:
        dtype = pandas_dtype(dtype_of(column))
        if column.name in frame:
            made[column.name] = frame[column.name].astype(dtype).array
        else:
            made[column.name] = unknown(dtype, len(frame))
    for name in frame.columns:
        if name not in known:
            made[name] = frame[name].array
    return pd.DataFrame(made, index=pd.RangeIndex(len(frame)))


def unknown(dtype: Any, n: int) -> Any:
    """(n,) an array of this pandas dtype, all NA.

    Example:
        >>> unknown(pandas_dtype("Int64"), 2).tolist()
        [<NA>, <NA>]
    """
    return _unknown(dtype).take(np.zeros(n, dtype=np.intp))


@cache
def _unknown(dtype: Any) -> Any:
    return pd.array([pd.NA], dtype=dtype)
