"""The right side of the workbench: files opened last, how the month goes, posts that are new."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

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
FRESH_DAYS, FRESH_PEOPLE, FRESH_TOP = 7, 300, 5


@dataclass(frozen=True, slots=True)
class Fresh:
    """A person with a good post that was not there a week ago."""

    person: str
    name: str
    post: PostOut
    posted_on: str
    rank: int


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
    found = store.persons(caller.scope, keys, parts=("profile", "identity"), at=caller.at)
    names = {row["person_id"]: masked(str(row.get("name", ""))) for row in rows_of(found)}
    return [(key, names[key]) for key in keys if key in names]


def fresh_posts(
    store: Store, caller: Caller, due: pd.DataFrame, snapshot: Snapshot, ranker: Ranker, on: date
) -> list[Fresh]:
    """People of the day's list among whose best posts one is new, the best placed first.

    Args:
        store: whose names are read, which is written down.
        caller: who looks.
        due: the day's list; the first people of it are looked at.
        snapshot: the market of the day.
        ranker: that orders posts.
        on: the day.
    """
    homes = due.loc[due["person_id"].isna(), "household_id"].dropna().unique()[:FRESH_PEOPLE]
    members = store.members(
        caller.scope, homes.tolist(), parts=("profile", "identity"), at=caller.at
    )
    single = due["person_id"].dropna().unique()[:FRESH_PEOPLE].tolist()
    persons = store.persons(caller.scope, single, parts=("profile", "identity"), at=caller.at)
    names = {row["person_id"]: row.get("name", "") for row in rows_of(members) + rows_of(persons)}
    wished = not_personalised(store, caller.scope)
    asked = (key for key in names if snapshot.has_person(key) and key not in wished)
    seeking = sorted(asked)[:FRESH_PEOPLE]
    if not seeking:
        return []
    at = np.array([snapshot.person(key) for key in seeking], dtype=np.int32)
    ranked = matching.rank_for_persons(snapshot, ranker, top=FRESH_TOP, persons=at)
    posts, people = snapshot.market.vacancies, snapshot.market.jobseekers
    is_new = posts.posted_on[ranked.vacancy_at] > np.datetime64(on - timedelta(days=FRESH_DAYS))
    first = pd.DataFrame({"person": ranked.person_at[is_new], "row": np.flatnonzero(is_new)})
    rows = first.drop_duplicates("person")["row"].to_numpy()
    rows = rows[np.argsort(ranked.rank[rows], kind="stable")]
    return [
        Fresh(
            person=str(people.ids[ranked.person_at[row]]),
            name=masked(str(names[str(people.ids[ranked.person_at[row]])])),
            post=post_of(snapshot, str(posts.ids[ranked.vacancy_at[row]])),
            posted_on=str(posts.posted_on[ranked.vacancy_at[row]]),
            rank=int(ranked.rank[row]),
        )
        for row in rows
    ]
