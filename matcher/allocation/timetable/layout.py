"""Where booths could stand so that those who share people are near each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.timetable.talks import Positions, Talks
from matcher.allocation.timetable.walks import Hall

BOOTH_METRES = 3
"""From the middle of a booth to that of the next in its row."""

AISLE_METRES = 6
"""From one row of booths to the next."""


def propose_hall(talks: Talks, per_row: int, *, reach: int = 60) -> Hall:
    """A hall of rows walked like a snake, booths in the order of `along_one_line`.

    Args:
        talks: which booths share people.
        per_row: booths in a row, from 1.
        reach: metres one can go between two slots that follow each other.
    """
    place = np.empty(talks.n_booths, dtype=np.int64)
    place[along_one_line(talks)] = np.arange(talks.n_booths)
    row, within = place // per_row, place % per_row
    return _hall(row, np.where(row % 2 == 0, within, per_row - 1 - within), reach)


def hall_in_order(talks: Talks, per_row: int, *, reach: int = 60) -> Hall:
    """A hall of rows, booths in their own order, each row from the same side."""
    return rows_of_booths(talks.n_booths, per_row, reach=reach)


def rows_of_booths(n_booths: int, per_row: int, *, reach: int = 60) -> Hall:
    """So many booths in rows, whoever talks at them."""
    place = np.arange(n_booths)
    return _hall(place // per_row, place % per_row, reach)


def _hall(row: NDArray[np.int64], across: NDArray[np.int64], reach: int) -> Hall:
    return Hall(
        (across * BOOTH_METRES).astype(np.int32), (row * AISLE_METRES).astype(np.int32), reach
    )


def along_one_line(talks: Talks) -> NDArray[np.int64]:
    """(n_booths,) int64: an order of the booths in which those that share people stand close.

    The order of the Fiedler vector of the graph whose edges count shared people: the line that
    stretches shared pairs least in squares (Hall 1970). Ties go by position.
    """
    n = talks.n_booths
    shared = shared_people(talks).astype(np.float64)
    # A faint tie between all booths keeps groups that share nobody in one order of their own.
    shared += 1e-6 * (1 - np.eye(n))
    laplacian = np.diag(shared.sum(axis=1)) - shared
    _, vectors = np.linalg.eigh(laplacian)
    line = np.round(vectors[:, min(1, n - 1)], 9) if n else np.empty(0)
    # The solver may give a vector or its negative; the first booth away from 0 settles which.
    away = line[np.flatnonzero(line)]
    return np.argsort(-line if len(away) and away[0] < 0 else line, kind="stable")


def shared_people(talks: Talks) -> Positions:
    """(n_booths, n_booths) int32: how many people talk at both; 0 on the diagonal."""
    visits = np.zeros((talks.n_persons, talks.n_booths), dtype=np.int32)
    visits[talks.person_at, talks.booth_at] = 1
    shared = visits.T @ visits
    np.fill_diagonal(shared, 0)
    return np.asarray(shared, dtype=np.int32)
