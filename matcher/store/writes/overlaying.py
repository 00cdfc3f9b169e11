"""What a file states, laid over what is stored: silent cells keep what was there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from matcher.store.rows import merged_objects, positions
from matcher.store.schema.records import Records
from matcher.store.selection import fetch, records_in

JSON_OBJECTS = ("facts", "extra")
"""Columns whose keys are stated one by one, not as a whole."""

Cells = Mapping[str, NDArray[np.bool_]]
"""Column to one flag per row of a frame."""


def overlaid(  # noqa: PLR0913 - a frame, what is known of its rows, and what it says
    connection: Connection,
    records: Records,
    stated: pd.DataFrame,
    keys: pd.Series[Any],
    exists: NDArray[np.bool_],
    said: Collection[str],
    erased: Cells,
) -> pd.DataFrame:
    """The stated rows; where the record exists, what they do not state as it is stored."""
    full = stated.copy()
    statement = records_in(records).add_columns(records.key.label("record_key"))
    found = fetch(connection, statement, by=records.key, ids=keys[exists])
    at = positions(keys, found["record_key"])
    for name in full.columns.difference(list(records.key_columns), sort=False):
        stored = pd.Series(found[name].array.take(at, allow_fill=True))
        if name in JSON_OBJECTS and name in said:
            full[name] = merged_objects(stored, stated[name])
            continue
        silent = exists.copy()
        if name in said:
            silent &= stated[name].isna().to_numpy() & ~erased.get(name, ~exists)
        if silent.all():
            full[name] = stored
        elif silent.any():
            full[name] = stated[name].mask(silent, stored)
    return full
