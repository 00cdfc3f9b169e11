"""Jobseekers: work profile for whoever matches, status for casework alone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK, PEOPLE
from api.deps import StoreDep
from api.records import verbs
from api.records.resource import Id, Resource
from api.records.schemas import record_out
from matcher.domain.kinds import Kind

PERSONS = Resource(Kind.PERSONS, "person", ("profile",), readers=PEOPLE, writers=CASEWORK)
router = PERSONS.router()

StatusOut: Any = record_out("StatusOut", Kind.PERSONS, parts=("status",))
Caseworker = Annotated[Caller, Depends(Allow(CASEWORK, "status"))]


@router.get("/{key}/status", response_model=StatusOut)
def read_status(caller: Caseworker, store: StoreDep, key: Id, response: Response) -> dict[str, Any]:
    """What policy may read of a person: an audited read, for casework alone."""
    return verbs.read(store, caller, Kind.PERSONS, key, response, parts=("profile", "status"))
