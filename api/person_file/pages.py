"""The tabs of a file that are read: proposed posts, posts out of reach, one pair, verdicts."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK
from api.deps import DayDep, MarketsDep, RankerDep, StoreDep
from api.explanations.schemas import ExplanationOut
from api.matches.schemas import post_of
from api.person_file.cards import card_of, text
from api.person_file.head import Head, head_of, told
from api.person_file.reach import out_of_reach
from api.protocol.language import language_of
from api.records.resource import Id
from api.web.pages import is_part, page, pages_router
from matcher.casework.ledger.machine import reasons
from matcher.errors import NotFound
from matcher.pipeline import matching
from matcher.pipeline.courses import courses_for
from matcher.pipeline.privacy.plain import plain_list
from matcher.pipeline.privacy.wishing import not_personalised
from matcher.pipeline.snapshot import Snapshot

router: APIRouter = pages_router(prefix="/persons/{key}")

Reader = Annotated[Caller, Depends(Allow(CASEWORK, "file"))]
Top = Annotated[int, Query(ge=1, le=50)]
TOP = 10
REFUSED = "refused_by_person"


@router.get("")
def show_matches(
    request: Request,
    caller: Reader,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    on: DayDep,
    key: Id,
    top: Top = TOP,
) -> Response:
    """The file, open at the best posts; a list without the profile where the person wishes so."""
    head = head_of(store, caller, key, on)
    snapshot = markets.of(caller.scope, on)
    if not snapshot.has_person(key):
        return page(request, "person_file/not_seeking.html", caller, head=head, tab="matches")
    wished = not_personalised(store, caller.scope).get(key)
    if wished is not None:
        return _plain(request, caller, snapshot, head, why=wished)
    ranked = matching.rank_for_persons(snapshot, ranker, top=top, persons=snapshot.person_at(key))
    matches = matching.explained_matches(snapshot, ranker, ranked)
    return page(
        request,
        "person_file/cards.html" if is_part(request) else "person_file/matches.html",
        caller,
        head=head,
        tab="matches",
        cards=[card_of(snapshot, each) for each in matches],
        top=top,
        said=lambda reason: text(reason, language_of(request)),
        model=ranker.name,
        on=on,
        **_done(request),
    )


def _done(request: Request) -> dict[str, Any]:
    """What a form needs, and what was done by the last one."""
    chinese = language_of(request) == "zh"
    coded = [each for (group, _), each in reasons().items() if group == REFUSED]
    return {
        "reasons": [(each.code, each.zh if chinese else each.en) for each in coded],
        "done": request.query_params.get("done"),
        "referral": request.query_params.get("referral", ""),
    }


@router.get("/plain")
def show_plain(
    request: Request, caller: Reader, store: StoreDep, markets: MarketsDep, on: DayDep, key: Id
) -> Response:
    """The list that knows nothing of the profile, to be held beside the other."""
    head = head_of(store, caller, key, on)
    return _plain(request, caller, markets.of(caller.scope, on), head, why="asked")


def _plain(
    request: Request, caller: Caller, snapshot: Snapshot, head: Head, *, why: str
) -> Response:
    found = plain_list(snapshot, snapshot.person(head.key), top=TOP)
    ids = snapshot.market.vacancies.ids[found.vacancy_at]
    rows = [
        (post_of(snapshot, str(each)), int(tier) or None, km)
        for each, tier, km in zip(ids, found.tier, found.km, strict=True)
    ]
    facts: dict[str, Any] = {
        "head": head,
        "tab": "plain",
        "rows": rows,
        "wished": why,
        **_done(request),
    }
    return page(request, "person_file/plain.html", caller, **facts)


@router.get("/out-of-reach")
def show_out_of_reach(
    request: Request, caller: Reader, store: StoreDep, markets: MarketsDep, on: DayDep, key: Id
) -> Response:
    """The posts that a filter keeps away, by filter, with what would change that."""
    head = head_of(store, caller, key, on)
    n, groups = out_of_reach(markets.of(caller.scope, on), key, language_of(request))
    facts: dict[str, Any] = {"head": head, "tab": "reach", "n": n, "groups": groups}
    return page(request, "person_file/reach.html", caller, **facts)


@router.get("/why")
def show_why(
    request: Request,
    caller: Reader,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    on: DayDep,
    key: Id,
    vacancy: Annotated[str, Query(min_length=1, max_length=64)],
) -> Response:
    """Why a post, or why not: reasons, obstacles, and where it stands in the list."""
    head = head_of(store, caller, key, on)
    snapshot = markets.of(caller.scope, on)
    explained = matching.explain(snapshot, ranker, key, vacancy)
    said = ExplanationOut.of(explained, language_of(request))
    facts: dict[str, Any] = {
        "head": head,
        "tab": "why",
        "said": said,
        "post": post_of(snapshot, vacancy),
    }
    return page(request, "person_file/why.html", caller, **facts, **_done(request))


@router.get("/courses")
def show_courses(
    request: Request,
    caller: Reader,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    on: DayDep,
    key: Id,
) -> Response:
    """Courses that open posts to this person."""
    head = head_of(store, caller, key, on)
    found = courses_for(store, caller.scope, markets.of(caller.scope, on), ranker, key)
    return page(
        request,
        "person_file/courses.html",
        caller,
        head=head,
        tab="courses",
        found=found,
        said=lambda reason: text(reason, language_of(request)),
    )


@router.post("/revealed")
def reveal(
    request: Request,
    caller: Annotated[Caller, Depends(Allow(CASEWORK, "reveal"))],
    store: StoreDep,
    on: DayDep,
    key: Id,
    column: Annotated[str, Query(max_length=20)],
) -> Response:
    """One value of who the person is, in full; who asked is written down."""
    value = told(store, caller, key, column)
    if value is None:
        raise NotFound(kind="person", key=key)
    if is_part(request):
        return page(request, "person_file/revealed_part.html", caller, value=value)
    facts: dict[str, Any] = {
        "head": head_of(store, caller, key, on),
        "column": column,
        "value": value,
        "tab": "",
    }
    return page(request, "person_file/revealed.html", caller, **facts)
