"""Calendar months: the day of the month is kept, else the last day of the month is taken."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray


def add_months_to(
    days: NDArray[np.datetime64], n: int | NDArray[np.integer]
) -> NDArray[np.datetime64]:
    """The same day of the month, `n` months later.

    Written out because pandas' offset takes one `n` for all rows; the tests hold it against it.

    Args:
        days: (n_rows,) datetime64[D]; NaT unknown.
        n: months, one for all or one per row; negative goes back.

    Returns:
        (n_rows,) datetime64[D]; the last day where the month is too short; NaT stays NaT.

    Example:
        >>> add_months_to(np.array(["2025-01-31", "NaT"], "datetime64[D]"), 1)
        array(['2025-02-28',        'NaT'], dtype='datetime64[D]')
    """
    days = np.asarray(days, dtype="datetime64[D]")
    month = days.astype("datetime64[M]")
    target = month + np.asarray(n, dtype=np.int64)
    same_day = target.astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    last_day = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    later: NDArray[np.datetime64] = np.minimum(same_day, last_day)
    return later


def add_months(day: date, n: int) -> date:
    """The same day of the month, `n` months later; the last day where the month is too short.

    Example:
        >>> add_months(date(2024, 1, 31), 1)
        datetime.date(2024, 2, 29)
    """
    later: date = add_months_to(np.array([day], dtype="datetime64[D]"), n)[0].item()
    return later
