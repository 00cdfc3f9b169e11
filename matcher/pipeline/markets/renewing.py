"""A snapshot renewed in place: posts and outcomes written since are put in, the rest stays."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import KEYS, Kind
from matcher.domain.scope import Scope
from matcher.market.arrays import Market
from matcher.market.updating.posts import with_posts
from matcher.pipeline.markets.people import with_dossiers, with_profiles
from matcher.pipeline.snapshot import Snapshot
from matcher.policy.recorded.people import columns_read
from matcher.policy.records import welfare_post_classes
from matcher.screening.entitlement import Entitlement
from matcher.screening.welfare import NO_CLASS
from matcher.store.audit import Change
from matcher.store.dossiers.dossiers import Dossiers, Sought
from matcher.store.schema.records import PROFILE, STATUS
from matcher.store.store import Store

UNREAD = frozenset(
    {
        *(Kind.FAIRS.value, Kind.COURSES.value, Kind.PAIRINGS.value),
        *("case_events", "case_states", "decisions", "accounts", "jobs", "keys"),
    }
)
"""What no snapshot is made of."""


DECISIVE = frozenset({"area_code", "seeks_work"})
"""Columns of persons that say whose market they are in."""

KINDS = (
    *(Kind.VACANCIES, Kind.OUTCOMES, Kind.PERSONS, Kind.HOUSEHOLDS),
    *(Kind.PLACEMENTS, Kind.REFUSALS, Kind.CASES, Kind.EMPLOYERS),
)
"""What a renewal asks for by the keys of what was written."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """Which records (by their keys in the store) were written since.

    `erased` are people who are gone; `profiles` those of whom only columns of work were written.
    """

    posts: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()
    placements: frozenset[str] = frozenset()
    refusals: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    employers: frozenset[str] = frozenset()
    erased: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()

    @property
    def is_of_people(self) -> bool:
        """Was anything written that people are asked about?"""
        told = (self.people, self.homes, self.placements, self.refusals, self.cases)
        return any(told) or bool(self.employers)


def renewal_of(changes: Iterable[Change]) -> Renewal | None:
    """What these writes ask of a snapshot; None where it is to be taken anew."""
    read: dict[str, set[str]] = {kind.value: set() for kind in KINDS}
    erased, profiles = set[str](), set[str]()
    for change in changes:
        # Nothing that stands in the store can speak of an employer that was not there before.
        passes = change.kind == Kind.EMPLOYERS.value and change.all_new
        if change.kind in UNREAD or passes:
            continue
        if change.kind not in read or change.ids is None:
            return None
        (profiles if _is_of_work(change) else read[change.kind]).update(change.ids)
        erased.update(change.ids if change.erased else ())
    asked = (frozenset(read[kind.value]) for kind in KINDS)
    told = Renewal(*asked)
    return replace(told, erased=frozenset(erased), profiles=frozenset(profiles) - told.people)


def _is_of_work(change: Change) -> bool:
    """Did an edit leave alone what law reads, and by what somebody is in a market?"""
    is_edit = change.kind == Kind.PERSONS.value and change.columns is not None
    return is_edit and (DECISIVE | columns_read()).isdisjoint(change.columns or ())


def renewed(snapshot: Snapshot, store: Store, scope: Scope, asked: Renewal) -> Snapshot | None:
    """The snapshot with what was written as it is in the store now.

    Every array and every answer is that of a snapshot taken anew. None where that cannot be had in
    place: a post is under a rule of law that none was under before, so that everyone must be asked
    about it; somebody of another office was erased, whose hires gave places back.
    """
    posts = set(asked.posts)
    if asked.erased:
        if snapshot.served is None or not snapshot.served.issuperset(asked.erased):
            return None
        of_erased = snapshot.outcomes["person_id"].isin(list(asked.erased))
        posts |= set(snapshot.outcomes.loc[of_erased, "vacancy_id"])
    if asked.profiles:
        persons = store.persons(scope, asked.profiles, parts=(PROFILE, STATUS))
        with_work = with_profiles(snapshot, persons)
        if with_work is None:
            asked = replace(asked, people=asked.people | asked.profiles)
        snapshot = with_work or snapshot
    if asked.is_of_people:
        told = store.dossiers(scope, _sought(snapshot, asked))
        concerned = not told.persons.empty or not told.cases.empty
        if concerned or _knows(snapshot, told):
            snapshot = with_dossiers(snapshot, told, asked.people)
    if not posts and not asked.outcomes:
        return snapshot
    return _with_posts(snapshot, store, scope, posts, asked.outcomes)


def _sought(snapshot: Snapshot, asked: Renewal) -> Sought:
    """Whose dossiers are opened: those who were concerned before the writes count as well."""
    record = snapshot.entitlement.record
    dealings = record.dealings
    beside, homes = set[str](), set(asked.homes)
    named = (
        (dealings.placements, "placement_id", asked.placements),
        (dealings.cases, "case_id", asked.cases),
        (dealings.placements, "employer_id", asked.employers),
        (dealings.cases, "employer_id", asked.employers),
    )
    for frame, key, keys in named:
        if frame is not None and keys:
            rows = frame[frame[key].isin(list(keys))]
            beside |= set(rows["person_id"].dropna())
            homes |= set(rows["household_id"].dropna()) if "household_id" in rows else set()
    homes |= record.homes_of(asked.people | beside)
    records = asked.placements, asked.refusals, asked.cases
    return Sought(asked.people, frozenset(beside), frozenset(homes), *records)


def _knows(snapshot: Snapshot, told: Dossiers) -> bool:
    """Did the snapshot tell anything of these people or households before?"""
    before = snapshot.entitlement.record.of(told.people, told.homes)
    frames = (before.persons, before.households, before.dealings.cases)
    return any(frame is not None and not frame.empty for frame in frames)


def _with_posts(
    snapshot: Snapshot,
    store: Store,
    scope: Scope,
    asked: Collection[str],
    outcome_keys: Collection[str],
) -> Snapshot | None:
    """The snapshot with these posts and outcomes; None where a post is of a class that is new."""
    outcomes = store.outcomes_named(scope, outcome_keys)
    posts = store.frame(Kind.VACANCIES, {*asked, *outcomes["vacancy_id"]})
    hired = store.hires_by_vacancy(posts["vacancy_id"], until=snapshot.market.on)
    market = with_posts(snapshot.market, posts, hired=hired)
    entitlement = _entitled(snapshot, market, posts)
    if entitlement is None:
        return None
    marks = {key: mark for key, mark in snapshot.marks.items() if key not in asked}
    marked = posts[["vacancy_id", "warnings"]].dropna()
    return replace(
        snapshot,
        market=market,
        entitlement=entitlement,
        outcomes=_merged(snapshot.outcomes, outcomes),
        marks=marks | dict(zip(marked["vacancy_id"], marked["warnings"], strict=True)),
    )


def _entitled(snapshot: Snapshot, market: Market, posts: pd.DataFrame) -> Entitlement | None:
    """The law's word with the classes of these posts; None where one of them is new, or gone."""
    before = snapshot.entitlement
    classes, of_class = welfare_post_classes(posts)
    if any(each not in before.classes for each in classes):
        return None
    known = [before.classes.index(each) for each in classes]
    number = np.array([*known, NO_CLASS], dtype=np.int32)[of_class]
    merged = np.full(len(market.vacancies), NO_CLASS, np.int32)
    merged[_places(market, snapshot.market.vacancies.ids)] = before.welfare.vacancy_class
    merged[_places(market, posts["vacancy_id"].to_numpy(object))] = number
    if len(np.unique(merged[merged != NO_CLASS])) < len(before.classes):
        return None
    return before.with_classes(merged)


def _places(market: Market, ids: NDArray[np.object_]) -> NDArray[np.intp]:
    """(n,) where these vacancies stand; each is there."""
    return np.searchsorted(market.vacancies.ids, ids)


def _merged(before: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """Outcomes with some new or changed, in the order of the store: only their people's move."""
    if fresh.empty:
        return before
    key = list(KEYS[Kind.OUTCOMES])
    people = before["person_id"].to_numpy(object)
    pieces, end = [], 0
    for person in sorted(set(fresh["person_id"])):  # those of a few writes, not of the market
        first, last = np.searchsorted(people, person), np.searchsorted(people, person, "right")
        own = pd.concat([before.iloc[first:last], fresh[fresh["person_id"] == person]])
        own = own.drop_duplicates(key, keep="last").sort_values(key, na_position="first")
        pieces += [before.iloc[end:first], own]
        end = last
    merged: pd.DataFrame = pd.concat([*pieces, before.iloc[end:]], ignore_index=True)
    return merged
