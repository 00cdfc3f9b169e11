"""The audit, for those who watch over it."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from api.auth.callers import Allow, Caller
from api.deps import StoreDep
from api.records.verbs import rows_of
from matcher.domain.scope import Role
from matcher.store.audit import Sought

router = APIRouter(prefix="/audit", tags=["audit"])

WATCHERS = frozenset({Role.AUDITOR, Role.ADMIN})
Watcher = Annotated[Caller, Depends(Allow(WATCHERS, "audit"))]
Text = Annotated[str | None, Query(max_length=64)]


class AuditRow(BaseModel):
    """Who did what to how many records, to what end; whose they were only as a digest."""

    seq: int
    at: str
    actor: str
    role: str | None = None
    purpose: str | None = None
    areas: str | None = None
    action: str
    kind: str
    count: int
    ids_hash: str | None = None
    detail: dict[str, Any] = {}


class AuditPage(BaseModel):
    """Rows, newest first; `next` is the cursor of older ones."""

    items: list[AuditRow]
    next: int | None = None


class SealsOut(BaseModel):
    """Whether the chain of seals over audit, moves and decisions holds."""

    sound: bool
    broken: list[str]


@router.get("")
def list_audit(
    _caller: Watcher,
    store: StoreDep,
    actor: Text = None,
    action: Text = None,
    kind: Text = None,
    purpose: Text = None,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="only older rows")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AuditPage:
    """Rows of the audit, newest first."""
    sought = Sought(
        actor=actor, action=action, kind=kind, purpose=purpose, before=before, limit=limit + 1
    )
    rows = rows_of(store.audit_search(sought))
    items = [
        AuditRow.model_validate(
            row | {"at": str(row["at"]), "detail": orjson.loads(row.get("detail") or "{}")}
        )
        for row in rows[:limit]
    ]
    return AuditPage(items=items, next=items[-1].seq if len(rows) > limit else None)


@router.get("/seals")
def check_seals(store: StoreDep, _caller: Watcher) -> SealsOut:
    """Was anything changed behind the service?"""
    broken = store.broken_seals()
    return SealsOut(sound=not broken, broken=list(broken))
