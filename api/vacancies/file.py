"""A vacancy's page: what it is, what is odd about it, and for offices the people who fit it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.auth.callers import Allow, Caller
from api.auth.roles import CASEWORK, PEOPLE, SUPPLY
from api.deps import DayDep, MarketsDep, RankerDep, StoreDep, today_of
from api.matches.showing import matches_for
from api.matches.trace import traced
from api.person_file.cards import text
from api.protocol.language import language_of
from api.records.resource import Id
from api.vacancies.form import COLUMNS, GROUPS, stored
from api.web import formats
from api.web.pages import is_part, page, pages_router
from matcher.domain.match import Match, Tone
from matcher.domain.scope import Role
from matcher.errors import NotFound
from matcher.ingest.vacancies.compliance import concerns
from matcher.pipeline import matching
from matcher.pipeline.lists.people import rank_for_vacancy
from matcher.pipeline.privacy.plain import plain_people
from matcher.pipeline.privacy.wishing import not_personalised

router: APIRouter = pages_router(prefix="/vacancies/{key}")

Reader = Annotated[Caller, Depends(Allow(SUPPLY, "vacancies"))]
Matcher = Annotated[Caller, Depends(Allow(PEOPLE, "match"))]
TOP = 20
SHOWN = 4
"""Reasons of a line."""


@router.get("")
def show_vacancy(request: Request, caller: Reader, store: StoreDep, key: Id) -> Response:
    """The vacancy as it is written down."""
    language = language_of(request)
    row = stored(store, caller, key)
    told = {
        group: [
            (
                formats.head(COLUMNS[name], language),
                formats.cell(COLUMNS[name], row[name], language),
            )
            for name in names
            if name in row and name not in ("title", "description")
        ]
        for group, names in GROUPS.items()
    }
    warned = [code for code in str(row.get("warnings", "")).split(";") if code in concerns()]
    return page(
        request,
        "vacancies/vacancy.html",
        caller,
        row=row,
        told={group: pairs for group, pairs in told.items() if pairs},
        concerns=[concerns()[code] for code in warned],
        is_over=row.get("expires_on", "9999") < today_of(store).isoformat(),
        is_employer=caller.account.role is Role.EMPLOYER,
        done=request.query_params.get("done"),
    )


@router.get("/people")
def show_people(
    request: Request,
    caller: Matcher,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    on: DayDep,
    key: Id,
) -> Response:
    """The people within the caller's areas who fit it best; by law first where it is funded.

    Outside casework only reasons that an employer may read are shown.
    """
    row = stored(store, caller, key)
    snapshot = markets.of(caller.scope, on)
    plain = plain_people(snapshot, not_personalised(store, caller.scope))
    matches: list[Match] | None = None
    try:
        ranked = rank_for_vacancy(snapshot, ranker, key, top=TOP, plain=plain)
    except NotFound:  # filled and expired posts are not on the market
        ranked = None
    if ranked is not None:
        traced(store, caller, snapshot.market.jobseekers.ids[ranked.person_at].tolist())
        matches = matches_for(caller, matching.explained_matches(snapshot, ranker, ranked))
    part = "vacancies/people.html" if is_part(request) else "vacancies/people_page.html"
    return page(
        request,
        part,
        caller,
        row=row,
        lines=None if matches is None else [_line(each) for each in matches],
        is_casework=caller.account.role in CASEWORK,
        said=partial(text, language=language_of(request)),
        model=ranker.name,
    )


def _line(match: Match) -> dict[str, object]:
    of = {tone: [each for each in match.reasons if each.tone is tone] for tone in Tone}
    return {
        "rank": match.rank,
        "person": match.person_id,
        "tier": match.tier,
        "plain": match.score is None,
        "for": of[Tone.FOR][:SHOWN],
        "mind": [*of[Tone.AGAINST], *of[Tone.CAUTION], *of[Tone.ASK]][:2],
        "priority": of[Tone.PRIORITY][0] if of[Tone.PRIORITY] else None,
    }
