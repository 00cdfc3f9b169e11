"""All that is on record of a few people and of their households, as of one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import Column, Connection

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.store.schema.records import PROFILE, RECORDS, STATUS
from matcher.store.schema.tables import (
    case_record,
    employer,
    household,
    outcome,
    person,
    person_status,
    placement,
    refusal,
)
from matcher.store.selection import fetch, records_in


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom and what a dossier is opened for, by keys; old households of theirs are among `homes`.

    Attributes:
        people: ids of persons; of them the outcomes are read too.
        beside, homes: ids of further persons, and of households.
        placements, refusals, cases: keys of records whose persons and households count as well.
    """

    people: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()
    placements: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dossiers:
    """What is on record within a scope; frames as the store's own reads give them.

    Attributes:
        people: who was sought, and every member of their households: all of whom it tells.
        homes: the households sought, and those the people are of now.
        persons: profile and status of those of the people who are in the scope.
        households, placements, refusals, cases: of these people and households.
        employers: whom a placement or a case names.
        outcomes: of the people sought alone.
    """

    people: frozenset[str]
    homes: frozenset[str]
    persons: pd.DataFrame
    households: pd.DataFrame
    placements: pd.DataFrame
    refusals: pd.DataFrame
    cases: pd.DataFrame
    employers: pd.DataFrame
    outcomes: pd.DataFrame


def dossiers_of(connection: Connection, scope: Scope, sought: Sought) -> Dossiers:
    """Open the dossiers of these people.

    Args:
        connection: one view of the data.
        scope: who reads; what lies outside is not there.
        sought: whom.
    """
    read = _Reader(connection, scope)
    told = [
        read.records(Kind.PLACEMENTS, placement.c.placement_id, sought.placements),
        read.records(Kind.REFUSALS, RECORDS[Kind.REFUSALS].key, sought.refusals),
        read.records(Kind.CASES, case_record.c.case_id, sought.cases),
    ]
    asked = (sought.people | sought.beside).union(*(each["person_id"].dropna() for each in told))
    homes = sought.homes | set(told[2]["household_id"].dropna())
    own = read.registered(person.c.person_id, asked)
    homes |= set(own["household_id"].dropna())
    members = read.registered(person_status.c.household_id, homes)
    persons = _together([own, members], "person_id")
    people = asked | set(persons["person_id"])
    of_people = read.records(Kind.CASES, case_record.c.person_id, people)
    of_homes = read.records(Kind.CASES, case_record.c.household_id, homes)
    cases = _together([of_people, of_homes], "case_id")
    placements = read.records(Kind.PLACEMENTS, placement.c.person_id, people)
    named = {*placements["employer_id"].dropna(), *cases["employer_id"].dropna()}
    return Dossiers(
        people=people,
        homes=frozenset(homes),
        persons=persons,
        households=read.records(Kind.HOUSEHOLDS, household.c.household_id, homes),
        placements=placements.sort_values("placement_id", ignore_index=True),
        refusals=read.records(Kind.REFUSALS, refusal.c.person_id, people, _OFFERS),
        cases=cases,
        employers=read.open(Kind.EMPLOYERS, employer.c.employer_id, named),
        outcomes=read.records(Kind.OUTCOMES, outcome.c.person_id, sought.people, _OUTCOMES),
    )


_OFFERS = (refusal.c.person_id, refusal.c.offered_on, refusal.c.vacancy_id)
_OUTCOMES = (outcome.c.person_id, outcome.c.vacancy_id, outcome.c.stage, outcome.c.on)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads of one view of the data within a scope."""

    connection: Connection
    scope: Scope

    def registered(self, by: Column[Any], ids: Collection[str]) -> pd.DataFrame:
        statement = records_in(RECORDS[Kind.PERSONS], (PROFILE, STATUS), self.scope)
        return self._found(statement, by, ids, (person.c.person_id,))

    def records(
        self, kind: Kind, by: Column[Any], ids: Collection[str], order: Iterable[Column[Any]] = ()
    ) -> pd.DataFrame:
        statement = records_in(RECORDS[kind], scope=self.scope)
        return self._found(statement, by, ids, tuple(order) or (by,))

    def open(self, kind: Kind, by: Column[Any], ids: Collection[str]) -> pd.DataFrame:
        """Records of a kind that no scope fences."""
        return self._found(records_in(RECORDS[kind]), by, ids, (by,))

    def _found(
        self, statement: Any, by: Column[Any], ids: Collection[str], order: tuple[Column[Any], ...]
    ) -> pd.DataFrame:
        return fetch(self.connection, statement, by=by, ids=ids, order=order)


def _together(frames: list[pd.DataFrame], key: str) -> pd.DataFrame:
    """Every row once, ascending by its key."""
    filled = [each for each in frames if len(each)]
    if len(filled) < 2:
        return (filled or frames)[0].sort_values(key, ignore_index=True)
    both = pd.concat(frames, ignore_index=True).drop_duplicates(key)
    return both.sort_values(key, ignore_index=True)
