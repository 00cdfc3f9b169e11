"""What is done from a file: refer, not suitable, take back."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

import pandas as pd
from fastapi import APIRouter, Depends, Form, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import StoreDep, today_of
from api.records.resource import Id
from api.web.pages import back_to, pages_router
from matcher.casework.referrals.referring import STREAM
from matcher.errors import NotFound
from matcher.pipeline.casework.moving import Desk, move_referral, propose_pairs
from matcher.pipeline.casework.refusing import ASKED, with_override
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/persons/{key}")

Worker = Annotated[Caller, Depends(Allow(CASEWORK, "referrals"))]
Code = Annotated[str, Form(min_length=1, max_length=64)]
WITHDRAWN = "withdrawn"


@router.post("/referrals")
def refer(
    store: StoreDep,
    caller: Worker,
    key: Id,
    vacancy: Code,
    override: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Refer the person to a post; over a filter only with a reason, which is kept."""
    number = _referred(store, caller, key, vacancy, override.strip() or None)
    move_referral(_desk(store, caller), number, "refer", today_of(store))
    return _back(key, "referred", number)


@router.post("/unsuitable")
def set_aside(store: StoreDep, caller: Worker, key: Id, vacancy: Code, reason: Code) -> Response:
    """The person, asked, does not want the post: with a coded reason; it is proposed no more."""
    desk, on = _desk(store, caller), today_of(store)
    number = _referred(store, caller, key, vacancy, ASKED)
    move_referral(desk, number, "ask", on)
    move_referral(desk, number, "refuse_by_person", on, reason=reason)
    return _back(key, "set_aside", number)


@router.post("/referrals/{referral}/withdrawn")
def take_back(store: StoreDep, caller: Worker, key: Id, referral: Id) -> Response:
    """Take a referral back; the ledger keeps both moves."""
    move_referral(_desk(store, caller), referral, "close", today_of(store), reason=WITHDRAWN)
    return _back(key, "taken_back", "")


def _desk(store: Store, caller: Caller) -> Desk:
    return Desk(store, caller.scope, caller.account.username, caller.at)


def _referred(store: Store, caller: Caller, key: str, vacancy: str, override: str | None) -> str:
    """The number of the pair's open referral, a new one where there is none."""
    desk, on = _desk(store, caller), today_of(store)
    pair = pd.DataFrame({"person_id": [key], "vacancy_id": [vacancy]})
    propose_pairs(desk, with_override(desk, pair, on, override), on)
    found = store.states(caller.scope, Wanted([STREAM], of="person_id", ids=[key]))
    found = found[found["vacancy_id"] == vacancy].sort_values("subject_id")
    if found.empty:
        raise NotFound(kind=STREAM, key=f"{key} {vacancy}")
    return str(found["subject_id"].iloc[-1])


def _back(key: str, done: str, number: str) -> Response:
    return back_to(f"/persons/{quote(key)}?" + urlencode({"done": done, "referral": number}))
