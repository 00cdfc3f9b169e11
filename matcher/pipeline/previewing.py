"""What an import would do with a file, row by row, before anything is written; and cells mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.documents.tables import Limits, Table, read_table
from matcher.documents.writing import write_table
from matcher.domain.kinds import KEYS, Kind
from matcher.errors import UnreadableFile
from matcher.ingest.batch import Batch, Part
from matcher.ingest.reading.headings import check_mapping, known_headings, plan_of
from matcher.ingest.remarks import Remark, reasons, without_rows
from matcher.pipeline.importing import ImportRequest, read_batches
from matcher.store.store import Store

MOST_SHOWN = 100
"""The most rows of one state that are shown; the counts are of all of them."""

READY, MEND, DUPLICATE = "ready", "mend", "duplicate"
STATES = (MEND, DUPLICATE, READY)
"""What becomes of a row: refused until it is mended, taken in but marked as the same, taken in."""


def preview_file(store: Store, request: ImportRequest) -> dict[str, Any]:
    """How a file is understood and what would become of its rows.

    Args:
        store: what is on record decides, too.
        request: of one file; nothing is written, whatever it says.

    Returns:
        JSON values: `sheet`, `heading_row` (its number, 0 unknown), `headings`, `recognised`
        (heading to column), `unknown`, `counts` (by `STATES`, and `read`, `updates`), `rows` (by
        state, the first ones: `row`, `cells`, `told`, `wrong` as positions of headings), `broken`
        rows of another width, and `problem`: the facts of why no row could be read, else None.

    Raises:
        UnreadableFile: the file is no safe table at all.
    """
    try:
        [batch] = read_batches(store, request)
    except UnreadableFile as wrong:
        return _headings_alone(request, wrong)
    [part] = batch.parts
    refused, twins, updates = _states(store, batch, part)
    every = np.arange(len(part.at), dtype=np.int64)
    by_state = {MEND: refused, DUPLICATE: twins}
    by_state[READY] = np.setdiff1d(every, np.concatenate([refused, twins]))
    shown = np.concatenate([rows[:MOST_SHOWN] for rows in by_state.values()])
    remarks = without_rows((*part.refusals, *part.warnings), np.setdiff1d(every, shown))
    told, wrong_at = reasons(remarks), _wrong(part.table, remarks)
    counts = {state: len(rows) for state, rows in by_state.items()}
    counts[MEND] += len(part.table.broken)
    return {
        **_understood(part.table, part.plan.recognised, part.plan.unknown),
        "counts": counts | {"read": sum(counts.values()), "updates": updates},
        "rows": {
            state: _rows(part, rows[:MOST_SHOWN], told, wrong_at)
            for state, rows in by_state.items()
        },
        "broken": [
            {"row": broken.number, "told": part.broken_reason(at)}
            for at, broken in enumerate(part.table.broken[:MOST_SHOWN])
        ],
        "problem": None,
    }


def mended(
    source: Path,
    target: Path,
    cells: Mapping[tuple[int, int], str],
    *,
    kind: Kind,
    mapping: Mapping[str, str] | None,
    limits: Limits | None = None,
) -> int:
    """Write a file anew as CSV with some of its cells changed.

    Args:
        source: the file as it came.
        target: where the new one goes.
        cells: by number of the row in the file and position of the heading, what is to stand there.
        kind: of the file; the heading row is found by it.
        mapping: the user's headings, as the file was read with.
        limits: how much of the file is opened.

    Returns:
        How many cells are other than before; rows that are not in the file are passed over.
    """
    table = read_table(source, known=known_headings(kind, mapping), limits=limits)
    made = [column.to_pylist() for column in table.columns]
    places = {int(number): at for at, number in enumerate(table.row_numbers.tolist())}
    changed = 0
    for (row, column), text in cells.items():
        at = places.get(row)
        if at is None or not 0 <= column < len(made):
            continue
        word = text.strip() or None
        if made[column][at] != word:
            made[column][at] = word
            changed += 1
    frame = pd.DataFrame(dict(zip(table.headings, made, strict=True)), dtype="str")
    write_table(target, frame)
    return changed


def _states(
    store: Store, batch: Batch, part: Part
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Rows that are refused, rows that are the same as others, and how many are on record."""
    refused = part.refused
    taken = np.setdiff1d(np.arange(len(part.at), dtype=np.int64), refused)
    marked = np.zeros(len(batch.accepted), np.bool_)
    if "duplicate_of" in batch.accepted:
        marked = batch.accepted["duplicate_of"].notna().to_numpy()
    # A row that says the same as an earlier one is left out without being refused.
    twins = taken[marked] if len(taken) == len(marked) else np.empty(0, np.int64)
    (key, *more) = KEYS[batch.kind]
    known = 0 if more else int(batch.accepted[key].isin(store.ids(batch.kind)).sum())
    return refused, twins, known


def _understood(
    table: Table, recognised: Mapping[str, str], unknown: tuple[str, ...]
) -> dict[str, Any]:
    first = int(table.row_numbers[0]) if len(table) else 0
    return {
        "sheet": table.sheet,
        "heading_row": max(first - 1, 0),
        "headings": list(table.headings),
        "recognised": dict(recognised),
        "unknown": list(unknown),
    }


def _headings_alone(request: ImportRequest, wrong: UnreadableFile) -> dict[str, Any]:
    """The headings of a file of which too few mean something: to be mapped by hand.

    Raises:
        UnreadableFile: there are no headings either.
    """
    [file] = request.files
    known = known_headings(request.kind, request.mapping)
    try:
        table = read_table(file, known=known, limits=request.limits, may_be_empty=True)
    except UnreadableFile:
        table = read_table(file, limits=request.limits, may_be_empty=True)
    plan = plan_of(request.kind, table.headings, check_mapping(request.kind, request.mapping))
    return {
        **_understood(table, plan.recognised, plan.unknown),
        "counts": dict.fromkeys((*STATES, "updates"), 0) | {"read": len(table)},
        "rows": {state: [] for state in STATES},
        "broken": [],
        "problem": {"found": wrong.found, "do": wrong.do},
    }


def _wrong(table: Table, remarks: Sequence[Remark]) -> dict[int, set[int]]:
    """By row, the positions of the headings that are spoken of."""
    at = {heading: position for position, heading in enumerate(table.headings)}
    found: dict[int, set[int]] = {}
    for remark in remarks:
        if remark.heading in at:
            for row in remark.rows.tolist():
                found.setdefault(row, set()).add(at[remark.heading])
    return found


def _rows(
    part: Part, rows: NDArray[np.int64], told: Mapping[int, str], wrong: Mapping[int, set[int]]
) -> list[dict[str, Any]]:
    taken = part.at[rows]
    columns = [column.take(taken).to_pylist() for column in part.table.columns]
    numbers = part.row_numbers[rows].tolist()
    return [
        {
            "row": number,
            "cells": [column[at] or "" for column in columns],
            "told": told.get(int(row), ""),
            "wrong": sorted(wrong.get(int(row), ())),
        }
        for at, (row, number) in enumerate(zip(rows, numbers, strict=True))
    ]
