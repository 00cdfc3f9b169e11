"""Liveness and readiness."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.deps import StoreDep
from matcher import __version__

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: Annotated[str, Field(examples=["ok"])]
    version: Annotated[str, Field(examples=["0.1.0"])]


class Readiness(BaseModel):
    """The database answers, with how much it holds."""

    status: Annotated[str, Field(examples=["ready"])]
    records: Annotated[dict[str, int], Field(examples=[{"vacancies": 1200}])]


@router.get("/healthz")
def read_health() -> Health:
    """Is the process alive?"""
    return Health(status="ok", version=__version__)


@router.get("/readyz")
def read_readiness(store: StoreDep) -> Readiness:
    """Can the service answer questions now?"""
    return Readiness(
        status="ready", records={kind.value: count for kind, count in store.counts().items()}
    )
