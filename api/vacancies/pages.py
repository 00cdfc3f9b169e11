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
from api.protocol.language import Language, language_of
from api.protocol.pages import cursor_of
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
EXPORTED = 20_000
"""The most rows of one export; more are a matter for `rengang export`."""
SHOWN = {each.name: each for each in columns(Kind.VACANCIES)}


@router.get("/vacancies")
def show_list(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """A page of the list."""
    language = language_of(request)
    found = store.page(caller.scope, ask.listing(own(caller)), at=caller.at)
    after = cursor_of(found.after)
    today = today_of(store).isoformat()
    return page(
        request,
        "vacancies/rows.html" if is_part(request) else "vacancies/list.html",
        caller,
        ask=ask,
        lines=[_line(row, language, today) for row in rows_of(found.rows)],
        total=found.total,
        heads=[_head(name, language) for name in COLUMNS],
        first=ask.address(after=None) if ask.after else None,
        next=ask.address(after=after) if after else None,
        forms=[("", ""), *formats.codes(SHOWN["work_form"], language)],
        is_employer=caller.account.role is Role.EMPLOYER,
    )


@router.get("/vacancies/facets")
def show_facets(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """How the vacancies of the list are spread: each number is the list of those it counts."""
    language = language_of(request)
    listing = replace(ask, after=None).listing(own(caller))
    facets = [
        (
            formats.head(SHOWN[name], language),
            [
                (
                    formats.cell(SHOWN[name], value, language),
                    n,
                    replace(ask, filters={**ask.filters, name: _said(value)}).address(after=None),
                    name in ask.filters,
                )
                for value, n in store.facets(caller.scope, listing, name, begins=begins)[:12]
                if value is not None
            ],
        )
        for name, begins in FACETS.items()
    ]
    part = "persons/facets.html" if is_part(request) else "vacancies/spread.html"
    return page(request, part, caller, ask=ask, facets=facets)


@router.get("/vacancies/export.xlsx")
def export(request: Request, caller: Reader, store: StoreDep, ask: AskedDep) -> Response:
    """Exactly this view as a workbook: the same vacancies, columns and order."""
    language = language_of(request)
    listing = replace(ask, after=None).listing(own(caller), EXPORTED)
    rows = rows_of(store.page(caller.scope, listing, at=caller.at).rows)
    shown = ["vacancy_id", "title", *COLUMNS, "wage_max"]
    cells = [[formats.cell(SHOWN[name], row.get(name), language) for name in shown] for row in rows]
    heads = [formats.head(SHOWN[name], language) for name in shown]
    frame = pd.DataFrame(cells, columns=heads, dtype=str)
    return workbook(f"vacancies-{today_of(store).isoformat()}", frame)


def _head(name: str, language: Language) -> tuple[str, str, bool]:
    return name, formats.head(SHOWN[name], language), formats.is_number(SHOWN[name])


def _said(value: Any) -> str:
    """A cell as an address says it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


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
