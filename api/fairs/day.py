"""Steps 5, 7 and 8 of a fair: its timetable, the day itself, and what came of it."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Any

import pandas as pd
from fastapi import APIRouter, Form, Query, Request, Response

from api.auth.callers import Caller
from api.deps import MarketsDep, StoreDep
from api.fairs.standing import Head, Organiser, head_of
from api.protocol.language import Language, language_of
from api.rankers import Rankers
from api.records.resource import Id
from api.web.pages import back_to, page, pages_router
from matcher.errors import BrokenPlan, IllegalMoves, NotFound, WrongUse
from matcher.pipeline.fairs.adopting import programme_of_job
from matcher.pipeline.fairs.keeping import (
    Attendance,
    Result,
    keep_pairings,
    record_attendance,
    record_result,
)
from matcher.pipeline.fairs.kept import kept_day, results_of
from matcher.pipeline.fairs.pairing_ids import typed
from matcher.pipeline.fairs.programme import NOON, FairDay, Opening
from matcher.pipeline.pairing.filing import plan_of, plans_of
from matcher.reference.codes import code_list
from matcher.store.store import Store

router: APIRouter = pages_router(prefix="/fairs/{key}")

PAGE = 60
Clock = Annotated[str, Form(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
JobKey = Annotated[str, Query(max_length=32, pattern=r"^[0-9a-f]*$")]
Number = Annotated[str, Query(max_length=64, pattern=r"^[^\x00]*$")]
SHOWS = {
    "waiting": (Attendance.INVITED, Attendance.CONFIRMED),
    "came": (Attendance.CAME,),
    "absent": (Attendance.ABSENT,),
}


@router.get("/timetable")
def show_timetable(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    key: Id,
    job: JobKey = "",
    booth: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """The kept day by booths and slots, and the form that lays out a plan."""
    return _timetable(request, caller, store, head_of(store, caller, key), job, booth)


def _timetable(
    request: Request,
    caller: Caller,
    store: Store,
    head: Head,
    job: str,
    booth: int = 0,
    *,
    fault: str = "",
    given: dict[str, Any] | None = None,
) -> Response:
    day, _ = _kept(store, caller, head)
    plans = plans_of(store, head.key, caller.account.username)
    newest = next((each.job_id for each in plans if each.state == "done"), "")
    talks = day.talks
    slots = talks.groupby("start")["pairing_id"].size() if len(talks) else pd.Series(dtype=int)
    shown = talks[talks["booth"] == booth] if booth else talks.head(0)
    facts: dict[str, Any] = {
        "head": head,
        "step": "timetable",
        "job": job or newest,
        "n_talks": len(talks),
        "n_people": int(talks["person_id"].nunique()),
        "n_slots": int(talks["start"].nunique()),
        "ends": max(talks["end"], default=""),
        "booths": _by_booth(day),
        "slots": [(str(start), int(n)) for start, n in slots.items()],
        "most": int(slots.max()) if len(slots) else 0,
        "booth": booth,
        "shown": shown.to_dict("records"),
        "given": given
        or {"start": "09:00", "until": "17:00", "minutes": 10, "interviewers": 2, "noon": True},
        "fault": fault,
        "done": request.query_params.get("done"),
        "kept": request.query_params.get("kept", ""),
    }
    return page(request, "fairs/timetable.html", caller, status=422 if fault else 200, **facts)


def _by_booth(day: FairDay) -> list[dict[str, Any]]:
    """A line for each booth that somebody talks at."""
    if not len(day.talks):
        return []
    of = day.talks.groupby("booth_at").agg(
        talks=("pairing_id", "size"),
        first=("start", "min"),
        last=("start", "max"),
        at_once=("interviewer", "max"),
    )
    return [
        {"number": day.number[at], "employer": day.employers[at]}
        | {str(name): value for name, value in row.items()}
        for at, row in zip(of.index.tolist(), of.to_dict("records"), strict=True)
    ]


@router.post("/timetable")
def keep_timetable(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    markets: MarketsDep,
    key: Id,
    job: Annotated[str, Form(pattern=r"^[0-9a-f]{32}$")],
    start: Clock = "09:00",
    until: Clock = "17:00",
    minutes: Annotated[int, Form(ge=3, le=60)] = 10,
    interviewers: Annotated[int, Form(ge=1, le=20)] = 2,
    noon: Annotated[bool, Form()] = False,
) -> Response:
    """Lay the plan out and keep it: booth, slot and number for every pairing."""
    head = head_of(store, caller, key)
    plan = plan_of(store, job, caller.account.username)
    if plan.parameters["fair_id"] != key:
        raise NotFound(kind="plan", key=job)
    opening = Opening(
        start=time.fromisoformat(start),
        until=time.fromisoformat(until),
        minutes=minutes,
        breaks=(NOON,) if noon else (),
        interviewers={"": interviewers},
    )
    snapshot = markets.of(caller.scope, date.fromisoformat(str(plan.parameters["on"])))
    rankers: Rankers = request.app.state.rankers
    try:
        ranker = rankers.of(plan.parameters.get("model"))
        day = programme_of_job(store, snapshot, ranker, plan, opening)
    except WrongUse as refused:
        given = {"start": start, "until": until, "minutes": minutes}
        given |= {"interviewers": interviewers, "noon": noon}
        return _timetable(request, caller, store, head, job, fault=refused.what, given=given)
    except BrokenPlan:
        return _timetable(request, caller, store, head, job, fault="broken")
    done = keep_pairings(store, caller.scope, day, actor=caller.account.username, at=caller.at)
    kept = str(done.created + done.updated)
    return back_to(head.path("timetable", done="laid_out", kept=kept))


@router.get("/day")
def show_day(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    key: Id,
    number: Number = "",
    show: Annotated[str, Query(pattern="^(all|waiting|came|absent)$")] = "all",
    at: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> Response:
    """The desk at the door and the booths: a number typed or scanned, then big buttons."""
    return _day(request, caller, store, head_of(store, caller, key), number, show, at)


def _day(
    request: Request,
    caller: Caller,
    store: Store,
    head: Head,
    number: str,
    show: str = "all",
    at: int = 0,
    *,
    fault: str = "",
) -> Response:
    day, results = _kept(store, caller, head)
    talks = day.talks.merge(results[["pairing_id", "stage", "reason"]], on="pairing_id")
    counts = {"all": len(talks)} | {
        name: int(talks["attendance"].isin([each.value for each in states]).sum())
        for name, states in SHOWS.items()
    }
    listed = talks
    if show in SHOWS:
        listed = talks[talks["attendance"].isin([each.value for each in SHOWS[show]])]
    found = _found(talks, head, number)
    facts: dict[str, Any] = {
        "head": head,
        "step": "day",
        "counts": counts,
        "show": show,
        "at": at,
        "later": at + PAGE if at + PAGE < len(listed) else None,
        "rows": listed.iloc[at : at + PAGE].to_dict("records"),
        "total": len(listed),
        "number": number,
        "found": found,
        "is_unknown": bool(number) and not found,
        "reasons": _reasons(language_of(request)),
        "fault": fault,
        "done": request.query_params.get("done"),
    }
    return page(request, "fairs/day.html", caller, status=422 if fault else 200, **facts)


def _found(talks: pd.DataFrame, head: Head, number: str) -> list[dict[str, Any]]:
    """The talks of a pairing's number, with or without the fair's before it, or of a person."""
    if not number.strip():
        return []
    whole = typed(number)
    short = typed(f"{head.key}-{number.strip()}")
    person = number.strip().upper()
    mine = (
        talks["pairing_id"].isin([whole, short]) | (talks["person_id"].str.upper() == person)
    ) & (talks["attendance"] != Attendance.CANCELLED.value)
    return [
        {str(name): value for name, value in row.items()} for row in talks[mine].to_dict("records")
    ]


def _reasons(language: Language) -> list[tuple[str, str]]:
    listed = code_list("talk_reason")
    names = listed.zh if language == "zh" else listed.en
    return [(code, names.get(code, code)) for code in listed.codes]


@router.post("/day/attendance")
def note_attendance(
    caller: Organiser,
    store: StoreDep,
    key: Id,
    number: Annotated[list[str], Form(max_length=500)],
    attendance: Annotated[Attendance, Form()],
) -> Response:
    """Write down who came or did not."""
    head, actor = head_of(store, caller, key), caller.account.username
    record_attendance(store, caller.scope, number, attendance, actor=actor, at=caller.at)
    shown = number[0] if len(number) == 1 else ""
    return back_to(head.path("day", number=shown, done=attendance.value))


@router.post("/day/result")
def note_result(
    request: Request,
    caller: Organiser,
    store: StoreDep,
    key: Id,
    number: Annotated[str, Form(min_length=1, max_length=64)],
    result: Annotated[Result, Form()],
    reason: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Write down how a talk ended; a refusal needs its reason, a hire takes a place."""
    head, refused = head_of(store, caller, key), result.value.startswith("refused")
    if refused and not reason:
        return _day(request, caller, store, head, number, fault="reason")
    try:
        record_result(
            store,
            caller.scope,
            number,
            result,
            reason=reason if refused else None,
            actor=caller.account.username,
            at=caller.at,
        )
    except IllegalMoves:
        return _day(request, caller, store, head, number, fault="filled")
    return back_to(head.path("day", number=number, done=result.value))


@router.get("/results")
def show_results(request: Request, caller: Organiser, store: StoreDep, key: Id) -> Response:
    """How the fair went: from invitation to hire, by booth, and why talks came to nothing."""
    head = head_of(store, caller, key)
    day, results = _kept(store, caller, head)
    talks = day.talks.merge(results[["pairing_id", "stage", "reason"]], on="pairing_id")
    facts: dict[str, Any] = {"head": head, "step": "results", "sum": _sum(talks)}
    facts["booths"] = [
        {"number": day.number[at], "employer": day.employers[at]}
        | _sum(talks[talks["booth_at"] == at])
        for at in sorted(talks["booth_at"].unique().tolist())
    ]
    why = dict(_reasons(language_of(request)))
    told = talks["reason"].dropna().value_counts()
    facts["reasons"] = [(why.get(str(code), str(code)), int(n)) for code, n in told.items()]
    return page(request, "fairs/results.html", caller, **facts)


def _sum(talks: pd.DataFrame) -> dict[str, int]:
    stages, came = talks["stage"], talks["attendance"] == Attendance.CAME.value
    return {
        "talks": len(talks),
        "came": int(came.sum()),
        "absent": int((talks["attendance"] == Attendance.ABSENT.value).sum()),
        "hired": int((stages == Result.HIRED.value).sum()),
        "interviewed": int((stages == Result.INTERVIEWED.value).sum()),
        "refused": int(stages.fillna("").str.startswith("refused").sum()),
        "open": int((came & stages.isna()).sum()),
    }


def _kept(store: Store, caller: Caller, head: Head) -> tuple[FairDay, pd.DataFrame]:
    """The kept day, and its pairings with how each ended."""
    pairings = store.pairings(caller.scope, fair_ids=[head.key], at=caller.at)
    results = results_of(store, caller.scope, head.key, pairings)
    return kept_day(store, head.record, pairings), results
