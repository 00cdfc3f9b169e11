"""The education ladder: which level each kind of schooling reaches, so that two can be compared."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.errors import UnknownCode
from matcher.reference.distinct import Codes, over_distinct
from matcher.reference.paths import path

UNKNOWN = -1
"""The level of a missing or unknown education in arrays; lower than every level."""


@cache
def ladder() -> dict[str, int]:
    """Every education code with its level, lowest first.

    Senior high school and secondary vocational school stand on the same rung.

    Example:
        >>> ladder()["senior_high"] == ladder()["secondary_vocational"] < ladder()["bachelor"]
        True
    """
    with path("schema", "education.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"]: int(row["level"]) for row in csv.DictReader(handle)}


def level_of(code: str) -> int:
    """The rung of an education, from 1.

    Raises:
        UnknownCode: no education has the code; the message lists those that exist.

    Example:
        >>> level_of("junior_college")
        4
    """
    if code not in ladder():
        raise UnknownCode(code=code, table="education", nearest=tuple(ladder()))
    return ladder()[code]


def levels(codes: Codes) -> NDArray[np.int8]:
    """(n,) int8 rungs of a column of educations; -1 where missing or unknown.

    Example:
        >>> levels(["bachelor", None, "primary"])
        array([ 5, -1,  1], dtype=int8)
    """
    return over_distinct(
        codes, lambda code: ladder().get(code, UNKNOWN), missing=UNKNOWN, dtype=np.int8
    )
