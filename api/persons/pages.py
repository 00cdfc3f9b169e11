"""The list of people: found, filtered, counted, kept as views, taken along as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Form, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK, PEOPLE
from api.deps import StoreDep, today_of
from api.lists.asking import EXPORTED, PAGE
from api.lists.places import place_choices
from api.lists.showing import choices, ends, heads, spread
from api.persons.asking import FACETS, Asked, asked, may_show
from api.protocol.language import Language, language_of
from api.records.verbs import rows_of
from api.web import formats
from api.web.files import workbook
from api.web.pages import back_to, is_part, page, pages_router
from matcher.domain.kinds import Kind
from matcher.pipeline.casework.moving import Desk, visit_person
from matcher.pipeline.fairs.papers.words import masked
from matcher.reference.columns import columns

router: APIRouter = pages_router()

Reader = Annotated[Caller, Depends(Allow(PEOPLE, "persons"))]
Worker = Annotated[Caller, Depends(Allow(CASEWORK, "visits"))]
AskedDep = Annotated[Asked, Depends(asked)]
VIEWS = "persons"
READY = {
    "seeking": {"seeks_work": "true"},
    "unemployed": {"seeks_work": "true", "employment_state": "unemployed"},
    "flexible": {"seeks_work": "true", "employment_state": "flexible"},
}
"""Views that everybody has, by what they ask; for whom the columns are to be seen."""

COLUMNS = {each.name: each for each in columns(Kind.PERSONS)}


@router.get("/persons")
def show_list(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """A page of the list."""
    language = language_of(request)
    may = {each.name: each for each in may_show(caller)}
    shown = [may[name] for name in ask.shown if name in may]
    found = store.page(caller.scope, ask.of(store, caller), at=caller.at)
    lines = [_line(row, shown, language) for row in rows_of(found.rows)]
    return page(
        request,
        "persons/rows.html" if is_part(request) else "persons/list.html",
        caller,
        ask=ask,
        lines=lines,
        total=found.total,
        heads=heads(shown, language),
        **ends(ask, found.after),
        choices=[(each.name, formats.head(each, language), each in shown) for each in may.values()],
        views=store.views.of(caller.account.username, VIEWS),
        places=place_choices(caller, store, language, ask.filters.get("area_code", "")),
        ready=[
            (name, Asked(filters=asks).address())
            for name, asks in READY.items()
            if set(asks) <= {*may, "seeks_work"}
        ],
        educations=choices(COLUMNS["education"], language),
        seeking=choices(COLUMNS["seeks_work"], language),
        states=choices(COLUMNS["employment_state"], language) if "employment_state" in may else [],
        is_casework=caller.account.role in CASEWORK,
        today=today_of(store),
        done=request.query_params.get("done"),
    )


@router.get("/persons/facets")
def show_facets(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """How the people of the list are spread: each number is the list of those it counts."""
    may = {each.name: each for each in may_show(caller)}
    listing = replace(ask, after=None).of(store, caller)
    listing = replace(listing, parts=listing.parts[:2])
    by = {may[name]: begins for name, begins in FACETS.items() if name in may}
    return spread(request, caller, store, ask, listing, by, "persons/spread.html")


@router.get("/persons/export.xlsx")
def export(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """Exactly this view as a workbook: the same people, columns and order."""
    language = language_of(request)
    may = {each.name: each for each in may_show(caller)}
    shown = [may[name] for name in ask.shown if name in may]
    listing = replace(ask.of(store, caller), after=None, limit=EXPORTED)
    rows = rows_of(store.page(caller.scope, listing, at=caller.at).rows)
    lines = [_line(row, shown, language) for row in rows]
    whole = [COLUMNS["person_id"], COLUMNS["name"], *shown]
    names = [formats.head(each, language) for each in whole]
    cells = [[line["key"], line["name"], *line["cells"]] for line in lines]
    frame = pd.DataFrame(cells, columns=names, dtype=str)
    return workbook(f"persons-{today_of(store).isoformat()}", frame)


@router.get("/persons/columns")
def choose_columns(
    _caller: Reader,
    ask: AskedDep,
    column: Annotated[list[str] | None, Query(max_length=60)] = None,
) -> Response:
    """The same list with other columns."""
    return back_to(replace(ask, shown=tuple(column or ())).address())


@router.post("/persons/views")
def keep_view(
    caller: Reader,
    store: StoreDep,
    name: Annotated[str, Form(max_length=200)],
    query: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Keep what the list was asked for under a name."""
    store.views.keep(caller.account.username, VIEWS, name, _own(query))
    return back_to(_own(query))


@router.post("/persons/views/{entry}/removed")
def remove_view(caller: Reader, store: StoreDep, entry: str) -> Response:
    """Forget a kept view."""
    store.views.remove(caller.account.username, entry)
    return back_to("/persons")


@router.post("/persons/visits")
def plan_visits(
    caller: Worker,
    store: StoreDep,
    person: Annotated[list[str] | None, Form(max_length=PAGE)] = None,
    back: Annotated[str, Form(max_length=2000)] = "/persons",
) -> Response:
    """Put those who were chosen on today's list of visits."""
    desk, on = Desk(store, caller.scope, caller.account.username, caller.at), today_of(store)
    for key in person or []:
        visit_person(desk, key, on, event="plan")
    address = _own(back)
    sign = "&" if "?" in address else "?"
    return back_to(f"{address}{sign}done={len(person or [])}")


def _line(row: dict[str, Any], shown: Sequence[Any], language: Language) -> dict[str, Any]:
    return {
        "key": row["person_id"],
        "name": masked(str(row["name"])) if "name" in row else formats.NOTHING,
        "seeks": row.get("seeks_work", True) in (True, None),
        "cells": [formats.cell(each, row.get(each.name), language) for each in shown],
        "numbers": [formats.is_number(each) for each in shown],
    }


def _own(address: str) -> str:
    """An address of this list; its beginning where the given one leads elsewhere."""
    return address if address == "/persons" or address.startswith("/persons?") else "/persons"
