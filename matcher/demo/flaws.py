"""Rows with a mistake in them, mixed into the files so that the demo shows what is refused.

Each row of data/demo/flaws.csv is one: a copy of a good record under a number of its own, with
one cell spoilt.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from matcher.demo.basis.assumptions import table
from matcher.domain.kinds import KEYS, Kind

SPOILT_NUMBER = 9
"""The first digit of the numbers of spoilt records; good ones never get so far."""


def planted_flaws(kind: Kind) -> pd.DataFrame:
    """The mistakes planted into the file of a kind: column, cell (NA empty), why.

    Example:
        >>> planted_flaws(Kind.COURSES)["column"].tolist()
        ['name', 'seats', 'starts_on']
    """
    flaws = table("flaws")
    return flaws[flaws["kind"] == kind.value].reset_index(drop=True)


def with_flaws(rng: np.random.Generator, kind: Kind, cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of a file with the spoilt rows of its kind among the good ones.

    Args:
        rng: for which records are copied.
        kind: of the file.
        cells: every cell as text, columns by the catalogue's names; not empty.
    """
    flaws = planted_flaws(kind)
    if flaws.empty:
        return cells
    at = rng.choice(len(cells), len(flaws), replace=len(flaws) > len(cells))
    spoilt = cells.iloc[at].reset_index(drop=True)
    key = KEYS[kind][0]
    if len(KEYS[kind]) == 1:
        spoilt[key] = [
            f"{own[0]}{SPOILT_NUMBER}{number:0{len(own) - 2}d}"
            for number, own in enumerate(spoilt[key], 1)
        ]
    for row, (column, cell) in enumerate(zip(flaws["column"], flaws["cell"], strict=True)):
        spoilt.loc[row, column] = cell
    order = np.argsort(np.concatenate([np.arange(len(cells)), at + 0.5]), kind="stable")
    return pd.concat([cells, spoilt], ignore_index=True).iloc[order].reset_index(drop=True)
