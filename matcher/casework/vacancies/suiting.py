"""Which vacancies suit zero-employment households, and by what; in columns."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.reference.education import level_of, levels
from matcher.reference.paths import path

TAG = "suits_zef"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that makes a post suit; `needed` ones must all hold, of the others one.

    Attributes:
        basis: `law`, with the rule the number rests on, or `office_setting`.
    """

    name: str
    column: str
    test: str
    limit: str
    needed: bool
    basis: str
    rule: str
    zh: str
    en: str


@cache
def criteria() -> tuple[Criterion, ...]:
    """All criteria, in the order of the table."""
    with path("casework", "suits.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            Criterion(
                name=row["criterion"],
                column=row["column"],
                test=row["test"],
                limit=row["limit"],
                needed=row["needed"] == "1",
                basis=row["basis"],
                rule=row["rule"],
                zh=row["zh"],
                en=row["en"],
            )
            for row in csv.DictReader(handle)
        )


def holding(vacancies: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Criterion to (n,) flags: whether it surely holds.

    What a posting does not say holds only where saying nothing means that nothing is asked: no
    certificate, no age, no schooling and no experience.
    """
    return {each.name: _holds(each, vacancies[each.column]) for each in criteria()}


def suits(held: dict[str, NDArray[np.bool_]], passes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n,) which vacancies carry the tag: lawful, open to people without skills, and more.

    Example:
        >>> some = {each.name: np.array([each.needed, True]) for each in criteria()}
        >>> suits(some, np.array([True, True])).tolist()
        [False, True]
    """
    needed = [held[each.name] for each in criteria() if each.needed]
    others = [held[each.name] for each in criteria() if not each.needed]
    found = passes & np.logical_and.reduce(needed) & np.logical_or.reduce(others)
    return np.asarray(found, np.bool_)


def _holds(criterion: Criterion, column: pd.Series) -> NDArray[np.bool_]:
    held: Any
    match criterion.test:
        case "empty":
            held = column.isna()
        case "filled":
            held = column.notna()
        case "true":
            held = column.fillna(value=False)
        case "one_of":
            held = column.isin(criterion.limit.split(";"))
        case "level_at_most":
            held = levels(column) <= level_of(criterion.limit)
        case "at_most":
            held = column.fillna(0) <= float(criterion.limit)
        case _:
            held = (column >= float(criterion.limit)).fillna(value=False)
    return np.asarray(held, np.bool_)
