"""CSV with comma, tab or semicolon, in any encoding of `content`, every cell as text."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pc_csv
from numpy.typing import NDArray

from matcher.documents.reading.content import SAVE_AGAIN, decode
from matcher.documents.reading.table import (
    FEW_COLUMNS,
    MIB,
    BrokenRow,
    Format,
    Limits,
    Table,
    clean_headings,
    heading_row,
    text_array,
    unique_headings,
)
from matcher.documents.writing import unguarded
from matcher.errors import UnreadableFile

SEPARATORS = (",", "\t", ";")

_HEAD = 262_144
_BLOCK = 16 * MIB
_ROW_TO_PART = 131_072  # the csv module parts no longer cell


def read_delimited(path: Path, known: Collection[str] | None, limits: Limits) -> Table:
    """The table of a CSV file.

    Args:
        path: the file; its size has been checked.
        known: keys of known headings, by which separator and heading row are found; None takes
            the first row as headings.
        limits: columns, rows and cell length are held.

    Raises:
        UnreadableFile: no table can be made out, or a limit is passed.
    """
    content, encoding = decode(path, path.read_bytes())
    head = _head_rows(content, limits)
    separator, at = _choose(head, known)
    rows = head[separator]
    if not rows:
        raise _unusable(path, "the file holds no row", "a heading row and data rows")
    cells = rows[at][0]
    if len(cells) < FEW_COLUMNS:
        raise _unusable(
            path, "only one column was found", "columns parted by comma, tab or semicolon"
        )
    if len(cells) > limits.columns:
        raise _unusable(
            path, f"{len(cells)} columns were found", f"at most {limits.columns} columns"
        )
    body = _after_line(content, rows[at][1])
    arrow, invalid = _parse(path, body, separator, len(cells), limits)
    _check_quotes(path, content, arrow, invalid)
    numbers = _row_numbers(arrow.num_rows, [number for number, _ in invalid]) + at + 1
    columns, numbers, broken = _mend(arrow, numbers, invalid, separator, at + 1)
    return Table(
        file=path.name,
        format=Format.CSV,
        headings=unique_headings(clean_headings(cells)),
        columns=tuple(_unguard(column) for column in columns),
        row_numbers=numbers,
        broken=broken,
        notes=(("encoding", encoding),) if encoding != "utf-8" else (),
        separator=separator,
    )


def _unusable(path: Path, found: str, expected: str) -> UnreadableFile:
    return UnreadableFile(file=path.name, found=found, expected=expected, do=SAVE_AGAIN)


HeadRows = list[tuple[list[str], int]]


def _head_rows(content: bytes, limits: Limits) -> dict[str, HeadRows]:
    """The first rows under each separator, each with the number of lines up to its end."""
    text = content[:_HEAD].decode("utf-8", errors="ignore")
    return {separator: _rows(text, separator, limits.heading_rows) for separator in SEPARATORS}


def _rows(text: str, separator: str, most: int) -> HeadRows:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: HeadRows = []
    try:
        for row in reader:
            found.append((row, reader.line_num))
            if len(found) >= most:
                break
    except csv.Error:  # a cell longer than the csv module takes: judged later, by its length
        pass
    return found


def _choose(head: dict[str, HeadRows], known: Collection[str] | None) -> tuple[str, int]:
    """The separator and heading row with most known headings, else the most columns."""
    best = (",", 0)
    most = (-1, -1)
    for separator, rows in head.items():
        cells = [row for row, _ in rows]
        at, hits = heading_row(cells, known) if known is not None else (0, 0)
        width = len(cells[at]) if cells else 0
        if (hits, width) > most:
            best, most = (separator, at), (hits, width)
    return best


def _after_line(content: bytes, line: int) -> memoryview:
    """The bytes after this many lines, ended as the csv module ends them: CR, LF or both."""
    offset = 0
    for _ in range(line):
        ends = [at for at in (content.find(b"\n", offset), content.find(b"\r", offset)) if at >= 0]
        if not ends:
            return memoryview(b"")
        first = min(ends)
        offset = first + (2 if content[first : first + 2] == b"\r\n" else 1)
    return memoryview(content)[offset:]


def _parse(
    path: Path, body: memoryview, separator: str, width: int, limits: Limits
) -> tuple[Any, list[tuple[int, str]]]:
    """The body as a pyarrow table of text, and the rows of another width by their position."""
    invalid: list[tuple[int, str]] = []

    def keep(row: Any) -> str:
        invalid.append((row.number - 1, row.text))
        return "skip"

    names = [f"c{position}" for position in range(width)]
    if not bytes(body[:_BLOCK]).strip():
        return pa.table({name: text_array([]) for name in names}), invalid
    try:
        table = pc_csv.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            read_options=pc_csv.ReadOptions(
                use_threads=False, block_size=_BLOCK, column_names=names
            ),
            parse_options=pc_csv.ParseOptions(
                delimiter=separator,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=pc_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid:
        raise _unusable(
            path,
            f"a row is longer than {_BLOCK // MIB} MiB or cannot be parted",
            "rows of text; most likely a quotation mark is opened and never closed",
        ) from None
    if any(len(text) > _ROW_TO_PART for _, text in invalid):
        raise _unusable(
            path,
            f"a row holds more than {_ROW_TO_PART:,} characters",
            "rows of text; most likely a quotation mark is opened and never closed",
        )
    if table.num_rows + len(invalid) > limits.rows:
        raise _unusable(path, f"{table.num_rows:,} rows", f"at most {limits.rows:,} rows")
    _check_lengths(path, table, limits)
    return table, invalid


def _check_quotes(
    path: Path, content: bytes, table: Any, invalid: Sequence[tuple[int, str]]
) -> None:
    """Refuse a file in which a quotation mark is opened, never closed, and rows are swallowed."""
    if content.count(b'"') % 2 == 0:
        return
    texts = (pc.any(pc.match_substring(column, "\n")).as_py() for column in table.columns)
    if any(texts) or any("\n" in text.strip() for _, text in invalid):
        raise _unusable(
            path,
            "a quotation mark is opened and never closed, so that rows run into one cell",
            "every quotation mark in pairs",
        )


def _check_lengths(path: Path, table: Any, limits: Limits) -> None:
    for position, column in enumerate(table.columns, 1):
        longest = pc.max(pc.binary_length(column)).as_py() or 0  # bytes first: they cost nothing
        if longest > limits.cell_chars:
            longest = pc.max(pc.utf8_length(column)).as_py()
        if longest > limits.cell_chars:
            raise _unusable(
                path,
                f"a cell of column {position} holds {longest:,} characters",
                f"at most {limits.cell_chars:,}; most likely a quotation mark is never closed",
            )


def _row_numbers(n_rows: int, skipped: Sequence[int]) -> NDArray[np.int64]:
    """Positions in the body, from 1, of the rows that were not skipped."""
    everything = np.arange(n_rows + len(skipped), dtype=np.int64)
    return np.delete(everything, list(skipped)) + 1


def _mend(
    arrow: Any,
    numbers: NDArray[np.int64],
    invalid: Sequence[tuple[int, str]],
    separator: str,
    before: int,
) -> tuple[list[Any], NDArray[np.int64], tuple[BrokenRow, ...]]:
    """Short rows are filled with empty cells, empty surplus cells dropped, the rest is broken."""
    width = arrow.num_columns
    columns = list(arrow.columns)
    mended: list[list[str]] = []
    mended_numbers: list[int] = []
    broken: list[BrokenRow] = []
    for position, text in invalid:
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        number = position + 1 + before
        if any(cell.strip() for cell in cells[width:]):
            broken.append(BrokenRow(number, tuple(cells)))
        else:
            mended.append([*cells, *[""] * width][:width])
            mended_numbers.append(number)
    if mended:
        extra = [
            text_array([cell or None for cell in cells]) for cells in zip(*mended, strict=True)
        ]
        numbers = np.concatenate([numbers, np.array(mended_numbers, dtype=np.int64)])
        order = np.argsort(numbers, kind="stable")
        columns = [
            pa.chunked_array([*column.chunks, more]).take(pa.array(order))
            for column, more in zip(columns, extra, strict=True)
        ]
        numbers = numbers[order]
    return columns, numbers, tuple(broken)


def _unguard(column: Any) -> Any:
    """The column without the quote that our writer puts before text that looks like a formula."""
    guarded = pc.starts_with(column, "'")
    if not pc.any(guarded).as_py():
        return column
    return text_array([None if cell is None else unguarded(cell) for cell in column.to_pylist()])
