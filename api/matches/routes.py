"""Posts for a person, people for a post."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth.callers import Allow, Caller
from api.auth.roles import PEOPLE
from api.days import Day
from api.deps import DayDep, MarketsDep, RankerDep, StoreDep, today_of
from api.jobs.ordering import ordered
from api.jobs.schemas import JobOut
from api.matches.schemas import MatchesOut, MatchOut, post_of
from api.matches.showing import matches_for
from api.matches.trace import traced
from api.protocol.language import language_of
from api.records.resource import Id
from matcher.domain.job import JobKind
from matcher.pipeline import matching
from matcher.pipeline.lists.people import rank_for_vacancy
from matcher.pipeline.matching import Ranked
from matcher.pipeline.privacy.plain import NOT_PERSONALISED, plain_list, plain_people
from matcher.pipeline.privacy.wishing import not_personalised
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
    non_personalised: Annotated[
        bool, Query(description="by law, distance and day alone, without the profile")
    ] = False,
) -> MatchesOut:
    """The best posts for a jobseeker, each with its reasons.

    Who wished it, or refused consent, gets a list that knows nothing of the profile. An organiser
    reads only reasons that an employer may read: nothing of health, status or household.
    """
    traced(store, caller, [key])
    snapshot = markets.of(caller.scope, on)
    wished = not_personalised(store, caller.scope, key).get(key)
    if non_personalised or wished is not None:
        why = "asked" if non_personalised else wished
        return _plain(snapshot, key, why, top, include_known=include_known)
    ranked = matching.rank_for_persons(
        snapshot, ranker, top=top, persons=snapshot.person_at(key), include_known=include_known
    )
    return _said(caller, snapshot, ranker, ranked, request)


class EveryoneIn(BaseModel):
    """Lists for everyone within the caller's areas."""

    model_config = ConfigDict(extra="forbid")
    top: Annotated[int, Field(ge=1, le=1000)] = 20
    on: Day | None = None
    model: Annotated[str | None, Field(min_length=1, max_length=64)] = None
    include_known: bool = False
    congestion: Annotated[bool, Field(description="spread the lists over all posts")] = False


@router.post("/matches", status_code=202)
def order_lists(
    caller: Reader,
    store: StoreDep,
    given: EveryoneIn,
    response: Response,
    once: Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)] = None,
) -> JobOut:
    """Lists for everyone as a job; its file is `person_id,vacancy_id,rank,score,tier,found_by`."""
    stated = given.model_dump(exclude={"on"}, exclude_none=True)
    parameters = stated | {"on": (given.on or today_of(store)).isoformat()}
    return ordered(store, caller, JobKind.MATCH_ALL, parameters, response, key=once)


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
    """The best people within the caller's areas for a post; by law first where it is funded.

    Who wants no lists made from the profile stands at the median, without score and reasons. An
    organiser sees order and tier, and of the reasons only those that an employer may read: nothing
    of health, status or household.
    """
    snapshot = markets.of(caller.scope, on)
    plain = plain_people(snapshot, not_personalised(store, caller.scope))
    ranked = rank_for_vacancy(
        snapshot, ranker, key, top=top, include_known=include_known, plain=plain
    )
    traced(store, caller, snapshot.market.jobseekers.ids[ranked.person_at].tolist())
    return _said(caller, snapshot, ranker, ranked, request)


def _plain(
    snapshot: Snapshot, key: str, why: str | None, top: int, *, include_known: bool
) -> MatchesOut:
    found = plain_list(snapshot, snapshot.person(key), top=top, include_known=include_known)
    ids = snapshot.market.vacancies.ids[found.vacancy_at]
    return MatchesOut.model_validate(
        {
            "on": snapshot.market.on,
            "personalised": False,
            "why": why,
            "matches": [
                MatchOut(
                    person_id=key,
                    vacancy_id=str(vacancy_id),
                    rank=rank,
                    tier=int(tier) or None,
                    found_by=[NOT_PERSONALISED],
                    reasons=[],
                    post=post_of(snapshot, str(vacancy_id)),
                )
                for rank, (vacancy_id, tier) in enumerate(
                    zip(ids, found.tier, strict=True), start=1
                )
            ],
        }
    )


def _said(
    caller: Caller, snapshot: Snapshot, ranker: Ranker, ranked: Ranked, request: Request
) -> MatchesOut:
    language = language_of(request)
    matches = matches_for(caller, matching.explained_matches(snapshot, ranker, ranked))
    return MatchesOut(
        on=snapshot.market.on,
        model=ranker.name,
        matches=[MatchOut.of(snapshot, each, language) for each in matches],
    )
