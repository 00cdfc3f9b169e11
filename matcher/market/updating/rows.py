"""Rows put into sorted columns, taken out of them or put in the place of others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Csr

Ids = NDArray[np.object_]
Positions = NDArray[np.intp]

_NOBODY = np.array([None], dtype=object)
"""What stands at position -1."""


@dataclass(frozen=True, slots=True)
class Splice:
    """Which rows of columns sorted by id go, and where fresh ones come in.

    Nothing is read twice: rows that stay are copied in runs, whatever they hold.

    Attributes:
        n: rows before.
        gone: (k,) positions before of the rows that go, ascending.
        at: (f,) per fresh row the position, among the rows that stay, before which it comes in.
        back: (k,) per row that goes the fresh row that comes in its place, -1 where none does.
        in_place: the fresh rows stand exactly where those stood that go: all ids stay.
    """

    n: int
    gone: Positions
    at: Positions
    back: Positions
    in_place: bool

    @classmethod
    def of(cls, ids: Ids, leaving: Ids, fresh: Ids) -> Self:
        """The splice of these ids.

        Args:
            ids: (n,) before, ascending, each once.
            leaving: ids that go or are replaced, in any order; those that are not there count not.
            fresh: (f,) ids of the fresh rows, ascending, each once; what is there is replaced.

        Example:
            >>> ids = np.array(["a", "c", "d"], dtype=object)
            >>> gone, fresh = np.array(["d"], object), np.array(["b", "c"], object)
            >>> Splice.of(ids, gone, fresh).dense(ids, fresh).tolist()
            ['a', 'b', 'c']
        """
        wanted = np.unique(np.concatenate([leaving, fresh]).astype(object))
        where = np.searchsorted(ids, wanted)
        there = named(where, ids) == wanted
        gone = where[there]
        at = np.searchsorted(ids, fresh)
        at = at - np.searchsorted(gone, at)
        back = np.searchsorted(fresh, ids[gone])
        back = np.where(named(back, fresh) == ids[gone], back, -1)
        in_place = len(gone) == len(fresh) and bool((back >= 0).all())
        return cls(len(ids), gone, at, back, in_place)

    def dense(self, old: NDArray[Any], fresh: NDArray[Any]) -> NDArray[Any]:
        """A column of one value (or row) each."""
        if self.in_place:
            made = np.array(old)
            made[self.gone] = fresh
            return made
        return np.insert(np.delete(old, self.gone, axis=0), self.at, fresh, axis=0)

    def ragged(self, old: Csr, fresh: Csr) -> Csr:
        """A column of ragged rows."""
        lengths = np.diff(old.offsets)
        kept = np.ones(len(old.values), np.bool_)
        kept[_within(old.offsets[self.gone], lengths[self.gone])] = False
        staying = np.concatenate([[0], np.cumsum(np.delete(lengths, self.gone))])
        own = np.diff(fresh.offsets)
        values = np.insert(old.values[kept], np.repeat(staying[self.at], own), fresh.values)
        both = self.dense(lengths, own)
        return Csr(np.concatenate([[0], np.cumsum(both)]).astype(np.int64), values)

    def column(self, old: Any, fresh: Any) -> Any:
        """A column of any form: dense, ragged, or a record of columns."""
        if isinstance(old, Csr):
            return self.ragged(old, fresh)
        if is_dataclass(old) and not isinstance(old, type):
            names = [each.name for each in fields(old)]
            parts = {name: self.column(getattr(old, name), getattr(fresh, name)) for name in names}
            return replace(old, **parts)
        return self.dense(old, fresh)

    @property
    def stays(self) -> NDArray[np.bool_]:
        """(n,) neither gone nor replaced."""
        made = np.ones(self.n, np.bool_)
        made[self.gone] = False
        return made

    @property
    def moved(self) -> NDArray[np.int64]:
        """(n,) where each row's id stands now; -1 for those that went."""
        now = np.full(self.n, -1, np.int64)
        rank = np.arange(self.n - len(self.gone))
        now[self.stays] = rank + np.searchsorted(self.at, rank, side="right")
        now[self.gone] = np.append(self.arrived, -1)[self.back]
        return now

    @property
    def arrived(self) -> NDArray[np.int64]:
        """(f,) where the fresh rows stand now."""
        return self.at.astype(np.int64) + np.arange(len(self.at))


def named(at: NDArray[np.integer], ids: Ids) -> Ids:
    """(n,) object: the ids that positions stand for; None for -1 and for the end.

    Example:
        >>> named(np.array([1, -1]), np.array(["a", "b"], dtype=object)).tolist()
        ['b', None]
    """
    return np.asarray(np.concatenate([ids, _NOBODY])[at])


def positions_of(ids: Ids, wanted: Iterable[str]) -> Positions:
    """Where those of the wanted ids stand that are there, ascending; `ids` are ascending.

    Example:
        >>> positions_of(np.array(["a", "c"], dtype=object), {"c", "x"}).tolist()
        [1]
    """
    asked = np.array(sorted(wanted), dtype=object)
    at = np.searchsorted(ids, asked)
    return np.asarray(at[named(at, ids) == asked])


def _within(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """The positions of several runs, one after the other."""
    ends = np.cumsum(lengths)
    inside = np.arange(int(lengths.sum())) - np.repeat(ends - lengths, lengths)
    return np.asarray(np.repeat(starts, lengths) + inside)
