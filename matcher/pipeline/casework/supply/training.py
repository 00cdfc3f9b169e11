"""Courses: people sign up, seats go by the published order, the waiting list moves up, results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.ledger.recording import moves, record
from matcher.casework.training.allocating import line_up, seated, tier_of
from matcher.domain.decision import Outcome
from matcher.domain.kinds import Kind
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.casework.supply.benefits.quoting import with_facts
from matcher.pipeline.casework.supply.doing import Act, heard, said, standing, text_of
from matcher.pipeline.law.deciding import Question, ask
from matcher.policy.decisions import decide
from matcher.policy.facts import Facts
from matcher.policy.law import Law
from matcher.policy.records import facts_from_records
from matcher.reference.columns import LIST_SEPARATOR, conform
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STREAM = "training"
TAKEN = ("seated", "attending", "finished", "passed", "failed", "absent")
"""States that hold a seat; who withdraws gives it back, who stays away does not."""

IN_LINE = ("signed_up", "waiting")
OFFER, FREE_ASSESSMENT = "training_offer", "free_first_assessment"
ASSESSMENTS = "skill_assessments_taken"
UNDER_ACCESS = "assessment_trade_under_access_system"


@dataclass(frozen=True, slots=True)
class SignUp:
    """One person on one course.

    Attributes:
        tier: by which the seat is given, from 1; None before seats were given.
        wished: whether the person had asked for such a course beforehand.
        free_assessment: whether the assessment taken was free by law; None where none was taken.
    """

    subject_id: str
    course_id: str
    person_id: str
    state: str
    tier: int | None
    wished: bool | None
    free_assessment: bool | None


@dataclass(frozen=True, slots=True)
class Assessed:
    """How an assessment ended.

    Attributes:
        passed: whether the certificate was won.
        under_access: whether the trade stands under the state's access system; None not asked.
        place: whose law says what is free; None takes where the person lives.
        layer: `current` or `source`.
    """

    passed: bool
    under_access: bool | None = None
    place: str | None = None
    layer: str = "current"


def sign_up(store: Store, act: Act, course_id: str, person_ids: Sequence[str]) -> list[str]:
    """Sign people up for a course; seats are given later, by the order and not by who came first.

    Returns:
        Their subjects in the ledger.

    Raises:
        NotFound: no such course, or a person outside of the scope.
        WrongUse: the course has begun.
        IllegalMoves: somebody is signed up already.
    """
    course = _course(store, course_id)
    if not pd.isna(course["starts_on"]) and course["starts_on"] <= act.day:
        raise WrongUse(
            what=f"course {course_id} began on {course['starts_on']}",
            expected="a course that has not begun",
            do="Choose another one: 'courses'.",
        )
    people = store.persons(act.scope, person_ids, parts=("profile", "status"))
    missing = sorted(set(person_ids) - set(people["person_id"]))
    if missing:
        raise NotFound(kind="person", key=missing[0])
    rows = [
        {
            **_step(_subject(course_id, str(row["person_id"])), "sign_up", act),
            "person_id": row["person_id"],
            "household_id": text_of(row["household_id"]),
            "area_code": text_of(row["area_code"]),
            "data": said(course=course_id, wished=_wished(course, row), tier=None),
        }
        for _, row in people.iterrows()
    ]
    _write(store, act, rows)
    return [str(row["subject_id"]) for row in rows]


def allocate(store: Store, act: Act, course_id: str) -> list[SignUp]:
    """Give the free seats to those in line, by tier and the published order of ties.

    Whoever gets none waits. Members of recognised zero-employment households go first, then who
    is recognised as hard to employ; inside a tier the longest without work, then the hash under
    the course's own id, so that the order can be worked out again by everybody.

    Returns:
        Everyone who was in line, in the order of the line.

    Raises:
        NotFound: no such course.
        WrongUse: nobody said how many seats it has.
    """
    course = _course(store, course_id)
    waiting, rows = _line(store, act, course)
    if rows:
        _write(store, act, rows)
    order = {subject: at for at, subject in enumerate(waiting)}
    every = [each for each in training_list(store, act, course_id) if each.subject_id in order]
    return sorted(every, key=lambda each: order[each.subject_id])


def withdraw(store: Store, act: Act, course_id: str, person_id: str, reason: str) -> list[str]:
    """Somebody leaves; the first of the waiting list moves up in the same transaction.

    Returns:
        The persons who moved up; nobody once the course has begun.
    """
    subject = _subject(course_id, person_id)
    state = standing(store, act.scope, STREAM, subject)
    course = _course(store, course_id)
    gone = {**_step(subject, "withdraw", act), "reason": reason}
    begun = not pd.isna(course["starts_on"]) and course["starts_on"] <= act.day
    up: list[dict[str, Any]] = []
    if state["state"] in TAKEN and not begun:
        waiting = [each.subject_id for each in training_list(store, act, course_id, ("waiting",))]
        _, rows = _line(store, act, course, leaving=subject)
        up = [row for row in rows if row["event"] == "seat" and row["subject_id"] in waiting]
    _write(store, act, [gone, *up])
    return [str(row["subject_id"]).removeprefix(f"T-{course_id}-") for row in up]


def attend(store: Store, act: Act, course_id: str, person_id: str, event: str) -> None:
    """Write down that somebody came (`attend`), stayed away (`absent`) or finished (`finish`)."""
    subject = _subject(course_id, person_id)
    standing(store, act.scope, STREAM, subject)
    _write(store, act, [_step(subject, event, act)])


def result(
    store: Store,
    act: Act,
    course_id: str,
    person_id: str,
    assessed: Assessed,
) -> SignUp:
    """The result of the assessment; who passed has skill and certificate on record with it.

    Args:
        store: where.
        act: who writes, and when.
        course_id: the course.
        person_id: the person.
        assessed: how it ended.

    Raises:
        IllegalMoves: the person is not on the course, or passed before.
    """
    subject = _subject(course_id, person_id)
    standing(store, act.scope, STREAM, subject)
    course = _course(store, course_id)
    question = Question(
        OFFER, act.on, person_id=person_id, place=assessed.place, layer=assessed.layer
    )
    asked = ask(store, act.scope, question)
    facts = asked.facts
    if assessed.under_access is not None:
        facts = with_facts(facts, {UNDER_ACCESS: assessed.under_access})
    verdict = decide(Law.on_day(asked.place, act.on, layer=assessed.layer), OFFER, facts).verdict(0)
    is_met = verdict.outcome is Outcome.MET
    free = is_met and FREE_ASSESSMENT in verdict.values.get("includes", ())
    rules = ";".join(citation.rule for citation in verdict.citations)
    row = {
        **_step(subject, "pass" if assessed.passed else "fail", act),
        "data": said(free_assessment=free, rules=rules if free else None),
    }
    taken = int(asked.facts.value(ASSESSMENTS, 0) or 0) + 1
    person = store.persons(act.scope, [person_id], parts=("profile",)).iloc[0]
    learnt = _learnt(person, course, taken, passed=assessed.passed)
    with store.writing(actor=act.actor, at=act.at) as batch:
        record(batch, moves([row]), role=act.scope.role)
        batch.upsert(Kind.PERSONS, conform(Kind.PERSONS, learnt), columns=tuple(learnt.columns))
    return next(each for each in training_list(store, act, course_id) if each.subject_id == subject)


def training_list(
    store: Store, act: Act, course_id: str | None = None, states: Sequence[str] = ()
) -> list[SignUp]:
    """Who stands where: on one course or on all, in some states or in any."""
    found = store.states(act.scope, Wanted(streams=(STREAM,), states=states))
    rows = [_sign_up(row) for _, row in found.iterrows()]
    return [each for each in rows if course_id in (None, each.course_id)]


def _line(
    store: Store, act: Act, course: pd.Series, *, leaving: str | None = None
) -> tuple[list[str], list[dict[str, Any]]]:
    """Everyone in line in order, and the moves that seat or queue them."""
    course_id = str(course["course_id"])
    if pd.isna(course["seats"]):
        raise WrongUse(
            what=f"course {course_id} has no number of seats",
            expected="how many seats there are",
            do="Import the course with its seats.",
        )
    every = training_list(store, act, course_id)
    taken = sum(each.state in TAKEN and each.subject_id != leaving for each in every)
    line = {each.person_id: each for each in every if each.state in IN_LINE}
    if not line:
        return [], []
    facts, ids = _facts(store, act, list(line))
    tier = tier_of(facts)
    since = np.broadcast_to(
        facts.columns.get("unemployed_since", np.array([np.nan])), (facts.n,)
    ).astype(np.float64)
    order = line_up(ids, tier, since, course_id)
    has_seat = seated(order, int(course["seats"]) - taken)
    rows = []
    for at in order:
        each = line[str(ids[at])]
        event = "seat" if has_seat[at] else "wait"
        if event == "wait" and each.state == "waiting":
            continue
        move = {**_step(each.subject_id, event, act), "due_on": text_of(course["starts_on"])}
        rows.append({**move, "data": said(tier=int(tier[at]))})
    return [line[str(ids[at])].subject_id for at in order], rows


def _facts(store: Store, act: Act, person_ids: list[str]) -> tuple[Facts, Any]:
    people = store.persons(act.scope, person_ids, parts=("profile", "status"))
    homes = store.households(act.scope, people["household_id"].dropna().unique().tolist())
    facts = facts_from_records(people, homes, act.on).persons
    return facts, people["person_id"].to_numpy(object)


def _learnt(person: pd.Series, course: pd.Series, taken: int, *, passed: bool) -> pd.DataFrame:
    """The person's record after the assessment."""
    row = {"person_id": person["person_id"], "facts": said(**{ASSESSMENTS: taken})}
    if passed:
        pairs = (("skills", "skills_taught"), ("certificates", "certificates_awarded"))
        for own, taught in pairs:
            joined = dict.fromkeys([*_items(person[own]), *_items(course[taught])])
            row |= {own: LIST_SEPARATOR.join(joined)} if joined else {}
    return pd.DataFrame([row])


def _items(cell: Any) -> list[str]:
    return [] if cell is None or pd.isna(cell) else str(cell).split(LIST_SEPARATOR)


def _wished(course: pd.Series, person: pd.Series) -> bool | None:
    """Whether a wish of the person names what the course teaches; None where nobody asked."""
    wishes = set(_items(person["training_wishes"]))
    taught = {str(course["name"]), *_items(course["skills_taught"])}
    return None if not wishes else bool(wishes & taught)


def _sign_up(row: pd.Series) -> SignUp:
    facts = heard(row)
    return SignUp(
        subject_id=str(row["subject_id"]),
        course_id=str(facts["course"]),
        person_id=str(row["person_id"]),
        state=str(row["state"]),
        tier=facts.get("tier"),
        wished=facts.get("wished"),
        free_assessment=facts.get("free_assessment"),
    )


def _course(store: Store, course_id: str) -> pd.Series:
    found = store.frame(Kind.COURSES, [course_id])
    if found.empty:
        raise NotFound(kind="course", key=course_id)
    return found.iloc[0]


def _subject(course_id: str, person_id: str) -> str:
    return f"T-{course_id}-{person_id}"


def _step(key: str, event: str, act: Act) -> dict[str, Any]:
    return {"stream": STREAM, "subject_id": key, "event": event, "on": act.day}


def _write(store: Store, act: Act, rows: list[dict[str, Any]]) -> None:
    with store.writing(actor=act.actor, at=act.at) as batch:
        record(batch, moves(rows), role=act.scope.role)
