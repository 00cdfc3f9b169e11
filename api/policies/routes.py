"""The law in force, with its sources."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field

from api.auth.callers import Allow, Caller
from api.auth.roles import EVERYONE
from api.days import Day
from api.decisions.schemas import CitationOut
from api.deps import DayDep
from api.protocol.language import Language, language_of
from matcher.policy.catalogue import decision_kind
from matcher.policy.comparing.rules import compare_rules
from matcher.policy.law import InForce, Law

router = APIRouter(prefix="/policies", tags=["policies"])

Reader = Annotated[Caller, Depends(Allow(EVERYONE, "policies"))]
Place = Annotated[
    str,
    Query(
        min_length=1, max_length=64, examples=["cn/jiangsu/nantong"], description="path of a place"
    ),
]
Layer = Annotated[
    Literal["current", "source"], Query(description="source: the law of the documents alone")
]


class MatterOut(BaseModel):
    """One decision as the law of a place answers it."""

    decision: str
    name: str
    set_by: Annotated[str, Field(description="the place whose rule answers")]
    layer: str
    citations: list[CitationOut]


class LawOut(BaseModel):
    """The law in force in a place on a day."""

    place: str
    on: date
    layer: str
    decisions: list[MatterOut]


class DifferenceOut(BaseModel):
    """One decision on which two laws differ."""

    decision: str
    set_by_a: str | None = None
    set_by_b: str | None = None
    joined: bool
    conditions: list[dict[str, Any]]
    values: list[dict[str, Any]]


class LawsOut(BaseModel):
    """How two laws differ; empty where they say the same."""

    a: str
    b: str
    a_on: date
    b_on: date
    differences: list[DifferenceOut]


@router.get("")
def read_law(
    _caller: Reader, on: DayDep, request: Request, place: Place, layer: Layer = "current"
) -> LawOut:
    """The law in force: each decision, which place's rule answers, its sources."""
    law = Law.on_day(place, on, layer=layer)
    language = language_of(request)
    matters = [
        _matter(decision, law.rules(decision)[0], language)
        for decision in law.decisions
        if law.rules(decision)
    ]
    return LawOut(place=law.place, on=on, layer=layer, decisions=matters)


@router.get("/diff")
def read_difference(
    _caller: Reader,
    on: DayDep,
    a: Place,
    b: Place,
    a_on: Day | None = None,
    b_on: Day | None = None,
    layer: Layer = "current",
) -> LawsOut:
    """How the law of two places, or of two days, differs, decision by decision."""
    first, second = a_on or on, b_on or on
    laws = Law.on_day(a, first, layer=layer), Law.on_day(b, second, layer=layer)
    found = [
        DifferenceOut.model_validate(
            {name: value for name, value in asdict(each).items() if name in SHOWN}
        )
        for each in compare_rules(*laws)
    ]
    return LawsOut(a=a, b=b, a_on=first, b_on=second, differences=found)


SHOWN = frozenset(DifferenceOut.model_fields)


def _matter(decision: str, found: InForce, language: Language) -> MatterOut:
    kind = decision_kind(decision)
    conditions = found.rule.conditions.values()
    ids = dict.fromkeys([found.rule.source, *(each.source for each in conditions)])
    return MatterOut(
        decision=decision,
        name=kind.zh if language == "zh" else decision.replace("_", " "),
        set_by=found.set_by,
        layer=found.pack.layer,
        citations=[CitationOut.of(found.pack.sources[each]) for each in ids],
    )
