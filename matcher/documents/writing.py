"""The one place where tables leave for a spreadsheet: CSV or XLSX, no live formula, never half.

Text that a spreadsheet would run is written so that it stays text: in XLSX by string cells, in
CSV by a quote in front, which the reader takes off again.
"""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pandas as pd
import xlsxwriter

from matcher.errors import WrongUse

ROWS_OF_A_SHEET = 1_048_576
CHARS_OF_A_CELL = 32_767

_RUNS = re.compile(r"'*[\s\x00]*[=+\-@＝＋－＠]|'*[\t\r\n\x00]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_MAY_RUN = r"^[\s\x00']*[=+\-@＝＋－＠\t\r\n\x00]"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SUFFIXES = (".csv", ".xlsx", ".jsonl")


def guarded(text: str) -> str:
    """The text as a CSV cell that no spreadsheet runs; plain numbers stay as they are.

    Example:
        >>> guarded("=1+1"), guarded("-5"), guarded(" ＠SUM"), guarded("保洁员")
        ("'=1+1", '-5', "' ＠SUM", '保洁员')
    """
    return f"'{text}" if _RUNS.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given.

    Example:
        >>> unguarded(guarded("=1+1")), unguarded(guarded("'=1")), unguarded("'tis")
        ('=1+1', "'=1", "'tis")
    """
    rest = text[1:]
    is_guarded = text[:1] == "'" and _RUNS.match(rest) and not _NUMBER.fullmatch(rest)
    return rest if is_guarded else text


def write_table(
    path: Path,
    frame: pd.DataFrame,
    *,
    separator: str = ",",
    text: bool = False,
    mark: bool = True,
) -> None:
    """Write a frame as CSV (UTF-8), XLSX or JSON Lines, by the name's ending.

    The file appears whole or not at all: it is written beside its place and renamed.

    Args:
        path: ends in `.csv`, `.xlsx` or `.jsonl`.
        frame: any frame; missing cells are written empty, booleans as true and false.
        separator: of a CSV.
        text: write numbers of a workbook as text.
        mark: begin a CSV with the byte order mark that office programs need to see it is UTF-8;
            off for tables that programs read.

    Raises:
        WrongUse: another ending, or more rows than a sheet holds.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise WrongUse(
            what=f"'{path.name}' has no form that can be written",
            expected=f"a name ending in {', '.join(_SUFFIXES)}",
            do="Choose one of these endings.",
        )
    if suffix == ".csv":
        encoding = "utf-8-sig" if mark else "utf-8"
        with whole_file(path, "w", encoding=encoding, newline="") as file:
            _write_csv(file, frame, separator)
    elif suffix == ".jsonl":
        with whole_file(path, "w", encoding="utf-8") as file:
            file.write(frame.to_json(orient="records", lines=True, force_ascii=False))
    else:
        _check_height(frame)
        with whole_workbook(path) as book:
            fill_sheet(book.add_worksheet(), frame, numbers=not text)


def _check_height(frame: pd.DataFrame) -> None:
    if len(frame) >= ROWS_OF_A_SHEET:
        raise WrongUse(
            what=f"{len(frame):,} rows do not fit one sheet",
            expected=f"fewer than {ROWS_OF_A_SHEET:,}",
            do="Write a .csv file instead.",
        )


@contextmanager
def whole_file(
    path: Path, mode: str, *, encoding: str | None = None, newline: str | None = None
) -> Iterator[IO[Any]]:
    """A file that takes its name only when it has been written to the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, mode, encoding=encoding, newline=newline) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def whole_workbook(path: Path) -> Iterator[xlsxwriter.Workbook]:
    """A workbook in which text stays text, named only when complete."""
    with whole_file(path, "wb") as file:
        book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": False,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        yield book
        book.close()


def fill_sheet(
    sheet: Any,
    frame: pd.DataFrame,
    *,
    numbers: bool = True,
    row: int = 0,
    head: Any = None,
    body: Any = None,
) -> None:
    """Write headings and rows of a frame into a sheet; text only as string cells.

    Args:
        sheet: of a workbook of `whole_workbook`.
        frame: any frame; missing cells are left empty.
        numbers: write numbers as numbers, else as text.
        row: of the headings, from 0.
        head: the workbook's format of headings; None for none.
        body: the workbook's format of cells, empty ones too; None for none.
    """
    for at, name in enumerate(frame.columns):
        sheet.write_string(row, at, str(name), head)
        dtype = frame[name].dtype
        as_number = (
            numbers
            and pd.api.types.is_numeric_dtype(dtype)
            and not pd.api.types.is_bool_dtype(dtype)
        )
        for down, value in enumerate(frame[name].tolist(), row + 1):
            if not pd.isna(value) and as_number:
                sheet.write_number(down, at, value, body)
            elif not pd.isna(value):
                sheet.write_string(down, at, cell_text(value), body)
            elif body is not None:
                sheet.write_blank(down, at, None, body)
    sheet.freeze_panes(row + 1, 0)


def cell_text(value: object) -> str:
    r"""A value as the text of a sheet's cell: no sign that XML forbids, no longer than it holds.

    Example:
        >>> cell_text(True), cell_text("a\x00b"), cell_text(2.5)
        ('true', 'ab', '2.5')
    """
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _NOT_XML.sub("", text)[:CHARS_OF_A_CELL]


def _write_csv(file: IO[str], frame: pd.DataFrame, separator: str) -> None:
    safe = pd.DataFrame(
        {guarded(str(name)): _guard(frame.iloc[:, at]) for at, name in enumerate(frame.columns)}
    )
    safe.to_csv(file, index=False, sep=separator, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)


def _guard(column: pd.Series[Any]) -> pd.Series[Any]:
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.map({True: "true", False: "false"})
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    texts = column.astype("str")
    suspect = texts.str.contains(_MAY_RUN, regex=True, na=False)
    if not suspect.any():
        return texts
    safe = pd.Series([guarded(text) for text in texts[suspect]], index=texts.index[suspect])
    return safe.reindex(texts.index).fillna(texts)


def rows_frame(headings: Sequence[str], rows: Iterable[Sequence[str | None]]) -> pd.DataFrame:
    """Rows of text as a frame that `write_table` takes; headings may not repeat.

    Example:
        >>> rows_frame(["a", "b"], [["1", None]]).shape
        (1, 2)
    """
    return pd.DataFrame(list(rows), columns=list(headings), dtype="str")
