"""Policy decisions about stored records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from matcher.domain.decision import Verdict
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.law.gathering import dealings_of
from matcher.policy.catalogue import decision_kind
from matcher.policy.comparing.places import SideBySide
from matcher.policy.decisions import Decided, decide
from matcher.policy.engine.columns import Facts
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.policy.recorded.beside import Dealings, newest, values_at
from matcher.policy.recorded.conversion import record_facts
from matcher.policy.records import (
    RecordFacts,
    facts_from_records,
    facts_of_employers,
)
from matcher.policy.turning.search import Turning, turn
from matcher.store.store import Store

PARTS = ("profile", "status")
REGISTRATION, POST = "registration", "post"
OF_EMPLOYERS = ("employer", "case")
"""Subjects of decisions that an employer alone can be asked about."""


@dataclass(frozen=True, slots=True)
class Question:
    """A decision asked about a subject on a day.

    Attributes:
        decision: its id.
        on: the day.
        person_id, household_id, employer_id: the subject; a household (or a member of it) for
            matters of households, a person (or an employer alone) for all others.
        vacancy_id: beside a person, the post; None takes that of the placement, where the matter is
            one of placements.
        placement_id, case_id: the placement or case meant; it names the subject too. None takes
            the newest of the day.
        place: whose law; None takes where the subject lives (or is registered, or where the post or
            the employer is, where the matter says so and it is known).
        layer: `current` or `source`.
    """

    decision: str
    on: date
    person_id: str | None = None
    household_id: str | None = None
    vacancy_id: str | None = None
    place: str | None = None
    layer: str = "current"
    employer_id: str | None = None
    placement_id: str | None = None
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that answers it.

    Attributes:
        question: with its subject and place filled in.
        kind, key: of the subject: a person, a household or an employer.
        area_code: where the subject lives, None unknown.
        facts: one row.
    """

    question: Question
    kind: str
    key: str
    area_code: str | None
    place: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The one row of facts, whose it is (`records`), and the work it is about."""

    kind: str
    records: pd.DataFrame
    facts: Facts
    employers: pd.DataFrame | None = None
    vacancy_id: str | None = None
    post: pd.DataFrame | None = None


def decide_about(store: Store, scope: Scope, question: Question) -> Verdict:
    """The verdict on a question; see `decided_about`."""
    return decided_about(store, scope, question).verdict(0)


def turning_of(decided: Decided) -> Turning:
    """What would turn the one answer: the fewest lawful changes, or a day that comes by itself."""
    return turn(decided.law, decided.decision, decided.facts, 0)


def decided_in_places(
    store: Store, scope: Scope, question: Question, places: Sequence[str]
) -> SideBySide:
    """The same stored facts decided by the law of several places; raises as `decided_about`."""
    asked = ask(store, scope, replace(question, place=places[0]))
    laws = [Law.on_day(place, question.on, layer=question.layer) for place in places]
    verdicts = tuple(decide(law, question.decision, asked.facts).verdict(0) for law in laws)
    return SideBySide(question.on, tuple(places), (question.decision,), (verdicts,))


def decided_about(store: Store, scope: Scope, question: Question) -> Decided:
    """One decision about a stored person, household or employer, or a person beside a post.

    Raises:
        UnknownDecision: no such decision.
        UnknownPlace: no such place.
        WrongUse: the subject is not the one that the decision is about, or the placement or case
            named is not the subject's or later than the day.
        NotFound: no such record within the scope.
    """
    return answer(ask(store, scope, question))


def answer(asked: Asked) -> Decided:
    """The decision on facts that were gathered, in one row."""
    law = Law.on_day(asked.place, asked.question.on, layer=asked.question.layer)
    return decide(law, asked.question.decision, asked.facts)


def ask(store: Store, scope: Scope, question: Question, *, read: PersonRead | None = None) -> Asked:
    """Gather the facts of a question; raises as `decide_about`.

    Args:
        store: where the records rest.
        scope: who asks.
        question: what is asked.
        read: of `read_person`, where several questions are asked about one person.
    """
    subject = decision_kind(question.decision).subject
    question, placements, cases = _named(store, scope, question)
    alone = question.person_id is None
    if alone and subject in OF_EMPLOYERS and question.employer_id:
        found = _employer(store, scope, question, cases)
    elif alone and (subject == "household" or (subject == "case" and question.household_id)):
        found = _household(store, scope, question, cases)
    else:
        if read is None:
            read = _read_person(store, scope, question, placements, cases)
        found = _person(store, question, read)
    post = question.vacancy_id or (found.vacancy_id if subject == "placement" else None)
    if subject == "vacancy":
        post = _asked(question, "vacancy")
    if post is not None:
        found = _beside_post(store, question.on, found, post)
    area = found.records["area_code"].iloc[0]
    return Asked(
        question=question,
        kind=found.kind,
        key=str(found.records.iloc[0, 0]),
        area_code=None if pd.isna(area) else str(area),
        place=question.place or _governing_place(question.decision, found),
        facts=found.facts,
    )


def _named(
    store: Store, scope: Scope, question: Question
) -> tuple[Question, pd.DataFrame | None, pd.DataFrame | None]:
    """The question with the subject of the placement and case it names, and those records."""
    placements = cases = None
    if question.placement_id is not None:
        placements = store.placements(scope, [question.placement_id])
        question = _about(question, placements, "placement", question.placement_id, "start_date")
    if question.case_id is not None:
        cases = store.cases(scope, [question.case_id])
        question = _about(question, cases, "case", question.case_id, "opened_on")
    return question, placements, cases


def _about(question: Question, found: pd.DataFrame, kind: str, key: str, day: str) -> Question:
    if found.empty:
        raise NotFound(kind=kind, key=key)
    row = found.iloc[0]
    if not pd.isna(row[day]) and row[day] > question.on.isoformat():
        raise WrongUse(
            what=f"{kind} {key} begins after {question.on.isoformat()}",
            expected="one that there was on the day",
            do="Ask about a later day, or about another one.",
        )
    # A case of a household and one of its members says both; the subject asked for comes first.
    for name in ("person_id", "household_id", "employer_id"):
        of_record = row.get(name)
        if of_record is None or pd.isna(of_record):
            continue
        asked = getattr(question, name)
        if asked is not None and asked != of_record:
            raise WrongUse(
                what=f"{kind} {key} is not of {name.removesuffix('_id')} {asked}",
                expected="a record of the subject",
                do="Name the one or the other.",
            )
        named: dict[str, Any] = {name: str(of_record)}
        question = replace(question, **named)
    return question


def _household(
    store: Store, scope: Scope, question: Question, cases: pd.DataFrame | None
) -> _Gathered:
    key = _asked(question, "household")
    households = _there(store.households(scope, [key]), "household", key)
    members = store.members(scope, [key], parts=PARTS)
    dealings = dealings_of(store, scope, members["person_id"], [key], cases=cases)
    facts = facts_from_records(members, households, question.on, dealings).households
    return _Gathered("household", households, facts)


@dataclass(frozen=True, slots=True, eq=False)
class PersonRead:
    """What the store says of a person, read once: records, dealings, and the facts from them.

    Attributes:
        person, households: the record, and that of the household, if any.
        member_ids: of the household, the person among them.
        dealings: with all of them.
        found: the facts.
    """

    person: pd.DataFrame
    households: pd.DataFrame
    member_ids: pd.Series
    dealings: Dealings
    found: RecordFacts


def read_person(store: Store, scope: Scope, person_id: str, on: date) -> PersonRead:
    """What is on record of a person on a day, for any number of questions.

    Raises:
        NotFound: no such person within the scope.
    """
    question = Question(decision="", on=on, person_id=person_id)
    return _read_person(store, scope, question, None, None)


def _read_person(
    store: Store,
    scope: Scope,
    question: Question,
    placements: pd.DataFrame | None,
    cases: pd.DataFrame | None,
) -> PersonRead:
    key = _asked(question, "person")
    person = _there(store.persons(scope, [key], parts=PARTS), "person", key)
    homes = person["household_id"].dropna().tolist()
    households = store.households(scope, homes)
    members = store.members(scope, homes, parts=PARTS) if homes else person
    ids = members["person_id"]
    dealings = dealings_of(store, scope, ids, homes, placements=placements, cases=cases)
    found = facts_from_records(members, households, question.on, dealings)
    return PersonRead(person, households, ids, dealings, found)


def _person(store: Store, question: Question, read: PersonRead) -> _Gathered:
    key, ids, found = _asked(question, "person"), read.member_ids, read.found
    person, households = read.person, read.households
    at = pd.Index(ids).get_indexer(pd.Index([key])).astype(np.int64)
    facts = found.persons.take(at)
    of_home = found.households.take(np.zeros(min(1, len(households)), np.int64)).groups
    if decision_kind(question.decision).subject == "household":
        kind, records = "household", _home(question, households)
        facts = replace(facts, groups={**facts.groups, **of_home})
    else:
        kind, records = "person", person
        facts = replace(
            facts, groups={**of_home, **facts.groups} if len(households) else facts.groups
        )
    employers = None
    if question.employer_id is not None:
        employers = store.frame(Kind.EMPLOYERS, [question.employer_id])
        employers = _there(employers, "employer", question.employer_id)
        facts = facts.beside(record_facts("employers", employers, question.on))
    return _Gathered(kind, records, facts, employers, _post_of(read.dealings, key, question.on))


def _home(question: Question, households: pd.DataFrame) -> pd.DataFrame:
    """The household of the person asked about, for a matter of households."""
    home = None if households.empty else str(households["household_id"].iloc[0])
    if home is None or question.household_id not in (None, home):
        raise WrongUse(
            what=f"person {question.person_id} is of no household or of another one",
            expected="--household ID of the person's own household",
            do="Name the household alone, or a member of it.",
        )
    return households


def _post_of(dealings: Dealings, key: str, on: date) -> str | None:
    """The post of the person's placement."""
    if dealings.placements is None:
        return None
    at = newest(dealings.placements, "person_id", pd.Series([key]), on, "start_date")
    post = values_at(dealings.placements["vacancy_id"], at)[0]
    return None if pd.isna(post) else str(post)


def _employer(
    store: Store, scope: Scope, question: Question, cases: pd.DataFrame | None
) -> _Gathered:
    key = _asked(question, "employer")
    employers = _there(store.frame(Kind.EMPLOYERS, [key]), "employer", key)
    if cases is None:
        cases = store.cases(scope, [key], about=Kind.EMPLOYERS)
    facts = facts_of_employers(employers, question.on, Dealings(cases=cases))
    return _Gathered("employer", employers, facts)


def _beside_post(store: Store, on: date, found: _Gathered, key: str) -> _Gathered:
    """The subject beside a post; one that nobody marked as public-welfare is an ordinary one."""
    post = _there(store.frame(Kind.VACANCIES, [key]), "vacancy", key)
    facts = found.facts.beside(record_facts("vacancies", post, on))
    if facts.value("is_public_welfare", 0) is None:
        facts = facts.beside(facts_from_given({"vacancy": {"is_public_welfare": False}}, on=on))
    return replace(found, facts=facts, post=post)


def _there(records: pd.DataFrame, kind: str, key: str) -> pd.DataFrame:
    if records.empty:
        raise NotFound(kind=kind, key=key)
    return records


def _asked(question: Question, about: str) -> str:
    key: str | None = getattr(question, f"{about}_id")
    if key is None:
        raise WrongUse(
            what=f"'{question.decision}' was asked without a {about}",
            expected=f"--{about} ID",
            do=f"Name the {about} it is about.",
        )
    return key


def _governing_place(decision: str, found: _Gathered) -> str:
    governed_by = decision_kind(decision).governed_by
    areas = [found.records["area_code"].iloc[0]]
    if governed_by == REGISTRATION and "registered_area_code" in found.records:
        areas.insert(0, found.records["registered_area_code"].iloc[0])
    if governed_by == POST:
        at_work = [frame for frame in (found.post, found.employers) if frame is not None]
        areas = [*(frame["area_code"].iloc[0] for frame in at_work), *areas]
    known = [str(area) for area in areas if not pd.isna(area)]
    return Law.place_of(known[0] if known else None)
