"""Ranking models: read by those who watch, switched by supervisors and administrators."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth.callers import Allow, Caller
from api.auth.roles import OVERSIGHT
from api.days import Day
from api.deps import DayDep, SettingsDep, StoreDep, today_of
from api.jobs.ordering import ordered
from api.jobs.schemas import JobOut
from api.models.promoting import card_of_model, champion_of, is_usable, promoted
from api.protocol.once import OnceRoute
from api.records.resource import Id
from matcher.domain.job import JobKind
from matcher.domain.scope import Role
from matcher.ranking.shelf.shelf import UNTRAINED, Shelf
from matcher.ranking.shelf.shipped import shipped_names

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
    champion = champion_of(shelf)
    own = {name: is_usable(shelf, name) for name in shelf.names()}
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
    on: Day | None = None


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
    return dict(card_of_model(Shelf(settings.workspace), key))


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
    done = promoted(Shelf(settings.workspace), store, key, on=on, seed=seed)
    refused = done.judgement.refused if done.judgement is not None else ()
    reasons = [f"{each.check} {each.attribute} {each.group}".strip() for each in refused]
    is_promoted = done.champion == key
    told = [] if is_promoted else reasons
    return PromotedOut(
        champion=done.champion, before=done.before, promoted=is_promoted, reasons=told
    )
