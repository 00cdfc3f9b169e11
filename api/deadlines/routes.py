"""The day's list of an office."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import DayDep, StoreDep
from api.protocol.language import language_of
from api.records.verbs import rows_of
from matcher.casework.deadlines.agenda import at_risk, matter_words
from matcher.pipeline.casework.agenda import day_of

router = APIRouter(prefix="/deadlines", tags=["deadlines"])

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "deadlines"))]
Ahead = Annotated[int, Query(ge=0, le=366, description="days to look ahead")]


class DueOut(BaseModel):
    """One thing that is due, by whom it is about."""

    matter: str
    name: Annotated[str, Field(description="the matter in words")]
    state: str | None = None
    subject_id: str | None = None
    person_id: str | None = None
    household_id: str | None = None
    vacancy_id: str | None = None
    area_code: str | None = None
    due_on: date
    days_left: Annotated[int, Field(description="below zero where it is overdue")]
    projected: Annotated[bool, Field(description="past the last published calendar")]


class DayOut(BaseModel):
    """What is due, most urgent first."""

    on: date
    due: list[DueOut]
    total: int
    open_clocks: Annotated[int, Field(description="clocks that wait for facts nobody asked for")]


class RiskOut(BaseModel):
    """How much is overdue and coming in one area and matter."""

    area_code: str | None = None
    matter: str
    overdue: int
    today: int
    coming: int


@router.get("")
def list_deadlines(
    caller: Reader,
    store: StoreDep,
    on: DayDep,
    request: Request,
    ahead: Ahead = 7,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> DayOut:
    """What is overdue, due today and soon: next steps of all matters and clocks of the law."""
    found = day_of(store, caller.scope, on, ahead_days=ahead)
    words = matter_words(language_of(request))
    page = found.due.iloc[offset : offset + limit]
    rows = [
        DueOut.model_validate(row | {"name": words.get(row["matter"], row["matter"])})
        for row in rows_of(page)
    ]
    return DayOut(on=on, due=rows, total=len(found.due), open_clocks=len(found.questions))


@router.get("/risks")
def list_risks(
    caller: Reader,
    store: StoreDep,
    on: DayDep,
    ahead: Ahead = 30,
    digits: Annotated[int, Query(ge=2, le=12, description="of the area code to count by")] = 9,
) -> list[RiskOut]:
    """How much is overdue and coming, by area and matter."""
    found = day_of(store, caller.scope, on, ahead_days=ahead)
    return [RiskOut.model_validate(row) for row in rows_of(at_risk(found.due, digits=digits))]
