"""What a file becomes before anything is understood: headings, columns of text, row numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MIB = 1024 * 1024
FEW_COLUMNS = 2

_DROPPED = dict.fromkeys(map(ord, " \t\r\n_-*＊:：'\"\u3000\ufeff"))


class Format(StrEnum):
    """The form of a file, found from its content."""

    CSV = "csv"
    WORKBOOK = "xlsx"
    JSON_ARRAY = "json"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file we are willing to open; defaults mirror `matcher/settings.py`.

    Attributes:
        file_mb: largest file, MiB.
        unpacked_mb: what a workbook may unpack to, MiB.
        rows, columns: of one table.
        cell_chars: longest cell; Excel's own limit is 32,767.
        heading_rows: how far down the heading row is looked for.
        memory_mb, cpu_s: of the process that parses a workbook.
    """

    file_mb: int = 200
    unpacked_mb: int = 600
    rows: int = 3_000_000
    columns: int = 256
    cell_chars: int = 100_000
    heading_rows: int = 20
    memory_mb: int = 3_072
    cpu_s: int = 120


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row whose cells do not fit the headings; its cells as far as they could be parted."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One file as columns of text.

    Attributes:
        file: its name, for messages.
        format: what it is by content.
        headings: (n_columns,) as written, unique, trimmed.
        columns: (n_columns,) pyarrow string arrays of n_rows, whole or in chunks; null where the
            cell is empty.
        row_numbers: (n_rows,) int64, the row's number in the user's file, from 1.
        broken: rows that could not be parted into the columns.
        notes: (code, value) of what is to be told of the whole file: `encoding`, `formulas`.
        separator: of a CSV, else "".
        sheet: of a workbook, else "".
    """

    file: str
    format: Format
    headings: tuple[str, ...]
    columns: tuple[Any, ...]
    row_numbers: NDArray[np.int64]
    broken: tuple[BrokenRow, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    separator: str = ""
    sheet: str = ""

    def __len__(self) -> int:
        return len(self.row_numbers)

    def column(self, heading: str) -> Any:
        """The column under a heading."""
        return self.columns[self.headings.index(heading)]


def heading_key(text: str) -> str:
    """The one spelling of a heading: case, spaces, `_`, `-`, `*` and quotes do not count.

    Example:
        >>> heading_key(" 岗位名称＊ "), heading_key("job_Name"), heading_key("期望月薪（元）")
        ('岗位名称', 'jobname', '期望月薪(元)')
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(_DROPPED)


def heading_row(rows: Sequence[Sequence[str]], known: Collection[str]) -> tuple[int, int]:
    """Which row holds the headings: the first with the most known ones, and how many they are.

    Args:
        rows: the first rows of a file.
        known: keys of known headings, as `heading_key` writes them.

    Returns:
        Position and count; count 0 when no cell of any row is known.

    Example:
        >>> heading_row([["岗位表"], ["岗位名称*", "薪资"], ["保洁员", "2"]], {"岗位名称", "薪资"})
        (1, 2)
    """
    counts = [len({heading_key(cell) for cell in row} & set(known)) for row in rows]
    best = max(counts, default=0)
    return (counts.index(best) if best else 0), best


def clean_headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Headings trimmed and named: an empty one by its position.

    Example:
        >>> clean_headings([" 职位 ", "", "备注", "备注"])
        ('职位', '第2列', '备注', '备注')
    """
    return tuple(
        " ".join(cell.split()) or f"第{position}列" for position, cell in enumerate(cells, 1)
    )


def unique_headings(headings: Sequence[str]) -> tuple[str, ...]:
    """Headings that occur again get their position, so that no column hides another.

    Example:
        >>> unique_headings(["备注", "职位", "备注"])
        ('备注', '职位', '备注(第3列)')
    """
    seen: set[str] = set()
    made = []
    for position, heading in enumerate(headings, 1):
        name = f"{heading}(第{position}列)" if heading in seen else heading
        seen.add(name)
        made.append(name)
    return tuple(made)


def repeated_headings(headings: Sequence[str], known: Collection[str]) -> list[str]:
    """Known headings that stand over more than one column: which of them is meant is unclear.

    Example:
        >>> repeated_headings(["职位", "备注", "职位*", "备注"], {"职位"})
        ['职位']
    """
    keys = [heading_key(heading) for heading in headings]
    again = {key for at, key in enumerate(keys) if key in keys[:at] and key in known}
    return [heading for at, heading in enumerate(headings) if keys[at] in again - set(keys[:at])]


def text_array(values: Sequence[str | None]) -> Any:
    """A pyarrow string column of these values."""
    return pa.array(values, pa.string())
