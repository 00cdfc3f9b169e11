"""The plan of a household: the pairs of member and post by which one is in work soonest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from api.auth.callers import Caller
from api.matches.schemas import PostOut, post_of
from matcher.pipeline import matching
from matcher.pipeline.privacy.wishing import not_personalised
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker
from matcher.store.store import Store

PAIRS, PER_MEMBER = 6, 3


@dataclass(frozen=True, slots=True)
class Pair:
    """A member and a post; `rank` is its place on the member's own list."""

    person: str
    post: PostOut
    rank: int


def plan_of(
    store: Store, caller: Caller, snapshot: Snapshot, ranker: Ranker, members: Sequence[str]
) -> list[Pair]:
    """The best pairs of members who look for work, by the score of the ranker, best first.

    Whoever wishes no personal proposals is left out; their own file has the plain list.
    """
    wished = not_personalised(store, caller.scope)
    seeking = sorted(key for key in members if snapshot.has_person(key) and key not in wished)
    if not seeking:
        return []
    at = np.array([snapshot.person(key) for key in seeking], dtype=np.int32)
    ranked = matching.rank_for_persons(snapshot, ranker, top=PER_MEMBER, persons=at)
    best = np.argsort(-ranked.score, kind="stable")[:PAIRS]
    people, posts = snapshot.market.jobseekers.ids, snapshot.market.vacancies.ids
    return [
        Pair(
            str(people[ranked.person_at[row]]),
            post_of(snapshot, str(posts[ranked.vacancy_at[row]])),
            int(ranked.rank[row]),
        )
        for row in best
    ]
