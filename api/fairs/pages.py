"""The list of fairs, a new one, and its first step: when, where, how far it has come."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from api.deps import StoreDep, edit_of, today_of
from api.fairs.standing import Head, Organiser, booths_in, change_fair, head_of, listed
from api.lists.places import place_choices
from api.protocol.language import language_of
from api.protocol.pages import cursor_of, place_of
from api.records.resource import Id
from api.web.pages import back_to, page, pages_router
from matcher.domain.kinds import Kind
from matcher.errors import Conflict, RowRefused
from matcher.pipeline.fairs.keeping import Attendance
from matcher.pipeline.fairs.kept import results_of
from matcher.pipeline.records import editing
from matcher.store.lists.listing import Condition, Listing, Order, Test
from matcher.store.store import Store

router: APIRouter = pages_router()

PAGE = 50
Text = Annotated[str, Form(max_length=200)]
WHEN = {"coming": Test.AT_LEAST, "past": Test.BELOW}


@router.get("/fairs")
def show_list(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    q: Annotated[str, Query(max_length=100)] = "",
    when: Annotated[str, Query(pattern="^(coming|past)?$")] = "",
    after: Annotated[str | None, Query(max_length=1000)] = None,
) -> Response:
    """The fairs, the next one on top."""
    today = today_of(store)
    where = [Condition("on", WHEN[when], today.isoformat())] if when else []
    where += [Condition("name", Test.CONTAINS, q.strip())] if q.strip() else []
    order = (Order("on", descending=when != "coming"),)
    listing = Listing(Kind.FAIRS, where=tuple(where), order=order, after=place_of(after))
    found = store.page(caller.scope, listing, at=caller.at)
    rows = [_row(row) for row in found.rows.to_dict("records")]
    facts: dict[str, Any] = {"rows": rows, "total": found.total, "q": q, "when": when}
    facts |= {"today": today.isoformat(), "after": cursor_of(found.after), "is_later": bool(after)}
    return page(request, "fairs/list.html", caller, **facts)


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    booths = booths_in(row.get("booths"))
    return {
        "head": Head({str(name): value for name, value in row.items()}, int(row["version"])),
        "booths": len(booths),
        "invitees": len(listed(row.get("invitees"))),
    }


@router.get("/fairs/new")
def show_new(request: Request, caller: Organiser, store: StoreDep) -> Response:
    """An empty form; the area is the caller's own."""
    areas = [each for each in caller.scope.areas if each]
    values = {"area_code": areas[0] if len(areas) == 1 else ""}
    return _form(request, caller, store, values)


@router.post("/fairs/new")
def make(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    name: Text = "",
    on: Text = "",
    area_code: Text = "",
) -> Response:
    """Make the fair and go on to its booths; what is wrong is said at its field."""
    values = _given(name, on, area_code)
    faults: Any = _missing(values)
    if not faults:
        try:
            done = editing.make(edit_of(store, caller), Kind.FAIRS, values)
        except RowRefused as refused:
            faults = refused.problems
        else:
            return back_to(f"/fairs/{done.key}/booths?done=made")
    return _form(request, caller, store, values, faults=faults)


def _form(
    request: Request,
    caller: Organiser,
    store: Store,
    values: dict[str, Any],
    *,
    faults: Any = (),
) -> Response:
    facts: dict[str, Any] = {
        "values": values,
        "places": _places(request, caller, store, values),
        "faults": list(faults),
        "today": today_of(store).isoformat(),
    }
    status = 422 if facts["faults"] else 200
    return page(request, "fairs/new.html", caller, status=status, **facts)


def _places(
    request: Request, caller: Organiser, store: Store, values: dict[str, Any]
) -> list[tuple[str, str]]:
    chosen = values.get("area_code", "")
    return place_choices(caller, store, language_of(request), chosen, "fairs.no_area")


def _given(name: str, on: str, area_code: str) -> dict[str, Any]:
    given = {"name": name.strip(), "on": on.strip(), "area_code": area_code.strip()}
    return {column: value for column, value in given.items() if value}


def _missing(values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(column, "") for column in ("name", "on") if column not in values]


@router.get("/fairs/{key}")
def show_setup(request: Request, caller: Organiser, store: StoreDep, key: Id) -> Response:
    """Step 1: name, day and place, and how far the fair has come."""
    return _setup(request, caller, store, head_of(store, caller, key))


@router.post("/fairs/{key}")
def change_setup(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    key: Id,
    name: Text = "",
    on: Text = "",
    area_code: Text = "",
) -> Response:
    """Change name, day and place."""
    head, values = head_of(store, caller, key), _given(name, on, area_code)
    faults: Any = _missing(values)
    if not faults:
        try:
            change_fair(store, caller, head, {"area_code": None, **values})
        except RowRefused as refused:
            faults = refused.problems
        except Conflict:
            faults = [("", "conflict")]
        else:
            return back_to(head.path(done="kept"))
    return _setup(request, caller, store, head, values=values, faults=faults)


def _setup(
    request: Request,
    caller: Organiser,
    store: Store,
    head: Head,
    *,
    values: dict[str, Any] | None = None,
    faults: Any = (),
) -> Response:
    pairings = store.pairings(caller.scope, fair_ids=[head.key], at=caller.at)
    results = results_of(store, caller.scope, head.key, pairings)
    kept = results[results["attendance"] != Attendance.CANCELLED.value]
    values = values or {"name": head.name, "on": head.on, "area_code": head.area}
    facts: dict[str, Any] = {
        "head": head,
        "step": "setup",
        "values": values,
        "places": _places(request, caller, store, values),
        "faults": list(faults),
        "kept": len(kept),
        "came": int((kept["attendance"] == Attendance.CAME.value).sum()),
        "hired": int((kept["stage"] == "hired").sum()),
        "done": request.query_params.get("done"),
    }
    status = 422 if facts["faults"] else 200
    return page(request, "fairs/setup.html", caller, status=status, **facts)
