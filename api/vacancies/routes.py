"""Vacancies: offices see all, an employer its own."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Body, Depends, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import EVERYONE, SUPPLY
from api.deps import StoreDep
from api.employers.own import own
from api.records import verbs
from api.records.resource import API, Id, Resource
from api.records.schemas import Warned
from api.vacancies.posting import PostingIn, posting_of, vacancy_of
from matcher.domain.kinds import Kind

VACANCIES = Resource(
    Kind.VACANCIES, "vacancy", ("vacancy",), readers=EVERYONE, writers=SUPPLY, held=own
)
router = VACANCIES.router()

JSON_LD = "application/ld+json"
Reader = Annotated[Caller, Depends(Allow(EVERYONE, "vacancies"))]
Writer = Annotated[Caller, Depends(Allow(SUPPLY, "edit vacancies"))]


@router.get(
    "/{key}/posting",
    response_class=Response,
    responses={200: {"content": {JSON_LD: {"schema": {"type": "object"}}}}},
)
def read_posting(store: StoreDep, key: Id, caller: Reader, response: Response) -> Response:
    """The vacancy as schema.org JobPosting, for other job sites."""
    row = verbs.read(store, caller, Kind.VACANCIES, key, response, held=own(caller))
    return Response(orjson.dumps(posting_of(row)), media_type=JSON_LD)


@router.post("/postings", status_code=201)
def make_from_posting(
    store: StoreDep, given: Annotated[PostingIn, Body()], caller: Writer, response: Response
) -> Warned:
    """Take in a vacancy that another site lists as schema.org JobPosting."""
    model: Any = VACANCIES.model_in()
    made = model.model_validate(vacancy_of(given) | _owner(caller))
    path = f"{API}{VACANCIES.path}"
    return verbs.make(store, caller, Kind.VACANCIES, made, response, path=path)


def _owner(caller: Caller) -> dict[str, str]:
    own_id = caller.account.employer_id
    return {} if own_id is None else {"employer_id": own_id}
