"""The user's own rows that were refused, each with all its reasons, in the form they came in."""

from __future__ import annotations

from pathlib import Path

import orjson
import pandas as pd
import pyarrow as pa

from matcher.documents.tables import Format
from matcher.documents.writing import whole_file, write_table
from matcher.ingest.batch import Batch, Part
from matcher.ingest.remarks import REASON_HEADING, reasons

_SUFFIX = {
    Format.CSV: ".csv",
    Format.WORKBOOK: ".xlsx",
    Format.JSON_ARRAY: ".json",
    Format.JSON_LINES: ".jsonl",
}


def write_refused(batch: Batch, path: Path) -> tuple[Path, ...]:
    """Write the refused rows: the user's own columns and cells, and the reasons as a last column.

    A workbook goes back as XLSX, a CSV as CSV (UTF-8 with byte order mark, its own separator), JSON
    as JSON: the name's ending follows the form. Corrected, the file can be imported as it is; the
    column of reasons is passed over.

    Args:
        batch: what was read.
        path: where to; files after the first that has refused rows get `-2`, `-3`, ... .

    Returns:
        The files written; none when no row was refused.
    """
    written: list[Path] = []
    for part in batch.parts:
        rows = refused_frame(part)
        if rows.empty:
            continue
        turn = f"-{len(written) + 1}" if written else ""
        form = part.table.format
        target = path.with_name(f"{path.stem}{turn}{_SUFFIX[form]}")
        if form in (Format.JSON_ARRAY, Format.JSON_LINES):
            _write_json(target, rows, lines=form is Format.JSON_LINES)
        else:
            write_table(target, rows, separator=part.table.separator or ",")
        written.append(target)
    return tuple(written)


def refused_frame(part: Part) -> pd.DataFrame:
    """The refused rows of one file as text, in the order of the file, with their reasons."""
    told = reasons(part.refusals)
    order = sorted(told)
    at = pa.array(part.at[order])
    headings = [heading for heading in part.table.headings if heading != REASON_HEADING]
    made = {heading: part.table.column(heading).take(at).to_pylist() for heading in headings}
    numbers = part.table.row_numbers[part.at[order]].tolist()
    rows = pd.DataFrame(made | {REASON_HEADING: [told[row] for row in order]}, dtype="str")
    if not part.table.broken:
        return rows
    both = pd.concat([rows, _broken_frame(part)], ignore_index=True)
    numbers += [row.number for row in part.table.broken]
    return both.iloc[pd.Series(numbers).argsort()].reset_index(drop=True)


def _broken_frame(part: Part) -> pd.DataFrame:
    """The rows of another width; cells beyond the headings get columns of their own."""
    widest = max(len(row.cells) for row in part.table.broken)
    headings = list(part.table.headings)
    headings += [f"第{at}列" for at in range(len(headings) + 1, widest + 1)]
    return pd.DataFrame(
        [
            dict(zip(headings, row.cells, strict=False)) | {REASON_HEADING: part.broken_reason(at)}
            for at, row in enumerate(part.table.broken)
        ],
        dtype="str",
    )


def _write_json(path: Path, rows: pd.DataFrame, *, lines: bool) -> None:
    records = [
        {name: value for name, value in record.items() if not pd.isna(value)}
        for record in rows.to_dict("records")
    ]
    with whole_file(path, "wb") as file:
        if lines:
            file.writelines(orjson.dumps(record) + b"\n" for record in records)
        else:
            file.write(orjson.dumps(records, option=orjson.OPT_INDENT_2))
