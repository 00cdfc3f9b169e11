"""The file of one household: members, verdict, its way, the plan, and what may be done."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.decisions.schemas import VerdictOut
from api.deps import DaysDep, MarketsDep, RankerDep, StoreDep, today_of
from api.households.plan import plan_of
from api.households.standing import ledger_state, next_of, steps_of
from api.protocol.language import Language, language_of
from api.records.resource import Id
from api.records.verbs import rows_of
from api.web import formats
from api.web.pages import back_to, is_part, page, pages_router
from matcher.casework.households.moving import STREAM
from matcher.casework.ledger.machine import machine
from matcher.domain.decision import Outcome
from matcher.domain.kinds import Kind
from matcher.errors import NotFound
from matcher.pipeline.casework.ledgers.households import Act, act, open_ledger
from matcher.pipeline.fairs.papers.words import masked
from matcher.pipeline.law.deciding import Question, decide_about
from matcher.reference.columns import columns
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/households/{key}")

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "household"))]
Worker = Annotated[Caller, Depends(Allow(CASEWORK, "household ledger"))]
Text = Annotated[str, Form(max_length=64)]
MEMBER = ("relation", "birth_date", "seeks_work", "employment_state", "unemployed_since")
DECISION = "zero_employment_household"
CONTACTS = ("visit", "referral", "letter", "message", "contact")
MADE = ("visit", "miss", "refer", "ask", "issue", "send", "interview")
"""Moves by which the office was in touch with somebody."""


@router.get("")
def show_file(
    request: Request,
    caller: Reader,
    store: StoreDep,
    days: DaysDep,
    key: Id,
) -> Response:
    """Who belongs to it, what the law says of it, how far it has come, what may be done."""
    on, language = today_of(store), language_of(request)
    record = _record(store, caller, key)
    wanted = Wanted([STREAM], ids=[key])
    states, events = store.states(caller.scope, wanted), store.events(caller.scope, wanted)
    state = ledger_state(record, states)
    due = days.of(caller.scope, on).due
    clock = rows_of(due[(due["household_id"] == key)].head(1))
    verdict = decide_about(store, caller.scope, Question(DECISION, on, household_id=key))
    members = _members(store, caller, key, language)
    return page(
        request,
        "households/file.html",
        caller,
        key=key,
        on=on,
        title=_title(members, key),
        facts=_facts(record, language),
        members=members,
        verdict=VerdictOut.of(verdict, language),
        carrying=_carrying(VerdictOut.of(verdict, language)),
        steps=steps_of(record, events, state, clock[0]["due_on"] if clock else None),
        clock=clock[0] if clock else None,
        state=_said(state, language),
        next=next_of(state, caller, language),
        work=_work(store, caller, [each["key"] for each in members]),
        moves=[row | {"said": _move(row, language)} for row in rows_of(events.iloc[::-1])],
        done=request.query_params.get("done"),
    )


@router.get("/plan")
def show_plan(
    request: Request,
    caller: Reader,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    key: Id,
) -> Response:
    """The pairs of member and post by which one of the household is in work soonest."""
    record, language = _record(store, caller, key), language_of(request)
    members = _members(store, caller, str(record["household_id"]), language)
    names = {each["key"]: each["name"] for each in members}
    snapshot = markets.of(caller.scope, today_of(store))
    facts: dict[str, Any] = {
        "key": key,
        "title": _title(members, key),
        "names": names,
        "pairs": plan_of(store, caller, snapshot, ranker, list(names)),
    }
    part = "households/plan_part.html" if is_part(request) else "households/plan.html"
    return page(request, part, caller, **facts)


@router.post("/moves")
def move(
    caller: Worker,
    store: StoreDep,
    key: Id,
    event: Annotated[str, Form(min_length=1, max_length=40)],
    reason: Text = "",
    placement: Text = "",
    by: Text = "",
) -> Response:
    """Make one move of the ledger; a household on record before it is brought in first."""
    _record(store, caller, key)
    on = today_of(store)
    open_ledger(store, caller.scope, on, at=caller.at, household_ids=[key])
    wanted = Act(event, key, on, by.strip() or None, reason or None, placement or None)
    act(store, caller.scope, wanted, at=caller.at)
    return back_to(f"/households/{quote(key)}?done={quote(event)}")


def _record(store: Store, caller: Caller, key: str) -> dict[str, Any]:
    found = store.households(caller.scope, [key], at=caller.at)
    if found.empty:
        raise NotFound(kind="household", key=key)
    return rows_of(found)[0]


def _members(store: Store, caller: Caller, key: str, language: Language) -> list[dict[str, Any]]:
    """The members, the head first, with the day when the office was last in touch."""
    parts = ("profile", "status", "identity")
    found = store.members(caller.scope, [key], parts=parts, at=caller.at)
    head = found["relation"].astype("object") == "head"
    found = found.assign(first=head).sort_values("first", ascending=False, kind="stable")
    wanted = Wanted(CONTACTS, of="person_id", ids=found["person_id"].tolist())
    events = store.events(caller.scope, wanted)
    touched = events[events["event"].isin(MADE)].groupby("person_id")["on"].max()
    by_name = {each.name: each for each in columns(Kind.PERSONS)}
    return [
        {
            "key": row["person_id"],
            "name": masked(str(row["name"])) if "name" in row else row["person_id"],
            "cells": [formats.cell(by_name[name], row.get(name), language) for name in MEMBER],
            "touched": touched.get(row["person_id"]),
        }
        for row in rows_of(found)
    ]


def _title(members: list[dict[str, Any]], key: str) -> str:
    return str(members[0]["name"]) if members else key


def _facts(record: dict[str, Any], language: Language) -> list[tuple[str, str]]:
    """What is on record of the household itself; its days stand on its way."""
    left_out = ("household_id", "facts", "extra", "version")
    return [
        (formats.head(each, language), formats.cell(each, record.get(each.name), language))
        for each in columns(Kind.HOUSEHOLDS)
        if each.name not in left_out and not each.name.endswith("_on")
    ]


def _carrying(verdict: VerdictOut) -> str | None:
    """The condition that carries the answer: the first that is as the outcome is not."""
    if verdict.outcome is Outcome.MET:
        return None
    same = (each.text for each in verdict.findings if each.outcome is verdict.outcome)
    return next(same, verdict.reason)


def _work(store: Store, caller: Caller, people: list[str]) -> list[tuple[str, str]]:
    """The work of members that may clear the household: number, and the day it began."""
    found = store.placements(caller.scope, person_ids=people)
    lasting = found[found["ended_on"].isna() & found["start_date"].notna()]
    return [
        (row["placement_id"], f"{row['person_id']} {row['start_date']}") for row in rows_of(lasting)
    ]


def _said(state: str, language: Language) -> str | None:
    if not state:
        return None
    found = machine(STREAM).states[state]
    return found.zh if language == "zh" else found.en


def _move(row: dict[str, Any], language: Language) -> str:
    moves = machine(STREAM).transitions.values()
    found = next(each for each in moves if each.event == row["event"])
    return found.zh if language == "zh" else found.en
