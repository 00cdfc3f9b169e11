"""Who may write which records: the fence of an account around what it imports or edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import KEYS, Kind
from matcher.domain.scope import Scope
from matcher.ingest.checks import Fence
from matcher.store.store import Store

OF_AREAS = (Kind.PERSONS, Kind.HOUSEHOLDS)
"""People rest where they live: a record without an area would be out of every office's sight."""

OF_A_PERSON = (Kind.OUTCOMES, Kind.PLACEMENTS, Kind.REFUSALS, Kind.PAIRINGS)

SUBJECTS = ("person_id", "household_id", "employer_id")
"""Whom a case may be about."""


@dataclass(frozen=True, slots=True)
class Writer:
    """An account that writes records.

    Attributes:
        scope: an office writes within its areas; an employer's scope has none.
        employer_id: of an employer's account: it writes its own vacancies, nothing else.
    """

    scope: Scope
    employer_id: str | None = None

    def fence(self, store: Store, kind: Kind) -> Fence:
        """Which rows of a frame of this kind the account may write."""
        return partial(self.may_write, store, kind)

    def may_write(self, store: Store, kind: Kind, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """(n_rows,) bool: what it may make, and of what exists only what is its own to change."""
        if self.employer_id is not None:
            return self._of_employer(store, kind, frame)
        if "" in self.scope.areas:
            return np.ones(len(frame), dtype=bool)
        if kind in OF_A_PERSON:
            return _within(frame["person_id"], self._people(store, frame["person_id"]))
        if kind is Kind.CASES:
            return self._cases(store, frame)
        return self._by_area(store, kind, frame)

    def _of_employer(self, store: Store, kind: Kind, frame: pd.DataFrame) -> NDArray[np.bool_]:
        if kind is not Kind.VACANCIES:
            return np.zeros(len(frame), dtype=bool)
        stored = store.frame(kind, frame["vacancy_id"], columns=["employer_id"])
        owner = frame["vacancy_id"].map(stored.set_index("vacancy_id")["employer_id"])
        exists = _within(frame["vacancy_id"], stored["vacancy_id"])
        said = frame["employer_id"].where(frame["employer_id"].notna(), owner)
        own = (said == self.employer_id).fillna(value=False).to_numpy(bool)
        held = (owner == self.employer_id).fillna(value=False).to_numpy(bool)
        return own & (~exists | held)

    def _by_area(self, store: Store, kind: Kind, frame: pd.DataFrame) -> NDArray[np.bool_]:
        (key,) = KEYS[kind]
        ids = frame[key]
        exists = _within(ids, store.ids(kind, ids.dropna()))
        seen = _within(ids, self._seen(store, kind, ids))
        area = frame["area_code"]
        stated = area.notna().to_numpy()
        inside = area.fillna("?").str.startswith(self.scope.areas).to_numpy(bool)
        silent = exists if kind in OF_AREAS else np.ones(len(frame), dtype=bool)
        return np.where(stated, inside, silent) & (~exists | seen)

    def _seen(self, store: Store, kind: Kind, ids: pd.Series[Any]) -> Sequence[str]:
        """Those of the records that the account may change."""
        if kind is Kind.PERSONS:
            return self._people(store, ids)
        if kind is Kind.HOUSEHOLDS:
            return list(store.households(self.scope, ids)["household_id"])
        stored = store.frame(kind, ids, columns=["area_code"])
        area = stored["area_code"]
        own = area.isna() | area.fillna("?").str.startswith(self.scope.areas)
        return list(stored.loc[own, KEYS[kind][0]])

    def _people(self, store: Store, ids: pd.Series[Any]) -> Sequence[str]:
        return list(store.persons(self.scope, ids.dropna())["person_id"])

    def _cases(self, store: Store, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """A case is the office's when any of its subjects is."""
        seen = (
            self._people(store, frame["person_id"]),
            list(store.households(self.scope, frame["household_id"].dropna())["household_id"]),
            self._seen(store, Kind.EMPLOYERS, frame["employer_id"].dropna()),
        )
        named = [_within(frame[name], own) for name, own in zip(SUBJECTS, seen, strict=True)]
        mine: NDArray[np.bool_] = np.any(named, axis=0)
        return mine


def _within(ids: pd.Series[Any], known: Any) -> NDArray[np.bool_]:
    wanted: pd.Index[Any] = pd.Index(list(known), dtype=object)
    return np.asarray(wanted.get_indexer(pd.Index(ids.to_numpy(dtype=object))) >= 0)


def welcome(store: Store, kind: Kind, on: date, *, fresh: bool) -> Fence | None:
    """Which rows are not of people who were erased, or of such who have registered anew.

    Args:
        store: remembers who was erased.
        kind: of the rows.
        on: the day.
        fresh: a row that says consent is given says so now; in an old file it may say what was.

    Returns:
        None where no row of this kind can bring anybody back.
    """
    if kind is not Kind.PERSONS:
        return None

    def may_come(frame: pd.DataFrame) -> NDArray[np.bool_]:
        gone = store.erased_among(frame, on)
        if fresh and "consent" in frame:
            gone &= ~frame["consent"].eq(True).fillna(value=False).to_numpy(bool)
        return ~gone

    return may_come
