"""Referrals of the scripted year: put forward, answered by the known truth, begun, ended."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.ledger.recording import moves
from matcher.casework.ledger.settings import setting
from matcher.casework.placements.working import move_placements
from matcher.casework.referrals.referring import move_referrals, new_referrals
from matcher.domain.scope import Role
from matcher.pipeline.casework.moving import lapse_referrals
from matcher.pipeline.year.office import ACTOR, Office
from matcher.pipeline.year.pace import after
from matcher.ranking.order import ranks
from matcher.store.events.reading import Wanted

REFUSALS = (("kind_of_work", None), ("distance", False), ("care", True), ("pay", None))
"""Why the script's people say no, and what the official writes of the cause."""

RETAINED_AFTER_DAYS = 180
"""When the script looks whether somebody is still in work."""


def propose(office: Office, day: date) -> None:
    """Refer the day's people to the best post they were not referred to, where places are left."""
    rows = _best_rows(office)[: office.pace.proposals_a_day]
    if not len(rows):
        return
    scene = office.scene
    person, vacancy = scene.person_at[rows], scene.vacancy_at[rows]
    pairs = pd.DataFrame(
        {
            "person_id": office.person_ids[person],
            "vacancy_id": office.vacancy_ids[vacancy],
            "area_code": office.people["area_code"].to_numpy()[person],
            "data": '{"channel":"match","rank":1}',
        }
    )
    due_on = (day + timedelta(days=setting("answer_days"))).isoformat()
    with office.store.writing(actor=ACTOR, at=office.at(day)) as batch:
        new = new_referrals(batch, pairs, on=day.isoformat(), due_on=due_on)
        move_referrals(batch, new, office.posts, role=Role.SUPERVISOR)
        refer = [_move(each, "refer", day, due_on=due_on) for each in new["subject_id"]]
        move_referrals(batch, moves(refer), office.posts, role=Role.SUPERVISOR)
    office.tried[rows] = True
    office.busy[person] = True
    row_of = dict(zip(pairs["person_id"] + "/" + pairs["vacancy_id"], rows.tolist(), strict=True))
    for made in new.to_dict("records"):
        row = row_of[f"{made['person_id']}/{made['vacancy_id']}"]
        _expect_answer(office, str(made["subject_id"]), row, day)


def _best_rows(office: Office) -> np.ndarray[Any, Any]:
    """A row for each person who waits, the best for each, households without work first."""
    scene = office.scene
    free = ~office.tried & ~office.busy[scene.person_at] & (office.places[scene.vacancy_at] > 0)
    rows = np.flatnonzero(free)
    order = np.lexsort((scene.vacancy_at[rows], -scene.score[rows], scene.person_at[rows]))
    best = rows[order][ranks(scene.person_at[rows][order]) == 1]
    first = scene.household[scene.person_at[best]] < 0
    chosen: np.ndarray[Any, Any] = best[np.lexsort((office.rng.random(len(best)), first))]
    return chosen


def _expect_answer(office: Office, subject: str, row: int, day: date) -> None:
    if office.rng.random() < office.pace.silent:
        office.diary.write(day + timedelta(days=8), partial(_forget, office, row))
        return
    told = after(day, office.rng, 1, setting("answer_days") - 1)
    office.diary.write(told, partial(_answer, office, subject, row))


def _forget(office: Office, row: int, _day: date) -> None:
    office.busy[office.scene.person_at[row]] = False


def _answer(office: Office, subject: str, row: int, day: date) -> None:
    """Both sides answer by the known truth; a place is taken where one is left."""
    scene, rng = office.scene, office.rng
    person, vacancy = int(scene.person_at[row]), int(scene.vacancy_at[row])
    if _is_settled(office, subject):
        office.busy[person] = False
        return
    accepts, hires = rng.random() < scene.accept[row], rng.random() < scene.hire[row]
    steps: list[dict[str, Any]]
    if not accepts:
        reason, just = REFUSALS[int(rng.integers(len(REFUSALS)))]
        data = None if just is None else json.dumps({"just_cause": just})
        steps = [_move(subject, "refuse_by_person", day, reason=reason, data=data)]
    elif not hires or office.places[vacancy] < 1:
        reason = "skills" if office.places[vacancy] > 0 else "filled"
        steps = [_move(subject, "interview", day)]
        steps.append(_move(subject, "refuse_by_employer", day, reason=reason))
    else:
        steps = [_move(subject, "interview", day), _move(subject, "hire", day)]
    with office.store.writing(actor=ACTOR, at=office.at(day)) as batch:
        move_referrals(batch, moves(steps), office.posts, role=Role.SUPERVISOR)
    if steps[-1]["event"] == "hire":
        office.places[vacancy] -= 1
        office.diary.write(after(day, rng, 1, 5), partial(_start, office, subject, row))
    else:
        office.busy[person] = False


def _is_settled(office: Office, subject: str) -> bool:
    """Has the referral lapsed, or ended, before its answer came?"""
    wanted = Wanted(streams=["referral"], ids=[subject])
    return bool((office.store.states(office.scope, wanted)["state"] != "referred").all())


def _start(office: Office, subject: str, row: int, day: date) -> None:
    """Work begins: the referral, the placement, the person's own record."""
    scene = office.scene
    person = int(scene.person_at[row])
    who = office.people.iloc[person]
    placement = f"PL-{subject}"
    begun = {
        "stream": "placement",
        "subject_id": placement,
        "event": "start",
        "on": day.isoformat(),
        "due_on": (day + timedelta(days=setting("first_check_days"))).isoformat(),
        "person_id": office.person_ids[person],
        "household_id": who["household_id"],
        "vacancy_id": office.vacancy_ids[scene.vacancy_at[row]],
        "area_code": who["area_code"],
        "data": '{"employment_mode":"hired","contract_months":12}',
    }
    with office.store.writing(actor=ACTOR, at=office.at(day)) as batch:
        started = moves([_move(subject, "start", day)])
        move_referrals(batch, started, office.posts, role=Role.SUPERVISOR)
        move_placements(batch, moves([begun]), role=Role.SUPERVISOR)
    proof = day + timedelta(days=setting("first_check_days"))
    ends = day + timedelta(days=1 + int(office.rng.exponential(office.pace.works_for_days)))
    if ends > proof:
        office.diary.write(proof - timedelta(days=3), partial(_prove, office, placement))
    if ends > day + timedelta(days=RETAINED_AFTER_DAYS):
        kept = day + timedelta(days=RETAINED_AFTER_DAYS)
        office.diary.write(kept, partial(_retain, office, subject))
    office.diary.write(ends, partial(_end, office, subject, placement, row))


def _prove(office: Office, placement: str, day: date) -> None:
    said = '{"has_labour_contract":true,"has_payroll":true,"social_insurance_paid":true}'
    _move_work(office, placement, "evidence", day, data=said)


def _retain(office: Office, subject: str, day: date) -> None:
    with office.store.writing(actor=ACTOR, at=office.at(day)) as batch:
        kept = moves([_move(subject, "retain", day)])
        move_referrals(batch, kept, office.posts, role=Role.SUPERVISOR)


def _end(office: Office, subject: str, placement: str, row: int, day: date) -> None:
    _move_work(office, placement, "end", day, reason="contract_ended")
    with office.store.writing(actor=ACTOR, at=office.at(day)) as batch:
        over = moves([_move(subject, "end", day, reason="contract_ended")])
        move_referrals(batch, over, office.posts, role=Role.SUPERVISOR)
    office.busy[office.scene.person_at[row]] = False


def _move_work(office: Office, placement: str, event: str, day: date, **more: Any) -> None:
    row = _move(placement, event, day, **more) | {"stream": "placement"}
    with office.store.writing(actor=ACTOR, at=office.at(day)) as batch:
        move_placements(batch, moves([row]), role=Role.SUPERVISOR)


def lapse(office: Office, day: date) -> None:
    """End what nobody answered."""
    lapse_referrals(office.desk(day), day)


def _move(subject: str, event: str, day: date, **more: Any) -> dict[str, Any]:
    move = {"stream": "referral", "subject_id": subject, "event": event, "on": day.isoformat()}
    return move | more
