"""Posts for a person, people for a post."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.auth.callers import Allow, Caller
from api.auth.roles import PEOPLE
from api.deps import DayDep, MarketsDep, RankerDep, StoreDep
from api.matches.schemas import MatchesOut, MatchOut
from api.matches.trace import traced
from api.protocol.language import language_of
from api.records.resource import Id
from matcher.pipeline import matching
from matcher.pipeline.matching import Ranked
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker

router = APIRouter(tags=["matches"])

Reader = Annotated[Caller, Depends(Allow(PEOPLE, "match"))]
Top = Annotated[int, Query(ge=1, le=100, description="how many")]
Known = Annotated[bool, Query(description="also pairs already applied for, referred or refused")]


@router.get("/persons/{key}/matches")
def posts_for_person(
    caller: Reader,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    on: DayDep,
    request: Request,
    key: Id,
    top: Top = 20,
    include_known: Known = False,
) -> MatchesOut:
    """The best posts for a jobseeker, each with its reasons."""
    traced(store, caller, [key])
    snapshot = markets.of(caller.scope, on)
    ranked = matching.rank_for_persons(
        snapshot, ranker, top=top, persons=snapshot.person_at(key), include_known=include_known
    )
    return _said(snapshot, ranker, ranked, request)


@router.get("/vacancies/{key}/matches")
def people_for_vacancy(
    caller: Reader,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    on: DayDep,
    request: Request,
    key: Id,
    top: Top = 20,
    include_known: Known = False,
) -> MatchesOut:
    """The best people within the caller's areas for a post; by law first where it is funded."""
    snapshot = markets.of(caller.scope, on)
    ranked = matching.rank_for_vacancy(snapshot, ranker, key, top=top, include_known=include_known)
    traced(store, caller, snapshot.market.jobseekers.ids[ranked.person_at].tolist())
    return _said(snapshot, ranker, ranked, request)


def _said(snapshot: Snapshot, ranker: Ranker, ranked: Ranked, request: Request) -> MatchesOut:
    language = language_of(request)
    matches = matching.explained_matches(snapshot, ranker, ranked)
    return MatchesOut(
        on=snapshot.market.on,
        model=ranker.name,
        matches=[MatchOut.of(snapshot, each, language) for each in matches],
    )
