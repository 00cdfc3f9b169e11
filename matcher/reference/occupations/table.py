"""The tree of occupations: 大类, 中类, 小类, 细类 of the 2022 classification.

Codes read `6-22-02-01`; a group ends in zeros (`6-22-02-00`). A 小类 with a single 细类 keeps the
group's code, so `2-07-04-00` (律师) is of level 4. Arrays carry an occupation as its position in
`codes`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.errors import UnknownCode
from matcher.reference.distinct import Codes, positions
from matcher.reference.paths import path

SEGMENTS = 4
"""Parts of a code, and so the greatest distance in the tree."""


@dataclass(frozen=True, slots=True, eq=False)
class Occupations:
    """All occupations; build it with `occupations()`.

    Attributes:
        codes: (n,) sorted; a position in it stands for the occupation in arrays.
        names: code to official name.
        aliases: code to further names, as job sites call it; the official name is not repeated.
        marks: code to `L` (green) and `S` (digital) marks of the 2022 edition.
        level: (n,) int8, 1 大类 to 4 细类.
    """

    codes: tuple[str, ...]
    names: dict[str, str]
    aliases: dict[str, tuple[str, ...]]
    marks: dict[str, tuple[str, ...]]
    level: NDArray[np.int8]
    _parents: dict[str, str | None]
    _children: dict[str, tuple[str, ...]]
    _prefixes: NDArray[np.int32]

    def name(self, code: str) -> str:
        """The official name.

        Raises:
            UnknownCode: the classification lacks the code.

        Example:
            >>> occupations().name("6-22-02-01")
            '汽车装调工'
        """
        self._parent_of(code)
        return self.names[code]

    def parent(self, code: str) -> str | None:
        """The nearest group above that the table has; None for a 大类.

        Raises:
            UnknownCode: the classification lacks the code.

        Example:
            >>> occupations().parent("6-22-02-01"), occupations().parent("2-07-04-00")
            ('6-22-02-00', '2-07-00-00')
        """
        return self._parent_of(code)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """All groups above, nearest first, ending with the 大类.

        Raises:
            UnknownCode: the classification lacks the code.

        Example:
            >>> occupations().ancestors("6-22-02-01")
            ('6-22-02-00', '6-22-00-00', '6-00-00-00')
        """
        found: list[str] = []
        above = self._parent_of(code)
        while above is not None:
            found.append(above)
            above = self._parents[above]
        return tuple(found)

    def children(self, code: str | None) -> tuple[str, ...]:
        """The codes whose `parent` this is, sorted; the 大类 for None.

        Raises:
            UnknownCode: the classification lacks the code.

        Example:
            >>> len(occupations().children(None))
            8
        """
        if code is not None:
            self._parent_of(code)
        return self._children.get(code or "", ())

    def index(self, codes: Codes) -> NDArray[np.int32]:
        """(n,) int32 positions in `codes`; -1 where missing or not in the classification.

        Example:
            >>> occupations().index(["1-00-00-00", None, "9-99-99-99"])
            array([ 0, -1, -1], dtype=int32)
        """
        return positions(codes, self.codes)

    def tree_distance(self, a_at: NDArray[np.int32], b_at: NDArray[np.int32]) -> NDArray[np.int8]:
        """How far apart two occupations stand in the tree.

        Args:
            a_at: (n,) positions of `index`; -1 unknown.
            b_at: (n,) likewise.

        Returns:
            (n,) int8: 0 the same code, 1 the same 小类, 2 the same 中类, 3 the same 大类,
            4 nothing shared; -1 where either is unknown. A group counts by the parts of its code,
            so it is as far from its members as they are from each other.

        Example:
            >>> at = occupations().index(["6-22-02-01", "6-22-02-02", "6-22-02-00", "4-07-04-03"])
            >>> occupations().tree_distance(at[[0, 0, 0, 0]], at)
            array([0, 1, 1, 4], dtype=int8)
        """
        distance = np.full(np.shape(a_at), SEGMENTS, dtype=np.int8)
        for prefix in self._prefixes:
            distance -= prefix[a_at] == prefix[b_at]
        distance[(np.asarray(a_at) < 0) | (np.asarray(b_at) < 0)] = -1
        return distance

    def _parent_of(self, code: str) -> str | None:
        if code not in self._parents:
            groups = [group for group in _groups(code) if group in self._parents]
            raise UnknownCode(code=code, table="CSCO 2022 occupations", nearest=groups[:1])
        return self._parents[code]


def _groups(code: str) -> list[str]:
    """The codes of the groups above, nearest first; some are not in the table."""
    parts = code.split("-")
    padded = ("-".join([*parts[:kept], *["00"] * (SEGMENTS - kept)]) for kept in (3, 2, 1))
    return [group for group in padded if group != code]


def _prefixes(codes: tuple[str, ...]) -> NDArray[np.int32]:
    """(4, n): for each number of leading parts, which codes share them."""
    width = ("0", "0-00", "0-00-00", "0-00-00-00")
    return np.array(
        [pd.factorize(pd.Series(codes).str[: len(each)])[0] for each in width], dtype=np.int32
    )


@cache
def occupations() -> Occupations:
    """The 2022 classification, read once.

    Four 小类 that have several 细类 are not named in the source (1-06-01, 2-01-04, 2-02-32,
    5-02-03): the parent of their members is the 中类.

    Source:
        中华人民共和国职业分类大典 (2022), see `data/occupations/SOURCE.md`.

    Example:
        >>> len(occupations().codes)
        2047
    """
    with path("occupations", "csco2022.csv").open(encoding="utf-8", newline="") as handle:
        rows = sorted(csv.DictReader(handle), key=lambda row: row["code"])
    codes = tuple(row["code"] for row in rows)
    known = frozenset(codes)
    parents = {
        code: next((group for group in _groups(code) if group in known), None) for code in codes
    }
    children: dict[str, list[str]] = defaultdict(list)
    for code, parent in parents.items():
        children[parent or ""].append(code)
    return Occupations(
        codes=codes,
        names={row["code"]: row["name"] for row in rows},
        aliases={row["code"]: _items(row["aliases"]) for row in rows},
        marks={row["code"]: _items(row["marks"]) for row in rows},
        level=np.array([int(row["level"]) for row in rows], dtype=np.int8),
        _parents=parents,
        _children={parent: tuple(below) for parent, below in children.items()},
        _prefixes=_prefixes(codes),
    )


def _items(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
