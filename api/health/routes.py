"""Liveness and readiness."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from api.auth.callers import now
from api.deps import MarketsDep, SettingsDep, StoreDep
from api.protocol.language import language_of
from api.protocol.problems import problem
from matcher import __version__
from matcher.pipeline.health.checks import readiness
from matcher.pipeline.health.finding import Finding, State, wrong

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: Annotated[str, Field(examples=["ok"])]
    version: Annotated[str, Field(examples=["0.1.0"])]


class Readiness(BaseModel):
    """Everything that answers rest on is there, with how much the database holds."""

    status: Annotated[str, Field(examples=["ready"])]
    checks: Annotated[dict[str, str], Field(examples=[{"schema": "ok", "disk": "ok"}])]
    records: Annotated[dict[str, int], Field(examples=[{"vacancies": 1200}])]


@router.get("/healthz")
def read_health() -> Health:
    """Is the process alive?"""
    return Health(status="ok", version=__version__)


@router.get("/readyz", response_model=Readiness)
def read_readiness(
    request: Request, store: StoreDep, settings: SettingsDep, markets: MarketsDep
) -> Readiness | Response:
    """Can the service answer questions now? 503 names each thing that is not well."""
    thread = getattr(request.app.state, "worker", None)
    lives = thread.is_alive() if thread is not None else None
    found = readiness(store, settings, now(), in_process=lives)
    found.append(
        wrong("snapshot", "failed", told=markets.fault) if markets.fault else Finding("snapshot")
    )
    faults = [each for each in found if each.state is State.WRONG]
    if faults:
        language = language_of(request)
        said = [{"parameter": each.check, "detail": each.said(language)} for each in faults]
        return problem(request, "NotReady", 503, faults=said)
    return Readiness(
        status="ready",
        checks={each.check: each.state.value for each in found},
        records={kind.value: count for kind, count in store.counts().items()},
    )
