"""The interval of a share."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Shares = NDArray[np.float64]

Z = 1.959963984540054
"""Of a two-sided interval of 95 %."""


def wilson(hits: ArrayLike, n: ArrayLike) -> tuple[Shares, Shares, Shares]:
    """Shares with their intervals, 95 %: the share, its low and its high end.

    Args:
        hits: (n,) or one number, 0 to n.
        n: the same, at least 1.

    Source:
        Wilson, E. B. (1927), the score interval of a binomial share.

    Example:
        >>> [round(float(each), 3) for each in wilson(5, 10)]
        [0.5, 0.237, 0.763]
    """
    of = np.asarray(n, np.float64)
    share = np.asarray(hits, np.float64) / of
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z / (1 + Z * Z / of) * np.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return share, middle - half, middle + half
