"""The table of areas: province (2 digits), city (4), county (6), street (9), community (12).

Every lookup takes a code in any usual spelling: padded with zeros (`320000`, `320600000000`), a
code withdrawn since (`320602`, now part of `320613`), or a community code, whose own name the
table does not have. `canonical` turns them into the one code that prefixes may be compared on.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.errors import UnknownCode
from matcher.reference.areas.distance import haversine_km
from matcher.reference.distinct import Codes, over_distinct
from matcher.reference.paths import path

LEVELS = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
"""Digits of a code to its level: 1 province, 2 city, 3 county, 4 street, 5 community."""

_PARENT_DIGITS = {4: 2, 6: 4, 9: 6, 12: 9}
_ZERO_TAIL = {12: "000", 9: "000", 6: "00", 4: "00"}
_IN_MUNICIPALITY = frozenset({"市辖区", "县"})
_SCATTERED = frozenset({"省直辖县级行政区划", "自治区直辖县级行政区划"})
_NOWHERE = (np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class FormerArea:
    """A county-level code that is no longer given out; `successor` is None where it was split."""

    code: str
    name: str
    successor: str | None


@dataclass(frozen=True, slots=True)
class Areas:
    """All areas; build it with `areas()`.

    Attributes:
        names: code to official name, levels 1 to 4, sorted by code. The city level of a
            municipality is officially called 市辖区; `full_name` leaves it out.
        former: withdrawn county codes; they are accepted wherever a code is.
        centroids: code to (longitude, latitude) of provinces that are one city, cities, counties.
    """

    names: dict[str, str]
    former: dict[str, FormerArea]
    centroids: dict[str, tuple[float, float]]
    _children: dict[str, tuple[str, ...]]

    def canonical(self, code: str) -> str | None:
        """The code in the table's own spelling, or None when no area has it.

        Zeros at the end are dropped, a withdrawn code becomes its successor. A street under a
        withdrawn county is known to its county only; a community needs its street in the table.

        Example:
            >>> areas().canonical("320600"), areas().canonical("320602"), areas().canonical("99")
            ('3206', '320613', None)
        """
        code = self._without_zero_tail(code)
        if code in self.names:
            return code
        if code in self.former:
            return self.former[code].successor or code
        if len(code) not in (9, 12) or not (code.isascii() and code.isdigit()):
            return None
        above = code[: _PARENT_DIGITS[len(code)]]
        known = self.canonical(above)
        if known is not None and (known != above or known in self.former):
            return known
        return code if known is not None and len(code) == 12 else None

    def exists(self, code: str) -> bool:
        """Does an area have this code, in any spelling?

        Example:
            >>> areas().exists("320613002001"), areas().exists("320699")
            (True, False)
        """
        return self.canonical(code) is not None

    def level(self, code: str) -> int:
        """1 province, 2 city, 3 county, 4 street, 5 community.

        Raises:
            UnknownCode: no area has the code.
        """
        return LEVELS[len(self._known(code))]

    def name(self, code: str) -> str:
        """The official name of the area alone; a community is called by its street.

        Raises:
            UnknownCode: no area has the code.

        Example:
            >>> areas().name("320613")
            '崇川区'
        """
        return self._name_of(self._known(code))

    def full_name(self, code: str) -> str:
        """The name as it stands in an address, from the province down.

        Levels that are no place (市辖区, 省直辖县级行政区划) and a county of its city's own name
        are left out; a community reads as its street.

        Raises:
            UnknownCode: no area has the code.

        Example:
            >>> areas().full_name("310115"), areas().full_name("320613002")
            ('上海市浦东新区', '江苏省南通市崇川区和平桥街道')
        """
        known = self._known(code)
        parts: list[str] = []
        for each in (*reversed(self._ancestors_of(known)), known):
            name = self._name_of(each)
            is_place = len(each) != 4 or name not in _IN_MUNICIPALITY | _SCATTERED
            if is_place and name not in parts[-1:]:
                parts.append(name)
        return "".join(parts)

    def parent(self, code: str) -> str | None:
        """The code of the next wider area; None for a province.

        Raises:
            UnknownCode: no area has the code.

        Example:
            >>> areas().parent("320613002")
            '320613'
        """
        return next(iter(self.ancestors(code)), None)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes of all wider areas, nearest first, ending with the province.

        Raises:
            UnknownCode: no area has the code.

        Example:
            >>> areas().ancestors("320613002")
            ('320613', '3206', '32')
        """
        return self._ancestors_of(self._known(code))

    def children(self, code: str | None) -> tuple[str, ...]:
        """The codes one level below, sorted; the provinces for None; none below a street.

        Raises:
            UnknownCode: no area has the code.

        Example:
            >>> areas().children("3206")[:2]
            ('320612', '320613')
        """
        return self._children.get("" if code is None else self._known(code), ())

    def known(self, codes: Codes) -> NDArray[np.bool_]:
        """(n,) bool: which codes an area has, in any spelling; a missing code is not known.

        Example:
            >>> areas().known(["32", "99", None])
            array([ True, False, False])
        """
        return over_distinct(codes, self.exists, missing=False, dtype=np.bool_)

    def canonical_codes(self, codes: Codes) -> NDArray[np.object_]:
        """(n,) the codes in the table's own spelling; None where missing or no area has it.

        Example:
            >>> areas().canonical_codes(["320602", "99", None]).tolist()
            ['320613', None, None]
        """
        return over_distinct(codes, self.canonical, missing=None, dtype=np.object_)

    def full_names(self, codes: Codes) -> NDArray[np.object_]:
        """(n,) names as in an address; None where missing or no area has the code.

        Example:
            >>> areas().full_names(["110101", None]).tolist()
            ['北京市东城区', None]
        """
        return over_distinct(
            codes,
            lambda code: self.full_name(code) if self.exists(code) else None,
            missing=None,
            dtype=np.object_,
        )

    def lonlat(self, codes: Codes) -> NDArray[np.float64]:
        """Where the areas are, as the middle of their county.

        A street or community takes its county's centroid, a city (and a province that is one
        city) the mean of its counties. A county whose own centroid is not in the sources has its
        predecessor's, else its city's mean (`basis` in `centroids.csv` says which).

        Args:
            codes: (n,) in any spelling.

        Returns:
            (n, 2) longitude and latitude in degrees; NaN where the code is missing or unknown,
            for provinces of several cities, for the counties directly under a province taken
            together, and for seven new cities of Xinjiang.

        Example:
            >>> areas().lonlat(["320684", None]).round(2)
            array([[121.18,  31.87],
                   [   nan,    nan]])
        """
        return over_distinct(codes, self._centroid, missing=_NOWHERE, dtype=np.float64)

    @staticmethod
    def distance_km(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) kilometres as the crow flies between (n, 2) places of `lonlat`; NaN unknown."""
        return haversine_km(a, b)

    def _without_zero_tail(self, code: str) -> str:
        # A county written in twelve digits is the county, also where a street of zeros is listed.
        if len(code) == 12 and code.endswith("000000") and code[:6] in self.names:
            return code[:6]
        while code not in self.names and (tail := _ZERO_TAIL.get(len(code))):
            if not code.endswith(tail):
                break
            code = code.removesuffix(tail)
        return code

    def _known(self, code: str) -> str:
        known = self.canonical(code)
        if known is None:
            wider = (code[:digits] for digits in sorted(LEVELS, reverse=True) if digits < len(code))
            nearest = [name for each in wider if (name := self.canonical(each))]
            raise UnknownCode(code=code, table="areas", nearest=nearest[:1])
        return known

    def _name_of(self, known: str) -> str:
        if known in self.former:
            return self.former[known].name
        return self.names[known[:9]]

    def _ancestors_of(self, known: str) -> tuple[str, ...]:
        found: list[str] = []
        while above := known[: _PARENT_DIGITS.get(len(known), 0)]:
            found.append(above)
            known = above
        return tuple(found)

    def _centroid(self, code: str) -> tuple[float, float]:
        known = self.canonical(code)
        return _NOWHERE if known is None else self.centroids.get(known[:6], _NOWHERE)


def _rows(file: str) -> Iterator[dict[str, str]]:
    with path("areas", file).open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def _centroids(names: dict[str, str]) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[float, float]] = {}
    counties: dict[str, list[tuple[float, float]]] = defaultdict(list)
    one_city = {code[:2] for code, name in names.items() if len(code) == 4 and name == "市辖区"}
    for row in _rows("centroids.csv"):
        code = row["code"]
        found[code] = lonlat = (float(row["longitude"]), float(row["latitude"]))
        if code not in names or row["basis"] == "city":
            continue
        if names[code[:4]] not in _SCATTERED:
            counties[code[:4]].append(lonlat)
        if code[:2] in one_city:
            counties[code[:2]].append(lonlat)
    for wider, points in counties.items():
        longitudes, latitudes = zip(*points, strict=True)
        found[wider] = (sum(longitudes) / len(points), sum(latitudes) / len(points))
    return found


@cache
def areas() -> Areas:
    """The areas of the shipped tables, read once (about 0.1 s).

    Source:
        GB/T 2260 and the statistical street codes of 2023, see `data/areas/SOURCE.md`.

    Example:
        >>> len(areas().children(None))
        31
    """
    with path("areas", "areas.csv").open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        next(reader)
        names = {row[0]: row[1] for row in reader}
    children: dict[str, list[str]] = defaultdict(list)
    for code in names:
        children[code[: _PARENT_DIGITS.get(len(code), 0)]].append(code)
    return Areas(
        names=names,
        former={
            row["code"]: FormerArea(row["code"], row["name"], row["successor"] or None)
            for row in _rows("former.csv")
        },
        centroids=_centroids(names),
        _children={above: tuple(below) for above, below in children.items()},
    )
