"""Files of one kind to one batch: read, recognised, parsed, checked row by row, nothing written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from matcher.documents.tables import Limits, Table, read_table
from matcher.domain.kinds import KEYS, ColumnType, Kind
from matcher.errors import UnreadableFile, WrongUse
from matcher.ingest.batch import Batch, Part
from matcher.ingest.checks import check_known, check_persons, check_required, repeated
from matcher.ingest.conversion import Conversion, convert
from matcher.ingest.ids import can_be_made, content_ids
from matcher.ingest.reading.cells import cells_of, objects
from matcher.ingest.reading.headings import Plan, check_mapping, known_headings, plan_of
from matcher.ingest.vacancies.duplicates import duplicates
from matcher.ingest.vacancies.finishing import employers_of, find_areas, finish_vacancies
from matcher.reference.columns import columns, conform, dtype_of

EXAMPLE = "示例"
"""What the id of a form's example row begins with; such rows are passed over."""

Known = Mapping[Kind, Collection[str]]


@dataclass(frozen=True, slots=True)
class _Read:
    part: Part
    frame: pd.DataFrame
    rows: NDArray[np.int64]


def read_files(
    kind: Kind,
    files: Sequence[Path],
    *,
    on: date,
    mapping: Mapping[str, str] | None = None,
    known: Known | None = None,
    limits: Limits | None = None,
) -> Batch:
    """Read files of one kind; every row is accepted or refused with all its reasons.

    Args:
        kind: what the files hold.
        files: CSV, XLSX, XLS, JSON array or JSON Lines.
        on: the day of the import, for ages and the minimum wage.
        mapping: the user's headings to our columns, beside those that are recognised anyway.
        known: ids on record by kind. Outcomes and fairs about ids that are neither there nor in
            the batch are refused; a kind that is not in the mapping is not asked.
        limits: how much of a file is opened.

    Raises:
        UnreadableFile: a file is no safe table of this kind; nothing of any file is kept.
        WrongUse: no files, or a mapping to a column that does not exist.
    """
    if not files:
        raise WrongUse(what="no files were given", expected="at least one", do="Name the files.")
    headings = check_mapping(kind, mapping)
    names = known_headings(kind, mapping)
    known = known or {}
    read = []
    for file in files:
        table = read_table(Path(file), known=names, limits=limits)
        plan = plan_of(kind, table.headings, headings)
        _check_columns(kind, table, plan)
        read.append(_read_one(kind, table, plan, on, known))
    read = repeated(kind, read)
    accepted = conform(kind, pd.concat([each.frame for each in read], ignore_index=True))
    employers = None
    if kind is Kind.VACANCIES:
        accepted["duplicate_of"] = duplicates(accepted)
        employers = conform(
            Kind.EMPLOYERS, employers_of(accepted, known.get(Kind.EMPLOYERS))
        )
        accepted = accepted.drop(columns="employer_kind")
    return Batch(kind, accepted, employers, tuple(each.part for each in read))
