"""The right side of the workbench: files opened last, how the month goes, posts that are new."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from api.auth.callers import Caller
from api.matches.schemas import PostOut, post_of
from api.records.verbs import rows_of
from matcher.domain.scope import Role
from matcher.pipeline import matching
from matcher.pipeline.casework.days import Standing
from matcher.pipeline.fairs.papers.words import masked
from matcher.pipeline.privacy.wishing import not_personalised
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker
from matcher.store.audit import Sought
from matcher.store.store import Store

STEPS = ("refer", "interview", "hire", "retain")
"""The steps of the month's funnel: moves of a referral."""

RECENT, LOOKED_BACK = 8, 20_000
FRESH_DAYS, FRESH_PEOPLE, FRESH_TOP = 7, 120, 5


@dataclass(frozen=True, slots=True)
class Found:
    """A new post and its rank among a person's best."""

    person: str
    vacancy: str
    posted_on: str
    rank: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """The same in words; the name is masked."""

    found: Found
    name: str
    post: PostOut


def funnel(standing: Standing, caller: Caller) -> Mapping[str, int]:
    """Referrals moved this month: by the caller, by everyone where a supervisor looks."""
    moved = standing.moved
    if caller.account.role is not Role.SUPERVISOR:
        moved = moved[moved["actor"] == caller.account.username]
    counted = moved.groupby("event")["n"].sum()
    return {step: int(counted.get(step, 0)) for step in STEPS}


def opened_last(store: Store, caller: Caller) -> list[tuple[str, str]]:
    """The files that the caller opened last: number and masked name, newest first."""
    newest = store.audit_rows(last=1)
    if newest.empty:
        return []
    after = int(newest["seq"].iloc[0]) - LOOKED_BACK
    mine = Sought(
        actor=caller.account.username, kind="persons", purpose="file", after=after, limit=60
    )
    named = store.audit_search(mine)["detail"].map(lambda text: json.loads(text).get("ids", []))
    keys = list(dict.fromkeys(ids[0] for ids in named if len(ids) == 1))[:RECENT]
    found = store.persons(caller.scope, keys, parts=("identity",), at=caller.at)
    names = {row["person_id"]: masked(str(row.get("name", ""))) for row in rows_of(found)}
    return [(key, names[key]) for key in keys if key in names]


class FreshPosts:
    """People of the day's list among whose best posts one is new; held until something is written.

    Args:
        store: whose people are read; a name shown is written down each time.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[tuple[str, ...], tuple[Snapshot, pd.DataFrame, list[Found]]] = {}

    def of(
        self, caller: Caller, due: pd.DataFrame, snapshot: Snapshot, ranker: Ranker
    ) -> list[Fresh]:
        """Them with their names, the best placed first.

        Args:
            caller: who looks.
            due: the day's list; the first people of it are looked at.
            snapshot: the market of the day.
            ranker: that orders posts.
        """
        key = (ranker.name, *sorted(caller.scope.areas))
        held = self._held.get(key)
        if held is None or held[0] is not snapshot or held[1] is not due:
            held = (snapshot, due, self._found(caller, due, snapshot, ranker))
            self._held[key] = held
        people = [each.person for each in held[2]]
        parts = ("profile", "identity")
        named = self._store.persons(caller.scope, people, parts=parts, at=caller.at)
        names = {row["person_id"]: masked(str(row.get("name", ""))) for row in rows_of(named)}
        return [
            Fresh(each, names[each.person], post_of(snapshot, each.vacancy))
            for each in held[2]
            if each.person in names
        ]

    def _found(
        self, caller: Caller, due: pd.DataFrame, snapshot: Snapshot, ranker: Ranker
    ) -> list[Found]:
        store = self._store
        homes = due.loc[due["person_id"].isna(), "household_id"].dropna().unique()
        members = store.members(caller.scope, homes[:FRESH_PEOPLE].tolist(), at=caller.at)
        about = [*due["person_id"].dropna().unique()[:FRESH_PEOPLE], *members["person_id"]]
        wished = not_personalised(store, caller.scope)
        asked = {key for key in about if snapshot.has_person(key) and key not in wished}
        seeking = sorted(asked)[:FRESH_PEOPLE]
        if not seeking:
            return []
        at = np.array([snapshot.person(key) for key in seeking], dtype=np.int32)
        ranked = matching.rank_for_persons(snapshot, ranker, top=FRESH_TOP, persons=at)
        posts, people = snapshot.market.vacancies, snapshot.market.jobseekers
        since = np.datetime64(snapshot.market.on - timedelta(days=FRESH_DAYS))
        new = np.flatnonzero(posts.posted_on[ranked.vacancy_at] > since)
        # Each list begins with its best: the first new one of a person is the best new one.
        rows = new[np.unique(ranked.person_at[new], return_index=True)[1]]
        return [
            Found(
                str(people.ids[ranked.person_at[row]]),
                str(posts.ids[ranked.vacancy_at[row]]),
                str(posts.posted_on[ranked.vacancy_at[row]]),
                int(ranked.rank[row]),
            )
            for row in rows[np.argsort(ranked.rank[rows], kind="stable")]
        ]
