"""What an import has read: accepted records, refused rows with every reason, warnings, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.documents.tables import Table
from matcher.domain.kinds import Kind
from matcher.ingest.noticing import Noticed, noticed
from matcher.ingest.reading.headings import Plan
from matcher.ingest.remarks import Remark, reasons, refused_rows, remark_frame


@dataclass(frozen=True, slots=True)
class Part:
    """What one file gave.

    Attributes:
        table: the file as text.
        plan: what its headings mean.
        at: (n_rows,) int64 position in the table of each row that was read.
        refusals, warnings: remarks about positions 0..n_rows-1.
        stated: columns of the frame that the file says something about.
    """

    table: Table
    plan: Plan
    at: NDArray[np.int64]
    refusals: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    stated: frozenset[str]

    @property
    def row_numbers(self) -> NDArray[np.int64]:
        """(n_rows,) the row's number in the user's file."""
        return self.table.row_numbers[self.at]

    @property
    def refused(self) -> NDArray[np.int64]:
        """Positions of the refused rows, ascending; rows that broke the columns not counted."""
        return refused_rows(self.refusals)

    def broken_reason(self, at: int) -> str:
        """Why a row of another width is refused."""
        found = len(self.table.broken[at].cells)
        wanted = len(self.table.headings)
        return f"该行有 {found} 个单元格，表头只有 {wanted} 个；请检查分隔符和引号"


@dataclass(frozen=True, slots=True)
class Batch:
    """Files of one kind, read and checked; nothing is written yet.

    Attributes:
        kind: of every file.
        accepted: conformed frame of the accepted records, in the order of the files.
        employers: of vacancies, the employers named that are not on record; None otherwise.
        parts: one per file.
        erased: column to (n_records,) cells that take away what is on record.
        assumed: column to (n_records,) cells that the file left to a default.
    """

    kind: Kind
    accepted: pd.DataFrame
    employers: pd.DataFrame | None
    parts: tuple[Part, ...]
    erased: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    assumed: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)

    @property
    def stated(self) -> tuple[str, ...]:
        """The columns that the files really state, in the frame's order.

        A column that no heading gave is NA (or its default) in the frame and says nothing: an
        upsert leaves it as it is on record, so that a file with fewer columns erases nothing. Of
        several files the columns of any.
        """
        stated = frozenset[str]().union(*(part.stated for part in self.parts))
        return tuple(name for name in self.accepted.columns if name in stated)

    @property
    def counts(self) -> dict[str, int]:
        """Integers `files, read, refused, warnings`; a warning is one remark on one row."""
        return {
            "files": len(self.parts),
            "read": sum(len(part.at) + len(part.table.broken) for part in self.parts),
            "refused": sum(len(part.refused) + len(part.table.broken) for part in self.parts),
            "warnings": sum(len(remark.rows) for part in self.parts for remark in part.warnings),
        }

    @property
    def refused(self) -> pd.DataFrame:
        """One row per refused row: `file, row, reason`, all reasons of a row in one text."""
        rows: list[tuple[str, int, str]] = []
        for part in self.parts:
            numbers = part.row_numbers
            rows += [
                (part.table.file, int(numbers[row]), reason)
                for row, reason in sorted(reasons(part.refusals).items())
            ]
            rows += [
                (part.table.file, broken.number, part.broken_reason(at))
                for at, broken in enumerate(part.table.broken)
            ]
        return pd.DataFrame(rows, columns=["file", "row", "reason"])

    @property
    def problems(self) -> pd.DataFrame:
        """One row per problem of a refused row: `file, row, column, code, message`."""
        return _frames([(part, part.refusals) for part in self.parts])

    @property
    def warnings(self) -> pd.DataFrame:
        """One row per warning: `file, row, column, code, message`."""
        return _frames([(part, part.warnings) for part in self.parts])

    @property
    def warning_counts(self) -> dict[str, int]:
        """How often each warning stands, by code."""
        counts: dict[str, int] = {}
        for part in self.parts:
            for remark in part.warnings:
                counts[remark.code] = counts.get(remark.code, 0) + len(remark.rows)
        return counts

    @property
    def unknown_columns(self) -> dict[str, tuple[str, ...]]:
        """File to the headings that were kept as `extra`."""
        return {part.table.file: part.plan.unknown for part in self.parts}

    @property
    def recognised(self) -> dict[str, dict[str, str]]:
        """File to what each heading was read as."""
        return {part.table.file: part.plan.recognised for part in self.parts}

    @property
    def noticed(self) -> tuple[Noticed, ...]:
        """What is told of each file as a whole: how it was read, which columns were not used."""
        told = []
        for part in self.parts:
            file = part.table.file
            told += [noticed(file, code, value) for code, value in part.table.notes]
            if part.plan.unknown:
                told.append(noticed(file, "unused", "、".join(part.plan.unknown)))
        return tuple(told)


def _frames(parts: Sequence[tuple[Part, Sequence[Remark]]]) -> pd.DataFrame:
    frames = [remark_frame(part.table.file, remarks, part.row_numbers) for part, remarks in parts]
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]
