"""How clear stored people are, and what to ask them next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from matcher.casework.register.asking import Open, ToAsk, what_to_ask
from matcher.casework.register.completeness import Completeness, completeness
from matcher.casework.register.declaring import counting
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.pipeline.law.deciding import PARTS, REGISTRATION
from matcher.pipeline.law.gathering import dealings_of
from matcher.policy.catalogue import decision_kind
from matcher.policy.engine.columns import Facts
from matcher.policy.law import Law
from matcher.policy.records import RecordFacts, facts_from_records
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

OF_PERSONS, OF_HOUSEHOLDS = "person", "household"


@dataclass(frozen=True, slots=True)
class Profile:
    """One person's profile on a day.

    Attributes:
        person_id: whose.
        clear: the items of the place's text; one row.
        to_ask: what settles most of what is open.
        declared: facts on the ledger of the person and the household, where they stand.
    """

    person_id: str
    clear: Completeness
    to_ask: ToAsk
    declared: pd.DataFrame


def completeness_of(
    store: Store,
    scope: Scope,
    on: date,
    person_ids: Iterable[str] | None = None,
    *,
    place: str | None = None,
) -> Completeness:
    """How clear people within the scope are: these, or all; each kind is read once."""
    persons = store.persons(scope, person_ids, parts=PARTS)
    wanted = None if person_ids is None else persons["household_id"].dropna().unique().tolist()
    households = store.households(scope, wanted)
    facts = store.states(scope, Wanted(streams=("fact",)))
    return completeness(persons, households, on, own=counting(facts, on), place=place)


def profile_of(
    store: Store, scope: Scope, person_id: str, on: date, *, place: str | None = None
) -> Profile:
    """The profile of one person: what is clear, what to ask, what was declared.

    Raises:
        NotFound: no such person within the scope.
        UnknownPlace: no such place.
    """
    person, homes, households, matters = _gathered(store, scope, person_id, on, place)
    of = Wanted(streams=("fact",), of="person_id", ids=[person_id])
    declared = [store.states(scope, of)]
    if homes:
        of = Wanted(streams=("fact",), of="household_id", ids=homes)
        declared.append(store.states(scope, of))
    ledger = pd.concat([part for part in declared if len(part)] or declared[:1], ignore_index=True)
    ledger = ledger.drop_duplicates("subject_id", ignore_index=True)
    clear = completeness(person, households, on, own=counting(ledger, on), place=place)
    return Profile(person_id, clear, what_to_ask(matters), ledger)


def matters_of(
    store: Store, scope: Scope, person_id: str, on: date, *, place: str | None = None
) -> list[Open]:
    """Every matter of a person and the household on which the governing place has a text.

    The facts are gathered once for all of them.

    Raises:
        NotFound: no such person within the scope.
        UnknownPlace: no such place.
    """
    return _gathered(store, scope, person_id, on, place)[3]


def _gathered(
    store: Store, scope: Scope, person_id: str, on: date, place: str | None
) -> tuple[pd.DataFrame, list[str], pd.DataFrame, list[Open]]:
    """The person's record, the number and record of the household, and every matter."""
    person = store.persons(scope, [person_id], parts=PARTS)
    if person.empty:
        raise NotFound(kind="person", key=person_id)
    homes = person["household_id"].dropna().tolist()
    households = store.households(scope, homes)
    members = store.members(scope, homes, parts=PARTS) if homes else person
    dealings = dealings_of(store, scope, members["person_id"], homes)
    found = facts_from_records(members, households, on, dealings)
    at = int(members["person_id"].tolist().index(person_id))
    matters = _matters(found, at, person, has_home=bool(len(households)), on=on, place=place)
    return person, homes, households, matters


def _matters(
    found: RecordFacts,
    at: int,
    person: pd.DataFrame,
    *,
    has_home: bool,
    on: date,
    place: str | None,
) -> list[Open]:
    """Every matter of the person and the household on which the governing place has a text."""
    own = found.persons.take(np.array([at], np.int64))
    home: Facts | None = None
    if has_home:
        home = found.households.take(np.zeros(1, np.int64))
        own = replace(own, groups={**home.groups, **own.groups})
    subjects = {OF_PERSONS: own} | ({OF_HOUSEHOLDS: home} if home is not None else {})
    matters = []
    laws = {
        governed: Law.on_day(place or _place(person, registered=governed), on)
        for governed in (False, True)
    }
    for decision in sorted({name for law in laws.values() for name in law.decisions}):
        kind = decision_kind(decision)
        law = laws[kind.governed_by == REGISTRATION]
        facts = subjects.get(kind.subject)
        if facts is not None and law.rules(decision):
            matters.append(Open(law, decision, facts))
    return matters


def _place(person: pd.DataFrame, *, registered: bool) -> str:
    areas = [person["area_code"].iloc[0]]
    if registered:
        areas.insert(0, person["registered_area_code"].iloc[0])
    known = [str(area) for area in areas if not pd.isna(area)]
    return Law.place_of(known[0] if known else None)
