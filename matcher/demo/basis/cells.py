"""Cells of the generated registers: days as text, lists as text, and what was never asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import assumed, shares
from matcher.reference.columns import LIST_SEPARATOR


def iso(day: NDArray[np.datetime64]) -> NDArray[np.object_]:
    """Days as ISO text, None where there is none.

    Example:
        >>> iso(np.array(["2026-11-02", "NaT"], "datetime64[D]")).tolist()
        ['2026-11-02', None]
    """
    text = np.datetime_as_string(day, unit="D").astype(object)
    text[np.isnat(day)] = None
    return text


def joined(has: NDArray[np.bool_], words: NDArray[np.object_]) -> NDArray[np.object_]:
    """(n,) list cells from (n, words) marks; None where nothing is marked.

    Example:
        >>> joined(np.array([[True, True], [False, False]]), np.array(["a", "b"], object)).tolist()
        ['a;b', None]
    """
    row, column = np.nonzero(has)
    parts = np.split(words[column], np.searchsorted(row, np.arange(1, len(has))))
    return np.array([LIST_SEPARATOR.join(part) or None for part in parts], object)


def told(known: NDArray[np.bool_], values: object) -> NDArray[np.object_]:
    """(n,) the values where something is told, None elsewhere.

    Args:
        known: (n,) bool.
        values: (n,) of any dtype, or one value for all.

    Example:
        >>> told(np.array([True, False]), np.array([True, True])).tolist()
        [True, None]
    """
    made = np.full(len(known), None, object)
    made[known] = np.broadcast_to(np.asarray(values, object), len(known))[known]
    return made


def forget(rng: np.random.Generator, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with cells missing at the assumed rates; a missing cell was never asked."""
    made = frame.copy()
    for column, _ in zip(*shares("unknown"), strict=True):
        if column in made:
            lost = rng.random(len(made)) < assumed(f"unknown.{column}")
            made[column] = made[column].mask(lost)
    return made
