"""The list of vacancies: an office's all, an employer's own; counted, sorted, taken along."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import SUPPLY
from api.deps import StoreDep, today_of
from api.employers.own import own
from api.lists.asking import EXPORTED
from api.lists.places import place_choices
from api.lists.showing import choices, ends, heads, spread
from api.protocol.language import Language, language_of
from api.records.verbs import rows_of
from api.vacancies.asking import COLUMNS, FACETS, Asked, asked
from api.web import formats
from api.web.files import workbook
from api.web.pages import is_part, page, pages_router
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.reference.columns import columns

router: APIRouter = pages_router()

Reader = Annotated[Caller, Depends(Allow(SUPPLY, "vacancies"))]
AskedDep = Annotated[Asked, Depends(asked)]
SHOWN = {each.name: each for each in columns(Kind.VACANCIES)}


@router.get("/vacancies")
def show_list(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """A page of the list."""
    language = language_of(request)
    found = store.page(caller.scope, ask.of(own(caller)), at=caller.at)
    today = today_of(store).isoformat()
    return page(
        request,
        "vacancies/rows.html" if is_part(request) else "vacancies/list.html",
        caller,
        ask=ask,
        lines=[_line(row, language, today) for row in rows_of(found.rows)],
        total=found.total,
        heads=heads([SHOWN[name] for name in COLUMNS], language),
        **ends(ask, found.after),
        places=place_choices(caller, store, language, ask.filters.get("area_code", "")),
        welfare=choices(SHOWN["public_welfare"], language),
        forms=choices(SHOWN["work_form"], language),
        is_employer=caller.account.role is Role.EMPLOYER,
    )


@router.get("/vacancies/facets")
def show_facets(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """How the vacancies of the list are spread: each number is the list of those it counts."""
    by = {SHOWN[name]: begins for name, begins in FACETS.items()}
    listing = replace(ask, after=None).of(own(caller))
    return spread(request, caller, store, ask, listing, by, "vacancies/spread.html")


@router.get("/vacancies/export.xlsx")
def export(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """Exactly this view as a workbook: the same vacancies, columns and order."""
    language = language_of(request)
    listing = replace(ask.of(own(caller)), after=None, limit=EXPORTED)
    rows = rows_of(store.page(caller.scope, listing, at=caller.at).rows)
    shown = ["vacancy_id", "title", *COLUMNS, "wage_max"]
    cells = [[formats.cell(SHOWN[name], row.get(name), language) for name in shown] for row in rows]
    names = [formats.head(SHOWN[name], language) for name in shown]
    frame = pd.DataFrame(cells, columns=names, dtype=str)
    return workbook(f"vacancies-{today_of(store).isoformat()}", frame)


def _line(row: dict[str, Any], language: Language, today: str) -> dict[str, Any]:
    warned = [code for code in str(row.get("warnings", "")).split(";") if code]
    return {
        "key": row["vacancy_id"],
        "title": row["title"],
        "welfare": row.get("public_welfare") is True,
        "warned": len(warned),
        "over": row.get("expires_on", today) < today,
        "wage": (row.get("wage_min"), row.get("wage_max")),
        "cells": {
            name: formats.cell(SHOWN[name], row.get(name), language)
            for name in COLUMNS
            if name != "wage_min"
        },
    }
