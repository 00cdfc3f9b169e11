"""The process that opens a workbook: its directory first, then one sheet, under hard limits.

Run by `workbook.read_workbook` and by nothing else. It takes its order as JSON on standard input
and answers with an Arrow stream; a refusal is one JSON object on standard error and exit code 3.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import zipfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import pyarrow as pa
from defusedxml.common import (  # type: ignore[import-untyped]  # ships no types
    DefusedXmlException,
)
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]  # ships no types
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from matcher.documents.reading.table import MIB, heading_row, text_array

REFUSED = 3

_MEMBERS = 5_000
_RATIO = 200
_RATIO_FROM = 4 * MIB
_ROWS_AT_ONCE = 10_000
_SURE_HEADINGS = 2
_EXACT_DIGITS = 15
_DIRECTORY_XML = 4 * MIB
_FORMULA = re.compile(rb"<f[ >/]")
_NO_RESULT = re.compile(rb"(?:</f>|<f(?: [^>]*)?/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Refusal(Exception):
    """The workbook cannot be used: what was found, what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(found)


def main() -> int:
    """Carry out one order from standard input."""
    order = json.load(sys.stdin)
    memory = order["memory_mb"] * MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_s"], order["cpu_s"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        _read(Path(order["path"]), order)
    except Refusal as refusal:
        json.dump({"found": refusal.found, "expected": refusal.expected}, sys.stderr)
        return REFUSED
    except (MemoryError, pa.ArrowMemoryError):
        json.dump({"found": "", "expected": ""}, sys.stderr)
        return REFUSED
    except CalamineError as problem:
        found = f"the workbook cannot be opened ({type(problem).__name__})"
        json.dump({"found": found, "expected": "an undamaged workbook"}, sys.stderr)
        return REFUSED
    return 0


def _read(path: Path, order: dict[str, Any]) -> None:
    is_archive = zipfile.is_zipfile(path)
    if is_archive:
        check_directory(path, order["unpacked_mb"])
    with CalamineWorkbook.from_path(path) as book:
        sheet, at, head = _pick_sheet(book, order)
        formulas = _formulas(path, sheet.name) if is_archive else 0
        about = {"sheet": sheet.name, "row": at, "headings": head, "formulas": formulas}
        _send(sheet, at, head, about, order)


def check_directory(path: Path, unpacked_mb: int) -> None:
    """Refuse an archive whose directory already says that it is unsafe, before unpacking any.

    Raises:
        Refusal: too many members, too large, packed too tightly, macros, odd names, no workbook.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError):
        raise Refusal("the archive is damaged", "an undamaged .xlsx file") from None
    names = {member.filename for member in members}
    if len(members) > _MEMBERS:
        raise Refusal(f"the archive holds {len(members):,} files", f"at most {_MEMBERS:,}")
    total = sum(member.file_size for member in members)
    if total > unpacked_mb * MIB:
        raise Refusal(
            f"it would unpack to {total / MIB:,.0f} MiB", f"at most {unpacked_mb:,} MiB unpacked"
        )
    for member in members:
        if member.file_size > _RATIO_FROM and member.file_size > _RATIO * member.compress_size:
            raise Refusal("it is packed over 200 to 1, as a zip bomb is", "an ordinary workbook")
        if member.filename.startswith("/") or ".." in Path(member.filename).parts:
            raise Refusal("the archive names files outside itself", "an ordinary workbook")
        if member.flag_bits & 1:
            raise Refusal("the workbook is protected by a password", "one without")
    if sum(member.compress_size for member in members) > path.stat().st_size:
        raise Refusal("the parts of the archive overlap, as in a zip bomb", "an ordinary workbook")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal("the workbook carries macros", "a workbook without macros (.xlsx)")
    if "xl/workbook.xml" not in names:
        raise Refusal("the content is an archive, but no Excel workbook", "an .xlsx workbook")


def _pick_sheet(book: Any, order: dict[str, Any]) -> tuple[Any, int, list[str]]:
    """The first sheet with known headings; without a list of known ones the first with rows."""
    known: Collection[str] | None = None if order["known"] is None else set(order["known"])
    best: tuple[int, Any, int, list[str]] | None = None
    for meta in book.sheets_metadata:
        if meta.typ != SheetTypeEnum.WorkSheet or meta.visible != SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.end is None:
            continue
        _check_extent(sheet, order)
        head = [
            [cell_as_text(cell) or "" for cell in row]
            for row in sheet.to_python(skip_empty_area=False, nrows=order["heading_rows"])
        ]
        at, hits = heading_row(head, known) if known is not None else (0, _SURE_HEADINGS)
        if best is None or hits > best[0]:
            best = (hits, sheet, at, head[at])
        if hits >= _SURE_HEADINGS:
            break
    if best is None:
        raise Refusal("no sheet holds a row", "a heading row and data rows")
    return best[1], best[2], best[3]


def _check_extent(sheet: Any, order: dict[str, Any]) -> None:
    rows, width = (last + 1 for last in sheet.end)
    if width > order["columns"]:
        raise Refusal(f"{width} columns were found", f"at most {order['columns']}")
    if rows > order["rows"]:
        raise Refusal(f"{rows:,} rows were found", f"at most {order['rows']:,}")


def cell_as_text(value: object) -> str | None:
    """A cell as text: whole numbers without point, days as ISO, nothing as None.

    Example:
        >>> cell_as_text(12.0), cell_as_text(0.1 + 0.2), cell_as_text(1.0e12), cell_as_text("")
        ('12', '0.3', '1000000000000', None)
        >>> cell_as_text(datetime(2008, 7, 1)), cell_as_text(True)
        ('2008-07-01', 'true')
    """
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value.is_integer():
            return str(int(value))
        return format(Decimal(f"{value:.{_EXACT_DIGITS}g}"), "f")
    if isinstance(value, datetime):
        has_time = value.time() != datetime.min.time()
        return value.isoformat(" ", "seconds") if has_time else value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _send(
    sheet: Any, at: int, head: Sequence[str], about: dict[str, Any], order: dict[str, Any]
) -> None:
    fields = [pa.field(f"c{position}", pa.string()) for position in range(len(head))]
    schema = pa.schema(fields, metadata={"about": json.dumps(about)})
    with pa.ipc.new_stream(sys.stdout.buffer, schema) as stream:
        for rows in _rows(sheet, at, order):
            columns = [text_array(cells) for cells in zip(*rows, strict=True)]
            stream.write_batch(pa.record_batch(columns, schema=schema))


def _rows(sheet: Any, at: int, order: dict[str, Any]) -> Iterator[list[list[str | None]]]:
    """The rows below the headings in blocks; a cell merged downwards speaks for all its rows."""
    starts, held = _merged_downwards(sheet, at), {}
    left, top = sheet.start[1], sheet.start[0]
    block: list[list[str | None]] = []
    for number, row in enumerate(sheet.iter_rows(), top):
        if number <= at:
            continue
        cells = [None] * left + [cell_as_text(cell) for cell in row]
        for column, last in starts.get(number, ()):
            held[column] = (last, cells[column])
        for column, (last, text) in list(held.items()):
            if number > last:
                del held[column]
            else:
                cells[column] = text
        if any(cell and len(cell) > order["cell_chars"] for cell in cells):
            raise Refusal(
                f"a cell of row {number + 1} is longer than {order['cell_chars']:,} characters",
                "shorter cells",
            )
        block.append(cells)
        if len(block) == _ROWS_AT_ONCE:
            yield block
            block = []
    if block:
        yield block


def _merged_downwards(sheet: Any, at: int) -> dict[int, list[tuple[int, int]]]:
    """First row of every merged cell below the headings: its column and last row."""
    starts: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if top > at and bottom > top and left <= sheet.end[1]:
            starts.setdefault(top, []).append((left, bottom))
    return starts


def _formulas(path: Path, sheet: str) -> int:
    """How many cells of the sheet are formulas; their stored results are what was read.

    Raises:
        Refusal: some have no stored result, so their cells would be silently empty.
    """
    count = without = 0
    with zipfile.ZipFile(path) as archive:
        name = _member_of(archive, sheet)
        if name is None:
            return 0
        with archive.open(name) as member:
            tail = b""
            while block := member.read(4 * MIB):
                text = tail + block
                end = text.rfind(b"</c>") + len(b"</c>")
                count += len(_FORMULA.findall(text, 0, end))
                without += len(_NO_RESULT.findall(text, 0, end))
                tail = text[end:] if len(text) - end < 4 * MIB else b""
    if without:
        raise Refusal(
            f"{without} formula cells of sheet '{sheet}' hold no result",
            "values (the file was made by a program: open it in Excel or WPS once and save it)",
        )
    return count


def _member_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive's file with the rows of a sheet."""
    try:
        book = fromstring(_small(archive, "xl/workbook.xml"))
        relations = fromstring(_small(archive, "xl/_rels/workbook.xml.rels"))
    except (KeyError, ParseError, DefusedXmlException):
        return None
    ids = [
        node.get(_RELATION)
        for node in book.iter()
        if node.tag.endswith("}sheet") and node.get("name") == sheet
    ]
    targets = {node.get("Id"): str(node.get("Target")) for node in relations}
    target = targets.get(ids[0]) if ids else None
    if target is None:
        return None
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return name if name in archive.namelist() else None


def _small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(_DIRECTORY_XML)


if __name__ == "__main__":
    sys.exit(main())
