"""Referrals for employers: people put forward to them, and their answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.auth.callers import Allow, Caller
from api.deps import DayDep, MarketsDep, PseudonymsDep, RankerDep, StoreDep, today_of
from api.protocol.language import language_of
from api.protocol.once import OnceRoute
from api.records.resource import Id
from api.records.verbs import rows_of
from api.referrals.candidates import Said, answered, own_referrals
from api.referrals.routes import stated
from api.referrals.schemas import AnsweredOut, CandidatePage, MoveIn
from matcher.domain.scope import Role

router = APIRouter(prefix="/candidates", tags=["candidates"], route_class=OnceRoute)

Employer = Annotated[Caller, Depends(Allow(frozenset({Role.EMPLOYER}), "candidates"))]


@router.get("")
def list_candidates(
    caller: Employer,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    names: PseudonymsDep,
    on: DayDep,
    request: Request,
    vacancy_id: Annotated[str | None, Query(max_length=64)] = None,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> CandidatePage:
    """The people put forward to this employer, without name, number or status, newest first."""
    found = own_referrals(store, caller)
    if vacancy_id is not None:
        found = found[found["vacancy_id"] == vacancy_id]
    found = found.sort_values(["since", "subject_id"], ascending=[False, True])
    rows = rows_of(found.iloc[offset : offset + limit])
    said = Said(markets, ranker, names, str(caller.account.employer_id))
    items = [said.candidate(row, caller, on, language_of(request)) for row in rows]
    return CandidatePage(items=items, total=len(found))


@router.post("/{key}/answers", status_code=201)
def answer(
    store: StoreDep, names: PseudonymsDep, caller: Employer, key: Id, given: MoveIn
) -> AnsweredOut:
    """An employer's answer to a referral: interview, offer, hire, start, or no."""
    on = given.on or today_of(store)
    state, version = answered(store, names, caller, key, given.event, on, **stated(given))
    return AnsweredOut(referral=key, state=state, version=version)
