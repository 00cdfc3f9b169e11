"""Facts as columns: what is known of each subject, under the names of the fact catalogue.

One `Facts` holds n subjects of one kind (persons, households, candidates, ...). A fact nobody gave
is unknown, never "no". Lists of subjects (the members of households, the candidates of vacancies)
hang below as groups; facts of the household, vacancy or case stand above their members.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.policy.catalogue import FactKind, fact_kind
from matcher.policy.engine.days import day_number, day_of
from matcher.policy.engine.kleene import MET, NOT_MET, UNKNOWN, Interval, Truth, unknown_everywhere

Column = NDArray[Any]
Rows = NDArray[np.int64]

NOT_THERE = -1
"""The code of an unknown enum, and the row of a parent that is not there."""


@dataclass(frozen=True)
class Derived:
    """What a fact was worked out from, and in which rows (n or one); elsewhere it was stated."""

    source: str
    rows: NDArray[np.bool_]


@dataclass(frozen=True)
class Facts:
    """Columns of facts about n subjects on one day.

    A column has the dtype of its type: bool int8 truth (0 no, 1 not asked, 2 yes), enum int16 code
    (-1 not asked), numbers and days float64 (NaN not asked), text object (None not asked), lists of
    enums int8 truth (n, values). A column of one row holds for all subjects.

    Attributes:
        on: the day of the decision.
        n: how many subjects.
        days: (n,) numbers of days where each row stands on its own day, all of the law of `on`;
            None is `on` for all.
        columns: the columns by fact; an absent one is unknown everywhere.
        derived_from: for facts that were worked out, from what.
        asked_as: for facts that nobody asks for, the facts to ask instead.
        bounds_of: [low, high] of numbers or days that are not known exactly.
        groups: the lists below, by fact (`members`, `candidates`, `refusals`).
        above: the subjects that these belong to (a person's household), with each one's row there.
    """

    on: date
    n: int
    columns: Mapping[str, Column] = field(default_factory=dict)
    derived_from: Mapping[str, Derived] = field(default_factory=dict)
    asked_as: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bounds_of: Mapping[str, Interval] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    above: Above | None = None
    days: NDArray[np.float64] | None = None

    @property
    def today(self) -> NDArray[np.float64]:
        """(n,) or one: the number of the day on which each row is decided."""
        return np.array([day_number(self.on)]) if self.days is None else self.days

    def column(self, name: str) -> Column | None:
        """The column of a fact, None when nobody gave it; rows not told here look above."""
        own = self.columns.get(name)
        if self.above is None or fact_kind(name).subject == "person":
            return own
        above = self.above.column(name)
        if own is None or above is None:
            return above if own is None else own
        unknown = own == _blank(fact_kind(name))
        if own.dtype.kind == "f":
            unknown = np.isnan(own)
        return np.where(unknown, above, own)

    def truth(self, name: str) -> Truth:
        """The yes/no fact as a truth column of n rows or one."""
        column = self.column(name)
        return unknown_everywhere() if column is None else column

    def codes(self, name: str) -> NDArray[np.int16]:
        """The enum fact as positions in its values, -1 not asked; n rows or one."""
        column = self.column(name)
        return np.array([NOT_THERE], np.int16) if column is None else column

    def interval(self, name: str) -> Interval:
        """The number or day as an interval; nothing of law is below nought but days are open."""
        if name in self.bounds_of:
            return self.bounds_of[name]
        column = self.column(name)
        if column is None:
            column = np.array([np.nan])
        asked = np.isnan(column)
        if not asked.any():
            return Interval.exactly(column)
        kind = fact_kind(name)
        lowest = -np.inf if kind.type == "date" else 0.0
        low, high = np.where(asked, lowest, column), np.where(asked, np.inf, column)
        return Interval(low, high, stated=not kind.is_setting)

    def asked(self, name: str) -> Truth:
        """Whether the fact is known at all, MET or NOT_MET; n rows or one."""
        if name in self.groups:
            return np.where(self.groups[name].complete, MET, NOT_MET)
        column, kind = self.column(name), fact_kind(name)
        if column is None:
            return np.array([NOT_MET], np.int8)
        match kind.type:
            case "bool":
                known = column != UNKNOWN
            case "enum":
                known = column != NOT_THERE
            case "list":
                known = (column != UNKNOWN).any(axis=1)
            case "text":
                known = np.array([cell is not None for cell in column])
            case _:
                known = ~np.isnan(column)
        return np.where(known, MET, NOT_MET).astype(np.int8)

    def beside(self, once: Facts) -> Facts:
        """The same subjects beside one vacancy, placement or case that is the same for all.

        Args:
            once: its facts, in one row; they win where both have a fact.
        """
        return replace(
            self,
            columns={**self.columns, **once.columns},
            bounds_of={**self.bounds_of, **once.bounds_of},
        )

    def take(self, rows: Rows) -> Facts:
        """The subjects of these rows, with what hangs below and stands above them."""
        return replace(
            self,
            n=len(rows),
            columns={name: _rows_of(column, rows) for name, column in self.columns.items()},
            derived_from={
                name: Derived(derived.source, _rows_of(derived.rows, rows))
                for name, derived in self.derived_from.items()
            },
            bounds_of={
                name: Interval(_rows_of(bounds.low, rows), _rows_of(bounds.high, rows))
                for name, bounds in self.bounds_of.items()
            },
            groups={name: group.take(rows) for name, group in self.groups.items()},
            above=None if self.above is None else self.above.take(rows),
            days=None if self.days is None else self.days[rows],
        )

    def value(self, name: str, row: int) -> Any:
        """The fact of one subject as a plain value, None when not asked."""
        column = self.column(name)
        if column is None:
            return None
        cell = column[row if len(column) > 1 else 0]
        return _plain(fact_kind(name), cell)

    def ask_for(self, name: str, row: int) -> tuple[str, ...]:
        """The facts to ask so that this one is known: itself, or what it is worked out from."""
        asked: dict[str, None] = {}
        for part in self.asked_as.get(name, (name,)):
            if self.value(part, row) is None:
                asked |= dict.fromkeys((name,) if part == name else self.ask_for(part, row))
        return tuple(asked) or (name,)


def _rows_of(column: Column, rows: Rows) -> Column:
    return column if len(column) == 1 else column[rows]


def _plain(kind: FactKind, cell: Any) -> Any:
    plain: Any
    match kind.type:
        case "bool":
            plain = None if cell == UNKNOWN else bool(cell == MET)
        case "enum":
            plain = None if cell == NOT_THERE else kind.values[cell]
        case "list":
            held = [value for value, truth in zip(kind.values, cell, strict=True) if truth == MET]
            plain = None if (cell == UNKNOWN).all() else held
        case "text":
            plain = cell
        case "date":
            plain = None if np.isnan(cell) else day_of(cell)
        case _:
            whole = kind.type == "int"
            plain = None if np.isnan(cell) else (int(cell) if whole else float(cell))
    return plain


@dataclass(frozen=True)
class Above:
    """The subjects above: their facts, and for each row below its row there (-1 none)."""

    facts: Facts
    rows: Rows

    def column(self, name: str) -> Column | None:
        """The column of a fact above, repeated for the rows below; unknown for those without."""
        column = self.facts.column(name) if self.facts.n else None
        if column is None or (len(column) == 1 and not (self.rows < 0).any()):
            return column
        repeated = _rows_of(column, self.rows) if len(column) > 1 else np.repeat(column, len(self))
        if (self.rows < 0).any():
            repeated = repeated.copy()
            repeated[self.rows < 0] = _blank(fact_kind(name))
        return repeated

    def take(self, rows: Rows) -> Above:
        """What stands above these rows."""
        return Above(self.facts, self.rows[rows])

    def __len__(self) -> int:
        return len(self.rows)


def _blank(kind: FactKind) -> Any:
    match kind.type:
        case "bool" | "list":
            return UNKNOWN
        case "enum":
            return NOT_THERE
        case "text":
            return None
        case _:
            return np.nan


@dataclass(frozen=True)
class Group:
    """A list of subjects below each row: the members of households, say.

    Attributes:
        facts: the m subjects in any order.
        parent_at: (m,) the row each belongs to, -1 none.
        complete: (n,) whether the list is known to be whole; where not, more may come.
    """

    facts: Facts
    parent_at: Rows
    complete: NDArray[np.bool_]

    def counts(self, truth: Truth) -> Interval:
        """How many of each row's list hold: at least those MET, at most also those UNKNOWN."""
        n = len(self.complete)
        everyone = np.broadcast_to(truth, (self.facts.n,))
        surely = self._count(everyone == MET, n)
        if self.complete.all() and not (everyone == UNKNOWN).any():
            return Interval.exactly(surely)
        possibly = surely + self._count(everyone == UNKNOWN, n)
        return Interval(surely, np.where(self.complete, possibly, np.inf))

    def runs(self, truth: Truth, broken: Truth) -> Interval:
        """The longest row of each list in order: those MET count, those broken start again."""
        holds = np.broadcast_to(truth, (self.facts.n,))
        breaks = np.broadcast_to(broken, (self.facts.n,))
        surely = self._longest(holds == MET, breaks != NOT_MET)
        possibly = self._longest(holds != NOT_MET, breaks == MET)
        return Interval(surely, np.where(self.complete, possibly, np.inf))

    def _longest(self, holds: NDArray[np.bool_], breaks: NDArray[np.bool_]) -> NDArray[np.float64]:
        order, starts = self._order
        inside = order[starts[0] :]
        parents = self.parent_at[inside]
        first = np.append(True, parents[1:] != parents[:-1]) if len(parents) else np.empty(0, bool)
        stretch = np.cumsum(first | breaks[inside])
        lengths = np.bincount(stretch[holds[inside]], minlength=len(inside) + 1).astype(np.float64)
        longest = np.zeros(len(self.complete))
        np.maximum.at(longest, parents, lengths[stretch])
        return longest

    def some(self, truth: Truth) -> Truth:
        """Whether at least one of each row's list holds."""
        everyone = np.broadcast_to(truth, (self.facts.n,))
        found = np.where(self.complete, NOT_MET, UNKNOWN)
        found = np.append(found, NOT_MET)  # rows without a parent, -1, land in this last cell
        found[self.parent_at[everyone == UNKNOWN]] = UNKNOWN
        found[self.parent_at[everyone == MET]] = MET
        return found[:-1]

    def _count(self, which: NDArray[np.bool_], n: int) -> NDArray[np.float64]:
        rows = self.parent_at[which]
        return np.bincount(rows[rows >= 0], minlength=n).astype(np.float64)

    @cached_property
    def _order(self) -> tuple[Rows, Rows]:
        order = np.argsort(self.parent_at, kind="stable")
        starts = np.searchsorted(self.parent_at[order], np.arange(len(self.complete) + 1))
        return order, starts

    def rows_below(self, row: int) -> Rows:
        """The rows of the list that belong to one subject, in the order of the list."""
        order, starts = self._order
        return order[starts[row] : starts[row + 1]]

    def take(self, rows: Rows) -> Group:
        """The lists below these rows."""
        order, starts = self._order
        lengths = starts[rows + 1] - starts[rows]
        firsts = np.cumsum(lengths) - lengths
        inside = np.arange(lengths.sum()) - np.repeat(firsts, lengths)
        kept = order[np.repeat(starts[rows], lengths) + inside]
        parents = np.repeat(np.arange(len(rows)), lengths)
        return Group(self.facts.take(kept), parents, self.complete[rows])
