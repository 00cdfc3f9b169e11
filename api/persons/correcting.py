"""One field of a record corrected where it is read, by the checks of the form of the whole."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Header, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import StoreDep, edit_of, today_of
from api.person_file.head import MASKS, head_of
from api.persons.form import PARTS, Field, changes_of, fields_of, told_of
from api.protocol.language import Language, language_of
from api.protocol.versions import version_of
from api.records.resource import Id
from api.records.verbs import rows_of
from api.web import formats
from api.web.pages import back_to, is_part, page, pages_router
from api.web.words import said
from matcher.domain.kinds import Kind
from matcher.errors import Conflict, NotFound, RowRefused
from matcher.pipeline.records import editing
from matcher.reference.columns import columns
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/persons/{key}/record")

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "file"))]
Writer = Annotated[Caller, Depends(Allow(CASEWORK, "edit persons"))]
SHOWN = ("profile", "status")
MOST = 4_000


@router.get("")
def show_record(
    request: Request,
    caller: Reader,
    store: StoreDep,
    key: Id,
    only: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """What is on record beside who it is, field by field; a part of it where a script asks."""
    record = _record(store, caller, key)
    if is_part(request) and only:
        return _part(request, caller, record, only, "fact")
    facts = _facts(record, language_of(request), request.query_params.get("done"))
    if is_part(request):
        return page(request, "persons/record_part.html", caller, **facts)
    head = head_of(store, caller, key, today_of(store))
    return page(request, "persons/record.html", caller, head=head, tab="record", **facts)


@router.get("/field")
def show_field(
    request: Request,
    caller: Writer,
    store: StoreDep,
    key: Id,
    name: Annotated[str, Query(max_length=64)],
) -> Response:
    """One field, to be corrected."""
    return _asked(request, caller, store, _record(store, caller, key), name)


@router.post("/field")
def correct_field(
    request: Request,
    caller: Writer,
    store: StoreDep,
    key: Id,
    name: Annotated[str, Form(max_length=64)],
    value: Annotated[str, Form(max_length=MOST)] = "",
    version: Annotated[int, Form(ge=0)] = 0,
    if_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Write one field down; what is wrong with it is told at the field, which stays open."""
    record = _record(store, caller, key)
    _field(record, name, language_of(request))
    read = version if if_match is None else version_of(if_match)
    changed = changes_of({name: value}, told_of(record))
    fault, status = "", 200
    try:
        if changed:
            editing.change(edit_of(store, caller), Kind.PERSONS, key, changed, read)
    except RowRefused as refused:
        fault, status = _fault(dict(refused.problems), name), 422
    except Conflict:
        fault, status = said(language_of(request), "persons.record.changed_meanwhile"), 409
    if fault:
        return _asked(request, caller, store, record, name, value=value, fault=fault, status=status)
    if is_part(request):
        return _part(request, caller, _record(store, caller, key), name, "fact", done=True)
    return back_to(f"/persons/{quote(key)}/record?done={name}#fact-{name}")


def _asked(
    request: Request,
    caller: Caller,
    store: Store,
    record: dict[str, Any],
    name: str,
    *,
    value: str | None = None,
    fault: str = "",
    status: int = 200,
) -> Response:
    """The form of one field: a part, or a page of its own."""
    field = _field(record, name, language_of(request), value=value, fault=fault)
    if is_part(request):
        return _part(request, caller, record, name, "fact_form", field=field, status=status)
    key = str(record["person_id"])
    head = head_of(store, caller, key, today_of(store))
    more = _one(record, name, language_of(request))
    return page(
        request,
        "persons/record_field.html",
        caller,
        status=status,
        head=head,
        tab="record",
        field=field,
        **more,
    )


def _part(
    request: Request,
    caller: Caller,
    record: dict[str, Any],
    name: str,
    template: str,
    *,
    status: int = 200,
    done: bool = False,
    **more: Any,
) -> Response:
    """One field as a script puts it in its place, and the focus on what it is gone on with."""
    facts = _one(record, name, language_of(request)) | {"done": done, "is_here": True} | more
    return page(request, f"persons/{template}.html", caller, status=status, **facts)


def _one(record: dict[str, Any], name: str, language: Language) -> dict[str, Any]:
    field = _field(record, name, language)
    return {
        "base": f"/persons/{quote(str(record['person_id']))}",
        "read_version": int(record["version"]),
        "fact": (name, field.label, _shown(record, name, language)),
    }


def _facts(record: dict[str, Any], language: Language, done: str | None) -> dict[str, Any]:
    named = {
        part: [each for each in fields if each.name not in MASKS]
        for part, fields in fields_of(told_of(record), {}, language).items()
    }
    return {
        "base": f"/persons/{quote(str(record['person_id']))}",
        "parts_of_record": {
            part: [(each.name, each.label, _shown(record, each.name, language)) for each in fields]
            for part, fields in named.items()
        },
        "done": done,
        "is_here": False,
    }


def _field(
    record: dict[str, Any],
    name: str,
    language: Language,
    *,
    value: str | None = None,
    fault: str = "",
) -> Field:
    """One field of the form.

    Raises:
        NotFound: a record has no such field, or it is who somebody is and stands masked.
    """
    if name in MASKS or not any(name in names for names in PARTS.values()):
        raise NotFound(kind="field", key=name)
    given = told_of(record) | ({} if value is None else {name: value})
    parts = fields_of(given, {name: fault}, language)
    return next(each for fields in parts.values() for each in fields if each.name == name)


def _shown(record: dict[str, Any], name: str, language: Language) -> str | None:
    """A value in words; None is not asked."""
    if record.get(name) is None:
        return None
    column = next(each for each in columns(Kind.PERSONS) if each.name == name)
    return formats.cell(column, record[name], language)


def _fault(problems: dict[str, str], name: str) -> str:
    """What is wrong, said at the field: its own reason first, else each with its column."""
    if name in problems:
        return problems[name].removeprefix(name).lstrip("：: ")
    return " ".join(problems.values())


def _record(store: Store, caller: Caller, key: str) -> dict[str, Any]:
    named = Condition("person_id", Test.EQUAL, key)
    listing = Listing(Kind.PERSONS, SHOWN, (named,), limit=1)
    found = store.page(caller.scope, listing, at=caller.at).rows
    if found.empty:
        raise NotFound(kind="person", key=key)
    return rows_of(found)[0]
