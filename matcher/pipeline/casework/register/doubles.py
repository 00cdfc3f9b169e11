"""Is somebody about to be registered already there: asked before a record is made."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from matcher.casework.register.agreements import ASKED_FROM
from matcher.casework.register.duplicates import find_duplicates
from matcher.casework.register.merging import Pair, merged_into
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import PossibleDoubles, RegisteredAlready
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.casework.register.merging import MERGES, PARTS, dismiss
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

COUNTY = 6
"""Digits of a county's code: the most that is told of where another office's person lives."""

PURPOSE = "duplicates"
TWO_PEOPLE = "different_people"
MOST = 50


@dataclass(frozen=True, slots=True)
class Double:
    """A record of the caller's areas that may be of the same person.

    Attributes:
        person_id, name, birth_date, area_code: of that record; None is not known.
        score: by the table of agreements.
        reasons: names of agreements, `;` between; `in_words` reads them out.
        same_number: the ID number is the same: there is no second person of it.
    """

    person_id: str
    name: str | None
    birth_date: str | None
    area_code: str | None
    score: int
    reasons: str
    same_number: bool


@dataclass(frozen=True, slots=True)
class Doubles:
    """Who may be meant.

    Attributes:
        near: within the caller's areas, the likeliest first.
        elsewhere: counties outside of them (codes; "" is unknown) where somebody of the same ID
            number is on record. Only the number is looked for there: a name that many have would
            tell a stranger's neighbours who is out of work.
    """

    near: tuple[Double, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def registered(self) -> str | None:
        """The record of the same ID number within the areas, which refuses a second one."""
        return next((each.person_id for each in self.near if each.same_number), None)

    def check(self, apart: Collection[str] = ()) -> None:
        """May the record be made?

        Args:
            apart: records of which somebody said that they are of other people.

        Raises:
            RegisteredAlready: somebody of the same ID number is on record, whatever was said.
            PossibleDoubles: there are records of which nothing was said.

        Example:
            >>> near = Double("P1", None, None, "320613", 60, "same_phone", same_number=False)
            >>> Doubles((near,)).check(["P1"])
            >>> Doubles((near,)).check()
            Traceback (most recent call last):
            ...
            matcher.errors.work.PossibleDoubles: this may be the person of P1. Nothing was ...
        """
        if self.elsewhere or self.registered:
            keys = () if self.registered is None else (self.registered,)
            raise RegisteredAlready(keys=keys, counties=self.elsewhere)
        asked = [each.person_id for each in self.near if each.person_id not in apart]
        if asked:
            raise PossibleDoubles(keys=asked)


def doubles_of(store: Store, scope: Scope, row: pd.DataFrame, *, at: datetime) -> Doubles:
    """Records that may be of the person whom a row is about; audited searches and reads.

    Args:
        store: the register.
        scope: who registers.
        row: one row as `editing.proposed` gives it.
        at: now, for the audit.
    """
    asked = replace(scope, purpose=PURPOSE)
    said = {
        str(name): None if pd.isna(value) else str(value) for name, value in row.iloc[0].items()
    }
    found = _brought_together(store, asked, said, at=at)
    found = found[found["person_id"] != said["person_id"]]
    elsewhere = _elsewhere(store, asked, said.get("id_number"), at=at)
    if found.empty:
        return Doubles((), elsewhere)
    gone = merged_into(store.states(asked, MERGES, at=at), Kind.PERSONS)
    both = pd.concat(
        [found[~found["person_id"].isin(list(gone))], row[row.columns.intersection(found.columns)]],
        ignore_index=True,
    )
    pairs = find_duplicates(both, limit=ASKED_FROM).pairs
    mine = pairs[(pairs["left"] == said["person_id"]) | (pairs["right"] == said["person_id"])]
    known = found.set_index("person_id").astype(object)
    near = [
        _double(known, one if other == said["person_id"] else other, int(score), reasons)
        for one, other, score, reasons in mine[["left", "right", "score", "reasons"]].to_numpy()
    ]
    return Doubles(tuple(near), elsewhere)


def keep_apart(store: Store, hand: Hand, made: str, others: Sequence[str]) -> None:
    """Write down that a new record is of another person than these; they are not listed again."""
    for other in others:
        dismiss(store, hand, Pair(Kind.PERSONS, other, made), reason=TWO_PEOPLE)


def _brought_together(
    store: Store, scope: Scope, said: dict[str, str | None], *, at: datetime
) -> pd.DataFrame:
    """Those who share the ID number, the telephone, or the name and the date of birth."""
    ids: set[str] = set()
    for column in ("id_number", "phone"):
        if said.get(column):
            ids |= set(store.persons_called(scope, **{column: said[column]}, at=at))
    parts = [store.persons(scope, sorted(ids)[:MOST], parts=PARTS, at=at)]
    born = said.get("birth_date")
    if said.get("name") and born:
        called = tuple(store.persons_called(scope, name=said["name"], at=at))
        same_day = (Condition("birth_date", Test.EQUAL, born[:10]),)
        named = Listing(Kind.PERSONS, PARTS, same_day, limit=MOST, ids=called)
        parts.append(store.page(scope, named, at=at).rows)
    filled = [each for each in parts if len(each)]
    if not filled:
        return parts[0]
    return pd.concat(filled, ignore_index=True).drop_duplicates("person_id", ignore_index=True)


def _elsewhere(
    store: Store, scope: Scope, id_number: str | None, *, at: datetime
) -> tuple[str, ...]:
    if not id_number or "" in scope.areas:
        return ()
    whole = replace(scope, areas=("",))
    ids = store.persons_called(whole, id_number=id_number, at=at)
    areas = store.persons(whole, ids)["area_code"].fillna("").astype(str).tolist()
    return tuple(sorted({code[:COUNTY] for code in areas if not scope.covers(code)}))


def _double(known: pd.DataFrame, key: str, score: int, reasons: str) -> Double:
    wanted = ["name", "birth_date", "area_code"]
    cells = known.loc[[key], wanted].to_numpy(object)[0]
    name, born, area = (None if pd.isna(cell) else str(cell) for cell in cells)
    same = "same_id_number" in reasons.split(";")
    return Double(key, name, born, area, score, reasons, same)
