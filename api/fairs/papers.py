"""Step 6 of a fair: slips, booth sheets and the sign-in sheet, as they come out of the printer."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.auth.callers import Caller
from api.deps import MarketsDep, RankerDep, StoreDep
from api.fairs.standing import Head, Organiser, head_of
from api.protocol.language import language_of
from api.records.resource import Id
from api.web.files import workbook
from api.web.pages import page, pages_router
from matcher.domain.kinds import Kind
from matcher.pipeline.fairs.kept import kept_day
from matcher.pipeline.fairs.papers.sheets import SHOWN_OF_A_PERSON, sheets
from matcher.pipeline.fairs.papers.signing import sign_in
from matcher.pipeline.fairs.papers.slips import reasons_of, slips
from matcher.pipeline.fairs.papers.words import words
from matcher.pipeline.fairs.programme import FairDay
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/fairs/{key}/prints")

BEGIN, END = "<style>", "</style>"
OF_TALKS = (
    *("pairing_id", "start", "end", "booth", "employer", "interviewer"),
    *("vacancy_id", "title", "person_id", "score"),
)
Booth = Annotated[int, Query(ge=0, le=10_000)]
Person = Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")]


@router.get("")
def show_prints(request: Request, caller: Organiser, store: StoreDep, key: Id) -> Response:
    """What can be printed, and how many pages of what."""
    head = head_of(store, caller, key)
    day = _day(store, caller, head)
    used = sorted(day.talks["booth_at"].unique().tolist())
    facts: dict[str, Any] = {
        "head": head,
        "step": "prints",
        "n_people": int(day.talks["person_id"].nunique()),
        "n_talks": len(day.talks),
        "booths": [(day.number[at], day.employers[at]) for at in used],
    }
    return page(request, "fairs/prints.html", caller, **facts)


@router.get("/slips")
def print_slips(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    markets: MarketsDep,
    ranker: RankerDep,
    key: Id,
    person: Person = "",
) -> Response:
    """A slip for each person, or for one; it names its owner, so the read is written down."""
    head = head_of(store, caller, key)
    day = _day(store, caller, head, person=person)
    snapshot = markets.of(caller.scope, head.on)
    there = day.talks["person_id"].map(snapshot.has_person).astype(bool)
    posts = sorted(set(day.talks["vacancy_id"]))
    asked = store.frame(Kind.VACANCIES, posts, columns=["certificates_required"]).dropna()
    certificates = dict(
        zip(asked["vacancy_id"], asked["certificates_required"].str.replace(";", "、"), strict=True)
    )
    known = day.talks[there & day.talks["vacancy_id"].isin(snapshot.market.vacancies.ids)]
    made = slips(
        day,
        names=_names(store, caller, day),
        reasons=reasons_of(snapshot, ranker, known.fillna({"score": 0})),
        certificates=certificates,
        language=language_of(request),
    )
    return _paper(str(made))


@router.get("/sheets")
def print_sheets(
    request: Request, caller: Organiser, store: StoreDep, key: Id, booth: Booth = 0
) -> Response:
    """The sheet of each booth, or of one; names are masked, nothing of status is on it."""
    day = _day(store, caller, head_of(store, caller, key), booth=booth)
    people = sorted(set(day.talks["person_id"]))
    profiles = store.persons(caller.scope, people, at=caller.at)
    made = sheets(
        day,
        names=_names(store, caller, day),
        profiles=profiles[["person_id", *SHOWN_OF_A_PERSON]],
        language=language_of(request),
        only=booth or None,
    )
    return _paper(str(made))


@router.get("/sign-in")
def print_sign_in(request: Request, caller: Organiser, store: StoreDep, key: Id) -> Response:
    """The sheet at the door: everybody once, by the time of the first talk, with room to sign."""
    day = _day(store, caller, head_of(store, caller, key))
    names = _names(store, caller, day)
    return _paper(str(sign_in(day, names=names, language=language_of(request))))


@router.get("/plan.xlsx")
def export_plan(request: Request, caller: Organiser, store: StoreDep, key: Id) -> Response:
    """All talks as a workbook, without names."""
    day = _day(store, caller, head_of(store, caller, key))
    heads = words(language_of(request))["plan"]["talks"]
    shown = day.talks[list(OF_TALKS)].rename(columns=heads)
    return workbook(key, shown)


def _day(store: Store, caller: Caller, head: Head, *, person: str = "", booth: int = 0) -> FairDay:
    pairings = store.pairings(caller.scope, fair_ids=[head.key], at=caller.at)
    if person:
        pairings = pairings[pairings["person_id"] == person]
    if booth:
        pairings = pairings[(pairings["booth"] == booth).fillna(value=False)]
    return kept_day(store, head.record, pairings)


def _names(store: Store, caller: Caller, day: FairDay) -> dict[str, str]:
    people = sorted(set(day.talks["person_id"]))
    found = store.persons(caller.scope, people, parts=("profile", "identity"), at=caller.at)
    return dict(zip(found["person_id"], found["name"].fillna(""), strict=True))


def _paper(text: str) -> Response:
    """A paper as a page: its own style, named by its digest, is all that it may load."""
    style = text.partition(BEGIN)[2].partition(END)[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    answer = HTMLResponse(text)
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"
    )
    answer.headers["Vary"] = "Accept-Language, Cookie"
    return answer
