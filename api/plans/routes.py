"""Plans: a fair's pairing as a job, its files, and keeping it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth.callers import Allow, Caller
from api.auth.roles import FAIRS, PEOPLE
from api.days import Day
from api.decisions.schemas import Short
from api.deps import MarketsDep, SettingsDep, StoreDep
from api.jobs.ordering import ordered
from api.jobs.schemas import JobOut
from api.protocol.once import OnceRoute
from api.records.resource import Id
from api.records.verbs import rows_of
from matcher.domain.job import JobKind
from matcher.domain.kinds import Kind
from matcher.errors import NotFound
from matcher.pipeline.fairs.adopting import programme_of_job
from matcher.pipeline.fairs.keeping import (
    Attendance,
    Result,
    keep_pairings,
    record_attendance,
    record_result,
)
from matcher.pipeline.fairs.programme import Opening
from matcher.pipeline.pairing.filing import plan_of
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import Shelf
from matcher.store.store import Store

router = APIRouter(tags=["plans"], route_class=OnceRoute)

Organiser = Annotated[Caller, Depends(Allow(FAIRS, "pair"))]
Reader = Annotated[Caller, Depends(Allow(PEOPLE, "pairings"))]
JobId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Pair = Annotated[list[Short], Field(min_length=2, max_length=2, description="person, vacancy")]


class AskIn(BaseModel):
    """What the organiser adds to the law's order; the same names as `rengang pair`."""

    model_config = ConfigDict(extra="forbid")
    invitations: Annotated[int, Field(ge=1, le=20, description="most posts per person")] = 1
    ratio: Annotated[float, Field(gt=0, le=20, description="people invited per opening")] = 1.0
    pins: Annotated[list[Pair], Field(max_length=2000)] = []
    bans: Annotated[list[Pair], Field(max_length=20_000)] = []
    employer_limit: Annotated[int | None, Field(ge=0, le=100_000)] = None
    one_per_employer: bool = False
    households_first: bool = False
    floor: Annotated[int, Field(ge=0, le=1000, description="fewest people each post is sent")] = 0


class PlanIn(BaseModel):
    """A plan to be made."""

    model_config = ConfigDict(extra="forbid")
    on: Annotated[Day | None, Field(description="day of the law; the fair's where left out")] = None
    model: Short | None = None
    ask: AskIn = AskIn()


class OpeningIn(BaseModel):
    """How the fair's day is run."""

    model_config = ConfigDict(extra="forbid")
    minutes: Annotated[int, Field(ge=3, le=60, description="of a slot, the walk included")] = 10
    interviewers: Annotated[int, Field(ge=1, le=20, description="who talk at once, a booth")] = 2


class PairingOut(BaseModel):
    """One pairing of a fair."""

    pairing_id: str
    fair_id: str
    person_id: str
    vacancy_id: str
    score: float | None = None
    booth: int | None = None
    interviewer: int | None = None
    starts_at: str | None = None
    attendance: str | None = None


class KeptOut(BaseModel):
    """What keeping a plan wrote."""

    created: int
    updated: int
    unchanged: int
    slots: Annotated[int, Field(description="slots of the day in use")]


class AttendanceIn(BaseModel):
    """Who came."""

    model_config = ConfigDict(extra="forbid")
    pairing_ids: Annotated[list[Short], Field(min_length=1, max_length=500)]
    attendance: Attendance


class TalkIn(BaseModel):
    """How a talk at a booth ended."""

    model_config = ConfigDict(extra="forbid")
    result: Result
    reason: Short | None = None


class WrittenOut(BaseModel):
    """How many records were written."""

    created: int
    updated: int
    unchanged: int


@router.post("/fairs/{key}/plans", status_code=202)
def order_plan(
    caller: Organiser,
    store: StoreDep,
    key: Id,
    given: PlanIn,
    response: Response,
    once: Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)] = None,
) -> JobOut:
    """Pair a fair's invitees with its posts as a job; its files are plan and certificate."""
    fair = _fair(store, key)
    on = given.on or date.fromisoformat(str(fair["on"]))
    parameters: dict[str, Any] = {
        "fair_id": key,
        "on": on.isoformat(),
        "ask": given.ask.model_dump(),
    }
    if given.model is not None:
        parameters["model"] = given.model
    return ordered(store, caller, JobKind.PAIR, parameters, response, key=once)


@router.post("/plans/{job_id}/pairings", status_code=201)
def keep_plan(
    caller: Organiser,
    store: StoreDep,
    markets: MarketsDep,
    settings: SettingsDep,
    job_id: JobId,
    given: OpeningIn,
) -> KeptOut:
    """Keep a plan: booth, slot and number for every pairing; a later plan replaces it."""
    job = plan_of(store, job_id, caller.account.username)
    on = date.fromisoformat(str(job.parameters["on"]))
    snapshot = markets.of(caller.scope, on)
    ranker = open_ranker(Shelf(settings.workspace), job.parameters.get("model"))
    opening = Opening(minutes=given.minutes, interviewers={"": given.interviewers})
    day = programme_of_job(store, snapshot, ranker, job, opening)
    done = keep_pairings(store, caller.scope, day, actor=caller.account.username, at=caller.at)
    return KeptOut(
        created=done.created, updated=done.updated, unchanged=done.unchanged, slots=day.n_slots
    )


@router.get("/fairs/{key}/pairings")
def list_pairings(store: StoreDep, caller: Reader, key: Id) -> list[PairingOut]:
    """The pairings kept for a fair, within the caller's areas."""
    _fair(store, key)
    found = store.pairings(caller.scope, fair_ids=[key], at=caller.at)
    return [PairingOut.model_validate(row) for row in rows_of(found)]


@router.post("/pairings/attendance")
def note_attendance(store: StoreDep, caller: Reader, given: AttendanceIn) -> WrittenOut:
    """Write down who came, by numbers as typed or scanned."""
    actor = caller.account.username
    done = record_attendance(
        store, caller.scope, given.pairing_ids, given.attendance, actor=actor, at=caller.at
    )
    return WrittenOut.model_validate(done, from_attributes=True)


@router.post("/pairings/{key}/results")
def note_result(store: StoreDep, caller: Reader, key: Id, given: TalkIn) -> WrittenOut:
    """Write down how a talk ended; a hire takes a place."""
    done = record_result(
        store,
        caller.scope,
        key,
        given.result,
        reason=given.reason,
        actor=caller.account.username,
        at=caller.at,
    )
    return WrittenOut.model_validate(done, from_attributes=True)


def _fair(store: Store, key: str) -> dict[str, Any]:
    found = store.frame(Kind.FAIRS, [key])
    if found.empty:
        raise NotFound(kind="fair", key=key)
    return {str(name): value for name, value in found.iloc[0].to_dict().items()}
