"""Files of one kind to one batch: read, recognised, parsed, checked row by row, nothing written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matcher.documents.tables import Limits, Table, no_rows, read_table
from matcher.domain.kinds import KEYS, Kind
from matcher.errors import UnreadableFile, WrongUse
from matcher.ingest.batch import Batch, Part
from matcher.ingest.checks import (
    ERASED_PERSON,
    Fence,
    Known,
    ReadFile,
    check_cases,
    check_known,
    check_persons,
    check_required,
    fenced,
    repeated,
)
from matcher.ingest.conversion import Conversion, convert
from matcher.ingest.ids import can_be_made, content_ids
from matcher.ingest.reading.cells import objects
from matcher.ingest.reading.headings import (
    Origin,
    Plan,
    Source,
    check_mapping,
    known_headings,
    plan_of,
)
from matcher.ingest.remarks import refused_rows, without_rows
from matcher.ingest.vacancies.duplicates import duplicates
from matcher.ingest.vacancies.finishing import employers_of, find_areas, finish_vacancies
from matcher.reference.columns import columns, conform

ERASED, ASSUMED = "erased:", "assumed:"
"""Before a column's name: flags that go with the rows until the batch is whole."""

OWNED = Source("employer_id of the account", Origin.OWN)
"""Where an employer's own number comes from that no heading gives."""

EXAMPLE = "示例"
"""What the id of a form's example row begins with; such rows are passed over."""


Told = Callable[[int, int], None]
"""Hears how many rows were read, and how many of them checked."""


def _to_nobody(_read: int, _checked: int) -> None:
    """Where nobody asks how far it is."""


def read_files(  # noqa: PLR0913 - what is read, and everything that decides what may pass
    kind: Kind,
    files: Sequence[Path],
    *,
    on: date,
    mapping: Mapping[str, str] | None = None,
    known: Known | None = None,
    limits: Limits | None = None,
    fence: Fence | None = None,
    welcome: Fence | None = None,
    owner: str | None = None,
    told: Told | None = None,
) -> Batch:
    """Read files of one kind; every row is accepted or refused with all its reasons.

    Args:
        kind: what the files hold.
        files: CSV, XLSX, XLS, JSON array or JSON Lines.
        on: the day of the import, for ages and the minimum wage.
        mapping: the user's headings to our columns, beside those that are recognised anyway.
        known: ids on record by kind. Outcomes, fairs, placements, refusals and cases about ids
            that are not there are refused; a kind that is not in the mapping is not asked.
        limits: how much of a file is opened.
        fence: which rows may be written; None is all.
        welcome: which rows are not of people who were erased; None is all.
        owner: the employer whose vacancies these are, where no heading names an employer's number.
        told: hears how far it is; what it raises ends the reading, of which nothing is kept.

    Raises:
        UnreadableFile: a file is no safe table of this kind; nothing of any file is kept.
        WrongUse: no files, or a mapping to a column that does not exist.
    """
    if not files:
        raise WrongUse(what="no files were given", expected="at least one", do="Name the files.")
    headings = check_mapping(kind, mapping)
    names = known_headings(kind, mapping)
    known = known or {}
    read, rows, told = [], 0, told or _to_nobody
    for file in files:
        table = read_table(Path(file), known=names, limits=limits)
        plan = plan_of(kind, table.headings, headings)
        _check_columns(kind, table, plan)
        told(rows + len(table), rows)
        rows += len(table)
        read.append(_read_one(kind, table, plan, on, known, owner))
        told(rows, rows)
    read = repeated(kind, read)
    if fence is not None:
        read = fenced(read, fence)
    if welcome is not None:
        read = fenced(read, welcome, ERASED_PERSON)
    frames = [each.frame for each in read]
    whole = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    accepted = conform(kind, whole)
    employers = None
    if kind is Kind.VACANCIES:
        if "duplicate_of" not in accepted:
            accepted["duplicate_of"] = duplicates(accepted)
        employers = conform(Kind.EMPLOYERS, employers_of(accepted, known.get(Kind.EMPLOYERS)))
        accepted = accepted.drop(columns="employer_kind")
    erased, assumed = _taken(accepted, ERASED), _taken(accepted, ASSUMED)
    return Batch(kind, accepted, employers, tuple(each.part for each in read), erased, assumed)


def _taken(frame: pd.DataFrame, prefix: str) -> dict[str, NDArray[np.bool_]]:
    """The flags that travelled with the rows, taken out of the frame: by column, (n_rows,) each."""
    marked = [str(name) for name in frame if str(name).startswith(prefix)]
    return {
        name.removeprefix(prefix): frame.pop(name).eq(True).to_numpy(np.bool_, na_value=False)
        for name in marked
    }


def _check_columns(kind: Kind, table: Table, plan: Plan) -> None:
    """A required column that no heading gives makes the whole file unusable.

    Raises:
        UnreadableFile: with the missing columns and the headings that were recognised.
    """
    missing = [
        f"{column.zh} ({column.name})"
        for column in columns(kind)
        if column.required
        and column.name not in plan.columns
        and not (column.name in KEYS[kind] and can_be_made(kind))
    ]
    if missing:
        seen = ", ".join(f"{heading}={name}" for heading, name in plan.recognised.items())
        raise UnreadableFile(
            file=table.file,
            found=f"no heading means {', '.join(missing)} (recognised: {seen or 'none'})",
            expected=f"every required column of {kind.value}",
            do=f"Rename the heading, or use --map 'heading={missing[0].split('(')[-1][:-1]}'.",
        )


def _read_one(
    kind: Kind, table: Table, plan: Plan, on: date, known: Known, owner: str | None
) -> ReadFile:
    at, by_heading = _rows_to_read(kind, table, plan)
    if not len(at) and not table.broken:
        raise no_rows(table.file)
    filled = plan
    if owner is not None and kind is Kind.VACANCIES and "employer_id" not in plan.columns:
        filled = replace(plan, columns=plan.columns | {"employer_id": (OWNED,)})
        by_heading |= {OWNED.heading: pa.array([owner] * len(at), pa.string())}
    work = convert(kind, filled, by_heading, on, len(at))
    _make_ids(work)
    check_required(work)
    if kind is Kind.PERSONS:
        check_persons(work)
        wish = work.values("seeks_work")
        work.assumed["seeks_work"] = wish.isna().to_numpy() & ~work.is_erased("seeks_work")
        work.made["seeks_work"] = wish.fillna(True)
    if kind is Kind.VACANCIES:
        finish_vacancies(work)
        _follow(work)
    elif "area_name" in work.cells:
        find_areas(work)
    if kind is Kind.CASES:
        check_cases(work)
    check_known(work, known)
    refused = refused_rows(work.refusals)
    warnings = without_rows(work.warnings, refused)
    part = Part(table, plan, at, tuple(work.refusals), tuple(warnings), _stated(work))
    rows = np.setdiff1d(np.arange(len(at), dtype=np.int64), refused)
    frame = _frame(work)
    return ReadFile(part, frame if len(rows) == len(at) else frame.iloc[rows], rows)


def _rows_to_read(kind: Kind, table: Table, plan: Plan) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """Positions of the rows that say something, and their columns; no example row of a form."""
    keep = np.zeros(len(table), np.bool_)
    for column in table.columns:
        keep |= column.is_valid().to_numpy(zero_copy_only=False)
    key = plan.columns.get(KEYS[kind][0])
    if key is not None:
        marked = pc.starts_with(table.column(key[0].heading), EXAMPLE).fill_null(False)
        keep &= ~marked.to_numpy(zero_copy_only=False)
    at = np.flatnonzero(keep).astype(np.int64)
    if len(at) == len(table):
        return at, dict(zip(table.headings, table.columns, strict=True))
    taken = pa.array(at)
    return at, {
        heading: column.take(taken)
        for heading, column in zip(table.headings, table.columns, strict=True)
    }


def _make_ids(work: Conversion) -> None:
    (key, *more) = KEYS[work.kind]
    if not more and key not in work.cells:
        work.made[key] = content_ids(work.kind, work.cells, work.n_rows)


def _follow(work: Conversion) -> None:
    """What import itself concludes follows its cells: concluding nothing takes away what was."""
    every = np.ones(work.n_rows, np.bool_)
    work.erased |= {"warnings": every, "duplicate_of": every, "occupation_confidence": every}
    wage = work.cells.get("wage")
    if wage is not None:
        work.erased["wage_note"] = wage.is_filled | work.is_erased("wage")


def _stated(work: Conversion) -> frozenset[str]:
    """The columns that the file says something about; defaults and empty JSON are not stated."""
    stated = set(work.made) | set(KEYS[work.kind])
    if work.kind is Kind.PERSONS:
        of_number = {"birth_date", "sex"} if "id_number" in work.cells else set()
        stated -= {"birth_date", "sex", "seeks_work"} - set(work.cells) - of_number
    if work.kind is Kind.VACANCIES:
        stated.add("duplicate_of")
    if work.facts:
        stated.add("facts")
    if work.extra:
        stated.add("extra")
    return frozenset(stated)


def _frame(work: Conversion) -> pd.DataFrame:
    """All columns of the kind in order, the derived ones, `facts` and `extra`."""
    made = {column.name: work.values(column.name) for column in columns(work.kind)}
    made |= {name: values for name, values in work.made.items() if name not in made}
    if work.kind is Kind.VACANCIES:
        made |= {name: work.values(name) for name in ("wage_note", "employer_kind")}
    if work.kind in (Kind.PERSONS, Kind.HOUSEHOLDS, Kind.VACANCIES, Kind.EMPLOYERS):
        made["facts"] = objects(work.facts, work.n_rows)
    made["extra"] = objects(work.extra, work.n_rows)
    for prefix, flagged in ((ERASED, work.erased), (ASSUMED, work.assumed)):
        made |= {prefix + name: pd.Series(flags) for name, flags in flagged.items()}
    return pd.DataFrame(made, copy=False)
