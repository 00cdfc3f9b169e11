"""What is wrong or odd in the rows of a file: which rows, which heading, what was expected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

REASON_HEADING = "校验结果"
"""The heading of the reasons in a returned file; import passes over it."""

_SHOWN = 24
_SHAPES = (
    (re.compile(r"[0-9]"), "9"),
    (re.compile(r"[A-Za-z]"), "A"),
    (re.compile(r"[㐀-鿿]"), "汉"),
)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about some rows of a file.

    Attributes:
        code: what it is, such as `not_a_date`; one word for programs.
        heading: the column as the user named it; "" for the row as a whole.
        told: the sentence, Chinese, without the value.
        rows: (n,) int64 positions in the table.
        found: (n,) what stands there, fit to be shown; None where there is nothing to show.
    """

    code: str
    heading: str
    told: str
    rows: NDArray[np.int64]
    found: NDArray[np.object_] | None = None

    def sentences(self) -> list[str]:
        """One sentence for each of the rows."""
        head = f"{self.heading}：" if self.heading else ""
        if self.found is None:
            return [f"{head}{self.told}"] * len(self.rows)
        return [f"{head}“{found}”{self.told}" for found in self.found]


def shown(word: str, *, personal: bool) -> str:
    """A value as a report may show it: its shape only where it may be personal.

    Example:
        >>> shown("1974年13月1日", personal=True), shown("三级以上", personal=False)
        ('9999汉99汉9汉', '三级以上')
    """
    if personal:
        for pattern, sign in _SHAPES:
            word = pattern.sub(sign, word)
    word = " ".join(word.split())
    return word if len(word) <= _SHOWN else f"{word[:_SHOWN]}…"


def refused_rows(remarks: Sequence[Remark]) -> NDArray[np.int64]:
    """The positions that any of the remarks is about, ascending, each once."""
    if not remarks:
        return np.empty(0, np.int64)
    return np.unique(np.concatenate([remark.rows for remark in remarks]))


def without_rows(remarks: Sequence[Remark], rows: NDArray[np.int64]) -> list[Remark]:
    """The remarks without those about the given rows; a refused row needs no warnings."""
    kept = []
    for remark in remarks:
        stay = ~np.isin(remark.rows, rows)
        if stay.any():
            found = None if remark.found is None else remark.found[stay]
            kept.append(replace(remark, rows=remark.rows[stay], found=found))
    return kept


def reasons(remarks: Sequence[Remark]) -> dict[int, str]:
    """All problems of each row in one text, in the order in which they were found."""
    told: dict[int, list[str]] = {}
    for remark in remarks:
        for row, sentence in zip(remark.rows.tolist(), remark.sentences(), strict=True):
            told.setdefault(row, []).append(sentence)
    return {row: "；".join(dict.fromkeys(sentences)) for row, sentences in told.items()}


def remark_frame(file: str, remarks: Sequence[Remark], numbers: NDArray[np.int64]) -> pd.DataFrame:
    """The remarks as rows `file, row, column, code, message`.

    Args:
        file: name of the user's file.
        remarks: about positions in the table.
        numbers: (n_rows,) the row number of each position in the user's file.
    """
    blocks = [
        pd.DataFrame(
            {
                "file": file,
                "row": numbers[remark.rows],
                "column": remark.heading,
                "code": remark.code,
                "message": remark.told if remark.found is None else remark.sentences(),
            }
        )
        for remark in remarks
        if len(remark.rows)
    ]
    if not blocks:
        return pd.DataFrame(columns=["file", "row", "column", "code", "message"])
    return pd.concat(blocks, ignore_index=True)
