"""Decide, keep, decide again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.decisions.schemas import KeptOut, QuestionIn, RerunOut, VerdictOut
from api.deps import StoreDep, today_of
from api.protocol.language import language_of
from api.protocol.once import OnceRoute
from api.records.resource import API
from matcher.domain.decision import Override
from matcher.domain.scope import Role
from matcher.errors import WrongUse
from matcher.pipeline.law import keeping
from matcher.pipeline.law.deciding import decided_about

router = APIRouter(prefix="/decisions", tags=["decisions"], route_class=OnceRoute)

Decider = Annotated[Caller, Depends(Allow(CASEWORK, "decide"))]
Reader = Annotated[Caller, Depends(Allow(CASEWORK | {Role.AUDITOR}, "decisions"))]


@router.post("", responses={201: {"model": VerdictOut, "description": "decided and kept"}})
def decide(
    store: StoreDep, caller: Decider, given: QuestionIn, request: Request, response: Response
) -> VerdictOut:
    """Decide about a person, a household or an employer, by the law of the place and day."""
    question = given.question(today_of(store))
    language = language_of(request)
    if not given.keep:
        if given.override is not None:
            raise WrongUse(
                what="a class set by hand is nowhere kept",
                expected="override with keep: true",
                do="Add keep: true.",
            )
        return VerdictOut.of(decided_about(store, caller.scope, question).verdict(0), language)
    by_hand = None
    name = caller.account.username
    if given.override is not None:
        by_hand = Override(given.override.to, given.override.reason, name, question.on)
    number, decided = keeping.decide_and_keep(
        store, caller.scope, question, author=name, at=caller.at, override=by_hand
    )
    response.status_code = 201
    response.headers["Location"] = f"{API}/decisions/{number}/rerun"
    return VerdictOut.of(decided.verdict(0), language, number)


@router.get("")
def list_decisions(
    caller: Reader,
    store: StoreDep,
    subject_id: Annotated[str | None, Query(max_length=64)] = None,
    decision: Annotated[str | None, Query(max_length=64)] = None,
    after: Annotated[int, Query(ge=0, le=2**53, description="the last number seen")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[KeptOut]:
    """Decisions on record within the caller's areas, oldest first."""
    found = keeping.kept_decisions(store, caller.scope, subject_id=subject_id, decision=decision)
    page = [each for each in found if each.number > after][:limit]
    return [KeptOut.model_validate(each, from_attributes=True) for each in page]


@router.get("/{number}/rerun")
def rerun(
    store: StoreDep, caller: Reader, number: Annotated[int, Path(ge=1, le=2**53)]
) -> RerunOut:
    """Decide a kept decision again from its own facts, by the law as it stands now."""
    found = keeping.rerun(store, caller.scope, number)
    return RerunOut.model_validate(found, from_attributes=True)
