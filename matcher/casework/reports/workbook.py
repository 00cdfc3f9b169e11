"""Statutory tables as workbooks that print on A4: a title, the table, what it rests on, the cases.

Text is written through `documents.writing` alone, so that no cell runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from matcher.documents.writing import cell_text, fill_sheet, whole_workbook

A4 = 9
TITLE, LINE, HEAD, BODY = "title", "line", "head", "body"
_STYLES: Mapping[str, Mapping[str, Any]] = {
    TITLE: {"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"},
    LINE: {"font_size": 10.5, "valign": "vcenter"},
    HEAD: {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True},
    BODY: {"border": 1, "valign": "vcenter", "text_wrap": True},
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook.

    Attributes:
        name: on its tab.
        frame: the table; text columns as text, numbers as numbers.
        title, above: over the table, one line each.
        below: under it.
        widths: of the columns, in characters.
        groups: headings over runs of columns, with how many each spans; empty for none.
    """

    name: str
    frame: pd.DataFrame
    title: str = ""
    above: Sequence[str] = ()
    below: Sequence[str] = ()
    widths: Sequence[float] = ()
    groups: Sequence[tuple[str, int]] = ()


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the workbook whole or not at all; landscape, one page wide, headings on every page."""
    with whole_workbook(path) as book:
        styles = {name: book.add_format(dict(style)) for name, style in _STYLES.items()}
        for each in sheets:
            _fill(book.add_worksheet(each.name), each, styles)


def _fill(sheet: Any, each: Sheet, styles: Mapping[str, Any]) -> None:
    last = max(len(each.frame.columns) - 1, 0)
    row = 0
    for text, style in _lines(each):
        sheet.set_row(row, 30 if style == TITLE else 18)
        _across(sheet, row, 0, last, text, styles[style])
        row += 1
    first = row
    if each.groups:
        _group_row(sheet, row, each.groups, styles[HEAD])
        row += 1
    fill_sheet(sheet, each.frame, row=row, head=styles[HEAD], body=styles[BODY])
    sheet.set_row(row, 36)
    for at, width in enumerate(each.widths):
        sheet.set_column(at, at, width)
    sheet.repeat_rows(first, row)
    end = row + len(each.frame) + 1
    for at, text in enumerate(each.below):
        _across(sheet, end + at, 0, last, text, styles[LINE])
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C&P / &N")


def _lines(each: Sheet) -> Iterator[tuple[str, str]]:
    if each.title:
        yield each.title, TITLE
    for text in each.above:
        yield text, LINE


def _group_row(sheet: Any, row: int, groups: Sequence[tuple[str, int]], style: Any) -> None:
    at = 0
    for text, span in groups:
        _across(sheet, row, at, at + span - 1, text, style)
        at += span


def _across(sheet: Any, row: int, first: int, last: int, text: str, style: Any) -> None:
    """A text over several cells; `merge_range` alone would guess what the text is."""
    if last > first:
        sheet.merge_range(row, first, row, last, "", style)
    sheet.write_string(row, first, cell_text(text), style)
