"""A jobseeker registered at the desk, and a record corrected in place, by the checks of imports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import StoreDep, edit_of
from api.lists.places import place_hints
from api.persons.form import PARTS, changes_of, fields_of, told_of
from api.protocol.language import language_of
from api.records.resource import Id
from api.records.verbs import rows_of
from api.web.formats import place
from api.web.pages import back_to, page, pages_router
from matcher.casework.register.duplicates import in_words
from matcher.domain.kinds import Kind
from matcher.errors import (
    AlreadyThere,
    NotFound,
    PossibleDoubles,
    RegisteredAlready,
    RowRefused,
)
from matcher.pipeline.casework.register.doubles import Doubles, doubles_of, keep_apart
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.records import editing
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

router: APIRouter = pages_router()

Writer = Annotated[Caller, Depends(Allow(CASEWORK, "edit persons"))]
ALL = ("profile", "status", "identity")
ASKED = frozenset(name for part in PARTS.values() for name in part)
MOST = 4_000
"""Characters of one field."""


async def filled(request: Request) -> dict[str, str]:
    """A dependency: the fields of the form as they were filled in, by the names that it has."""
    form = await request.form()
    names = (*sorted(ASKED), "version", "apart")
    return {name: str(form[name])[:MOST] for name in names if name in form}


Filled = Annotated[dict[str, str], Depends(filled)]


@router.get("/persons/new")
def show_empty(request: Request, caller: Writer, store: StoreDep) -> Response:
    """The empty form."""
    served = caller.scope.areas
    area = served[0] if len(served) == 1 else ""
    return _form(request, caller, store, {"area_code": area, "seeks_work": "是"}, {})


@router.post("/persons/new")
def register(request: Request, caller: Writer, store: StoreDep, given: Filled) -> Response:
    """Register somebody, or say what is wrong with which field."""
    values = {name: value.strip() for name, value in given.items() if value.strip()}
    values.pop("version", None)
    apart = [key for key in values.pop("apart", "").split(";") if key]
    edit = edit_of(store, caller)
    try:
        row = editing.proposed(edit, Kind.PERSONS, values)
        doubles = doubles_of(store, caller.scope, row, at=caller.at)
        doubles.check(apart)
        made = editing.make(edit, Kind.PERSONS, values)
    except RowRefused as refused:
        return _form(request, caller, store, given, dict(refused.problems), status=422)
    except AlreadyThere as known:
        return _form(request, caller, store, given, {}, status=409, known=known.key)
    except (PossibleDoubles, RegisteredAlready):
        return _form(request, caller, store, given, {}, status=409, doubles=doubles)
    hand = Hand(caller.scope, caller.account.username, caller.account.role, edit.on, caller.at)
    keep_apart(store, hand, made.key, sorted(each.person_id for each in doubles.near))
    return back_to(f"/persons/{quote(made.key)}?done=registered")


@router.get("/persons/{key}/edit")
def show_filled(request: Request, caller: Writer, store: StoreDep, key: Id) -> Response:
    """The form with what is on record."""
    record = _record(store, caller, key)
    given = told_of(record) | {"version": str(record["version"])}
    return _form(request, caller, store, given, {}, key=key)


@router.post("/persons/{key}/edit")
def correct(request: Request, caller: Writer, store: StoreDep, key: Id, given: Filled) -> Response:
    """Write down what was changed; what was left as it was is not touched."""
    record = _record(store, caller, key)
    version = int(given.get("version") or 0)
    said = {name: value for name, value in given.items() if name != "version"}
    changed = changes_of(said, told_of(record))
    if changed:
        try:
            editing.change(edit_of(store, caller), Kind.PERSONS, key, changed, version)
        except RowRefused as refused:
            return _form(request, caller, store, given, dict(refused.problems), key=key, status=422)
    return back_to(f"/persons/{quote(key)}?done=corrected")


def _record(store: Store, caller: Caller, key: str) -> dict[str, Any]:
    named = Condition("person_id", Test.EQUAL, key)
    listing = Listing(Kind.PERSONS, ALL, (named,), limit=1)
    found = store.page(caller.scope, listing, at=caller.at).rows
    if found.empty or not key:
        raise NotFound(kind="person", key=key)
    return rows_of(found)[0]


def _form(
    request: Request,
    caller: Caller,
    store: Store,
    given: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    key: str | None = None,
    known: str | None = None,
    doubles: Doubles | None = None,
    status: int = 200,
) -> Response:
    language = language_of(request)
    # A reason of an import names its column, which a field beside its label need not.
    faults = {name: said.removeprefix(name).lstrip("：: ") for name, said in faults.items()}
    facts: dict[str, Any] = {
        "parts_of_form": fields_of(given, faults, language),
        "found": [(name if name in ASKED else "", said) for name, said in faults.items()],
        "key": key,
        "known": known or (doubles and doubles.registered),
        "doubles": doubles,
        "place": place,
        "places": place_hints(caller, store),
        "agreed": lambda reasons: in_words(reasons, language),
        "read_version": given.get("version", ""),
    }
    return page(request, "persons/form.html", caller, status=status, **facts)
