"""Everything that law reads of people, and the same with some of them as they now are."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.policy.catalogue import fact_catalogue
from matcher.policy.recorded.beside import Dealings

BESIDE_FACTS = ("person_id", "household_id", "facts", "hukou_kind")
"""Columns of persons that are read beside those which the table of facts names."""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What is on record of people and households, as law reads it.

    Attributes:
        persons: conformed, ascending by id; only the columns that facts are read from.
        households: conformed, ascending by id.
        dealings: every frame is there; placements and cases ascending by id, offers by person.
    """

    persons: pd.DataFrame
    households: pd.DataFrame
    dealings: Dealings

    def of(self, people: Collection[str], homes: Collection[str]) -> OnRecord:
        """What is on record of these people and households alone."""
        dealings = self.dealings
        return OnRecord(
            _of(self.persons, "person_id", people),
            _of(self.households, "household_id", homes),
            Dealings(
                placements=_of(dealings.placements, "person_id", people),
                refusals=_of(dealings.refusals, "person_id", people),
                cases=_kept(dealings.cases, _about(dealings.cases, people, homes)),
                employers=dealings.employers,
            ),
        )

    def with_(self, fresh: OnRecord, people: Collection[str], homes: Collection[str]) -> OnRecord:
        """The same with what is fresh in the place of all that is on record of these.

        Args:
            fresh: of these people and households, all there is.
            people: who may be new, changed or gone.
            homes: likewise.
        """
        old, new = self.dealings, fresh.dealings
        cases = _kept(old.cases, ~_about(old.cases, people, homes))
        placements = _swapped(old.placements, new.placements, "person_id", people, "placement_id")
        cases = _merged(cases, new.cases, "case_id")
        return OnRecord(
            _swapped(self.persons, fresh.persons, "person_id", people),
            _swapped(self.households, fresh.households, "household_id", homes),
            Dealings(
                placements=placements,
                refusals=_swapped(old.refusals, new.refusals, "person_id", people),
                cases=cases,
                employers=_employers(old.employers, new.employers, placements, cases),
            ),
        )

    def homes_of(self, people: Collection[str]) -> set[str]:
        """The households of these people."""
        own = _of(self.persons, "person_id", people)
        return set(own["household_id"].dropna()) if "household_id" in own else set()

    def members(self, homes: Collection[str]) -> set[str]:
        """Everyone in these households."""
        if "household_id" not in self.persons or not homes:
            return set()
        return set(_of(self.persons, "household_id", homes)["person_id"])

    def says_the_same(self, other: OnRecord) -> bool:
        """Does law read the same in both?"""
        mine, theirs = self.dealings, other.dealings
        pairs = (
            (self.persons, other.persons),
            (self.households, other.households),
            (mine.placements, theirs.placements),
            (mine.refusals, theirs.refusals),
            (mine.cases, theirs.cases),
            (_named_employers(mine), _named_employers(theirs)),
        )
        return all(_equal(one, two) for one, two in pairs)


def on_record(persons: pd.DataFrame, households: pd.DataFrame, dealings: Dealings) -> OnRecord:
    """What law reads of these frames; other columns of persons are left out."""
    read = [name for name in persons if name in columns_read()]
    return OnRecord(persons[read], households, dealings)


@cache
def columns_read() -> frozenset[str]:
    """The columns of persons that law reads."""
    of_persons = (kind for kind in fact_catalogue().values() if kind.record == "persons")
    named = {kind.column for kind in of_persons if kind.column is not None}
    return frozenset({*BESIDE_FACTS, *named})


def _of(frame: pd.DataFrame | None, column: str, keys: Collection[str]) -> Any:
    return None if frame is None else _kept(frame, _says(frame, column, keys))


def _kept(frame: pd.DataFrame | None, rows: NDArray[np.bool_]) -> Any:
    return None if frame is None else frame[rows].reset_index(drop=True)


def _says(frame: pd.DataFrame, column: str, keys: Collection[str]) -> NDArray[np.bool_]:
    """(n,) bool: the column says one of these."""
    wanted: pd.Index[Any] = pd.Index(list(set(keys)), dtype=object)
    cells: pd.Index[Any] = pd.Index(frame[column].to_numpy(dtype=object))
    return np.asarray((wanted.get_indexer(cells) >= 0) & frame[column].notna().to_numpy())


def _about(
    cases: pd.DataFrame | None, people: Collection[str], homes: Collection[str]
) -> NDArray[np.bool_]:
    if cases is None:
        return np.empty(0, np.bool_)
    return _says(cases, "person_id", people) | _says(cases, "household_id", homes)


def _swapped(
    old: pd.DataFrame | None,
    fresh: pd.DataFrame | None,
    column: str,
    keys: Collection[str],
    key: str | None = None,
) -> Any:
    """One frame without the rows of these keys, and with the fresh ones where they belong."""
    if old is None or fresh is None:
        return fresh
    return _merged(old[~_says(old, column, keys)], fresh, key or column)


def _merged(rest: pd.DataFrame | None, fresh: pd.DataFrame | None, key: str) -> Any:
    """Both, in the order of the key, which no row of the one shares with one of the other."""
    if rest is None or fresh is None or fresh.empty:
        return rest if rest is None else rest.reset_index(drop=True)
    at = np.searchsorted(rest[key].to_numpy(object), fresh[key].to_numpy(object))
    order = np.insert(np.arange(len(rest)), at, len(rest) + np.arange(len(fresh)))
    return pd.concat([rest, fresh], ignore_index=True).take(order).reset_index(drop=True)


def _employers(
    old: pd.DataFrame | None,
    fresh: pd.DataFrame | None,
    placements: pd.DataFrame | None,
    cases: pd.DataFrame | None,
) -> Any:
    """Those that a placement or a case names, as they now are."""
    if old is None or fresh is None:
        return fresh
    every = _swapped(old, fresh, "employer_id", list(fresh["employer_id"]))
    named = Dealings(placements=placements, cases=cases, employers=every)
    return _named_employers(named)


def _named_employers(dealings: Dealings) -> Any:
    told = [each for each in (dealings.placements, dealings.cases) if each is not None]
    named = {name for each in told for name in each["employer_id"].dropna().unique()}
    return _of(dealings.employers, "employer_id", named)


def _equal(one: pd.DataFrame | None, two: pd.DataFrame | None) -> bool:
    if one is None or two is None:
        return one is two
    return one.equals(two)
