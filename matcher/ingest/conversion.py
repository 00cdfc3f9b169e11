"""One table to one frame: every cell read by the type of its column, every problem kept.

Nothing is dropped silently: a cell of the office's own form that cannot be read refuses its row;
one of a foreign file stays in `extra` and is reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from matcher.domain.kinds import Column, ColumnType, Kind
from matcher.ingest.reading import cells as cell
from matcher.ingest.reading.cells import Cells
from matcher.ingest.reading.headings import Fact, Origin, Plan, Source, column_of, facts_of
from matcher.ingest.reading.parsers import expected, has_bad_ids, parse, parse_list
from matcher.ingest.reading.wordings import Meaning, Reading, move_shifted_education, readings
from matcher.ingest.remarks import Remark, shown
from matcher.reference.codes import code_list
from matcher.reference.columns import LIST_SEPARATOR, columns, dtype_of

_PERSONAL_KINDS = (
    *(Kind.PERSONS, Kind.HOUSEHOLDS, Kind.OUTCOMES),
    *(Kind.PLACEMENTS, Kind.REFUSALS, Kind.CASES, Kind.PAIRINGS),
)
_PERSONAL_COLUMNS = ("contact", "contact_phone")
_FACT_TYPES = {
    "bool": ColumnType.BOOL,
    "int": ColumnType.INT,
    "decimal": ColumnType.DECIMAL,
    "date": ColumnType.DATE,
    "text": ColumnType.TEXT,
}
_FACT_UNITS = {"persons": "person", "months": "month", "years": "year", "yuan/month": "yuan/month"}
DERIVED = {"wage_note": "str", "employer_kind": "str"}
"""Columns that readings fill beside those of the catalogue, and their dtypes."""


@dataclass
class Conversion:
    """The frame of one file in the making.

    Attributes:
        kind, on: of the file; the day on which ages are asked.
        n_rows: rows of the table, blank and example rows left out.
        cells: our column (or wording column) to its cells.
        made: our column to its values, (n_rows,) each.
        extra, facts: fragments of the two JSON columns.
        refusals, warnings: remarks about positions 0..n_rows-1.
        erased, assumed: our column to flags, (n_rows,) each: cells that take away what is on
            record, and cells that hold a default.
    """

    kind: Kind
    on: date
    n_rows: int
    cells: dict[str, Cells] = field(default_factory=dict)
    made: dict[str, pd.Series[Any]] = field(default_factory=dict)
    extra: list[Any] = field(default_factory=list)
    facts: list[Any] = field(default_factory=list)
    refusals: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    erased: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    assumed: dict[str, NDArray[np.bool_]] = field(default_factory=dict)

    def is_erased(self, name: str) -> NDArray[np.bool_]:
        """(n_rows,) does the cell take away what is on record?"""
        return self.erased.get(name, np.zeros(self.n_rows, np.bool_))

    def is_lenient(self, source: Source) -> bool:
        """Is a cell under this heading reported, rather than refused, when it cannot be read?"""
        foreign = source.origin in (Origin.FOREIGN, Origin.MAPPED)
        return foreign and self.kind not in _PERSONAL_KINDS

    def remark(
        self, code: str, cells: Cells, words: Sequence[bool], told: str, name: str
    ) -> Remark:
        """A remark on every row whose word is flagged, with the word as it may be shown."""
        rows = np.flatnonzero(cells.flags(words)).astype(np.int64)
        personal = self.kind in _PERSONAL_KINDS or name in _PERSONAL_COLUMNS
        safe = [shown(word, personal=personal) for word in cells.words]
        found = np.array([*safe, ""], dtype=object)[cells.codes[rows]]
        return Remark(code, cells.heading, told, rows, found)

    def unread(self, name: str, source: Source, flags: Sequence[bool], told: str) -> None:
        """Refuse or report the words that could not be read."""
        if not any(flags):
            return
        cells = self.cells[name]
        if self.is_lenient(source):
            self.warnings.append(self.remark(f"unread_{name}", cells, flags, told, name))
            self.keep(cells.without(~cells.flags(flags)))
        else:
            self.refusals.append(self.remark(f"bad_{name}", cells, flags, told, name))

    def keep(self, cells: Cells) -> None:
        """Keep cells in `extra` under their heading."""
        if cells.is_filled.any():
            self.extra.append(cell.fragments(cells.heading, cells))

    def put(self, name: str, values: pd.Series[Any]) -> None:
        """Give a column its values; where it has some already those stay."""
        before = self.made.get(name)
        self.made[name] = values if before is None else before.fillna(values)

    def values(self, name: str) -> pd.Series[Any]:
        """The values of a column so far, all NA where the file has none."""
        made = self.made.get(name)
        return cell.nothing(_dtype(self.kind, name), self.n_rows) if made is None else made

    def heading_of(self, name: str) -> str:
        """The user's heading of a column, "" where the file has none."""
        cells = self.cells.get(name)
        return "" if cells is None else cells.heading


def convert(
    kind: Kind, plan: Plan, columns_of_table: Mapping[str, Any], on: date, n_rows: int
) -> Conversion:
    """Read every column of a table.

    Args:
        kind: of the file.
        plan: what its headings mean.
        columns_of_table: heading to pyarrow text column, (n_rows,) each.
        on: the day of the import.
        n_rows: rows of the table.
    """
    work = Conversion(kind, on, n_rows)
    for name, sources in plan.columns.items():
        work.cells[name], gone = _joined(sources, columns_of_table).unmarked()
        if gone.any():
            work.erased[name] = gone
    if kind is Kind.VACANCIES:
        _shift_education(work)
    as_wordings = readings(kind, on)
    catalogue = {column.name for column in columns(kind)}
    typed_first = sorted(work.cells, key=lambda name: name in as_wordings)
    for name in typed_first:
        source = plan.columns[name][0] if name in plan.columns else Source(name, Origin.FOREIGN)
        if name in as_wordings:
            read_wording(work, name, source, as_wordings[name])
        elif name in catalogue:
            _read_typed(work, source, column_of(kind, name))
    for fact, heading in plan.facts.items():
        _read_fact(work, facts_of(kind)[fact], cell.cells_of(heading, columns_of_table[heading]))
    for name, heading in plan.exported.items():
        _read_exported(work, name, cell.cells_of(heading, columns_of_table[heading]))
    for heading in plan.unknown:
        work.keep(cell.cells_of(heading, columns_of_table[heading]))
    return work


def _joined(sources: Sequence[Source], columns_of_table: Mapping[str, Any]) -> Cells:
    """The cells of one heading, or of several joined in one list or text."""
    first, *more = [
        cell.cells_of(source.heading, columns_of_table[source.heading]) for source in sources
    ]
    for other in more:
        first = _side_by_side(first, other)
    return first


def _side_by_side(first: Cells, other: Cells) -> Cells:
    """Both cells of every row as one, parted by `;`; worked out once per distinct pair."""
    width = len(other.words) + 1
    at, pairs = pd.factorize((first.codes.astype(np.int64) + 1) * width + other.codes + 1)
    left, right = ["", *first.words], ["", *other.words]
    words = [
        LIST_SEPARATOR.join(filter(None, (left[pair // width], right[pair % width]))) or None
        for pair in pairs.tolist()
    ]
    return cell.cells_of(first.heading, pa.array(words, pa.string()).take(pa.array(at)))


def _shift_education(work: Conversion) -> None:
    if "experience" not in work.cells:
        return
    before = work.cells.get("education_min")
    experience, education, moved = move_shifted_education(work.cells["experience"], before)
    if moved.any():
        if before is not None:
            work.keep(before.without(~moved))
        work.cells |= {"experience": experience, "education_min": education}
        rows = np.flatnonzero(moved).astype(np.int64)
        told = "写的是学历，已作为学历要求读入"
        work.warnings.append(Remark("moved_education", experience.heading, told, rows))


def _read_typed(work: Conversion, source: Source, column: Column) -> None:
    cells = work.cells[column.name]
    if column.type is ColumnType.TEXT:
        work.put(column.name, cells.text())
        return
    if column.type is ColumnType.ID and not has_bad_ids(cells.dictionary):
        work.put(column.name, cells.text())
        return
    values = parse(column, cells.words)
    work.unread(column.name, source, [value is None for value in values], expected(column))
    work.put(column.name, spread(cells.codes, values, dtype_of(column)))


def read_wording(work: Conversion, name: str, source: Source, reading: Reading) -> None:
    """Read one column of wordings into the columns that it fills."""
    cells = work.cells[name]
    meanings = [reading.read(word) for word in cells.words]
    work.unread(name, source, [meaning is None for meaning in meanings], reading.expected)
    kept = [meaning is not None and meaning.keep for meaning in meanings]
    work.keep(cells.without(~cells.flags(kept)))
    nothing = Meaning((None,) * len(reading.fills))
    for at, filled in enumerate(reading.fills):
        if name in work.erased and filled not in work.erased:
            work.erased[filled] = work.erased[name]
        values = [(meaning or nothing).values[at] for meaning in meanings]
        work.put(filled, spread(cells.codes, values, _dtype(work.kind, filled)))
    if name in {column.name for column in columns(work.kind)} and name not in reading.fills:
        work.put(name, cells.text())


def _dtype(kind: Kind, name: str) -> str:
    return DERIVED[name] if name in DERIVED else dtype_of(column_of(kind, name))


def spread(codes: NDArray[np.int32], values: Sequence[Any], dtype: str) -> pd.Series[Any]:
    """(n_rows,) the value of each cell's word in one of the four dtypes of frames."""
    if dtype == "Int64":
        return cell.spread_ints(codes, values)
    if dtype == "Float64":
        return cell.spread_floats(codes, values)
    return (
        cell.spread_bools(codes, values) if dtype == "boolean" else cell.spread_text(codes, values)
    )


def _read_fact(work: Conversion, fact: Fact, cells: Cells) -> None:
    """A fact given under its own name goes into the JSON of `facts`; what is no value refuses."""
    values = [
        cell.ERASED if word in cell.ERASING_WORDS else fact_value(work.kind, fact, word)
        for word in cells.words
    ]
    bad = [value is None for value in values]
    if any(bad):
        told = f"不是“{fact.zh}”的取值"
        if fact.values:
            told += f"；应为 {'、'.join(fact.values)}"
        elif fact.type in _FACT_TYPES:
            told = expected(_fact_column(work.kind, fact))
        work.refusals.append(work.remark(f"bad_{fact.name}", cells, bad, told, fact.name))
    work.facts.append(cell.fragments(fact.name, cells, values))


def _read_exported(work: Conversion, name: str, cells: Cells) -> None:
    """A derived column of our own export; what import concludes anew from the row is passed over.

    Objects are unfolded, so that they never nest. Other text under `extra` is a foreign column.
    """
    if name in ("facts", "extra"):
        inner, bad = cell.inner_objects(cells)
        (work.facts if name == "facts" else work.extra).insert(0, inner)
        if name == "extra":
            work.keep(cells.without(~cells.flags(bad)))
        elif any(bad):
            told = "应为 JSON 对象，如导出文件所写"
            work.refusals.append(work.remark("bad_facts", cells, bad, told, name))
    elif name == "occupation_confidence":
        numbers = pd.to_numeric(pd.Series(cells.words, dtype="object"), errors="coerce")
        values = [None if pd.isna(number) else float(number) for number in numbers]
        work.made[name] = spread(cells.codes, values, "Float64")
    elif name in ("wage_note", "duplicate_of"):
        work.made[name] = cells.text()


def _fact_column(kind: Kind, fact: Fact) -> Column:
    return Column(
        kind=kind,
        name=fact.name,
        zh=fact.zh,
        type=_FACT_TYPES[fact.type],
        required=False,
        codes=None,
        part="status",
        unit=_FACT_UNITS.get(fact.unit or "", fact.unit),
        example=None,
        help=None,
    )


_NO_ITEMS = ("无", "没有", "none")
"""How a list says that it was asked and is empty."""


def fact_value(kind: Kind, fact: Fact, word: str) -> Any:
    """What a word says of a fact, as the JSON of `facts` keeps it; None where it is no value."""
    if fact.type == "enum":
        return word if word in fact.values else _by_wording(fact, word)
    if fact.type == "list" and word in _NO_ITEMS:
        return []
    if fact.type == "list":
        items = (parse_list(word) or "").split(LIST_SEPARATOR)
        return items if set(items) <= set(fact.values) else None
    column = _fact_column(kind, fact)
    return parse(column, [word])[0]


_CODES_OF_FACTS = {
    "employment_state": "employment_state",
    "former_employer_ownership": "ownership",
    "health_state": "health",
    "household_kind": "household_kind",
    "public_post_class": "public_welfare_kind",
    "relation": "relation",
    "sex": "sex",
    "work_form": "work_form",
}


def _by_wording(fact: Fact, word: str) -> str | None:
    listed = _CODES_OF_FACTS.get(fact.name)
    code = code_list(listed).wordings.get(word.casefold()) if listed else None
    return code if code in fact.values else None
