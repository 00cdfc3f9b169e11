"""The list of households: where each stands, and by when one of it is to be in work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import DaysDep, StoreDep, today_of
from api.households.asking import COLUMNS, EVERY, Asked, asked
from api.lists.asking import EXPORTED
from api.lists.places import place_choices
from api.lists.showing import choices, ends, heads
from api.protocol.language import Language, language_of
from api.records.verbs import rows_of
from api.web import formats
from api.web.files import workbook
from api.web.pages import is_part, page, pages_router
from api.web.words import said
from matcher.domain.kinds import Kind
from matcher.pipeline.fairs.papers.words import masked
from matcher.reference.columns import columns
from matcher.store.store import Store

router: APIRouter = pages_router()

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "households"))]
AskedDep = Annotated[Asked, Depends(asked)]
BY_NAME = {each.name: each for each in columns(Kind.HOUSEHOLDS)}
SHOWN = [BY_NAME[name] for name in COLUMNS]


@router.get("/households")
def show_list(
    request: Request, caller: Reader, store: StoreDep, days: DaysDep, ask: AskedDep
) -> Response:
    """A page of the list."""
    on, language = today_of(store), language_of(request)
    due = days.of(caller.scope, on).due
    found = store.page(caller.scope, ask.of(due), at=caller.at)
    return page(
        request,
        "households/rows.html" if is_part(request) else "households/list.html",
        caller,
        ask=ask,
        lines=_lines(store, caller, found.rows, due, language),
        total=found.total,
        heads=heads(SHOWN, language),
        **ends(ask, found.after),
        places=place_choices(caller, store, language, ask.filters.get("area_code", "")),
        states=[*choices(BY_NAME["state"], language), (EVERY, said(language, "households.every"))],
        dibao=choices(BY_NAME["dibao"], language),
        kinds=choices(BY_NAME["household_kind"], language),
    )


@router.get("/households/export.xlsx")
def export(
    request: Request, caller: Reader, store: StoreDep, days: DaysDep, ask: AskedDep
) -> Response:
    """Exactly this view as a workbook."""
    on, language = today_of(store), language_of(request)
    due = days.of(caller.scope, on).due
    listing = replace(ask.of(due), after=None, limit=EXPORTED)
    rows = store.page(caller.scope, listing, at=caller.at).rows
    lines = _lines(store, caller, rows, due, language)
    names = [formats.head(BY_NAME["household_id"], language), said(language, "households.home")]
    names += [formats.head(each, language) for each in SHOWN]
    cells = [[each["key"], each["name"], *each["cells"], each["due"] or ""] for each in lines]
    frame = pd.DataFrame(cells, columns=[*names, said(language, "households.due")], dtype=str)
    return workbook(f"households-{on.isoformat()}", frame)


def _lines(
    store: Store, caller: Caller, rows: pd.DataFrame, due: pd.DataFrame, language: Language
) -> list[dict[str, Any]]:
    keys = rows["household_id"].tolist()
    heads = heads_of(store, caller, keys)
    clock = due[due["household_id"].isin(keys)].drop_duplicates("household_id")
    of_clock = {row["household_id"]: row for row in rows_of(clock)}
    return [
        {
            "key": row["household_id"],
            "name": heads.get(row["household_id"], formats.NOTHING),
            "cells": [formats.cell(each, row.get(each.name), language) for each in SHOWN],
            "numbers": [formats.is_number(each) for each in SHOWN],
            "due": of_clock.get(row["household_id"], {}).get("due_on"),
            "left": of_clock.get(row["household_id"], {}).get("days_left"),
        }
        for row in rows_of(rows)
    ]


def heads_of(store: Store, caller: Caller, keys: list[str]) -> Mapping[str, str]:
    """The masked name by which each household goes: its head's, else its first member's."""
    parts = ("profile", "status", "identity")
    members = store.members(caller.scope, keys, parts=parts, at=caller.at)
    is_head = members["relation"].astype("object") == "head"
    ordered = members.assign(first=is_head).sort_values("first", ascending=False, kind="stable")
    rows = rows_of(ordered.drop_duplicates("household_id"))
    return {row["household_id"]: masked(str(row["name"])) for row in rows if "name" in row}
