"""The workbench: the day's list with its figures, what was opened last, the month."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Form, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import DaysDep, MarketsDep, RankerDep, StoreDep, today_of
from api.protocol.language import Language, language_of
from api.records.verbs import rows_of
from api.web.files import workbook
from api.web.formats import place
from api.web.pages import back_to, is_part, page, pages_router
from api.web.words import said
from api.workbench.asking import PAGE, SHOWN, Asked, asked, figures
from api.workbench.lines import Line, lines_of, what_is
from api.workbench.month import STEPS, FreshPosts, funnel, opened_last
from matcher.casework.referrals.referring import STREAM
from matcher.domain.scope import Role
from matcher.pipeline.casework.moving import Desk, visit_person
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/workbench")

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "workbench"))]
Worker = Annotated[Caller, Depends(Allow(CASEWORK, "visits"))]
AskedDep = Annotated[Asked, Depends(asked)]
Fresh = Annotated[str, Query(max_length=20)]
Chosen = Annotated[list[str] | None, Form(max_length=PAGE)]
EXPORTED = 2_000
"""The most lines of one export."""

OPEN_VISITS = ("planned", "missed")
STREET = 9
"""Digits of a street's code."""


@router.get("")
def show_day(
    request: Request, caller: Reader, store: StoreDep, days: DaysDep, ask: AskedDep
) -> Response:
    """What is due, most urgent first, with the figures that filter it."""
    on, language = today_of(store), language_of(request)
    standing = days.of(caller.scope, on)
    found = ask.among(standing.due, on)
    rows = found.iloc[ask.offset : ask.offset + PAGE]
    behind = ask.offset + PAGE
    facts: dict[str, Any] = {
        "ask": ask,
        "on": on,
        "lines": lines_of(store, caller, rows, on, language),
        "total": len(found),
        "first": ask.address(offset=None) if ask.offset else None,
        "next": ask.address(offset=behind) if behind < len(found) else None,
        "done": request.query_params.get("done"),
        "n": request.query_params.get("n", "0"),
    }
    if is_part(request):
        return page(request, "workbench/lines.html", caller, **facts)
    return page(
        request,
        "workbench/day.html",
        caller,
        figures=figures(standing.due, on),
        shown=SHOWN,
        matters=_matters(standing.due, language),
        areas=_areas(standing.due, language),
        month=funnel(standing, caller),
        recent=opened_last(store, caller),
        is_all=caller.account.role is Role.SUPERVISOR,
        **facts,
    )


def _matters(due: pd.DataFrame, language: Language) -> list[tuple[str, str]]:
    return [
        _every(language),
        *((name, what_is(name, language)) for name in sorted(due["matter"].unique())),
    ]


def _every(language: Language) -> tuple[str, str]:
    return ("", said(language, "lists.any"))


def _areas(due: pd.DataFrame, language: Language) -> list[tuple[str, str]]:
    codes = sorted(due["area_code"].dropna().astype("str").str.slice(0, STREET).unique())
    return [_every(language), *((code, place(code)) for code in codes)]


@router.get("/export.xlsx")
def export(
    request: Request, caller: Reader, store: StoreDep, days: DaysDep, ask: AskedDep
) -> Response:
    """Exactly this view as a workbook."""
    on, language = today_of(store), language_of(request)
    found = ask.among(days.of(caller.scope, on).due, on).head(EXPORTED)
    lines = lines_of(store, caller, found, on, language)
    heads = ("due", "left", "what", "who", "number", "where", "source")
    cells = [
        [each.due, each.left, each.what, each.who, each.number, each.where, _document(each)]
        for each in lines
    ]
    words = [said(language, f"workbench.column.{name}") for name in heads]
    frame = pd.DataFrame(cells, columns=words, dtype=str)
    return workbook(f"workbench-{on.isoformat()}", frame)


@router.get("/fresh")
def show_fresh(
    request: Request,
    caller: Reader,
    store: StoreDep,
    days: DaysDep,
    markets: MarketsDep,
    ranker: RankerDep,
) -> Response:
    """People of the day's list for whom a good post is new."""
    on = today_of(store)
    due, snapshot = days.of(caller.scope, on).due, markets.of(caller.scope, on)
    held: FreshPosts = request.app.state.fresh_posts
    found = held.of(caller, due, snapshot, ranker)
    part = "workbench/fresh_figure.html" if is_part(request) else "workbench/fresh.html"
    return page(request, part, caller, found=found)


@router.get("/month")
def show_month(
    request: Request, caller: Reader, store: StoreDep, step: Fresh = STEPS[0]
) -> Response:
    """The referrals behind one number of the month."""
    on = today_of(store)
    moved = store.events(caller.scope, Wanted([STREAM], since=on.replace(day=1), until=on))
    moved = moved[moved["event"] == step]
    if caller.account.role is not Role.SUPERVISOR:
        moved = moved[moved["actor"] == caller.account.username]
    rows = rows_of(moved.iloc[::-1].head(500))
    facts: dict[str, Any] = {"rows": rows, "step": step, "steps": STEPS}
    return page(request, "workbench/month.html", caller, **facts)


@router.post("/visits")
def plan_visits(
    caller: Worker,
    store: StoreDep,
    person: Chosen = None,
    event: Annotated[str, Form(pattern="^(plan|visit)$")] = "plan",
    back: Annotated[str, Form(max_length=2000)] = "/workbench",
) -> Response:
    """Put those who were chosen on today's visits, or write down that they were visited."""
    desk, on = _desk(store, caller), today_of(store)
    keys = list(dict.fromkeys(person or []))
    of_them = Wanted(["visit"], OPEN_VISITS, of="person_id", ids=keys)
    waiting = set(store.states(caller.scope, of_them)["person_id"])
    chosen = [key for key in keys if event == "visit" or key not in waiting]
    for key in chosen:
        visit_person(desk, key, on, event=event)
    address = _own(back)
    sign = "&" if "?" in address else "?"
    return back_to(f"{address}{sign}done={event}&n={len(chosen)}")


def _document(line: Line) -> str:
    return line.source.document if line.source else ""


def _desk(store: Store, caller: Caller) -> Desk:
    return Desk(store, caller.scope, caller.account.username, caller.at)


def _own(address: str) -> str:
    """An address of this list; its beginning where the given one leads elsewhere."""
    return address if address == "/workbench" or address.startswith("/workbench?") else "/workbench"
