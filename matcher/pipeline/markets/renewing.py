"""A snapshot renewed in place: posts and outcomes written since are put in, the rest stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import KEYS, Kind
from matcher.domain.scope import Scope
from matcher.market.arrays import Market
from matcher.market.updating.posts import with_posts
from matcher.pipeline.snapshot import Snapshot
from matcher.policy.records import welfare_post_classes
from matcher.screening.entitlement import Entitlement
from matcher.screening.welfare import NO_CLASS
from matcher.store.audit import Change
from matcher.store.store import Store

UNREAD = frozenset(
    {
        *(Kind.FAIRS.value, Kind.COURSES.value, Kind.PAIRINGS.value),
        *("case_events", "case_states", "decisions", "accounts", "jobs", "keys"),
    }
)
"""What no snapshot is made of."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """Which posts, outcomes and people (by their keys in the store) were written since."""

    posts: frozenset[str] = frozenset()
    outcomes: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


def renewal_of(changes: Iterable[Change]) -> Renewal | None:
    """What these writes ask of a snapshot; None where it is to be taken anew."""
    kinds = (Kind.VACANCIES, Kind.OUTCOMES, Kind.PERSONS)
    read: dict[str, set[str]] = {kind.value: set() for kind in kinds}
    for change in changes:
        # Nothing that stands in the store can speak of an employer that was not there before.
        passes = change.kind == Kind.EMPLOYERS.value and change.all_new
        if change.kind in UNREAD or passes:
            continue
        if change.kind not in read or change.ids is None:
            return None
        read[change.kind].update(change.ids)
    return Renewal(*(frozenset(each) for each in read.values()))


def renewed(snapshot: Snapshot, store: Store, scope: Scope, asked: Renewal) -> Snapshot | None:
    """The snapshot with these posts and outcomes as they are in the store now.

    Every answer is that of a snapshot taken anew. None where that cannot be had in place: somebody
    within the scope was written about, or a post is under a rule of law that none was under before,
    so that everyone must be asked about it.
    """
    if asked.people and _are_served(snapshot, store, scope, asked.people):
        return None
    if not asked.posts and not asked.outcomes:
        return snapshot
    outcomes = store.outcomes_named(scope, asked.outcomes)
    posts = store.frame(Kind.VACANCIES, asked.posts | set(outcomes["vacancy_id"]))
    hired = store.hires_by_vacancy(posts["vacancy_id"], until=snapshot.market.on)
    market = with_posts(snapshot.market, posts, hired=hired)
    entitlement = _entitled(snapshot, market, posts)
    if entitlement is None:
        return None
    marks = {key: mark for key, mark in snapshot.marks.items() if key not in asked.posts}
    marked = posts[["vacancy_id", "warnings"]].dropna()
    return Snapshot(
        market,
        entitlement,
        _merged(snapshot.outcomes, outcomes),
        marks | dict(zip(marked["vacancy_id"], marked["warnings"], strict=True)),
        snapshot.threads,
        snapshot.served,
    )


def _are_served(snapshot: Snapshot, store: Store, scope: Scope, people: frozenset[str]) -> bool:
    """Was one of these within the scope when the snapshot was taken, or is one now?"""
    if snapshot.served is None or not snapshot.served.isdisjoint(people):
        return True
    return not store.persons(scope, people).empty


def _entitled(snapshot: Snapshot, market: Market, posts: pd.DataFrame) -> Entitlement | None:
    """The law's word with the classes of these posts; None where one of them is new."""
    before = snapshot.entitlement
    classes, of_class = welfare_post_classes(posts)
    if any(each not in before.classes for each in classes):
        return None
    known = [before.classes.index(each) for each in classes]
    number = np.array([*known, NO_CLASS], dtype=np.int32)[of_class]
    merged = np.full(len(market.vacancies), NO_CLASS, np.int32)
    merged[_places(market, snapshot.market.vacancies.ids)] = before.welfare.vacancy_class
    merged[_places(market, posts["vacancy_id"].to_numpy(object))] = number
    return replace(before, welfare=replace(before.welfare, vacancy_class=merged))


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
