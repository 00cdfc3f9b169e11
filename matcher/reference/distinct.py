"""Columns of codes, answered once per distinct code: the array form of every scalar lookup here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias, cast

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

Codes: TypeAlias = "Sequence[str | None] | pd.Series[str] | pd.Index[str] | NDArray[Any]"
"""A column of codes; None, NaN and NA are missing."""


def text_column(codes: Codes) -> pd.Series[str]:
    """The codes as a column of pandas' own text dtype, missing ones as NA.

    Example:
        >>> text_column(["a", None]).isna().tolist()
        [False, True]
    """
    return pd.Series(cast("Sequence[str]", codes), dtype="str")


def positions(codes: Codes, table: Sequence[str]) -> NDArray[np.int32]:
    """Where each code stands in the table.

    Args:
        codes: (n,) texts; None, NaN and NA are missing.
        table: distinct codes.

    Returns:
        (n,) int32 from 0; -1 where the code is missing or not in the table.

    Example:
        >>> positions(["b", None, "z"], ("a", "b"))
        array([ 1, -1, -1], dtype=int32)
    """
    # A tuple is one of our own short tables, asked again with every record.
    known = _index_of(table) if isinstance(table, tuple) else pd.Index(text_column(table))
    return known.get_indexer(pd.Index(text_column(codes))).astype(np.int32)


@lru_cache(maxsize=256)
def _index_of(table: tuple[str, ...]) -> pd.Index[str]:
    """The table ready to be asked; it is asked once here, so that threads only read it."""
    made = pd.Index(text_column(table))
    made.get_indexer(made)
    return made


def over_distinct(
    codes: Codes, answer: Callable[[str], object], *, missing: object, dtype: DTypeLike
) -> NDArray[Any]:
    """What `answer` says to each code, asked once per distinct code.

    Args:
        codes: (n,) texts; None, NaN and NA are missing.
        answer: the scalar lookup; it may return a number, a text or a tuple of numbers.
        missing: the answer for a missing code, of the same shape.
        dtype: of the result.

    Returns:
        (n,) or (n, width of the tuple) of `dtype`.

    Example:
        >>> over_distinct(["a", None, "a", "abc"], len, missing=-1, dtype=np.int8)
        array([ 1, -1,  1,  3], dtype=int8)
    """
    at, distinct = pd.factorize(text_column(codes))
    answers = np.array([*(answer(code) for code in distinct), missing], dtype=dtype)
    return answers[at]  # a missing code is at -1: the last answer
