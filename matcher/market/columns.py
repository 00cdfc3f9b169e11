"""Columns of conformed frames as plain arrays, with -1, NaN or NaT where nothing was stated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

from matcher.market.arrays import Places
from matcher.reference.areas import areas
from matcher.reference.codes import code_list
from matcher.reference.distinct import positions

NOT_STATED = -1

STREET, COUNTY, CITY, PROVINCE = 9, 6, 4, 2
"""Digits of a code of each level; a community (12) is placed by its street."""


def texts(column: pd.Series[Any], missing: str | None = None) -> NDArray[np.object_]:
    """(n,) object of str; `missing` where NA.

    Example:
        >>> texts(pd.Series(["a", None], dtype="str"), missing="").tolist()
        ['a', '']
    """
    made: NDArray[np.object_] = column.astype(object).to_numpy(copy=True)
    made[column.isna().to_numpy()] = missing
    return made


def integers(column: pd.Series[Any], dtype: type[np.signedinteger[Any]]) -> NDArray[Any]:
    """(n,) of an integer dtype; -1 where NA, and numbers beyond the dtype at its ends.

    Example:
        >>> integers(pd.Series([3, None, 70000], dtype="Int64"), np.int16)
        array([    3,    -1, 32767], dtype=int16)
    """
    bounds = np.iinfo(dtype)
    wide = column.to_numpy(dtype=np.int64, na_value=NOT_STATED)
    return np.asarray(np.clip(wide, bounds.min, bounds.max).astype(dtype))


def decimals(column: pd.Series[Any]) -> NDArray[np.float32]:
    """(n,) float32; NaN where NA.

    Example:
        >>> decimals(pd.Series([1.5, None], dtype="Float64"))
        array([1.5, nan], dtype=float32)
    """
    return column.to_numpy(dtype=np.float64, na_value=np.nan).astype(np.float32)


def flags(column: pd.Series[Any]) -> NDArray[np.int8]:
    """(n,) int8: 1 yes, 0 no, -1 NA.

    Example:
        >>> flags(pd.Series([True, None, False], dtype="boolean"))
        array([ 1, -1,  0], dtype=int8)
    """
    known = column.notna().to_numpy()
    yes = column.fillna(False).to_numpy(dtype=bool)
    return np.where(known, yes, NOT_STATED).astype(np.int8)


def days(column: pd.Series[Any]) -> NDArray[np.datetime64]:
    """(n,) datetime64[D] of ISO text; NaT where NA.

    Example:
        >>> days(pd.Series(["2026-12-31", None], dtype="str"))
        array(['2026-12-31',        'NaT'], dtype='datetime64[D]')
    """
    at, distinct = pd.factorize(column)
    parsed = np.array([*distinct, "NaT"], dtype="datetime64[D]")
    return np.asarray(parsed[at])


def codes(column: pd.Series[Any], name: str) -> NDArray[np.int8]:
    """(n,) int8 positions in a code list; -1 where NA or not in the list.

    Example:
        >>> codes(pd.Series(["male", None], dtype="str"), "sex")
        array([ 1, -1], dtype=int8)
    """
    return positions(column, code_list(name).codes).astype(np.int8)


def code_bits(column: pd.Series[Any], name: str) -> NDArray[np.uint8]:
    """(n,) uint8 of a list of codes joined by `;`, one bit a position of the list; 0 where NA.

    Example:
        >>> code_bits(pd.Series(["part_time;hourly", None], dtype="str"), "work_form")
        array([6, 0], dtype=uint8)
    """
    known = {code: 1 << at for at, code in enumerate(code_list(name).codes)}
    at, distinct = pd.factorize(column)
    bits = [sum({known.get(code, 0) for code in str(cell).split(";")}) for cell in distinct]
    return np.array([*bits, 0], np.uint8)[at]


def positions_in(column: pd.Series[Any], ids: pd.Series[Any]) -> NDArray[np.int32]:
    """(n,) int32 positions of ids in a list of distinct ids; -1 where NA or not there.

    Example:
        >>> ids = pd.Series(["a", "b"], dtype="str")
        >>> positions_in(pd.Series(["b", None, "c"], dtype="str"), ids)
        array([ 1, -1, -1], dtype=int32)
    """
    return np.asarray(pd.Index(ids).get_indexer(pd.Index(column)).astype(np.int32))


def distinct_ids(column: pd.Series[Any]) -> tuple[NDArray[np.int32], NDArray[np.object_]]:
    """(n,) int32 positions in the distinct ids, -1 where NA; and those ids, ascending.

    Example:
        >>> at, ids = distinct_ids(pd.Series(["b", None, "a", "b"], dtype="str"))
        >>> at.tolist(), ids.tolist()
        ([1, -1, 0, 1], ['a', 'b'])
    """
    at, ids = pd.factorize(column, sort=True)
    return at.astype(np.int32), np.array(ids, dtype=object)


def places_of(area_code: pd.Series[Any]) -> Places:
    """Where each row is; codes no area has count as unknown.

    A withdrawn code stands for its successor, so the levels of two rows can be compared.

    Example:
        >>> places = places_of(pd.Series(["320613002", "32", None], dtype="str"))
        >>> places.street.tolist(), places.county.tolist(), places.province.tolist()
        ([320613002, -1, -1], [320613, -1, -1], [32, 32, -1])
    """
    at, distinct = pd.factorize(area_code)
    known = [areas().canonical(str(code)) or "" for code in distinct] + [""]
    lonlat = areas().lonlat([code or None for code in known])
    return Places(
        street=_level(known, STREET, np.int64)[at],
        county=_level(known, COUNTY, np.int32)[at],
        city=_level(known, CITY, np.int32)[at],
        province=_level(known, PROVINCE, np.int16)[at],
        lonlat=lonlat[at],
    )


def _level(codes: list[str], digits: int, dtype: DTypeLike) -> NDArray[Any]:
    return np.array([int(code[:digits]) if len(code) >= digits else -1 for code in codes], dtype)
