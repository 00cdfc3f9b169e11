"""Open posts sorted so that one person needs to look at few of them: by place, then by word."""

from __future__ import annotations

import numpy as np
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
    return Runs(
        place=place[new_block],
        first_run=np.append(first_run, len(first_row)).astype(np.int64),
        first_row=np.append(first_row, len(word)).astype(np.int64),
        word=word[first_row],
    )


def _changes(values: NDArray[np.generic]) -> NDArray[np.bool_]:
    changed = np.ones(len(values), dtype=bool)
    changed[1:] = values[1:] != values[:-1]
    return changed
