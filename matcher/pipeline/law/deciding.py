"""Policy decisions about stored records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from matcher.domain.decision import Verdict
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.policy.catalogue import decision_kind
from matcher.policy.decisions import Decided, decide
from matcher.policy.engine.columns import Facts
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.policy.recorded.beside import Dealings
from matcher.policy.records import (
    facts_from_records,
    facts_of_employers,
    welfare_post_classes,
)
from matcher.policy.turning.search import Turning, turn
from matcher.store.store import Store

PARTS = ("profile", "status")
REGISTRATION = "registration"
OF_EMPLOYERS = ("employer", "case")
"""Subjects of decisions that an employer alone can be asked about."""


@dataclass(frozen=True, slots=True)
class Question:
    """A decision asked about a subject on a day.

    Attributes:
        decision: its id.
        on: the day.
        person_id, household_id, employer_id: the subject; a household for matters of households, a
            person (or an employer alone) for all others.
        vacancy_id: beside a person, for decisions about public-welfare posts.
        placement_id, case_id: the placement or case meant; it names the subject too. None takes
            the newest of the day.
        place: whose law; None takes the post's place, else where the subject lives (or is
            registered, where the matter says so and it is known).
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


def decide_about(store: Store, scope: Scope, question: Question) -> Verdict:
    """The verdict on a question; see `decided_about`."""
    return decided_about(store, scope, question).verdict(0)


def turning_of(decided: Decided) -> Turning:
    """What would turn the one answer: the fewest lawful changes, or a day that comes by itself."""
    return turn(decided.law, decided.decision, decided.facts, 0)


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


def ask(store: Store, scope: Scope, question: Question) -> Asked:
    """Gather the facts of a question; raises as `decide_about`."""
    subject = decision_kind(question.decision).subject
    question, placements, cases = _named(store, scope, question)
    if subject == "household":
        kind, records, facts = _household(store, scope, question, cases)
    elif subject in OF_EMPLOYERS and question.employer_id and not question.person_id:
        kind, records, facts = _employer(store, scope, question, cases)
    elif subject == "case" and question.household_id and not question.person_id:
        kind, records, facts = _household(store, scope, question, cases)
    else:
        kind, records, facts = _person(store, scope, question, placements, cases)
    place = question.place or _governing_place(question.decision, records)
    if subject == "vacancy":
        posts = _vacancy(store, question)
        classes, _ = welfare_post_classes(posts)
        place = question.place or _governing_place(question.decision, posts)
        given = dict(classes[0].given) if classes else {"is_public_welfare": False}
        facts = facts.beside(facts_from_given({"vacancy": given}, on=question.on))
    area = records["area_code"].iloc[0]
    area_code = None if pd.isna(area) else str(area)
    return Asked(question, kind, str(records.iloc[0, 0]), area_code, place, facts)


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
) -> tuple[str, pd.DataFrame, Facts]:
    key = _asked(question, "household", question.household_id)
    households = store.households(scope, [key])
    if households.empty:
        raise NotFound(kind="household", key=key)
    members = store.members(scope, [key], parts=PARTS)
    dealings = _dealings(store, scope, question, members, cases)
    found = facts_from_records(members, households, question.on, dealings)
    return "household", households, found.households


def _person(
    store: Store,
    scope: Scope,
    question: Question,
    placements: pd.DataFrame | None,
    cases: pd.DataFrame | None,
) -> tuple[str, pd.DataFrame, Facts]:
    key = _asked(question, "person", question.person_id)
    person = store.persons(scope, [key], parts=PARTS)
    if person.empty:
        raise NotFound(kind="person", key=key)
    ids = person["household_id"].dropna().tolist()
    households = store.households(scope, ids)
    members = store.members(scope, ids, parts=PARTS) if ids else person
    dealings = _dealings(store, scope, question, members, cases, placements)
    found = facts_from_records(members, households, question.on, dealings)
    at = pd.Index(members["person_id"]).get_indexer(pd.Index([key]))
    return "person", person, found.persons.take(at)


def _employer(
    store: Store, scope: Scope, question: Question, cases: pd.DataFrame | None
) -> tuple[str, pd.DataFrame, Facts]:
    key = _asked(question, "employer", question.employer_id)
    employers = store.frame(Kind.EMPLOYERS, [key])
    if employers.empty:
        raise NotFound(kind="employer", key=key)
    if cases is None:
        cases = store.cases(scope, [key], about=Kind.EMPLOYERS)
    return "employer", employers, facts_of_employers(employers, question.on, Dealings(cases=cases))


def _dealings(
    store: Store,
    scope: Scope,
    question: Question,
    members: pd.DataFrame,
    cases: pd.DataFrame | None,
    placements: pd.DataFrame | None = None,
) -> Dealings:
    """What was done about these people; of the record that the question names, that one alone."""
    people = members["person_id"].tolist()
    if placements is None:
        placements = store.placements(scope, person_ids=people)
    if cases is None:
        of_people = store.cases(scope, people, about=Kind.PERSONS)
        homes = members["household_id"].dropna().unique().tolist()
        homes += [question.household_id] if question.household_id else []
        of_homes = store.cases(scope, homes, about=Kind.HOUSEHOLDS)
        both = pd.concat([of_people, of_homes], ignore_index=True)
        cases = both.drop_duplicates("case_id").sort_values("case_id", ignore_index=True)
    employers = pd.concat([placements["employer_id"], cases["employer_id"]])
    return Dealings(
        placements=placements,
        refusals=store.refusals(scope, people),
        cases=cases,
        employers=store.frame(Kind.EMPLOYERS, employers.dropna()),
    )


def _vacancy(store: Store, question: Question) -> pd.DataFrame:
    key = _asked(question, "vacancy", question.vacancy_id)
    vacancy = store.frame(Kind.VACANCIES, [key])
    if vacancy.empty:
        raise NotFound(kind="vacancy", key=key)
    return vacancy


def _asked(question: Question, about: str, key: str | None) -> str:
    if key is None:
        raise WrongUse(
            what=f"'{question.decision}' was asked without a {about}",
            expected=f"--{about} ID",
            do=f"Name the {about} it is about.",
        )
    return key


def _governing_place(decision: str, records: pd.DataFrame) -> str:
    row = records.iloc[0]
    areas = [row["area_code"]]
    if decision_kind(decision).governed_by == REGISTRATION:
        areas.insert(0, row.get("registered_area_code"))
    known = [str(area) for area in areas if not pd.isna(area)]
    return Law.place_of(known[0] if known else None)
