"""Area codes as columns of integers, one for each level, with the centroid of the county."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

from matcher.market.arrays import Places
from matcher.reference.areas import areas

STREET, COUNTY, CITY, PROVINCE = 9, 6, 4, 2
"""Digits of a code of each level; a community (12) is placed by its street."""


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
