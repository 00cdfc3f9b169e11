"""Ranking models: read by those who watch, switched by supervisors and administrators."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth.callers import Allow, Caller
from api.auth.roles import OVERSIGHT
from api.deps import DayDep, SettingsDep, StoreDep, today_of
from api.jobs.ordering import ordered
from api.jobs.schemas import JobOut
from api.protocol.once import OnceRoute
from api.records.resource import Id
from matcher.domain.job import JobKind
from matcher.domain.scope import Role, Scope
from matcher.errors import ModelNotTrusted, NotFound
from matcher.pipeline.judging.promoting import evaluate
from matcher.pipeline.judging.trials import take_trial
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import UNTRAINED, Shelf, card_in
from matcher.ranking.shelf.shipped import shipped_contents, shipped_names

router = APIRouter(prefix="/models", tags=["models"], route_class=OnceRoute)

Reader = Annotated[Caller, Depends(Allow(OVERSIGHT, "models"))]
Switcher = Annotated[
    Caller, Depends(Allow(frozenset({Role.SUPERVISOR, Role.ADMIN}), "promote a model"))
]


class ModelOut(BaseModel):
    """One model, and whether its files are those that were registered."""

    name: str
    usable: bool
    champion: bool
    shipped: Annotated[bool, Field(description="travels with the code; learned on the demo city")]


class PromotedOut(BaseModel):
    """What came of a promotion; the gate's reasons where it refused."""

    champion: str
    before: str
    promoted: bool
    reasons: list[str] = []


@router.get("")
def list_models(settings: SettingsDep, _caller: Reader) -> list[ModelOut]:
    """The models there are, and who is champion."""
    shelf = Shelf(settings.workspace)
    champion = _champion(shelf)
    own = {name: _is_usable(shelf, name) for name in shelf.names()}
    shipped = {name: True for name in shipped_names() if name not in own}
    return [
        ModelOut(name=name, usable=usable, champion=name == champion, shipped=name in shipped)
        for name, usable in ({UNTRAINED: True} | own | shipped).items()
    ]


class TrainingIn(BaseModel):
    """A model to be trained on the outcomes on record."""

    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9-]*$")]
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0
    on: date | None = None


@router.post("", status_code=202)
def order_training(
    caller: Switcher,
    store: StoreDep,
    given: TrainingIn,
    response: Response,
    once: Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)] = None,
) -> JobOut:
    """Train a model as a job; it is promoted by itself only where no trained one serves yet."""
    day = (given.on or today_of(store)).isoformat()
    parameters = {"name": given.name, "seed": given.seed, "on": day}
    return ordered(store, caller, JobKind.TRAIN, parameters, response, key=once)


@router.get("/{key}/card")
def read_card(settings: SettingsDep, _caller: Reader, key: Id) -> dict[str, Any]:
    """A model's card: data, quality by group, what it is for and not for."""
    shelf = Shelf(settings.workspace)
    if key in shelf.names():
        return shelf.card(key)
    if key in shipped_names():
        return card_in(key, shipped_contents(key))
    raise NotFound(kind="model", key=key)


@router.post("/{key}/promotion")
def promote(
    _caller: Switcher,
    settings: SettingsDep,
    store: StoreDep,
    on: DayDep,
    key: Id,
    seed: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> PromotedOut:
    """Make a model the champion if it passes the gate; the untrained rules are always open."""
    shelf = Shelf(settings.workspace)
    before = shelf.check_champion().name
    if key in (before, UNTRAINED):
        shelf.promote(key)
        return PromotedOut(champion=key, before=before, promoted=True)
    rankers = [open_ranker(shelf, name, measured=True) for name in (key, before)]
    trial = take_trial(store, Scope.office("promote"), on=on, seed=seed)
    judgement = evaluate(trial, rankers).judgement
    if judgement is None or not judgement.passed:
        reasons = (
            [f"{each.check} {each.attribute} {each.group}".strip() for each in judgement.refused]
            if judgement
            else []
        )
        return PromotedOut(champion=before, before=before, promoted=False, reasons=reasons)
    shelf.promote(key)
    return PromotedOut(champion=key, before=before, promoted=True)


def _champion(shelf: Shelf) -> str:
    """The champion's name, also where its files are no longer those that were registered."""
    try:
        return shelf.check_champion().name
    except ModelNotTrusted as broken:
        return broken.model


def _is_usable(shelf: Shelf, name: str) -> bool:
    try:
        shelf.contents(name)
    except ModelNotTrusted:
        return False
    return True
