"""Statutory tables: the monthly table with what stands behind each number, the scorecard."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK, OVERSIGHT
from api.days import MONTH, Day
from api.deps import StoreDep, today_of
from api.records.verbs import rows_of
from api.reports.asking import month_table
from matcher.casework.reports.scorecards import standard, year_of
from matcher.domain.scope import Role
from matcher.evaluation.limits import shipped_limits
from matcher.pipeline.casework.ledgers.overriding import Period, override_rates, proposals_in
from matcher.pipeline.casework.ledgers.tables import CardAsked, card_of

router = APIRouter(prefix="/reports", tags=["reports"])

Reader = Annotated[Caller, Depends(Allow(OVERSIGHT | CASEWORK, "report"))]
Caseworker = Annotated[Caller, Depends(Allow(CASEWORK, "report"))]
Watcher = Annotated[Caller, Depends(Allow(frozenset({Role.SUPERVISOR, Role.AUDITOR}), "overrides"))]
AreaCode = Annotated[str, Query(max_length=12, pattern=r"^\d*$", description="area with all below")]
Month = Annotated[str | None, Query(pattern=MONTH, examples=["2026-10"])]


class MonthlyOut(BaseModel):
    """The monthly table of zero-employment aid; numbers of households and people, no names."""

    month: str
    area: str
    due: date | None = Field(None, description="by when it is to be handed in")
    rule: str
    rows: list[dict[str, Any]]


class BehindOut(BaseModel):
    """One case behind a number."""

    household_id: str
    person_id: str | None = None
    on: str | None = None
    reason: str | None = None


class CardOut(BaseModel):
    """How communities stand against the thresholds of a fully-employed community."""

    standard: str
    since: date
    on: date
    rows: list[dict[str, Any]]


@router.get("/monthly")
def read_monthly(
    store: StoreDep, caller: Reader, month: Month = None, area: AreaCode = ""
) -> MonthlyOut:
    """The monthly table within the caller's areas; the last whole month where none is named."""
    made = month_table(store, caller.scope, month, area, today_of(store))
    return MonthlyOut(
        month=f"{made.month:%Y-%m}",
        area=made.area,
        due=None if made.due is None else made.due.day,
        rule=made.form.rule,
        rows=rows_of(made.table.reset_index()),
    )


@router.get("/monthly/{row}/{measure}")
def read_behind(
    caller: Caseworker,
    store: StoreDep,
    row: Annotated[str, Path(max_length=12, pattern=r"^(\d+|total)$")],
    measure: Annotated[str, Path(max_length=40, pattern=r"^[a-z_]+$")],
    month: Month = None,
    area: AreaCode = "",
) -> list[BehindOut]:
    """The cases behind one number of the monthly table."""
    behind = month_table(store, caller.scope, month, area, today_of(store)).behind(row, measure)
    shown = behind[["household_id", "person_id", "on", "reason"]].astype({"on": "str"})
    return [BehindOut.model_validate(each) for each in rows_of(shown)]


@router.get("/scorecard")
def read_scorecard(
    caller: Reader,
    store: StoreDep,
    name: Annotated[Literal["jiangsu", "yichun", "huachuan"], Query()] = "jiangsu",
    area: AreaCode = "",
    since: Day | None = None,
    on: Day | None = None,
) -> CardOut:
    """The scorecard of communities within the caller's areas."""
    standard(name)
    until = on or today_of(store)
    first = since or year_of(until)
    card, _ = card_of(store, caller.scope, CardAsked(name, first, until, area, {}))
    return CardOut(standard=name, since=first, on=until, rows=rows_of(card))


class OverridesOut(BaseModel):
    """How often each caseworker went against the screening, with both tails marked."""

    since: date
    until: date
    least: int = Field(description="referrals below which no tail is marked")
    nearly_always: float = Field(description="share from which on the tail is marked always")
    rows: list[dict[str, Any]] = Field(
        description="actor, proposed, overridden, share, low, high (95 % interval), tail"
    )


@router.get("/overrides")
def read_overrides(
    store: StoreDep, caller: Watcher, since: Day | None = None, until: Day | None = None
) -> OverridesOut:
    """The override rate by caseworker, for those who watch over the service."""
    usual = Period.before(until or today_of(store))
    period = Period(min(since or usual.since, usual.until), usual.until)
    rates = override_rates(proposals_in(store, caller.scope, period, at=caller.at))
    bound = shipped_limits().overrides
    return OverridesOut(
        since=period.since,
        until=period.until,
        least=bound.least,
        nearly_always=bound.nearly_always,
        rows=rows_of(rates),
    )
