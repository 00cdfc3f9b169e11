"""A move of a referral, a placement or a visit from a desk: read first, then write as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.ledger.recording import Recorded, moves
from matcher.casework.ledger.settings import setting_in
from matcher.casework.placements.together import move_work
from matcher.casework.referrals.lapsing import lapses
from matcher.casework.referrals.referring import Referred, move_referrals, new_referrals
from matcher.casework.visits.visiting import move_visits, visit_id
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import IllegalMoves, NotFound
from matcher.pipeline.casework.answering import answers_due
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

REFERRALS = "referral"
ANSWERED = ("ask", "refer", "interview", "offer")
"""Moves of a referral after which somebody owes an answer."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works, and when.

    Attributes:
        store: where it is written.
        scope: of the worker: what lies outside cannot be moved.
        actor: the account or command.
        at: now.
    """

    store: Store
    scope: Scope
    actor: str
    at: datetime


def propose_pairs(desk: Desk, pairs: pd.DataFrame, on: date) -> Referred:
    """Put these pairs forward; a pair whose last referral is still open is left out.

    Args:
        desk: who.
        pairs: `person_id`, `vacancy_id`, optionally `data` (JSON object).
        on: the day.

    Raises:
        NotFound: a person or post that is not there, or not within the scope.
    """
    persons = desk.store.persons(desk.scope, pairs["person_id"].unique().tolist())
    area = persons.set_index("person_id")["area_code"].astype(object)
    _refuse_missing(Kind.PERSONS, pairs["person_id"], area.index)
    posts = desk.store.frame(Kind.VACANCIES, pairs["vacancy_id"].unique(), columns=[])
    _refuse_missing(Kind.VACANCIES, pairs["vacancy_id"], pd.Index(posts["vacancy_id"]))
    placed = pairs.assign(area_code=pairs["person_id"].map(area))
    areas, known = pd.factorize(placed["area_code"].astype(object))
    due = answers_due([*known, None], on, kept=desk.store.office_settings.all())
    placed = placed.assign(due_on=np.array([*(due[each] for each in known), due[None]])[areas])
    with desk.store.writing(actor=desk.actor, at=desk.at) as batch:
        new = new_referrals(batch, placed, on=on.isoformat())
        return move_referrals(batch, new, role=desk.scope.role)


def move_referral(desk: Desk, subject_id: str, event: str, on: date, **more: Any) -> Referred:
    """Move one referral; where `due_on` is silent, the answer is due as `answers_due` has it.

    Raises:
        NotFound: no such referral within the scope.
        IllegalMoves: why it cannot be made.
    """
    found = desk.store.states(desk.scope, Wanted(streams=[REFERRALS], ids=[subject_id]))
    if found.empty:
        raise NotFound(kind=REFERRALS, key=subject_id)
    opened = str(found["opened_on"].iloc[0])[:10]
    if on.isoformat() < opened:
        raise IllegalMoves(
            problems=[f"referral {subject_id}: '{event}' on {on} is before it began on {opened}"]
        )
    move = {"stream": REFERRALS, "subject_id": subject_id, "event": event, "on": on.isoformat()}
    if event in ANSWERED:
        area, kept = _area(found), desk.store.office_settings.all()
        more.setdefault("due_on", answers_due([area], on, kept=kept)[area])
    if event == "hire":
        more.setdefault("due_on", _due(desk, "start_days", found, on))
    with desk.store.writing(actor=desk.actor, at=desk.at) as batch:
        return move_referrals(batch, moves([move | more]), role=desk.scope.role)


def lapse_referrals(desk: Desk, on: date) -> Referred:
    """End every referral within the scope whose answer was due before the day."""
    waiting = desk.store.states(desk.scope, Wanted(streams=[REFERRALS]))
    late = lapses(waiting, on)
    with desk.store.writing(actor=desk.actor, at=desk.at) as batch:
        return move_referrals(batch, late, role=desk.scope.role)


def start_work(
    desk: Desk, person_id: str, on: date, *, placement_id: str | None = None, **more: Any
) -> Recorded:
    """A person begins work: with a referral's post, or work they found.

    Args:
        desk: who.
        person_id: of the worker.
        on: the first day of work.
        placement_id: None makes one of the person and the day.
        more: `employer_id`, `vacancy_id`, `data` (JSON object of columns of placements).

    Raises:
        NotFound: no such person within the scope.
        IllegalMoves: the person is in work already, or the post has no place left.
    """
    person = desk.store.persons(desk.scope, [person_id], parts=("profile", "status"))
    if person.empty:
        raise NotFound(kind=Kind.PERSONS.value, key=person_id)
    check = _due(desk, "first_check_days", person, on)
    row = person.astype(object).where(person.notna(), None).iloc[0]
    move = {
        "stream": "placement",
        "subject_id": placement_id or f"PL-{person_id}-{on.isoformat()}",
        "event": "start",
        "on": on.isoformat(),
        "due_on": check,
        "person_id": person_id,
        "household_id": row["household_id"],
        "area_code": row["area_code"],
    }
    cases = desk.store.cases(desk.scope, [person_id], about=Kind.PERSONS)
    with desk.store.writing(actor=desk.actor, at=desk.at) as batch:
        return move_work(batch, moves([move | more]), cases, role=desk.scope.role)


def move_placement(desk: Desk, subject_id: str, event: str, on: date, **more: Any) -> Recorded:
    """Move one placement: evidence, stable, ended; evidence asks to be shown again after a time.

    Raises:
        NotFound: no such placement within the scope.
        IllegalMoves: why it cannot be made.
    """
    found = desk.store.states(desk.scope, Wanted(streams=["placement"], ids=[subject_id]))
    if found.empty:
        raise NotFound(kind="placement", key=subject_id)
    move = {"stream": "placement", "subject_id": subject_id, "event": event, "on": on.isoformat()}
    if event == "evidence" and found["state"].iloc[0] == "working":
        more.setdefault("due_on", _due(desk, "recheck_days", found, on))
    cases = desk.store.cases(desk.scope, found["person_id"].tolist(), about=Kind.PERSONS)
    with desk.store.writing(actor=desk.actor, at=desk.at) as batch:
        return move_work(batch, moves([move | more]), cases, role=desk.scope.role)


def visit_person(
    desk: Desk, person_id: str, on: date, *, event: str = "visit", **more: Any
) -> Recorded:
    """Plan a visit, or write down that it was made, missed or cancelled.

    Raises:
        NotFound: no such person within the scope.
        IllegalMoves: why it cannot be made.
    """
    person = desk.store.persons(desk.scope, [person_id], parts=("profile", "status"))
    if person.empty:
        raise NotFound(kind=Kind.PERSONS.value, key=person_id)
    cases = desk.store.cases(desk.scope, [person_id], about=Kind.PERSONS)
    row = person.astype(object).where(person.notna(), None).iloc[0]
    planned = desk.store.states(
        desk.scope, Wanted(streams=["visit"], of="person_id", ids=[person_id])
    )
    waiting = planned[planned["state"].isin(["planned", "missed"])]["subject_id"].tolist()
    day = on.isoformat()
    subject = waiting[0] if waiting and event != "plan" else visit_id(person_id, day)
    move = {
        "stream": "visit",
        "subject_id": subject,
        "event": event,
        "on": day,
        # Whom nobody met stays on the list until met, or until the visit is cancelled.
        "due_on": day if event in ("plan", "miss") else None,
        "person_id": person_id,
        "household_id": row["household_id"],
        "area_code": row["area_code"],
    }
    with desk.store.writing(actor=desk.actor, at=desk.at) as batch:
        return move_visits(batch, moves([move | more]), cases, role=desk.scope.role)


def _refuse_missing(kind: Kind, asked: pd.Series, found: pd.Index) -> None:
    missing = sorted(set(asked) - set(found))
    if missing:
        raise NotFound(kind=kind.value, key=str(missing[0]))


def _due(desk: Desk, name: str, found: pd.DataFrame, on: date) -> str:
    """The day that a setting of the office of the first row's area leads to."""
    kept = desk.store.office_settings.all()
    return (on + timedelta(days=setting_in(kept, name, _area(found), on))).isoformat()


def _area(found: pd.DataFrame) -> str | None:
    area = found["area_code"].iloc[0]
    return None if pd.isna(area) else str(area)
