"""The search of every page: a number leads straight to its file, words to lists of what fits."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK, EVERYONE, PEOPLE, SUPPLY
from api.deps import StoreDep
from api.lists.asking import NUMBER
from api.persons.asking import found_by
from api.records.verbs import rows_of
from api.web import formats
from api.web.pages import back_to, page, pages_router
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.pipeline.fairs.papers.words import masked
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

router: APIRouter = pages_router()

Reader = Annotated[Caller, Depends(Allow(EVERYONE, "search"))]
SHOWN = 20


@router.get("/search")
def search(
    request: Request,
    caller: Reader,
    store: StoreDep,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """What the words find; a number of ours that finds one thing opens it."""
    q = q.strip()
    role = caller.account.role
    people = _people(store, caller, q) if q and role in PEOPLE else []
    homes = _homes(store, caller, q, people) if q and role in CASEWORK else []
    posts = _posts(store, caller, q) if q and role in SUPPLY else []
    if NUMBER.fullmatch(q):
        found = [
            *(f"/persons/{quote(each['person_id'])}" for each in people if role in CASEWORK),
            *(f"/households/{quote(each['household_id'])}" for each in homes if not people),
            *(f"/vacancies/{quote(each['vacancy_id'])}" for each in posts),
        ]
        if len(found) == 1:
            return back_to(found[0])
    facts: dict[str, Any] = {
        "q": q,
        "people": people,
        "homes": homes,
        "posts": posts,
        "opens": role in CASEWORK,
        "shown": SHOWN,
        "place": formats.place,
    }
    return page(request, "search/found.html", caller, **facts)


def _people(store: Store, caller: Caller, q: str) -> list[dict[str, Any]]:
    """People by name, initials, a number of any kind, with masked names where names are seen."""
    ids = found_by(store, caller, q)
    is_office = caller.account.role in CASEWORK
    parts = ("profile", "status", "identity") if is_office else ("profile",)
    listing = Listing(Kind.PERSONS, parts, limit=SHOWN, ids=ids)
    rows = rows_of(store.page(caller.scope, listing, at=caller.at).rows)
    return [row | {"name": masked(str(row["name"])) if "name" in row else None} for row in rows]


def _homes(
    store: Store, caller: Caller, q: str, people: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The household of that number, and those of the people who were found."""
    of_people = (row["household_id"] for row in people if row.get("household_id"))
    ids = tuple(dict.fromkeys([q, *of_people]))
    listing = Listing(Kind.HOUSEHOLDS, ("household",), limit=SHOWN, ids=ids)
    return rows_of(store.page(caller.scope, listing, at=caller.at).rows)


def _posts(store: Store, caller: Caller, q: str) -> list[dict[str, Any]]:
    """Posts by number, title or employer; an employer's own alone."""
    own: tuple[Condition, ...] = ()
    if caller.account.role is Role.EMPLOYER:
        own = (Condition("employer_id", Test.EQUAL, str(caller.account.employer_id)),)
    named = Condition("vacancy_id", Test.EQUAL, q)
    asked = [named] if NUMBER.fullmatch(q) else [_said("title", q), _said("employer_name", q)]
    found: dict[str, dict[str, Any]] = {}
    for each in asked:
        listing = Listing(Kind.VACANCIES, where=(each, *own), limit=SHOWN)
        rows = rows_of(store.page(caller.scope, listing).rows)
        found |= {row["vacancy_id"]: row for row in rows}
    return list(found.values())[:SHOWN]


def _said(column: str, q: str) -> Condition:
    return Condition(column, Test.CONTAINS, q)
