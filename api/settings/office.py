"""The form of an office's own settings: unit, today's value, default, what is to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from api.auth.callers import Caller
from api.deps import StoreDep, today_of
from api.lists.places import place_choices
from api.protocol.language import language_of
from api.settings.routes import Setter
from api.web.formats import place
from api.web.pages import back_to, page, pages_router
from api.web.words import said
from matcher.casework.ledger.settings import settings
from matcher.errors import RowRefused
from matcher.pipeline.casework.offices.setting import set_for_office, standing_in
from matcher.store.offices.kept import Kept
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/settings/office")

Word = Annotated[str, Form(max_length=40)]


@router.get("")
def show_office(
    request: Request,
    caller: Setter,
    store: StoreDep,
    area: Annotated[str | None, Query(max_length=12, pattern=r"^\d*$")] = None,
) -> Response:
    """The settings of an area; one's own where none is named."""
    chosen = _own(caller) if area is None else area
    return _page(request, caller, store, {"area": chosen, "since": today_of(store).isoformat()}, {})


@router.post("")
def set_one(
    request: Request,
    caller: Setter,
    store: StoreDep,
    name: Word = "",
    value: Word = "",
    area: Word = "",
    since: Word = "",
) -> Response:
    """Set one, or say at which field it does not fit."""
    given = {"name": name, "value": value.strip(), "area": area.strip(), "since": since.strip()}
    faults = _unread(given)
    if not faults:
        day, by = date.fromisoformat(given["since"]), caller.account.username
        kept = Kept(name, given["area"], day, int(given["value"]), by)
        try:
            set_for_office(store, caller.scope, kept, on=today_of(store), at=caller.at)
        except RowRefused as refused:
            faults = dict(refused.problems)
    if faults:
        return _page(request, caller, store, given, faults, status=422)
    return back_to(f"/settings/office?area={given['area']}&done={name}")


def _own(caller: Caller) -> str:
    """The area of an account that serves one; everyone's otherwise."""
    return caller.scope.areas[0] if len(caller.scope.areas) == 1 else ""


def _unread(given: Mapping[str, str]) -> dict[str, str]:
    """What cannot even be read: a number that is none, a day that is none, an area in words."""
    faults = {}
    if not (given["value"].isascii() and given["value"].isdigit()):
        faults["value"] = "bounds"
    if given["area"] and not (given["area"].isascii() and given["area"].isdigit()):
        faults["area"] = "place"
    try:
        date.fromisoformat(given["since"])
    except ValueError:
        faults["since"] = "day"
    return faults


def _page(
    request: Request,
    caller: Caller,
    store: Store,
    given: Mapping[str, str],
    faults: Mapping[str, str],
    *,
    status: int = 200,
) -> Response:
    language, on = language_of(request), today_of(store)
    bound = settings().get(given.get("name", ""))
    limits = {"least": bound.least, "most": bound.most} if bound else {"least": 1, "most": ""}
    told = {
        field: said(
            language, f"settings.office.fault.{word}", **(limits if word == "bounds" else {})
        )
        for field, word in faults.items()
    }
    area = given["area"] if "area" not in faults else _own(caller)
    return page(
        request,
        "settings/office.html",
        caller,
        status=status,
        rows=standing_in(store, area, on),
        area=area,
        places=place_choices(caller, store, language, area, "settings.office.all"),
        place=place,
        given=given,
        told=told,
        names=[
            (each.name, each.zh if language == "zh" else each.en) for each in settings().values()
        ],
        done=request.query_params.get("done"),
        today=on,
    )
