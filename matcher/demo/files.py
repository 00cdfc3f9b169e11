"""The city as files of the kinds that offices have: several encodings, separators, date forms.

What stands in them goes through the same import as a real office's files, refusals included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import pandas as pd

from matcher.demo.city import City
from matcher.demo.flaws import with_flaws
from matcher.documents.writing import fill_sheet, whole_file, whole_workbook
from matcher.domain.kinds import Column, ColumnType, Kind
from matcher.reference.codes import code_list
from matcher.reference.columns import LIST_SEPARATOR, columns

WRITTEN_SEPARATOR = "；"


@dataclass(frozen=True, slots=True)
class Form:
    """How the file of a kind looks.

    Attributes:
        name: of the file; the ending says which program made it.
        encoding, separator: of a CSV file.
        day: how a date is written, by year, month and day.
    """

    name: str
    encoding: str = "utf-8-sig"
    separator: str = ","
    day: str = "{:04d}-{:02d}-{:02d}"


FORMS: dict[Kind, Form] = {
    Kind.EMPLOYERS: Form("employers.csv", encoding="gb18030", separator="\t"),
    Kind.VACANCIES: Form("vacancies.xlsx"),
    Kind.HOUSEHOLDS: Form("households.csv", encoding="gb18030", day="{}年{}月{}日"),
    Kind.PERSONS: Form("persons.csv"),
    Kind.OUTCOMES: Form("outcomes.csv", encoding="utf-8"),
    Kind.COURSES: Form("courses.csv", encoding="gb18030", separator=";", day="{}.{}.{}"),
    Kind.FAIRS: Form("fairs.json"),
}
"""In the order in which they can be imported: outcomes need persons and vacancies."""


def write_city(city: City, folder: Path) -> dict[Kind, Path]:
    """Write one file per kind, with the planted mistakes; the same city gives the same bytes.

    Args:
        city: what to write.
        folder: made when it does not exist; files of these names are replaced.

    Returns:
        Kind to file, in the order in which they can be imported.
    """
    made = {}
    streams = np.random.SeedSequence([city.seed, len(FORMS)]).spawn(len(FORMS))
    for stream, (kind, form) in zip(streams, FORMS.items(), strict=True):
        cells = with_flaws(
            np.random.default_rng(stream), kind, as_written(kind, city.frames[kind], form.day)
        )
        made[kind] = folder / form.name
        _write(made[kind], _headed(kind, cells), form, city.on)
    return made


def as_written(kind: Kind, frame: pd.DataFrame, day: str) -> pd.DataFrame:
    """Every cell of a frame as the text an office writes; None where it is empty.

    Args:
        kind: of the frame.
        frame: catalogue columns and facts.
        day: how a date is written, by year, month and day.
    """
    catalogue = {column.name: column for column in columns(kind)}
    return pd.DataFrame(
        {
            str(name): _written(frame[name], catalogue.get(str(name)), day)
            for name in frame.columns
            if frame[name].notna().any()
        },
        dtype=object,
    )


def _written(values: pd.Series, column: Column | None, day: str) -> list[str | None]:
    """The cells of one column; each distinct value is worded once."""
    codes, distinct = pd.factorize(values)
    word = _wording(column, day)
    words = [word(value) for value in distinct.tolist()]
    return [words[code] if code >= 0 else None for code in codes.tolist()]


def _wording(column: Column | None, day: str) -> Callable[[object], str]:
    """How the values of a column are worded; a fact has no column and is yes, no or text."""
    names = code_list(column.codes).zh if column and column.codes else {}
    kind = column.type if column else ColumnType.TEXT

    def word(value: object) -> str:
        if isinstance(value, bool):
            return "是" if value else "否"
        text = f"{value:g}" if isinstance(value, float) else str(value)
        if kind is ColumnType.DATE:
            year, month, of_month = map(int, text.split("-"))
            return day.format(year, month, of_month)
        if kind is ColumnType.LIST:
            items = (names.get(item, item) for item in text.split(LIST_SEPARATOR))
            return WRITTEN_SEPARATOR.join(items)
        return names.get(text, text)

    return word


def _headed(kind: Kind, cells: pd.DataFrame) -> pd.DataFrame:
    """The cells under Chinese headings; facts keep their own name."""
    return cells.rename(columns={column.name: column.zh for column in columns(kind)})


def _write(path: Path, cells: pd.DataFrame, form: Form, on: date) -> None:
    """Write the cells in the form that the name's ending asks for."""
    if path.suffix == ".xlsx":
        with whole_workbook(path) as book:
            # the day of the city, for the moment of writing would change the bytes
            book.set_properties({"created": datetime.combine(on, time(tzinfo=UTC))})
            fill_sheet(book.add_worksheet("岗位"), cells)
        return
    encoding = "utf-8" if path.suffix == ".json" else form.encoding
    with whole_file(path, "w", encoding=encoding, newline="") as file:
        if path.suffix == ".json":
            file.write(json.dumps(_records(cells), ensure_ascii=False, indent=1))
        else:
            cells.to_csv(file, index=False, sep=form.separator, lineterminator="\r\n")


def _records(cells: pd.DataFrame) -> list[dict[str, object]]:
    """The fairs as records: booths and invitees are inner lists, empty cells are left out."""
    lists = {
        column.zh
        for column in columns(Kind.FAIRS)
        if column.type in (ColumnType.LIST, ColumnType.BOOTHS)
    }
    return [
        {
            str(name): re.split(f"[{WRITTEN_SEPARATOR}{LIST_SEPARATOR}]", cell)
            if name in lists
            else cell
            for name, cell in record.items()
            if isinstance(cell, str)
        }
        for record in cells.to_dict("records")
    ]
