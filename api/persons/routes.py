"""Jobseekers: work profile for whoever matches, status for casework alone."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Depends, Query, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK, PEOPLE
from api.deps import StoreDep, edit_of
from api.records import verbs
from api.records.resource import API, Id, Resource
from api.records.schemas import Warned, record_out
from matcher.domain.kinds import Kind
from matcher.pipeline.casework.register.doubles import doubles_of, keep_apart
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.records import editing

PERSONS = Resource(
    Kind.PERSONS, "person", ("profile",), readers=PEOPLE, writers=CASEWORK, makes=False
)
router = PERSONS.router()

PersonIn: Any = PERSONS.model_in()
StatusOut: Any = record_out("StatusOut", Kind.PERSONS, parts=("status",))
Caseworker = Annotated[Caller, Depends(Allow(CASEWORK, "status"))]
Writer = Annotated[Caller, Depends(Allow(CASEWORK, "edit persons"))]
MOST = 50
Apart = Annotated[
    list[Annotated[str, Query(max_length=64)]] | None,
    Query(max_length=MOST, description="records that are of other people than this one"),
]


@router.post("", status_code=201, operation_id="make_person")
def make_person(
    store: StoreDep,
    caller: Writer,
    given: Annotated[PersonIn, Body()],
    response: Response,
    apart: Apart = None,
) -> Warned:
    """Register somebody, by the checks of an import and of the page of registration.

    Where records may be of the same person the answer is 409 `PossibleDoubles` with their numbers
    in `ids`, and nothing is written. Look at them; if it is another person, send the request again
    with `apart` naming each. That is written down, and the pairs are not asked about again. A
    record of the same ID number cannot be set apart: 409 `RegisteredAlready`.
    """
    values, edit = given.model_dump(exclude_none=True), edit_of(store, caller)
    row = editing.proposed(edit, Kind.PERSONS, values)
    doubles = doubles_of(store, caller.scope, row, at=caller.at)
    doubles.check(apart or ())
    done = editing.make(edit, Kind.PERSONS, values)
    hand = Hand(caller.scope, caller.account.username, caller.account.role, edit.on, caller.at)
    keep_apart(store, hand, done.key, sorted(each.person_id for each in doubles.near))
    return verbs.made(done, response, path=f"{API}{PERSONS.path}")


@router.get("/{key}/status", response_model=StatusOut)
def read_status(caller: Caseworker, store: StoreDep, key: Id, response: Response) -> dict[str, Any]:
    """What policy may read of a person: an audited read, for casework alone."""
    return verbs.read(store, caller, Kind.PERSONS, key, response, parts=("profile", "status"))
