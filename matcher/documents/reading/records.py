"""JSON Lines and JSON arrays of records; inner lists are joined, inner objects stay JSON text."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from matcher.documents.reading.content import decode
from matcher.documents.reading.table import Format, Limits, Table, text_array, unique_headings
from matcher.errors import UnreadableFile

LIST_SEPARATOR = ";"


def read_records(
    path: Path, format_: Format, known: Collection[str] | None, limits: Limits
) -> Table:
    """The table of a JSON file; a record's number counts from 1.

    Args:
        path: the file; its size has been checked.
        format_: array or lines.
        known: taken for one signature with the other readers; every key is a heading.
        limits: rows, columns and cell length are held.

    Raises:
        UnreadableFile: no valid JSON, no records, or a limit is passed.
    """
    del known
    content, _ = decode(path, path.read_bytes())
    is_array = format_ is Format.JSON_ARRAY
    records = _array(path, content) if is_array else _lines(path, content)
    headings = list(dict.fromkeys(key for record in records for key in record))
    if len(headings) > limits.columns or len(records) > limits.rows:
        raise _broken(path, f"{len(records):,} records with {len(headings)} keys", limits)
    columns = [[cell_text(record.get(heading)) for record in records] for heading in headings]
    longest = max((len(cell) for cells in columns for cell in cells if cell), default=0)
    if longest > limits.cell_chars:
        raise _broken(path, f"a value of {longest:,} characters", limits)
    return Table(
        file=path.name,
        format=format_,
        headings=unique_headings([" ".join(heading.split()) for heading in headings]),
        columns=tuple(text_array(cells) for cells in columns),
        row_numbers=np.arange(1, len(records) + 1, dtype=np.int64),
    )


def _broken(path: Path, found: str, limits: Limits) -> UnreadableFile:
    return UnreadableFile(
        file=path.name,
        found=found,
        expected=f"records of at most {limits.columns} keys, {limits.rows:,} records, "
        f"{limits.cell_chars:,} characters a value",
        do="Split the file, or leave out what is not needed.",
    )


def _array(path: Path, content: bytes) -> list[dict[str, Any]]:
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as problem:
        raise _no_json(path, f"line {problem.lineno}, column {problem.colno}") from None
    return _records(path, value)


def _lines(path: Path, content: bytes) -> list[dict[str, Any]]:
    values = []
    for number, line in enumerate(content.splitlines(), 1):
        if line.strip():
            try:
                values.append(orjson.loads(line))
            except orjson.JSONDecodeError:
                raise _no_json(path, f"line {number}") from None
    return _records(path, values)


def _records(path: Path, values: list[Any]) -> list[dict[str, Any]]:
    odd = next((at for at, value in enumerate(values, 1) if not isinstance(value, dict)), None)
    if odd is not None:
        raise _no_json(path, f"record {odd} is no object")
    return values


def _no_json(path: Path, where: str) -> UnreadableFile:
    return UnreadableFile(
        file=path.name,
        found=f"the JSON cannot be read ({where})",
        expected='an array of objects, or one object a line, such as {"title": "保洁员"}',
        do="Export it again.",
    )


def cell_text(value: object) -> str | None:
    """A JSON value as the text of a cell.

    Example:
        >>> cell_text(["会计", "审计"]), cell_text(3.0), cell_text(True), cell_text([])
        ('会计;审计', '3', 'true', None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value.is_integer() else repr(value)
    if isinstance(value, list):
        items = [text for text in map(cell_text, value) if text]
        return LIST_SEPARATOR.join(items) or None
    return orjson.dumps(value).decode() if isinstance(value, dict) else str(value)
