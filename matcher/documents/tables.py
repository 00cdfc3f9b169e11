"""Read any table that people bring: content decides, limits hold, the refusal says what to do."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from matcher.documents.reading.content import check_size, format_of
from matcher.documents.reading.delimited import read_delimited
from matcher.documents.reading.records import read_records
from matcher.documents.reading.table import (
    BrokenRow,
    Format,
    Limits,
    Table,
    heading_key,
    repeated_headings,
)
from matcher.documents.reading.workbook import read_workbook
from matcher.errors import UnreadableFile

__all__ = ["BrokenRow", "Format", "Limits", "Table", "heading_key", "no_rows", "read_table"]


def read_table(
    path: Path,
    *,
    known: Collection[str] | None = None,
    limits: Limits | None = None,
    may_be_empty: bool = False,
) -> Table:
    r"""The table of a file, every cell as text.

    Args:
        path: CSV, XLSX, XLS, JSON array or JSON Lines; the name's ending does not count.
        known: headings that mean something, as `heading_key` writes them: the heading row, the
            sheet and the separator are found by them. None: the first row is the heading row.
        limits: how much is opened; the defaults of `Limits`.
        may_be_empty: headings with nothing below them are a table too.

    Returns:
        A table, with at least one row unless it may be empty.

    Raises:
        UnreadableFile: not a table, unsafe, too large, without known headings, without rows, or
            with a known heading over two columns.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "vacancies.csv")
        ...     _ = path.write_text("职位;薪资\n保洁员;2800\n", encoding="gbk")
        ...     table = read_table(path, known={"职位", "薪资"})
        >>> table.headings, table.column("职位").to_pylist(), table.row_numbers.tolist()
        (('职位', '薪资'), ['保洁员'], [2])
    """
    limits = limits or Limits()
    check_size(path, limits)
    form = format_of(path)
    if form is Format.CSV:
        table = read_delimited(path, known, limits)
    elif form is Format.WORKBOOK:
        table = read_workbook(path, known, limits)
    else:
        table = read_records(path, form, known, limits)
    _check(table, known, may_be_empty=may_be_empty)
    return table


def _check(table: Table, known: Collection[str] | None, *, may_be_empty: bool) -> None:
    if known is not None:
        keys = [heading_key(heading) for heading in table.headings]
        if not set(keys) & set(known):
            raise UnreadableFile(
                file=table.file,
                found="no column heading is known",
                expected="a row of column headings such as those of 'rengang template'",
                do="Give the headings, or name them with --map 'heading=column,...'.",
            )
        again = repeated_headings([_without_position(name) for name in table.headings], known)
        if again:
            raise UnreadableFile(
                file=table.file,
                found=f"the heading {', '.join(again)} stands over more than one column",
                expected="each heading once",
                do="Rename or remove one of the columns.",
            )
    if not may_be_empty and not len(table) and not table.broken:
        raise no_rows(table.file)


def no_rows(file: str) -> UnreadableFile:
    """The refusal of a table that has headings and nothing below them."""
    return UnreadableFile(
        file=file,
        found="a heading row without any data row",
        expected="at least one row below the headings",
        do="Fill in the rows, or leave the file out.",
    )


def _without_position(heading: str) -> str:
    base, mark, position = heading.rpartition("(第")
    return base if mark and position.endswith("列)") else heading
