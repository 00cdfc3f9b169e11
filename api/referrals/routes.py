"""Referrals for offices: put forward, read, moved on."""

from __future__ import annotations

from typing import Annotated

import orjson
import pandas as pd
from fastapi import APIRouter, Depends, Query

from api.auth.callers import Allow, Caller
from api.auth.roles import PEOPLE
from api.deps import StoreDep, today_of
from api.protocol.once import OnceRoute
from api.records.resource import Id
from api.records.verbs import rows_of
from api.referrals.schemas import (
    MovedOut,
    MoveIn,
    ProposalIn,
    ProposedOut,
    ReferralOut,
    ReferralPage,
    referral_out,
)
from matcher.casework.referrals.referring import STREAM
from matcher.errors import NotFound
from matcher.pipeline.casework.moving import Desk, move_referral, propose_pairs
from matcher.pipeline.casework.refusing import with_override
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

router = APIRouter(prefix="/referrals", tags=["referrals"], route_class=OnceRoute)

Worker = Annotated[Caller, Depends(Allow(PEOPLE, "referrals"))]
Of = Annotated[str | None, Query(max_length=64)]


def desk_of(store: Store, caller: Caller) -> Desk:
    """The caller at work."""
    return Desk(store, caller.scope, caller.account.username, caller.at)


@router.get("")
def list_referrals(
    caller: Worker,
    store: StoreDep,
    person_id: Of = None,
    vacancy_id: Of = None,
    state: Of = None,
    after: Of = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ReferralPage:
    """Referrals within the caller's areas, by number: all, of a person, of a post, in a state."""
    of, ids = "person_id", person_id
    if person_id is None and vacancy_id is not None:
        of, ids = "vacancy_id", vacancy_id
    states = [state] if state else []
    wanted = Wanted([STREAM], states, of=of, ids=None if ids is None else [ids])
    found = store.states(caller.scope, wanted)
    if person_id is not None and vacancy_id is not None:
        found = found[found["vacancy_id"] == vacancy_id]
    found = found.sort_values("subject_id")
    waiting = found[found["subject_id"] > after] if after else found
    rows = rows_of(waiting.head(limit))
    items = [referral_out(row, caller.account.role) for row in rows]
    return ReferralPage(items=items, next=items[-1].subject_id if len(waiting) > limit else None)


@router.post("", status_code=201)
def propose(store: StoreDep, caller: Worker, given: ProposalIn) -> ProposedOut:
    """Put people forward for posts; a pair that is still open is not put forward again."""
    desk, on = desk_of(store, caller), given.on or today_of(store)
    each_pair = [
        # A pair that fails a filter needs a reason, which is kept with what was passed over.
        with_override(desk, pd.DataFrame([pair]), on, override)
        for pair, override in (
            ({"person_id": each.person_id, "vacancy_id": each.vacancy_id}, each.override)
            for each in given.pairs
        )
    ]
    pairs = pd.concat(each_pair, ignore_index=True).drop_duplicates(["person_id", "vacancy_id"])
    done = propose_pairs(desk, pairs, on)
    return ProposedOut(proposed=done.events["subject_id"].tolist())


@router.get("/{key}")
def read_referral(store: StoreDep, caller: Worker, key: Id) -> ReferralOut:
    """One referral, and what may come next."""
    found = store.states(caller.scope, Wanted([STREAM], ids=[key]))
    if found.empty:
        raise NotFound(kind=STREAM, key=key)
    return referral_out(rows_of(found)[0], caller.account.role)


@router.post("/{key}/moves", status_code=201)
def move(store: StoreDep, caller: Worker, key: Id, given: MoveIn) -> MovedOut:
    """Write down what happened; a hire takes a place and ends the person's other open ones."""
    done = move_referral(
        desk_of(store, caller), key, given.event, given.on or today_of(store), **stated(given)
    )
    last = done.events[done.events["subject_id"] == key].iloc[-1]
    version = store.states(caller.scope, Wanted([STREAM], ids=[key]))["version"].iloc[0]
    return MovedOut(
        subject_id=key, state=str(last["state"]), version=int(version), closed=list(done.closed)
    )


def stated(given: MoveIn) -> dict[str, object]:
    """What a move says beside its event and day."""
    said: dict[str, object] = {}
    if given.reason is not None:
        said["reason"] = given.reason
    if given.just_cause is not None:
        said["data"] = orjson.dumps({"just_cause": given.just_cause}).decode()
    if given.expected_version is not None:
        said["expected_version"] = given.expected_version
    return said
