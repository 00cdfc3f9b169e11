"""Stable ids for records of foreign files, made from what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import Kind
from matcher.ingest.reading.cells import Cells
from matcher.text.normalise import normalise

_PREFIX = {
    Kind.PERSONS: "P",
    Kind.HOUSEHOLDS: "H",
    Kind.EMPLOYERS: "E",
    Kind.VACANCIES: "V",
    Kind.COURSES: "C",
    Kind.FAIRS: "F",
    Kind.PLACEMENTS: "PL",
    Kind.CASES: "CA",
}
_DIGEST = 8
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLIERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))


def can_be_made(kind: Kind) -> bool:
    """Do records of this kind get an id from their content when the file has none?"""
    return kind in _PREFIX


def content_ids(kind: Kind, cells: Mapping[str, Cells], n_rows: int) -> pd.Series[str]:
    """(n_rows,) an id from the content of each row: the same row always has the same id.

    Columns count by our names, so neither their order nor their headings matter, and empty
    cells do not count. Rows that say the same in every column are told apart by their order: the
    second ends in `-2`.

    Args:
        kind: gives the first letter.
        cells: the recognised columns by our names.
        n_rows: rows of the table.

    Example:
        >>> import pyarrow as pa
        >>> from matcher.ingest.reading.cells import cells_of
        >>> cells = {"title": cells_of("职位", pa.array(["保洁员", "保安", "保洁员"]))}
        >>> content_ids(Kind.VACANCIES, cells, 3).tolist()
        ['V2badd288f5a9a7dd', 'V73d215f6ea67874b', 'V2badd288f5a9a7dd-2']
    """
    mixed = np.zeros(n_rows, np.uint64)
    for name in sorted(cells):
        column = cells[name]
        of_words = [_digest(f"{name}\x1f{word}") for word in column.words]
        with_cell = _mix(mixed, np.array([*of_words, 0], np.uint64)[column.codes])
        # An empty cell says nothing: a form with one more column left blank is the same record.
        mixed = np.where(column.is_filled, with_cell, mixed)
    ids = pd.Series(_hex(mixed), dtype="str")
    turn = ids.groupby(ids).cumcount()
    later = "-" + (turn + 1).astype("str")
    return _PREFIX[kind] + ids + later.where(turn > 0, "")


def employer_ids(names: Sequence[str]) -> list[str | None]:
    """The id of the employer of each name; None where the name is empty.

    Names of one normalised spelling are one employer.

    Example:
        >>> ids = employer_ids(["甲公司", "甲公司 ", "  "])
        >>> ids[0] == ids[1], ids[2]
        (True, None)
    """
    spelt = [normalise(name) for name in names]
    return [f"E{_digest(name):016x}" if name else None for name in spelt]


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=_DIGEST).digest(), "big")


def _mix(before: NDArray[np.uint64], digest: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 over the sum: every bit of both changes every bit."""
    x = before + digest + _STEP
    x = (x ^ (x >> _SHIFTS[0])) * _MULTIPLIERS[0]
    x = (x ^ (x >> _SHIFTS[1])) * _MULTIPLIERS[1]
    return x ^ (x >> _SHIFTS[2])


def _hex(numbers: NDArray[np.uint64]) -> NDArray[np.object_]:
    digits = numbers.astype(">u8").tobytes().hex().encode()
    return np.frombuffer(digits, dtype=f"S{2 * _DIGEST}").astype(str).astype(object)
