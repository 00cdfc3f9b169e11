"""Open posts sorted so that one person needs to look at few of them: by place, then by word."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.filters import Filter
from matcher.market.arrays import Market
from matcher.screening.kernel import PostRows, Runs
from matcher.screening.rows import Positions, post_rows
from matcher.screening.welfare import WelfareEligibility


def open_posts(market: Market, welfare: WelfareEligibility) -> tuple[PostRows, Runs, Positions]:
    """The vacancies that are neither expired nor full, ready for `survivors`.

    Returns:
        The rows as the kernel reads them; their blocks and runs; (n_open,) int32 position in the
        market of each row. Rows of one place and word keep the order of the market.
    """
    every = post_rows(market, welfare, np.arange(len(market.vacancies), dtype=np.int32))
    closed = every.sections[np.isin(every.section_filter, (Filter.EXPIRED, Filter.FULL))]
    is_open = (every.row["word"] & np.bitwise_or.reduce(closed)) == 0
    left = np.flatnonzero(is_open)
    order = np.lexsort((every.row["word"][left], every.row["place"][left]))
    at: Positions = left[order].astype(np.int32)
    rows = post_rows(market, welfare, at)
    return rows, _runs(rows), at


def _runs(rows: PostRows) -> Runs:
    place, word = rows.row["place"], rows.row["word"]
    new_block = _changes(place)
    first_row = np.flatnonzero(new_block | _changes(word))
    first_run = np.searchsorted(first_row, np.flatnonzero(new_block))
    demand, demands = _demands(rows)
    return Runs(
        place=place[new_block],
        first_run=np.append(first_run, len(first_row)).astype(np.int64),
        first_row=np.append(first_row, len(word)).astype(np.int64),
        word=word[first_row],
        demand=demand,
        wage_max=np.ascontiguousarray(rows.row["wage_max"]),
        demands=demands,
    )


def _demands(rows: PostRows) -> tuple[NDArray[np.uint32], NDArray[Any]]:
    """Which demand each post makes, and the demands, each once.

    A market has far fewer of them than posts: a person is held against each but once.
    """
    row = rows.row
    which = _sets(row["certificates_from"], row["certificates_to"], rows.certificates)
    for name in ("welfare_class", "age_min", "age_max"):
        which = _paired(which, row[name])
    first = np.empty(int(which.max(initial=-1)) + 1, np.int64)
    first[which[::-1]] = np.arange(len(which))[::-1]
    demands = row[first]
    demands["word"], demands["wage_max"] = 0, np.nan
    return which.astype(np.uint32), demands


def _sets(
    first: NDArray[np.int64], last: NDArray[np.int64], terms: NDArray[np.int32]
) -> NDArray[np.int64]:
    """(n,) one number for each set of terms, counting from 0."""
    length = last - first
    which = length
    for at in range(int(length.max(initial=0))):
        longer = np.flatnonzero(length > at)
        which = which.copy()
        which[longer] = which.max() + 1 + _paired(which[longer], terms[first[longer] + at])
    return which


def _paired(left: NDArray[np.int64], right: NDArray[np.signedinteger]) -> NDArray[np.int64]:
    """(n,) one number for each pair of values, counting from 0; `left` is never below 0."""
    lowest = int(right.min(initial=0))
    width = int(right.max(initial=0)) - lowest + 1
    return pd.factorize(left * width + (right.astype(np.int64) - lowest))[0].astype(np.int64)


def _changes(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    changed = np.ones(len(values), dtype=bool)
    changed[1:] = values[1:] != values[:-1]
    return changed
