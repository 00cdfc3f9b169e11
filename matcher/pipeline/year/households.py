"""Households of the scripted year: they appear, apply, are recognised or not, and are visited."""

from __future__ import annotations

from datetime import date
from functools import partial

import pandas as pd

from matcher.casework.households.moving import STREAM, move, record_households
from matcher.casework.ledger.recording import moves
from matcher.casework.visits.visiting import move_visits, visit_id
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.pipeline.casework.agenda import day_of
from matcher.pipeline.casework.certification.adopting import adopt_recognised
from matcher.pipeline.casework.certification.checks import Stated
from matcher.pipeline.casework.certification.filing import Filed, act, apply
from matcher.pipeline.casework.ledgers.households import follow, open_ledger
from matcher.pipeline.year.office import Office
from matcher.pipeline.year.pace import after
from matcher.store.events.reading import Wanted

SEEN = Stated(evidence="户口簿、身份证、失业登记")
NOTED = Stated(evidence="入户核实表", note="入户核实，情况属实")
WAITING = ("appeared", "applied")


def open_books(office: Office, day: date) -> None:
    """Take over what is on record, and plan the files of those that wait to be recognised."""
    open_ledger(office.store, office.scope, day, at=office.at(day))
    adopt_recognised(office.store, office.hand(day))
    waiting = Wanted(streams=[STREAM], states=WAITING)
    for household in office.store.states(office.scope, waiting)["subject_id"]:
        applies = after(day, office.rng, 1, 330)
        office.diary.write(applies, partial(_file, office, str(household)))


def appear(office: Office, day: date) -> None:
    """Households in which nobody works any more, and which nobody has on a list yet."""
    count = int(office.rng.poisson(office.pace.appear_a_day))
    known = office.store.states(office.scope, Wanted(streams=[STREAM]))["subject_id"]
    homes = office.store.households(office.scope)
    free = homes[~homes["household_id"].isin(known) & homes["state"].isna()]
    free = free[free["area_code"].notna()]
    chosen = office.rng.permutation(len(free))[:count]
    rows = [
        move("find", str(row["household_id"]), day, area_code=str(row["area_code"]))
        for row in free.iloc[chosen].to_dict("records")
    ]
    if not rows:
        return
    with office.store.writing(actor=office.supervisor, at=office.at(day)) as batch:
        record_households(batch, moves(rows), role=Role.SUPERVISOR)
    for row in rows:
        office.diary.write(after(day, office.rng, 1, 6), partial(_file, office, row["subject_id"]))


def _file(office: Office, household: str, day: date) -> None:
    """A household applies, unless it has left the list meanwhile."""
    state = office.store.states(office.scope, Wanted(streams=[STREAM], ids=[household]))["state"]
    if not state.isin(WAITING).all():
        return
    filed = apply(office.store, office.hand(day), {"household_id": household}, stated=SEEN)
    _plan(office, filed.file.case_id, ["verify", "forward", "decide"], day)


def _plan(office: Office, case: str, steps: list[str], day: date) -> None:
    if steps:
        due = after(day, office.rng, 1, 4)
        office.diary.write(due, partial(_step, office, case, steps))


def _step(office: Office, case: str, steps: list[str], day: date) -> None:
    """The next step of a file; at its end the official decides as the law says of the facts."""
    step, rest = steps[0], steps[1:]
    if step == "decide":
        _decide(office, case, day)
        return
    event = "to_street" if step == "forward" else step
    filed: Filed = act(office.store, office.hand(day), case, event, NOTED)
    if step == "verify" and filed.by_law == "not_met":
        rejected = Stated(reason="not_met", evidence=NOTED.evidence)
        act(office.store, office.hand(day), case, "reject", rejected)
        _reject(office, filed.file.about["household_id"], day)
        return
    _plan(office, case, rest, day)


def _decide(office: Office, case: str, day: date) -> None:
    act(office.store, office.hand(day), case, "certify", NOTED)
    act(office.store, office.hand(day), case, "publish", NOTED)


def _reject(office: Office, household: str, day: date) -> None:
    facts = {"decided_by": office.supervisor}
    row = move("remove", household, day, reason="not_certified", **facts)
    with office.store.writing(actor=office.supervisor, at=office.at(day)) as batch:
        record_households(batch, moves([row]), role=Role.SUPERVISOR)


def follow_on(office: Office, day: date) -> None:
    """What follows for households from certificates and work on record."""
    follow(office.store, office.scope, day, at=office.at(day))


def plan_visits(office: Office, day: date) -> None:
    """Plan the visits that the law wants within the month, as many as the office can make."""
    found = day_of(office.store, office.scope, day, ahead_days=30)
    due = found.due.loc[found.due["matter"] == "visit_person", "person_id"]
    # Of whom nobody wrote down a visit yet, the law's rhythm has no day to count from.
    never = found.questions.loc[found.questions["clock"] == "visit_person", "person_id"]
    wanted = list(dict.fromkeys([*due.dropna(), *never.dropna()]))
    for at, person in enumerate(wanted[: office.pace.visits_a_day * 20]):
        on = day + pd.Timedelta(days=at // office.pace.visits_a_day).to_pytimedelta()
        office.diary.write(on, partial(_note_visit, office, str(person)))


def _note_visit(office: Office, person: str, _day: date) -> None:
    office.visiting.append(person)


def visit_all(office: Office, day: date) -> None:
    """Make the visits of the day."""
    people, office.visiting = sorted(set(office.visiting)), []
    if not people:
        return
    told = office.store.persons(office.scope, people, parts=("profile", "status"))
    plain = told.astype(object).where(told.notna(), None)
    cases = office.store.cases(office.scope, people, about=Kind.PERSONS)
    rows = [
        {
            "stream": "visit",
            "subject_id": visit_id(str(who["person_id"]), day.isoformat()),
            "event": "visit",
            "on": day.isoformat(),
            "person_id": who["person_id"],
            "household_id": who["household_id"],
            "area_code": who["area_code"],
            "data": '{"way":"home"}',
        }
        for who in plain.to_dict("records")
    ]
    with office.store.writing(actor=office.caseworker, at=office.at(day)) as batch:
        move_visits(batch, moves(rows), cases, role=Role.SUPERVISOR)
