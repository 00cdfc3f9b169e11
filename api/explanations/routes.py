"""Why this pair, for casework."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.auth.callers import Allow, Caller
from api.auth.roles import PEOPLE
from api.deps import DayDep, MarketsDep, RankerDep, StoreDep
from api.explanations.schemas import ExplanationOut
from api.matches.showing import why_for
from api.matches.trace import traced
from api.protocol.language import language_of
from matcher.pipeline import matching

router = APIRouter(prefix="/explanations", tags=["explanations"])

Reader = Annotated[Caller, Depends(Allow(PEOPLE, "explain"))]
Key = Annotated[str, Query(min_length=1, max_length=64)]


@router.get("")
def explain(
    caller: Reader,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    on: DayDep,
    request: Request,
    person_id: Key,
    vacancy_id: Key,
) -> ExplanationOut:
    """Why this pair, why not, and what would change it; whether or not it is proposed.

    An organiser reads what an employer may read: nothing of health, status or household.
    """
    traced(store, caller, [person_id])
    snapshot = markets.of(caller.scope, on)
    said = why_for(caller, matching.explain(snapshot, ranker, person_id, vacancy_id))
    return ExplanationOut.of(said, language_of(request))
