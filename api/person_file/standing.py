"""What the law says of a person, and what was done: verdicts, what to ask next, the history."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.decisions.schemas import VerdictOut
from api.deps import DayDep, StoreDep, today_of
from api.person_file.head import head_of
from api.protocol.language import Language, language_of
from api.records.resource import Id
from api.records.verbs import rows_of
from api.web.pages import is_part, page, pages_router
from matcher.casework.ledger.machine import machine
from matcher.casework.referrals.referring import STREAM
from matcher.pipeline.casework.moving import Desk
from matcher.pipeline.casework.refusing import counted_refusals
from matcher.pipeline.casework.register.profile import matters_of, profile_of
from matcher.policy.catalogue import decision_kind
from matcher.policy.decisions import decide
from matcher.policy.turning.search import turn
from matcher.store.events.reading import Wanted

router: APIRouter = pages_router(prefix="/persons/{key}")

Decider = Annotated[Caller, Depends(Allow(CASEWORK, "decide"))]
Reader = Annotated[Caller, Depends(Allow(CASEWORK, "file"))]
ORDER = ("met", "unknown", "not_met")
LAST_MOVES = 200


@router.get("/decisions")
def show_decisions(
    request: Request, caller: Decider, store: StoreDep, on: DayDep, key: Id
) -> Response:
    """Every matter of the person and the household by the law of a day, in sentences."""
    head = head_of(store, caller, key, on)
    language = language_of(request)
    verdicts = [
        VerdictOut.of(decide(each.law, each.decision, each.facts).verdict(0), language)
        for each in matters_of(store, caller.scope, key, on)
    ]
    verdicts.sort(key=lambda each: ORDER.index(each.outcome.value))
    names = {each.decision: _name(each.decision, language) for each in verdicts}
    facts: dict[str, Any] = {
        "head": head,
        "tab": "decisions",
        "verdicts": verdicts,
        "names": names,
        "on": on,
    }
    return page(request, "person_file/decisions.html", caller, **facts)


@router.get("/turning")
def show_turning(
    request: Request,
    caller: Decider,
    store: StoreDep,
    on: DayDep,
    key: Id,
    decision: Annotated[str, Query(min_length=1, max_length=64)],
) -> Response:
    """What would change one verdict: facts, or the day from which it changes by itself."""
    head = head_of(store, caller, key, on)
    name = _name(decision, language_of(request))
    asked = [m for m in matters_of(store, caller.scope, key, on) if m.decision == decision]
    turned = [turn(each.law, each.decision, each.facts) for each in asked]
    said = [each.zh if language_of(request) == "zh" else each.en for each in turned]
    facts: dict[str, Any] = {"head": head, "tab": "decisions", "said": said, "name": name}
    part = "person_file/turning_part.html" if is_part(request) else "person_file/turning.html"
    return page(request, part, caller, **facts)


@router.get("/clear")
def show_clear(request: Request, caller: Reader, store: StoreDep, key: Id) -> Response:
    """What the office is to know of a person, what is missing, and what to ask first."""
    on = today_of(store)
    chinese = language_of(request) == "zh"
    profile = profile_of(store, caller.scope, key, on)
    asked_for, missing = profile.clear.of(0)
    items = [] if asked_for is None else asked_for.items
    facts: dict[str, Any] = {
        "title": None if asked_for is None else (asked_for.zh if chinese else asked_for.en),
        "items": [(each.zh if chinese else each.en, each not in missing) for each in items],
        "questions": [each.zh if chinese else each.en for each in profile.to_ask.questions[:6]],
        "settled": len(profile.to_ask.decided),
        "open": len(profile.to_ask.open),
    }
    if is_part(request):
        return page(request, "person_file/clear_part.html", caller, **facts)
    head = head_of(store, caller, key, on)
    return page(request, "person_file/clear.html", caller, head=head, tab="clear", **facts)


@router.get("/history")
def show_history(request: Request, caller: Reader, store: StoreDep, key: Id) -> Response:
    """Referrals and every move of the person's ledger, newest first; refusals as they count."""
    on = today_of(store)
    language = language_of(request)
    head = head_of(store, caller, key, on)
    of_person = Wanted(of="person_id", ids=[key])
    events = store.events(caller.scope, of_person).iloc[::-1].head(LAST_MOVES)
    states = store.states(caller.scope, Wanted([STREAM], of="person_id", ids=[key]))
    desk = Desk(store, caller.scope, caller.account.username, caller.at)
    return page(
        request,
        "person_file/history.html",
        caller,
        head=head,
        tab="history",
        moves=[row | {"said": _move(row, language)} for row in rows_of(events)],
        referrals=rows_of(states.sort_values("since", ascending=False)),
        open_states=machine(STREAM).open_states,
        state_words={
            name: each.zh if language == "zh" else each.en
            for name, each in machine(STREAM).states.items()
        },
        refusals=counted_refusals(desk, key, on),
    )


def _name(decision: str, language: Language) -> str:
    kind = decision_kind(decision)
    return kind.zh if language == "zh" else kind.en


def _move(row: dict[str, Any], language: Language) -> str:
    """What a move is called."""
    found = next(
        (
            each
            for each in machine(row["stream"]).transitions.values()
            if each.event == row["event"]
        ),
        None,
    )
    if found is None:
        return str(row["event"])
    return found.zh if language == "zh" else found.en
