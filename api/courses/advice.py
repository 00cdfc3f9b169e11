"""Courses for one person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.courses.schemas import PersonCoursesOut
from api.deps import DayDep, MarketsDep, RankerDep, StoreDep
from api.matches.trace import traced
from api.protocol.language import language_of
from api.records.resource import Id
from matcher.pipeline.courses import courses_for

router = APIRouter(tags=["courses"])

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "courses"))]


@router.get("/persons/{key}/courses")
def courses_for_person(
    caller: Reader,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    on: DayDep,
    request: Request,
    key: Id,
) -> PersonCoursesOut:
    """Courses for a person: wished ones first, then by the posts they open."""
    traced(store, caller, [key])
    found = courses_for(store, caller.scope, markets.of(caller.scope, on), ranker, key)
    return PersonCoursesOut.of(found, language_of(request))
