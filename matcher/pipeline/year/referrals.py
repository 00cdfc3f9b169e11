"""Referrals of the scripted year: put forward, answered by the known truth, begun, ended."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.casework.ledger.recording import moves
from matcher.casework.ledger.settings import setting
from matcher.casework.placements.together import move_work
from matcher.casework.placements.working import ACTIVE
from matcher.casework.referrals.referring import move_referrals, new_referrals
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.pipeline.casework.moving import lapse_referrals
from matcher.pipeline.casework.stability import find_stable, stability
from matcher.pipeline.year.office import Office
from matcher.pipeline.year.pace import after
from matcher.ranking.order import ranks
from matcher.store.events.reading import Wanted

REFUSALS = (("kind_of_work", None), ("distance", False), ("care", True), ("pay", None))
"""Why the script's people say no, and what the official writes of the cause."""

PROOF = '{"has_labour_contract":true,"has_payroll":true,"social_insurance_paid":true}'
"""What the script's people bring of their work."""


def propose(
    office: Office, day: date, *, among: NDArray[np.bool_] | None = None, most: int | None = None
) -> None:
    """Refer the day's people to the best post they were not referred to, where places are left.

    Args:
        office: whose people.
        day: of the referrals.
        among: (n_rows,) the pairs of the scene that come into question; None is all.
        most: how many; None is the pace of the office.
    """
    rows = _best_rows(office, office.is_open(day) if among is None else among & office.is_open(day))
    rows = rows[: office.pace.proposals_a_day if most is None else most]
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
    with office.store.writing(actor=office.caseworker, at=office.at(day)) as batch:
        new = new_referrals(batch, pairs, on=day.isoformat(), due_on=due_on)
        move_referrals(batch, new, role=Role.SUPERVISOR)
        refer = [_move(each, "refer", day, due_on=due_on) for each in new["subject_id"]]
        move_referrals(batch, moves(refer), role=Role.SUPERVISOR)
    office.tried[rows] = True
    office.busy[person] = True
    row_of = dict(zip(pairs["person_id"] + "/" + pairs["vacancy_id"], rows.tolist(), strict=True))
    for made in new.to_dict("records"):
        row = row_of[f"{made['person_id']}/{made['vacancy_id']}"]
        _expect_answer(office, str(made["subject_id"]), row, day)


def _best_rows(office: Office, among: NDArray[np.bool_]) -> np.ndarray[Any, Any]:
    """A row for each person who waits, the best for each, households without work first."""
    scene = office.scene
    free = ~office.tried & ~office.busy[scene.person_at] & (office.places[scene.vacancy_at] > 0)
    rows = np.flatnonzero(free & among)
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
    office.diary.write(told, lambda _: office.answering.append((subject, row)))


def _forget(office: Office, row: int, _day: date) -> None:
    office.busy[office.scene.person_at[row]] = False


def answer_all(office: Office, day: date) -> None:
    """Both sides answer the day's referrals by the known truth; those that lapsed are over."""
    asked, office.answering = office.answering, []
    if not asked:
        return
    wanted = Wanted(streams=["referral"], ids=[subject for subject, _ in asked])
    states = office.store.states(office.scope, wanted).set_index("subject_id")["state"]
    steps = []
    for subject, row in asked:
        if states[subject] == "referred":
            steps += _answer(office, subject, row, day)
        else:
            office.busy[office.scene.person_at[row]] = False
    with office.store.writing(actor=office.caseworker, at=office.at(day)) as batch:
        move_referrals(batch, moves(steps), role=Role.SUPERVISOR)


def _answer(office: Office, subject: str, row: int, day: date) -> list[dict[str, Any]]:
    """The moves of one answer; a place is taken where one is left."""
    scene, rng = office.scene, office.rng
    vacancy = int(scene.vacancy_at[row])
    accepts, hires = rng.random() < scene.accept[row], rng.random() < scene.hire[row]
    if accepts and hires and office.places[vacancy] > 0:
        office.places[vacancy] -= 1
        begins = after(day, rng, 1, 5)
        office.diary.write(begins, lambda _: office.starting.append((subject, row)))
        return [_move(subject, "interview", day), _move(subject, "hire", day)]
    office.busy[scene.person_at[row]] = False
    if not accepts:
        reason, just = REFUSALS[int(rng.integers(len(REFUSALS)))]
        data = None if just is None else json.dumps({"just_cause": just})
        return [_move(subject, "refuse_by_person", day, reason=reason, data=data)]
    reason = "skills" if office.places[vacancy] > 0 else "filled"
    no = _move(subject, "refuse_by_employer", day, reason=reason)
    return [_move(subject, "interview", day), no]


def work_all(office: Office, day: date) -> None:
    """Work that begins, is proved or ends on the day, with all that it means for referrals."""
    rows = [_start(office, subject, row, day) for subject, row in office.starting]
    proved, ended = office.proving, office.ending
    office.starting, office.proving, office.ending = [], [], []
    wanted = Wanted(streams=["placement"], states=ACTIVE, ids=[*proved, *(p for p, _ in ended)])
    running = set(office.store.states(office.scope, wanted)["subject_id"])
    again = (day + timedelta(days=setting("recheck_days"))).isoformat()
    rows += [_work(p, "evidence", day, due_on=again, data=PROOF) for p in proved if p in running]
    over = [(placement, row) for placement, row in ended if placement in running]
    rows += [_work(placement, "end", day, reason="contract_ended") for placement, _ in over]
    people = [row["person_id"] for row in rows if "person_id" in row]
    people += [str(office.person_ids[office.scene.person_at[row]]) for _, row in over]
    cases = office.store.cases(office.scope, people, about=Kind.PERSONS)
    if rows:
        with office.store.writing(actor=office.caseworker, at=office.at(day)) as batch:
            move_work(batch, moves(rows), cases, role=Role.SUPERVISOR)
    for _, row in over:
        office.busy[office.scene.person_at[row]] = False


def _start(office: Office, subject: str, row: int, day: date) -> dict[str, Any]:
    """Work begins; evidence is brought before it is due, and work ends some day by chance."""
    scene = office.scene
    person = int(scene.person_at[row])
    placement = f"PL-{subject}"
    proof = day + timedelta(days=setting("first_check_days"))
    ends = day + timedelta(days=1 + int(office.rng.exponential(office.pace.works_for_days)))
    if ends > proof:
        shown = proof - timedelta(days=3)
        office.diary.write(shown, lambda _: office.proving.append(placement))
    office.diary.write(ends, lambda _: office.ending.append((placement, row)))
    who = office.people.iloc[person]
    return _work(
        placement,
        "start",
        day,
        due_on=proof.isoformat(),
        person_id=str(office.person_ids[person]),
        household_id=who["household_id"],
        area_code=who["area_code"],
        vacancy_id=str(office.vacancy_ids[scene.vacancy_at[row]]),
        data='{"employment_mode":"hired","contract_months":12}',
    )


def _work(placement: str, event: str, day: date, **more: Any) -> dict[str, Any]:
    return _move(placement, event, day, **more) | {"stream": "placement"}


def find_lasting(office: Office, day: date) -> None:
    """Find stable what the law's test is met for."""
    told = stability(office.desk(day), day)
    for placement in told.loc[told["outcome"] == "met", "placement_id"]:
        find_stable(office.desk(day), str(placement), day)


def lapse(office: Office, day: date) -> None:
    """End what nobody answered."""
    lapse_referrals(office.desk(day), day)


def _move(subject: str, event: str, day: date, **more: Any) -> dict[str, Any]:
    move = {"stream": "referral", "subject_id": subject, "event": event, "on": day.isoformat()}
    return move | more
