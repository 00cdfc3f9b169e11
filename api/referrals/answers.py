"""Referrals for employers: people put forward to them, and their answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Depends, Query, Request

from api.auth.callers import Allow, Caller
from api.deps import DayDep, MarketsDep, PseudonymsDep, RankerDep, StoreDep, today_of
from api.explanations.schemas import ReasonOut
from api.market import Markets
from api.protocol.language import language_of
from api.protocol.once import OnceRoute
from api.records.resource import Id
from api.records.verbs import rows_of
from api.referrals.routes import desk_of, stated
from api.referrals.schemas import AnsweredOut, CandidateOut, CandidatePage, MoveIn
from matcher.casework.ledger.machine import machine
from matcher.casework.privacy.pseudonyms import Pseudonyms
from matcher.casework.referrals.referring import STREAM
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves, NotFound
from matcher.explanation.explain import view_for
from matcher.explanation.sentences import Reader
from matcher.pipeline import matching
from matcher.pipeline.casework.moving import move_referral
from matcher.ranking.ranker import Ranker
from matcher.store.events.reading import Wanted
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

router = APIRouter(prefix="/candidates", tags=["candidates"], route_class=OnceRoute)

SHOWN = (
    *("referred", "interviewed", "offered", "hired", "started"),
    *("retained", "ended", "refused_by_employer"),
)
"""Before a referral the employer hears of nobody; of who said no, nothing either."""

MOST_POSTS = 5000
Employer = Annotated[Caller, Depends(Allow(frozenset({Role.EMPLOYER}), "candidates"))]


@router.get("")
def list_candidates(
    caller: Employer,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    names: PseudonymsDep,
    on: DayDep,
    request: Request,
    vacancy_id: Annotated[str | None, Query(max_length=64)] = None,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> CandidatePage:
    """The people put forward to this employer, without name, number or status, newest first."""
    found = _own(store, caller)
    if vacancy_id is not None:
        found = found[found["vacancy_id"] == vacancy_id]
    found = found.sort_values(["since", "subject_id"], ascending=[False, True])
    rows = rows_of(found.iloc[offset : offset + limit])
    said = _Said(markets, ranker, names, str(caller.account.employer_id))
    items = [said.candidate(row, caller, on, request) for row in rows]
    return CandidatePage(items=items, total=len(found))


@router.post("/{key}/answers", status_code=201)
def answer(
    store: StoreDep, names: PseudonymsDep, caller: Employer, key: Id, given: MoveIn
) -> AnsweredOut:
    """An employer's answer to a referral: interview, offer, hire, start, or no."""
    own = _own(store, caller)
    employer_id = str(caller.account.employer_id)
    subject_id = names.behind(employer_id, key, own["subject_id"])
    if subject_id is None:
        raise NotFound(kind=STREAM, key=key)
    desk = replace(desk_of(store, caller), scope=_reach(caller))
    on = given.on or today_of(store)
    try:
        done = move_referral(desk, subject_id, given.event, on, **stated(given))
    except IllegalMoves as wrong:
        # The number of a referral holds its person's: the refusal speaks of the pseudonym.
        told = [problem.replace(subject_id, key) for problem in wrong.problems]
        raise IllegalMoves(problems=told) from None
    last = done.events[done.events["subject_id"] == subject_id].iloc[-1]
    after = store.states(_reach(caller), Wanted([STREAM], ids=[subject_id]))
    return AnsweredOut(
        referral=key, state=str(last["state"]), version=int(after["version"].iloc[0])
    )


def _reach(caller: Caller) -> Scope:
    """An employer serves no area; what it may reach is picked by its own posts instead."""
    return replace(caller.scope, areas=("",))


def _own(store: Store, caller: Caller) -> pd.DataFrame:
    """The referrals to the caller's own posts that it may know of."""
    mine = Condition("employer_id", Test.EQUAL, str(caller.account.employer_id))
    listing = Listing(Kind.VACANCIES, where=(mine,), limit=MOST_POSTS)
    posts = store.page(caller.scope, listing).rows["vacancy_id"].tolist()
    wanted = Wanted([STREAM], list(SHOWN), of="vacancy_id", ids=posts)
    return store.states(_reach(caller), wanted)


class _Said:
    """Candidates of one employer in words fit for it."""

    def __init__(
        self, markets: Markets, ranker: Ranker, names: Pseudonyms, employer_id: str
    ) -> None:
        self._markets, self._ranker, self._names = markets, ranker, names
        self._employer_id = employer_id

    def candidate(
        self, row: dict[str, Any], caller: Caller, on: Any, request: Request
    ) -> CandidateOut:
        """One candidate; the reasons are those of the profile and the post, never of the law."""
        snapshot = self._markets.of(_reach(caller), on)
        reasons = []
        try:
            said = matching.explain(snapshot, self._ranker, row["person_id"], row["vacancy_id"])
            reasons = list(view_for(said, Reader.EMPLOYER).reasons)
        except NotFound:
            # Filled posts and people in work are not on the market any more; the referral is.
            reasons = []
        return CandidateOut(
            candidate=self._names.of(self._employer_id, row["person_id"]),
            referral=self._names.of(self._employer_id, row["subject_id"]),
            vacancy_id=row["vacancy_id"],
            state=row["state"],
            version=row["version"],
            since=row["since"],
            answer_by=row.get("due_on"),
            next=list(machine(STREAM).events_from(row["state"], Role.EMPLOYER)),
            reasons=[ReasonOut.of(each, language_of(request)) for each in reasons],
        )
