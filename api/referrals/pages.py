"""An employer's candidates: who was put forward, why they fit, and what is answered."""

from __future__ import annotations

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.days import Day
from api.deps import DayDep, MarketsDep, PseudonymsDep, RankerDep, StoreDep, today_of
from api.protocol.language import language_of
from api.records.resource import Id
from api.records.verbs import rows_of
from api.referrals.candidates import Said, answered, own_referrals
from api.web.pages import back_to, page, pages_router
from matcher.casework.ledger.machine import machine, reasons
from matcher.casework.referrals.referring import STREAM
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role

router: APIRouter = pages_router()

Employer = Annotated[Caller, Depends(Allow(frozenset({Role.EMPLOYER}), "candidates"))]
PAGE = 20
REFUSED = "refused_by_employer"
OVER = ("retained", "ended", REFUSED)


@router.get("/candidates")
def show_candidates(
    request: Request,
    caller: Employer,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    names: PseudonymsDep,
    on: DayDep,
    vacancy: Annotated[str, Query(max_length=64)] = "",
    state: Annotated[str, Query(max_length=40)] = "",
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Response:
    """The people put forward, newest first; those who wait for an answer before all others."""
    language = language_of(request)
    found = own_referrals(store, caller)
    counts = {str(name): int(n) for name, n in found["state"].value_counts().items()}
    chosen = found[found["vacancy_id"] == vacancy] if vacancy else found
    chosen = chosen[chosen["state"] == state] if state else chosen
    chosen = chosen.assign(over=chosen["state"].isin(OVER)).sort_values(
        ["over", "since", "subject_id"], ascending=[True, False, True]
    )
    said = Said(markets, ranker, names, str(caller.account.employer_id))
    rows = rows_of(chosen.iloc[offset : offset + PAGE])
    posts = store.frame(Kind.VACANCIES, sorted({row["vacancy_id"] for row in rows}))
    chinese = language == "zh"
    words = {n: each.zh if chinese else each.en for n, each in machine(STREAM).states.items()}
    coded = [each for (group, _), each in reasons().items() if group == REFUSED]
    address = partial(_address, vacancy=vacancy, state=state)
    return page(
        request,
        "referrals/candidates.html",
        caller,
        candidates=[said.candidate(row, caller, on, language) for row in rows],
        titles=dict(zip(posts["vacancy_id"], posts["title"], strict=True)),
        total=len(chosen),
        counts=[(name, words[name], n) for name, n in counts.items()],
        state=state,
        vacancy=vacancy,
        words=words,
        coded=[(each.code, each.zh if chinese else each.en) for each in coded],
        today=today_of(store),
        first=address(offset=0) if offset else None,
        next=address(offset=offset + PAGE) if offset + PAGE < len(chosen) else None,
        done=request.query_params.get("done"),
    )


@router.post("/candidates/{key}/answers")
def answer(
    store: StoreDep,
    names: PseudonymsDep,
    caller: Employer,
    key: Id,
    event: Annotated[str, Form(max_length=40)],
    reason: Annotated[str, Form(max_length=40)] = "",
    on: Annotated[Day | None, Form()] = None,
) -> Response:
    """Write the employer's answer down."""
    said = {"reason": reason} if reason else {}
    answered(store, names, caller, key, event, on or today_of(store), **said)
    return back_to(f"/candidates?done={event}#{key}")


def _address(*, vacancy: str, state: str, offset: int) -> str:
    given = {"vacancy": vacancy, "state": state, "offset": str(offset) if offset else ""}
    return "/candidates?" + urlencode({name: value for name, value in given.items() if value})
