"""The clearance ledger and the monthly table, with the list behind each number; clocks at risk."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as InPath

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK, OVERSIGHT
from api.deps import DaysDep, StoreDep, today_of
from api.lists.places import place_choices
from api.protocol.language import Language, language_of
from api.records.verbs import rows_of
from api.reports.asking import month_table, months_until
from api.reports.risks import risk_lines
from api.reports.routes import AreaCode, Month
from api.web.files import workbook_by
from api.web.pages import back_to, is_part, page, pages_router
from matcher.casework.households.following import OPENED
from matcher.casework.households.moving import STREAM
from matcher.casework.households.spells import FLOWS, TOTAL
from matcher.casework.ledger.machine import reasons
from matcher.casework.reports.monthly import Monthly
from matcher.casework.reports.sheets import monthly_sheets
from matcher.casework.reports.words import area_name, source_line, words
from matcher.casework.reports.workbook import write_workbook
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.pipeline.casework.ledgers.households import follow, open_ledger
from matcher.store.events.reading import Wanted
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/reports")

Reader = Annotated[Caller, Depends(Allow(OVERSIGHT, "report"))]
Keeper = Annotated[Caller, Depends(Allow(frozenset({Role.SUPERVISOR}), "report"))]
Caseworker = Annotated[Caller, Depends(Allow(CASEWORK, "report"))]
AHEAD_DAYS = 30
"""How far ahead a clock counts as at risk."""

SHOWN_CASES = 500
MOST_HOUSEHOLDS = 20_000
"""Households with a state that are counted at most."""

WORST = 12
"""Offices shown under the ledger; all of them on a page of their own."""


@router.get("")
def show_ledger(
    request: Request, caller: Reader, store: StoreDep, month: Month = None, area: AreaCode = ""
) -> Response:
    """The ledger of a month as one equation, and the table that is handed in."""
    made = month_table(store, caller.scope, month, area, today_of(store))
    return page(
        request,
        "reports/ledger.html",
        caller,
        **_told(made, language_of(request), opens=caller.account.role in CASEWORK),
        places=place_choices(caller, store, language_of(request), area),
        months=[(each, each) for each in months_until(today_of(store))],
        is_empty=made.entries.empty,
        outside=_outside(store, caller),
    )


def _outside(store: Store, caller: Caller) -> int:
    """How many households on record would be brought into the ledger if it were opened now."""
    stated = Listing(
        Kind.HOUSEHOLDS, where=(Condition("state", Test.UNEQUAL, ""),), limit=MOST_HOUSEHOLDS
    )
    rows = store.page(caller.scope, stated, at=caller.at).rows
    known = store.states(caller.scope, Wanted(streams=[STREAM]))["subject_id"]
    return int((rows["state"].isin(OPENED) & ~rows["household_id"].isin(known)).sum())


@router.get("/monthly.xlsx")
def download(
    request: Request, caller: Reader, store: StoreDep, month: Month = None, area: AreaCode = ""
) -> Response:
    """The same table as a workbook, with the cases behind it on a second sheet."""
    made = month_table(store, caller.scope, month, area, today_of(store))
    sheets = monthly_sheets(made, language_of(request), area_name(area, "zh") if area else "")
    # Whose cases they are is for those who work with them.
    told = sheets if caller.account.role in CASEWORK else sheets[:1]
    return workbook_by(f"monthly-{made.month:%Y-%m}", lambda file: write_workbook(file, told))


@router.get("/print")
def show_print(
    request: Request, caller: Reader, store: StoreDep, month: Month = None, area: AreaCode = ""
) -> Response:
    """The table as it goes on paper: A4 lying, margins of official documents."""
    made = month_table(store, caller.scope, month, area, today_of(store))
    facts = _told(made, language_of(request), opens=False)
    return page(request, "reports/paper.html", caller, **facts)


@router.get("/behind/{row}/{measure}")
def show_behind(
    request: Request,
    caller: Caseworker,
    store: StoreDep,
    row: Annotated[str, InPath(max_length=12, pattern=r"^(\d*|total)$")],
    measure: Annotated[str, InPath(max_length=40, pattern=r"^[a-z_]+$")],
    month: Month = None,
    area: AreaCode = "",
) -> Response:
    """The households and members behind one number."""
    language = language_of(request)
    made = month_table(store, caller.scope, month, area, today_of(store))
    behind = made.behind(row, measure)
    why = {code: each.zh if language == "zh" else each.en for (_, code), each in reasons().items()}
    shown = behind.head(SHOWN_CASES).assign(
        place=lambda frame: frame["area_code"].map(lambda code: area_name(str(code), language)),
        reason=lambda frame: frame["reason"].map(why),
    )
    return page(
        request,
        "reports/behind.html",
        caller,
        cases=rows_of(shown),
        total=len(behind),
        measure=words(language)["monthly"]["measures"][measure],
        row_name=_row_name(row, language),
        back=_address("/reports", made),
        month=f"{made.month:%Y-%m}",
    )


@router.get("/risks")
def show_risks(
    request: Request, caller: Caseworker, store: StoreDep, days: DaysDep, area: AreaCode = ""
) -> Response:
    """Which offices have clocks overdue or running out, the worst first."""
    due, language = days.of(caller.scope, today_of(store)).due, language_of(request)
    due = due[due["days_left"] <= AHEAD_DAYS]
    if area:
        due = due[due["area_code"].astype("str").str.startswith(area)]
    facts: dict[str, Any] = {"ahead": AHEAD_DAYS, "area": area}
    if is_part(request):
        facts["lines"] = risk_lines(due, language, most=WORST)
        return page(request, "reports/risk_lines.html", caller, **facts)
    facts["lines"] = risk_lines(due, language)
    facts["places"] = place_choices(caller, store, language, area)
    return page(request, "reports/risks.html", caller, **facts)


@router.post("/opened")
def open_books(caller: Keeper, store: StoreDep) -> Response:
    """Bring the households on record into the ledger, with the moves that follow from records."""
    on = today_of(store)
    open_ledger(store, caller.scope, on, at=caller.at)
    follow(store, caller.scope, on, at=caller.at)
    return back_to(f"/reports?month={on:%Y-%m}")


def _told(made: Monthly, language: Language, *, opens: bool) -> dict[str, Any]:
    """The table in words: heads, rows with their links, the equation of the whole."""
    said = words(language)["monthly"]
    groups = [(title, list(names)) for title, names in said["groups"]]
    order = [name for _, names in groups for name in names]
    table = made.table[order]
    lines = [
        {
            "code": "" if code == TOTAL else str(code),
            "name": _row_name(str(code), language),
            "to": _below(str(code), made),
            "cells": [
                (n, _behind(made, str(code), name) if opens else None)
                for name, n in zip(order, counted, strict=True)
            ],
        }
        for code, counted in zip(table.index, table.to_numpy().tolist(), strict=True)
    ]
    whole = dict(zip(order, table.to_numpy()[-1].tolist(), strict=True))
    flows = [(name, whole[name], _behind(made, TOTAL, name) if opens else None) for name in FLOWS]
    return {
        "said": said,
        "groups": groups,
        "order": order,
        "lines": lines,
        "flows": flows,
        "month": f"{made.month:%Y-%m}",
        "month_words": said["month"].format(year=made.month.year, month=made.month.month),
        "area": made.area,
        "area_words": area_name(made.area, language) if made.area else "",
        "title": made.form.zh if language == "zh" else made.form.en,
        "due": made.due,
        "source": source_line(made.form.rule),
        "opens": opens,
        "xlsx": _address("/reports/monthly.xlsx", made),
        "paper": _address("/reports/print", made),
    }


def _address(path: str, made: Monthly, **changed: str) -> str:
    asked = {"month": f"{made.month:%Y-%m}", "area": made.area} | changed
    return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


def _behind(made: Monthly, row: str, measure: str) -> str | None:
    """Where the list behind a number is; an area that nobody knows has no address."""
    return _address(f"/reports/behind/{row}/{measure}", made) if row else None


def _below(row: str, made: Monthly) -> str | None:
    """The table of an area's own parts; None for the smallest, and for the whole."""
    deepest = 9
    if row == TOTAL or not row or len(row) > deepest or len(row) <= len(made.area):
        return None
    return _address("/reports", made, area=row)


def _row_name(row: str, language: Language) -> str:
    return str(words(language)["total"]) if row == TOTAL else area_name(row, language)
