"""Between frames and rows, by columns: typed frames, content hashes, tuples, and back again."""

from __future__ import annotations

import json
from binascii import hexlify
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Boolean, Column, Double, Integer

from matcher.domain.kinds import Kind
from matcher.store.schema.records import Records

ROWS_AT_ONCE = 5_000
"""Rows per statement and per fetch: enough to be fast, few enough to stay in the cache."""

HASH_BYTES = 16

_DTYPES: tuple[tuple[type, Any], ...] = (
    (Integer, pd.Int64Dtype()),  # BigInteger is one too
    (Double, pd.Float64Dtype()),
    (Boolean, pd.BooleanDtype()),
    (object, pd.StringDtype(na_value=np.nan)),
)
_TEXT: Any = pd.StringDtype(na_value=np.nan)
_ARROW = {"Int64": pa.int64(), "Float64": pa.float64(), "boolean": pa.bool_()}
_PANDAS = {
    pa.int64(): pd.Int64Dtype(),
    pa.float64(): pd.Float64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.large_string(): pd.StringDtype(na_value=np.nan),
}


MAY_BE_OPEN = ((Kind.OUTCOMES, "on"), (Kind.REFUSALS, "vacancy_id"))
"""Parts of a key that may be unknown: the day of an outcome, the post that was refused."""


def dtype_of(column: Column[Any]) -> Any:
    """The pandas dtype that frames have for a column of a table.

    Example:
        >>> dtype_of(Column("wage_min", Integer()))
        Int64Dtype()
    """
    return next(dtype for type_, dtype in _DTYPES if isinstance(column.type, type_))


def typed(columns: Sequence[Column[Any]], frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with exactly these columns, in their dtypes; one that it lacks is all NA.

    NaN counts as NA: the store keeps one kind of missing.
    """
    made: dict[str, Any] = {}
    for column in columns:
        dtype = dtype_of(column)
        if column.name not in frame:
            made[column.name] = pd.Series(pd.NA, index=range(len(frame)), dtype=dtype).array
        elif dtype == "Float64":
            values = frame[column.name].astype(dtype).to_numpy(dtype=float, na_value=np.nan)
            made[column.name] = pd.arrays.FloatingArray(values, np.isnan(values))
        else:
            made[column.name] = frame[column.name].astype(dtype).array
    return pd.DataFrame(made, index=pd.RangeIndex(len(frame)))


def _digests(name: str, values: Sequence[Any]) -> NDArray[np.uint64]:
    """(n + 1, 2): the digest of each value under the column's name; the last row, for NA, is 0."""
    label = f"{name}=".encode()
    made = b"".join(
        blake2b(label + str(value).encode(), digest_size=HASH_BYTES).digest() for value in values
    )
    lanes = np.frombuffer(made + bytes(HASH_BYTES), dtype="<u8")
    return lanes.reshape(-1, HASH_BYTES // 8)


def content_hashes(frame: pd.DataFrame) -> list[str]:
    """A hash of what each row says: 128 bits in hex, the sum of its values' digests.

    Each value is digested once with its column's name, however often it stands in the column; a
    row's digests add up lane by lane. Missing cells add nothing, so that a column added to a table
    by a later version does not make every row look changed.

    Args:
        frame: in the dtypes of `typed`; the order of the columns plays no part.

    Source:
        Bellare, Micciancio: A new paradigm for collision-free hashing (Eurocrypt 1997), the
        additive construction; here it only has to tell versions of one record apart.

    Example:
        >>> one = pd.DataFrame({"a": pd.array(["x"], dtype="str")})
        >>> content_hashes(one) == content_hashes(one.assign(b=pd.array([pd.NA], dtype="Int64")))
        True
    """
    lanes = np.zeros((len(frame), HASH_BYTES // 8), dtype=np.uint64)
    for name in map(str, frame):
        series = frame[name]
        if series.isna().all():  # nothing to add: so is most of a record
            continue
        said: Any  # an array or an index, by what is factorised
        if series.dtype == "Float64":
            values = series.to_numpy(dtype=float, na_value=np.nan)
            # The bits, not the digits: exact, and -0 is 0.
            codes, said = pd.factorize(np.where(np.isnan(values), 0, (values + 0.0).view(np.int64)))
            codes = np.where(np.isnan(values), -1, codes)
        else:
            codes, said = pd.factorize(series)
        lanes += _digests(name, said.tolist())[codes]
    text = hexlify(lanes.tobytes()).decode()
    width = 2 * HASH_BYTES
    return [text[at : at + width] for at in range(0, len(text), width)]


def ids_hash(ids: Sequence[str]) -> str:
    """A hash of the ids in the order given: what an audit row keeps of a bulk read.

    Example:
        >>> ids_hash(["P1", "P2"]) == ids_hash(["P1", "P2"]) != ids_hash(["P2", "P1"])
        True
    """
    return blake2b("\n".join(ids).encode(), digest_size=HASH_BYTES).hexdigest()


def merged_objects(stored: pd.Series[Any], stated: pd.Series[Any]) -> pd.Series[Any]:
    """JSON object texts, the stated keys over the stored ones; a key stated as null goes.

    Worked out once per distinct pair. Where nothing changes the stored text stays as it is spelt;
    an object without any key is NA.

    Args:
        stored: (n,) str, NA where there is none; a text that is no object counts as none.
        stated: (n,) str, NA where nothing is stated.

    Source:
        RFC 7396, JSON Merge Patch, of the outermost object only.

    Example:
        >>> stored, stated = pd.Series(['{"a":1,"b":2}']), pd.Series(['{"b":null,"c":3}'])
        >>> merged_objects(stored, stated).tolist()
        ['{"a":1,"c":3}']
    """
    of_old, old = pd.factorize(stored.astype(object))
    of_new, new = pd.factorize(stated.astype(object))
    of_pair, pairs = pd.factorize((of_old.astype(np.int64) + 1) * (len(new) + 1) + of_new + 1)
    before, after = [None, *old], [None, *new]
    texts = [
        _merged(before[pair // (len(new) + 1)], after[pair % (len(new) + 1)])
        for pair in pairs.tolist()
    ]
    made = pd.array(np.array([*texts, None], dtype=object), dtype=_TEXT)
    return pd.Series(made.take(of_pair), index=stated.index)


def _merged(stored: str | None, stated: str | None) -> str | None:
    if stated is None or stated == stored:
        return stored
    if stored is None and "null" not in stated:
        return stated
    patch = _object(stated)
    if patch is None:
        return stated
    before = _object(stored) or {}
    whole = before | patch
    kept = {key: value for key, value in whole.items() if key not in patch or value is not None}
    if kept == before and stored is not None:
        return stored
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else None


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text or "null")
    except json.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def values_of(series: pd.Series[Any]) -> list[Any]:
    """The column as plain Python values, None where missing."""
    if series.isna().all():
        return [None] * len(series)
    values: list[Any] = series.array.to_numpy(dtype=object, na_value=None).tolist()
    return values


def tuples(
    frame: pd.DataFrame, order: Sequence[str], constants: Mapping[str, Any]
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows as tuples, some thousands at a time.

    Args:
        frame: in the dtypes of `typed`.
        order: columns of the tuples, of the frame or of `constants`.
        constants: columns with one value for all rows.
    """
    for start in range(0, len(frame), ROWS_AT_ONCE):
        piece = frame.iloc[start : start + ROWS_AT_ONCE]
        columns = (
            [constants[name]] * len(piece) if name in constants else values_of(piece[name])
            for name in order
        )
        yield list(zip(*columns, strict=True))


def frame_of(columns: Sequence[Column[Any]], pages: Iterator[Sequence[Any]]) -> pd.DataFrame:
    """The frame of rows that come page by page.

    Args:
        columns: what the rows' cells are, in order.
        pages: lists of rows as the driver gives them; dates as text, booleans also as 0 and 1.

    Returns:
        One column each, in the dtypes of `dtype_of`; index 0..n-1.
    """
    first = next(pages, None)
    if first is None:
        return _empty(tuple(columns)).copy()
    return _frame_of(columns, chain([first], pages))


@lru_cache(maxsize=64)
def _empty(columns: tuple[Column[Any], ...]) -> pd.DataFrame:
    """The frame of no rows; to make one of many columns takes longer than to read that it is."""
    return _frame_of(columns, [])


def _frame_of(columns: Sequence[Column[Any]], pages: Iterable[Sequence[Any]]) -> pd.DataFrame:
    types = [_ARROW.get(str(dtype_of(column)), pa.large_string()) for column in columns]
    found: list[list[Any]] = [[] for _ in columns]
    for page in pages:
        for kept, values, type_ in zip(found, zip(*page, strict=True), types, strict=True):
            kept.append(_array(values, type_))
    made = {
        column.name: pa.chunked_array(kept, type=type_)
        for column, kept, type_ in zip(columns, found, types, strict=True)
    }
    frame: pd.DataFrame = pa.table(made).to_pandas(types_mapper=_PANDAS.get)
    return frame


def _array(values: Sequence[Any], type_: Any) -> Any:
    if pa.types.is_boolean(type_):
        return pa.array(values).cast(type_)
    return pa.array(values, type=type_)


def contents(records: Records, frame: pd.DataFrame) -> list[str]:
    """What each row says beside the id it is known by; hashes are only held against its own."""
    ids = records.key_columns if len(records.key_columns) == 1 else ()
    return content_hashes(frame.drop(columns=list(ids)))


def record_keys(records: Records, frame: pd.DataFrame) -> pd.Series[Any]:
    """What identifies each row of the main table: the id, or a digest of a key of several."""
    if len(records.key_columns) == 1:
        return frame[records.key_columns[0]].astype(object)
    return pd.Series(content_hashes(frame[list(records.key_columns)]), dtype=object)


def positions(keys: pd.Series[Any], stored: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Where each key stands among the stored ones; -1 where it does not."""
    index: pd.Index[Any] = pd.Index(stored.to_numpy(dtype=object))
    return index.get_indexer(pd.Index(keys))
