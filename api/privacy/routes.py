"""A person's rights: export, correction, erasure, wish, contest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api.auth.callers import Allow, Caller
from api.deps import StoreDep
from api.privacy.schemas import (
    AnswerIn,
    ContestIn,
    ContestOut,
    Correction,
    CorrectionOut,
    Erasure,
    ErasureOut,
    HeldOut,
    Wish,
    WishOut,
)
from api.protocol.once import OnceRoute
from matcher.domain.scope import Role
from matcher.pipeline.casework.register.hand import Hand
from matcher.pipeline.privacy.contesting import Matter, answer, contest, contests_of
from matcher.pipeline.privacy.correcting import correct
from matcher.pipeline.privacy.erasing import erase
from matcher.pipeline.privacy.exporting import held_about
from matcher.pipeline.privacy.wishing import wish

router = APIRouter(prefix="/persons/{key}", tags=["privacy"], route_class=OnceRoute)

DESK = frozenset({Role.CASEWORKER, Role.SUPERVISOR})
Id = Annotated[str, Path(min_length=1, max_length=64)]

Exporter = Annotated[Caller, Depends(Allow(DESK, "subject_export"))]
Corrector = Annotated[Caller, Depends(Allow(DESK, "correction"))]
Eraser = Annotated[Caller, Depends(Allow(frozenset({Role.SUPERVISOR}), "erasure"))]
Wisher = Annotated[Caller, Depends(Allow(DESK, "wish"))]
Contester = Annotated[Caller, Depends(Allow(DESK, "contest"))]


def _hand(caller: Caller) -> Hand:
    day = caller.at.astimezone().date()
    return Hand(caller.scope, caller.account.username, caller.account.role, day, caller.at)


@router.get("/export")
def export_person(store: StoreDep, caller: Exporter, key: Id) -> HeldOut:
    """Everything held about one person, and who read it."""
    return HeldOut.model_validate(held_about(store, caller.scope, key, at=caller.at))


@router.put("/correction")
def correct_person(store: StoreDep, caller: Corrector, key: Id, given: Correction) -> CorrectionOut:
    """Write what a person says is right; what stood there before is kept, sealed."""
    version = correct(store, _hand(caller), key, given.values, why=given.why)
    return CorrectionOut(person_id=key, columns=sorted(given.values), version=version)


@router.post("/erasure", status_code=201)
def erase_person(store: StoreDep, caller: Eraser, key: Id, given: Erasure) -> ErasureOut:
    """Erase who somebody is; what must be kept stays under the number until its day."""
    done = erase(store, _hand(caller), key, why=given.why)
    return ErasureOut.model_validate(asdict(done) | {"due_on": done.due_on})


@router.put("/wish")
def say_wish(store: StoreDep, caller: Wisher, key: Id, given: Wish) -> WishOut:
    """Write down whether the person wants lists made from the profile."""
    state = wish(store, _hand(caller), key, personalised=given.personalised)
    return WishOut.model_validate({"person_id": key, "wish": state})


@router.post("/contests", status_code=201)
def file_contest(store: StoreDep, caller: Contester, key: Id, given: ContestIn) -> ContestOut:
    """Take a contest of the person's list or of a decision; it says by when it is answered."""
    matter = Matter(key, given.vacancy_id, given.decision)
    made = contest(store, _hand(caller), matter, reason=given.reason, note=given.note)
    return ContestOut.of(made)


@router.get("/contests")
def list_contests(store: StoreDep, caller: Contester, key: Id) -> list[ContestOut]:
    """The person's contests, the oldest first: where each stands and by when it is answered."""
    return [ContestOut.of(each) for each in contests_of(store, caller.scope, key)]


@router.post("/contests/{contest_id}/answers", status_code=201)
def answer_contest(
    store: StoreDep, caller: Contester, key: Id, contest_id: Id, given: AnswerIn
) -> ContestOut:
    """Answer a contest, once; a supervisor decides, the desk writes down a withdrawal."""
    done = answer(store, _hand(caller), contest_id, given.answer, note=given.note, person_id=key)
    return ContestOut.of(done)
