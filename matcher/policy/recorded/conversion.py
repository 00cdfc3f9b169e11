"""Columns of records made into facts, by the conversions of the table `facts.csv`.

A fact stated under its own name (the frame's `facts` column, JSON text per row) always wins. What
is not stated is worked out where the table says from which column; `derived_from` tells it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.policy.catalogue import FactKind, fact_catalogue, fact_kind
from matcher.policy.engine.columns import NOT_THERE, Column, Derived, Facts
from matcher.policy.engine.days import EPOCH
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Truth, truth_of
from matcher.policy.facts import column_of
from matcher.policy.recorded.beside import blank
from matcher.reference.distinct import positions

LIST_SEPARATOR = ";"
WORKED_OUT_LATER = ("full_years", "by_the_day", "household", "members", "working_age", "retirement")
"""Conversions that need more than one column: see `with_derived` and `policy/records.py`."""


def record_facts(record: str, frame: pd.DataFrame | None, on: date) -> Facts:
    """The facts that records of one kind give by themselves, a row each, by the table `facts.csv`.

    Args:
        record: the kind's name in the table.
        frame: conformed; may carry `facts`. None gives no rows.
        on: the day of the decision.

    Raises:
        UnknownCode: a stated fact, or its value, is not in the catalogue.
        WrongUse: a stated fact has a value of another type.
    """
    if frame is None:
        return Facts(on=on, n=0)
    columns: dict[str, Column] = {}
    derived: dict[str, Derived] = {}
    for kind in fact_catalogue().values():
        if kind.record != record or kind.column not in frame or kind.conversion is None:
            continue
        word, _, detail = kind.conversion.partition(":")
        if word in WORKED_OUT_LATER and word != "members":
            continue
        column = _CONVERSIONS[word](kind, frame, detail)
        columns[kind.name] = column
        if word not in ("same", "members", "listed"):
            derived[kind.name] = Derived(f"{record}.{kind.column}", column != blank(kind))
    for name, (given, stated) in _stated(frame).items():
        chosen = stated[:, None] if given.ndim > 1 else stated
        columns[name] = np.where(chosen, given, columns.get(name, given))
        if name in derived:
            derived[name] = Derived(derived[name].source, derived[name].rows & ~stated)
    return Facts(on=on, n=len(frame), columns=columns, derived_from=derived)


def _stated(frame: pd.DataFrame) -> dict[str, tuple[Column, NDArray[np.bool_]]]:
    """The facts stated under their own names: the column, and the rows where it is stated."""
    if "facts" not in frame:
        return {}
    codes, texts = pd.factorize(frame["facts"])
    if len(texts) == 0:
        return {}
    distinct = [json.loads(text) for text in texts]
    names = dict.fromkeys(name for stated in distinct for name in stated)
    found: dict[str, tuple[Column, NDArray[np.bool_]]] = {}
    for name in names:
        cells = [stated.get(name) for stated in distinct]
        column = column_of(fact_kind(name), [*cells, None])[codes]
        found[name] = (column, np.array([*(cell is not None for cell in cells), False])[codes])
    return found


def _same(kind: FactKind, frame: pd.DataFrame, _detail: str) -> Column:
    series = frame[kind.column]
    match kind.type:
        case "bool":
            return _truth(series)
        case "enum":
            return positions(series, kind.values).astype(np.int16)
        case "date":
            return days_of(series)
        case "text":
            return series.astype(object).where(series.notna(), None).to_numpy()
        case _:
            return series.to_numpy(np.float64, na_value=np.nan)


def _truth(series: pd.Series) -> Truth:
    known = series.notna().to_numpy()
    return truth_of(series.fillna(value=False).to_numpy(np.bool_), known)


def days_of(series: pd.Series) -> NDArray[np.float64]:
    """ISO dates as days since 1970; NaN where missing or no date."""
    dates = pd.to_datetime(series, format="%Y-%m-%d", errors="coerce")
    days = (dates - pd.Timestamp(EPOCH)) / pd.Timedelta(days=1)
    return np.asarray(days, np.float64)


def _complete(kind: FactKind, frame: pd.DataFrame, _detail: str) -> Column:
    """Whether a household's list of members is known to be whole."""
    return _truth(frame[kind.column])


def _by_code(kind: FactKind, frame: pd.DataFrame, detail: str) -> Column:
    pairs = [pair.split("=") for pair in detail.split(LIST_SEPARATOR)]
    at = positions(frame[kind.column], [code for code, _ in pairs])
    if kind.type == "bool":
        return np.array([*(MET if to == "yes" else NOT_MET for _, to in pairs), UNKNOWN])[at]
    return np.array([*(kind.values.index(to) for _, to in pairs), NOT_THERE], np.int16)[at]


def _tagged(kind: FactKind, frame: pd.DataFrame, detail: str) -> Column:
    """MET where one of the tags stands in the list; a list without it says nothing."""
    tags = set(detail.split(LIST_SEPARATOR))
    codes, texts = pd.factorize(frame[kind.column])
    held = [bool(tags & set(text.split(LIST_SEPARATOR))) for text in texts]
    return np.where(np.array([*held, False])[codes], MET, UNKNOWN)


def _filled(kind: FactKind, frame: pd.DataFrame, _detail: str) -> Column:
    return np.where(frame[kind.column].notna().to_numpy(), MET, UNKNOWN)


def _urban_in(kind: FactKind, frame: pd.DataFrame, detail: str) -> Column:
    """Whether someone is registered as urban below an area; both facts must be known for a yes."""
    area = frame[kind.column]
    inside = truth_of(
        area.str.startswith(detail).fillna(value=False).to_numpy(np.bool_), area.notna().to_numpy()
    )
    urban = frame["hukou_kind"] if "hukou_kind" in frame else pd.Series([None] * len(frame))
    is_urban = truth_of((urban == "urban").fillna(value=False).to_numpy(), urban.notna().to_numpy())
    return np.minimum(inside, is_urban)


def _listed(kind: FactKind, frame: pd.DataFrame, _detail: str) -> Column:
    """(n, values): of a list that was asked, what stands in it holds and the rest does not."""
    codes, texts = pd.factorize(frame[kind.column])
    held = [set(text.split(LIST_SEPARATOR)) for text in texts]
    truths = [[MET if value in items else NOT_MET for value in kind.values] for items in held]
    return np.array([*truths, [UNKNOWN] * len(kind.values)], np.int8)[codes]


_CONVERSIONS: Mapping[str, Callable[[FactKind, pd.DataFrame, str], Column]] = {
    "same": _same,
    "codes": _by_code,
    "tags": _tagged,
    "filled": _filled,
    "urban_in": _urban_in,
    "members": _complete,
    "listed": _listed,
}
