"""The best k of many scores, exactly and in time that grows with their number alone.

The compiler keys its cache on the file of the caller: after one here, touch `best/survivors.py`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.retrieval.rows import Number

BUCKETS = 1024
SMALLEST_SPAN = 1e-30
"""Keeps the width of a bucket above 0 where all scores are equal."""


@njit(cache=True, nogil=True)
def insert(  # noqa: PLR0913 - numba takes plain arguments
    score: Number,
    vacancy: int,
    slot: int,
    scores: NDArray[np.float32],
    vacancies: NDArray[np.int32],
    slots: NDArray[np.int64],
    size: int,
) -> int:
    """Put a pair into a short list, best first, equal scores by vacancy; the new size."""
    at = size
    while at > 0 and (
        score > scores[at - 1] or (score == scores[at - 1] and vacancy < vacancies[at - 1])
    ):
        at -= 1
        if at + 1 < len(scores):
            scores[at + 1], vacancies[at + 1], slots[at + 1] = scores[at], vacancies[at], slots[at]
    if at < len(scores):
        scores[at], vacancies[at], slots[at] = score, vacancy, slot
    return min(size + 1, len(scores))


@njit(cache=True, nogil=True)
def select(
    scores: NDArray[np.float32],
    slots: NDArray[np.int64],
    rows: NDArray[np.int32],
    post_row: NDArray[Any],
    k: int,
    chosen: NDArray[np.int64],
) -> int:
    """The k best of some slots, in no order; equal scores keep the earlier vacancy.

    Scores are counted into buckets first: only those of the bucket in which the list ends are
    compared with each other.

    Args:
        scores: of every slot.
        slots: which slots compete.
        rows: of every slot, its row of `post_row`.
        post_row: of `POST`.
        k: how many to choose.
        chosen: filled with slots.

    Returns:
        How many were chosen.
    """
    if len(slots) <= k:
        chosen[: len(slots)] = slots
        return len(slots)
    low, high = scores[slots[0]], scores[slots[0]]
    for slot in slots:
        low, high = min(low, scores[slot]), max(high, scores[slot])
    scale = (BUCKETS - 1) / max(np.float64(high) - np.float64(low), SMALLEST_SPAN)
    count = np.zeros(BUCKETS, np.int64)
    for slot in slots:
        count[int((np.float64(scores[slot]) - low) * scale)] += 1
    last, above = BUCKETS - 1, 0
    while above + count[last] < k:
        above += count[last]
        last -= 1
    left = k - above
    score, vacancy = np.empty(left, np.float32), np.empty(left, np.int32)
    slot_of = np.empty(left, np.int64)
    n, size = 0, 0
    for slot in slots:
        bucket = int((np.float64(scores[slot]) - low) * scale)
        if bucket > last:
            chosen[n] = slot
            n += 1
        elif bucket == last:
            of_slot = post_row[rows[slot]].vacancy
            size = insert(scores[slot], of_slot, slot, score, vacancy, slot_of, size)
    chosen[n:k] = slot_of
    return k


@njit(cache=True, nogil=True)
def choose(
    scores: NDArray[np.float32],
    entitled: NDArray[np.bool_],
    rows: NDArray[np.int32],
    post_row: NDArray[Any],
    reserve: int,
    chosen: NDArray[np.int64],
) -> int:
    """Choose the reserve among the entitled, then the best of all others; how many."""
    n_kept = 0
    others = np.ones(len(scores), np.bool_)
    if reserve > 0:
        n_kept = select(scores, np.flatnonzero(entitled), rows, post_row, reserve, chosen)
        others[chosen[:n_kept]] = False
    left = len(chosen) - n_kept
    return n_kept + select(scores, np.flatnonzero(others), rows, post_row, left, chosen[n_kept:])
