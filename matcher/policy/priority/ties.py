"""The published order of people whom law and score leave equal: longest unemployed, then a hash.

The hash is keyed with words that are published beforehand (the day of the list), so nobody can
choose an id that goes first, and everybody can work the order out again.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST = 1000
"""The tie rank of whoever goes first; the ranks are whole numbers from 0."""

_KEY_BYTES = 8


def tie_line(
    person_ids: NDArray[np.object_], unemployed_since: NDArray[np.float64], key: str
) -> NDArray[np.int32]:
    """(n,) int32: the place of each person among equals, 0 goes first; no two are the same.

    Args:
        person_ids: (n,) ids, each once.
        unemployed_since: (n,) days since 1970-01-01; whoever was not asked (NaN) goes behind all
            who were.
        key: the published words of the hash, such as the day of the list.

    Example:
        >>> ids = np.array(["P1", "P2", "P3"], dtype=object)
        >>> tie_line(ids, np.array([15_000.0, np.nan, 14_000.0]), "2026-11-22").tolist()
        [1, 2, 0]
    """
    secret = blake2b(key.encode(), digest_size=_KEY_BYTES).hexdigest()
    drawn = pd.util.hash_array(np.asarray(person_ids, dtype=object), hash_key=secret)
    since = np.where(np.isfinite(unemployed_since), unemployed_since, np.inf)
    order = np.lexsort((np.asarray(person_ids, dtype=str), drawn, since))
    line = np.empty(len(order), np.int32)
    line[order] = np.arange(len(order), dtype=np.int32)
    return line


def tie_ranks(line: NDArray[np.int32]) -> NDArray[np.int16]:
    """(n,) int16 in 0..1000: the same order as tie ranks, more goes first; even steps.

    Beyond 1,001 people neighbours in the order share a rank.

    Example:
        >>> tie_ranks(np.array([1, 2, 0], dtype=np.int32)).tolist()
        [500, 0, 1000]
    """
    last = max(len(line) - 1, 1)
    return ((last - line.astype(np.int64)) * MOST // last).astype(np.int16)
