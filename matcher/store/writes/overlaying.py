"""What a frame states laid over what is stored: silence changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Stated:
    """Rows of a frame, each record once, and what they really say.

    Attributes:
        rows: with the columns of the kind.
        keys: of the records.
        erased: the NA cells that take away what is stored.
        assumed: the cells that are a default, for new records only.
    """

    rows: pd.DataFrame
    keys: pd.Series[Any]
    erased: Cells = field(default_factory=dict)
    assumed: Cells = field(default_factory=dict)

    @property
    def is_last(self) -> NDArray[np.bool_]:
        """(n_rows,) bool: no later row has the same key."""
        return np.asarray(~self.keys.duplicated(keep="last").to_numpy())

    def once(self) -> Stated:
        """The same with each record once: the last row counts."""
        last = self.is_last
        if last.all():
            return self
        return Stated(
            self.rows[last].reset_index(drop=True),
            self.keys[last].reset_index(drop=True),
            {name: flags[last] for name, flags in self.erased.items()},
            {name: flags[last] for name, flags in self.assumed.items()},
        )


def overlaid(
    connection: Connection,
    records: Records,
    stated: Stated,
    exists: NDArray[np.bool_],
    said: Collection[str],
) -> pd.DataFrame:
    """The stated rows; where the record exists, what they do not state as it is stored.

    Args:
        connection: inside a transaction.
        records: of the kind.
        stated: each record once.
        exists: (n_rows,) whether the record is stored.
        said: the columns that the frame states, the key's among them.
    """
    full = stated.rows.copy()
    for name, flags in stated.assumed.items():
        full[name] = full[name].mask(flags & exists)
    given = full.copy()
    statement = records_in(records).add_columns(records.key.label("record_key"))
    found = fetch(connection, statement, by=records.key, ids=stated.keys[exists])
    at = positions(stated.keys, found["record_key"])
    for name in full.columns.difference(list(records.key_columns), sort=False):
        stored = pd.Series(found[name].array.take(at, allow_fill=True))
        if name in JSON_OBJECTS and name in said:
            full[name] = merged_objects(stored, given[name])
            continue
        silent = exists.copy()
        if name in said:
            silent &= given[name].isna().to_numpy() & ~stated.erased.get(name, ~exists)
        if silent.all():
            full[name] = stored
        elif silent.any():
            full[name] = given[name].mask(silent, stored)
    return full
