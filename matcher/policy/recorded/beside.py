"""Records laid beside their subjects: which one is the newest, and whose fact wins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.policy.catalogue import FactKind, fact_kind
from matcher.policy.engine.columns import NOT_THERE, Column, Derived, Facts
from matcher.policy.engine.kleene import UNKNOWN

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Dealings:
    """What was done about people: conformed frames; None where none are kept.

    Attributes:
        placements: of persons; the newest begun by the day counts, one not yet over before others.
        refusals: offers to persons and their answers, those made by the day.
        cases: of persons, households or employers; the newest opened by the day counts.
        employers: may carry `facts`; a person's is that of the placement, else of the case.
    """

    placements: pd.DataFrame | None = None
    refusals: pd.DataFrame | None = None
    cases: pd.DataFrame | None = None
    employers: pd.DataFrame | None = None


NO_DEALINGS = Dealings()


def values_at(series: pd.Series, at: Rows) -> NDArray[np.object_]:
    """The values of these rows, None at -1."""
    values: NDArray[np.object_] = np.array([*series.to_numpy(object), None], object)
    return values[at]


def newest(frame: pd.DataFrame, key: str, keys: pd.Series, on: date, day: str) -> Rows:
    """Where the newest record of each key stands, -1 where none had begun by the day.

    An unknown day counts as the oldest; of one day the later row is the newer.
    """
    begun = frame[day].fillna("")
    rows = pd.DataFrame({"key": frame[key], "day": begun, "at": range(len(frame))})
    is_over = frame["ended_on"] <= on.isoformat() if "ended_on" in frame else False
    rows["runs"] = ~np.asarray(is_over, np.bool_)
    rows = rows[frame[key].notna() & (begun <= on.isoformat())]
    rows = rows.sort_values(["runs", "day", "at"]).drop_duplicates("key", keep="last")
    found = pd.Index(rows["key"]).get_indexer(pd.Index(keys))
    found[keys.isna()] = NOT_THERE
    positions = np.array([*rows["at"].to_numpy(), NOT_THERE], np.int64)
    return np.asarray(positions[found], np.int64)


def beside(facts: Facts, records: Facts, at: Rows) -> Facts:
    """The subjects with the facts of one record each; what a subject states itself wins."""
    columns, derived = dict(facts.columns), dict(facts.derived_from)
    if not (at >= 0).any():
        return facts
    for name, column in records.columns.items():
        found = column[at].copy()
        found[at < 0] = _nothing(fact_kind(name))
        own = columns.get(name)
        asked = np.zeros(len(at), np.bool_) if own is None else _is_asked(fact_kind(name), own)
        columns[name] = found if own is None else _chosen(asked, own, found)
        if name in records.derived_from:
            source = records.derived_from[name]
            rows = source.rows[at] & (at >= 0) & ~asked
            derived[name] = Derived(source.source, rows)
    return replace(facts, columns=columns, derived_from=derived)


def _is_asked(kind: FactKind, column: Column) -> NDArray[np.bool_]:
    match kind.type:
        case "list":
            return np.asarray((column != UNKNOWN).any(axis=1))
        case "bool" | "enum":
            return np.asarray(column != blank(kind))
        case _:
            return np.asarray(~pd.isna(column))


def _chosen(asked: NDArray[np.bool_], own: Column, found: Column) -> Column:
    return np.where(asked[:, None] if own.ndim > 1 else asked, own, found)


def _nothing(kind: FactKind) -> Any:
    """What stands in a column of the kind where nobody asked."""
    match kind.type:
        case "list" | "bool" | "enum":
            return UNKNOWN if kind.type == "list" else blank(kind)
        case "text":
            return None
        case _:
            return np.nan


def blank(kind: FactKind) -> int:
    """What stands for not asked in a column of truths or codes."""
    return int(UNKNOWN) if kind.type == "bool" else NOT_THERE
