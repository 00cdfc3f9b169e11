"""One column of a file as distinct words and positions, so that no word is parsed twice."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

EMPTY_WORDS = pa.array(
    ["", "null", "none", "nan", "n/a", "#n/a", "<na>", "nat", "\\n", "-", "--", "—", "——", "/"]
)
"""What programs and people write into a cell that has nothing to say, in lower case."""

ERASING_WORDS = ("清除", "-clear-")
"""A cell of exactly this word takes away what is on record; an empty cell says nothing."""

ERASED = object()
"""The value of such a cell in a JSON object: null, which takes the key away."""

_TEXT: Any = pd.StringDtype(na_value=np.nan)


def as_text(texts: Any) -> pd.Series[str]:
    """A pyarrow string array as a column of pandas' own text dtype, without a copy through Python.

    Example:
        >>> as_text(pa.array(["a", None])).dtype
        <StringDtype(na_value=nan)>
    """
    return pd.Series(_TEXT.__from_arrow__(texts))


@dataclass(frozen=True)
class Cells:
    """The cells under one heading.

    Attributes:
        heading: as the user wrote it.
        codes: (n_rows,) int32, position of the cell's word; -1 where the cell is empty.
        dictionary: pyarrow string array of the distinct words, trimmed, never empty.
    """

    heading: str
    codes: NDArray[np.int32]
    dictionary: Any

    @cached_property
    def words(self) -> list[str]:
        """The distinct words."""
        return [str(word) for word in self.dictionary.to_pylist()]

    @property
    def is_filled(self) -> NDArray[np.bool_]:
        """(n_rows,) does the cell say anything?"""
        return self.codes >= 0

    def text(self) -> pd.Series[str]:
        """The cells as a text column."""
        return spread_text(self.codes, self.dictionary)

    def flags(self, of_words: Sequence[bool] | NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(n_rows,) the flag of each cell's word; False where the cell is empty."""
        return np.append(np.asarray(of_words, dtype=np.bool_), False)[self.codes]

    def unmarked(self) -> tuple[Cells, NDArray[np.bool_]]:
        """The cells without erasing words, and (n_rows,) where one stood."""
        kept = ~np.isin(np.array(self.words, dtype=object), ERASING_WORDS)
        if kept.all():
            return self, np.zeros(len(self.codes), np.bool_)
        place = np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1).astype(np.int32)
        left = Cells(self.heading, place[self.codes], self.dictionary.filter(pa.array(kept)))
        return left, self.flags(~kept)

    def without(self, gone: NDArray[np.bool_]) -> Cells:
        """The same cells, those of the flagged rows emptied."""
        return Cells(self.heading, np.where(gone, -1, self.codes).astype(np.int32), self.dictionary)


def cells_of(heading: str, column: Any) -> Cells:
    """The cells of a pyarrow string column: trimmed, unwrapped, empty words gone.

    Values that a crawl wrapped in list brackets are unwrapped: `['1-1.5万/月']` is `1-1.5万/月`,
    `[]` is empty, several items are joined by `;`.

    Example:
        >>> cells = cells_of("薪资", pa.array([" 28", "['1-1.5万/月']", "[]", None, "28", "NULL"]))
        >>> cells.words, cells.codes.tolist()
        (['28', '1-1.5万/月'], [0, 1, -1, -1, 0, -1])
    """
    encoded = column.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries().combine_chunks()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    raw = encoded.dictionary
    trimmed = _unwrapped(pc.utf8_trim_whitespace(raw))
    is_empty = pc.is_in(pc.utf8_lower(trimmed), value_set=EMPTY_WORDS)
    if not pc.any(is_empty).as_py() and trimmed.equals(raw):
        return Cells(heading, codes, raw)
    kept = pc.if_else(is_empty, pa.scalar(None, pa.string()), trimmed).dictionary_encode()
    place = kept.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Cells(heading, np.append(place, np.int32(-1))[codes], kept.dictionary)


def _unwrapped(words: Any) -> Any:
    wrapped = pc.and_(pc.starts_with(words, "["), pc.ends_with(words, "]"))
    if not pc.any(wrapped).as_py():
        return words
    return pa.array([unwrap(str(word)) for word in words.to_pylist()], pa.string())


def unwrap(word: str) -> str:
    """The text inside list brackets, as a program prints a list; other text as it is.

    Example:
        >>> unwrap("['a', 'b']"), unwrap("[]"), unwrap("[急聘]保洁员")
        ('a;b', '', '[急聘]保洁员')
    """
    if not (word.startswith("[") and word.endswith("]")):
        return word
    try:
        items = ast.literal_eval(word)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return word
    if any(isinstance(item, list | tuple | dict | set) for item in items):
        return word
    return ";".join(str(item).strip() for item in items if item not in (None, ""))


def spread_text(codes: NDArray[np.int32], values: Any) -> pd.Series[str]:
    """(n_rows,) str: the value of each cell's word, NA where the cell or the value is missing.

    Example:
        >>> spread_text(np.array([1, -1, 0], np.int32), ["a", None]).isna().tolist()
        [True, True, False]
    """
    texts = values if isinstance(values, pa.Array) else pa.array(values, pa.large_string())
    if texts.type != pa.large_string():
        texts = texts.cast(pa.large_string())  # pandas' own form: the column needs no copy then
    at = pa.array(codes, mask=codes < 0)
    return as_text(texts.take(at))


def spread_ints(codes: NDArray[np.int32], values: Sequence[int | None]) -> pd.Series[int]:
    """(n_rows,) Int64: the value of each cell's word."""
    numbers = np.array([0 if value is None else value for value in [*values, None]], np.int64)
    missing = np.array([value is None for value in [*values, None]], np.bool_)
    return pd.Series(pd.arrays.IntegerArray(numbers[codes], missing[codes]))


def spread_floats(codes: NDArray[np.int32], values: Sequence[float | None]) -> pd.Series[float]:
    """(n_rows,) Float64: the value of each cell's word."""
    numbers = np.array([0.0 if value is None else value for value in [*values, None]], np.float64)
    missing = np.array([value is None for value in [*values, None]], np.bool_)
    return pd.Series(pd.arrays.FloatingArray(numbers[codes], missing[codes]))


def spread_bools(codes: NDArray[np.int32], values: Sequence[bool | None]) -> pd.Series[bool]:
    """(n_rows,) boolean: the value of each cell's word."""
    flags = np.array([bool(value) for value in [*values, None]], np.bool_)
    missing = np.array([value is None for value in [*values, None]], np.bool_)
    return pd.Series(pd.arrays.BooleanArray(flags[codes], missing[codes]))


def nothing(dtype: str, n_rows: int) -> pd.Series[Any]:
    """A column of one of the four dtypes with nothing in it."""
    codes = np.full(n_rows if dtype != "str" else 0, -1, np.int32)
    if dtype == "Int64":
        return spread_ints(codes, [])
    if dtype == "Float64":
        return spread_floats(codes, [])
    if dtype == "boolean":
        return spread_bools(codes, [])
    return as_text(pa.nulls(n_rows, pa.large_string()))


def fragments(name: str, cells: Cells, values: Sequence[Any] | None = None) -> Any:
    """(n_rows,) pyarrow text `"name":value` of each filled cell, for `objects`.

    Args:
        name: the key.
        cells: the words, each a JSON text unless `values` says otherwise.
        values: what each word means, JSON-ready; None leaves the key out, ERASED is null.
    """
    key = orjson.dumps(name).decode()
    told = [ERASED if word in ERASING_WORDS else word for word in cells.words]
    made = [
        None if value is None else f"{key}:{_json(value)}"
        for value in (told if values is None else values)
    ]
    return pa.array(made, pa.string()).take(pa.array(cells.codes, mask=cells.codes < 0))


def _json(value: Any) -> str:
    return "null" if value is ERASED else orjson.dumps(value).decode()


def inner_objects(cells: Cells) -> tuple[Any, list[bool]]:
    """JSON objects of one column as fragments for `objects`, and which words are none."""
    parsed = [_object(word) for word in cells.words]
    inner = [orjson.dumps(each).decode()[1:-1] or None if each else None for each in parsed]
    fragment = pa.array(inner, pa.string()).take(pa.array(cells.codes, mask=cells.codes < 0))
    return fragment, [each is None for each in parsed]


def _object(word: str) -> dict[str, Any] | None:
    try:
        found = orjson.loads(word)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def objects(parts: Sequence[Any], n_rows: int) -> pd.Series[str]:
    """(n_rows,) JSON object text made of the fragments of each row; NA where there is none.

    Example:
        >>> cells = cells_of("福利", pa.array(["包吃", None]))
        >>> objects([fragments("福利", cells)], 2).tolist()
        ['{"福利":"包吃"}', nan]
    """
    if not parts:
        return nothing("str", n_rows)
    # A row of nulls alone would be dropped and later rows slide up: an empty first part keeps it.
    kept = pa.array([""] * n_rows, pa.string())
    joined = pc.binary_join_element_wise(kept, *parts, ",", null_handling="skip")
    joined = pc.utf8_slice_codeunits(joined, 1)
    whole = pc.binary_join_element_wise("{", joined, "}", "")
    is_empty = pc.equal(pc.binary_length(joined), 0)
    return as_text(pc.if_else(is_empty, pa.scalar(None, pa.string()), whole))
