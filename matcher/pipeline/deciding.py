"""Policy decisions about stored records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

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
from matcher.policy.records import facts_from_records, welfare_post_classes
from matcher.policy.turning.search import Turning, turn
from matcher.store.store import Store

PARTS = ("profile", "status")
REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class Question:
    """A decision asked about a subject on a day.

    Attributes:
        decision: its id.
        on: the day.
        person_id, household_id, vacancy_id: the subject; the vacancy beside a person for
            decisions about public-welfare posts.
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


def decide_about(store: Store, scope: Scope, question: Question) -> Verdict:
    """The verdict on a question; see `decided_about`."""
    return decided_about(store, scope, question).verdict(0)


def turning_of(decided: Decided) -> Turning:
    """What would turn the one answer: the fewest lawful changes, or a day that comes by itself."""
    return turn(decided.law, decided.decision, decided.facts, 0)


def decided_about(store: Store, scope: Scope, question: Question) -> Decided:
    """One decision about a stored person or household, or a person beside a post, in one row.

    Raises:
        UnknownDecision: no such decision.
        UnknownPlace: no such place.
        WrongUse: the subject is not the one that the decision is about.
        NotFound: no such record within the scope.
    """
    if decision_kind(question.decision).subject == "household":
        records, facts = _household(store, scope, question)
    else:
        records, facts = _person(store, scope, question)
    place = question.place or _governing_place(question.decision, records)
    if decision_kind(question.decision).subject == "vacancy":
        posts = _vacancy(store, question)
        classes, _ = welfare_post_classes(posts)
        place = question.place or _governing_place(question.decision, posts)
        given = dict(classes[0].given) if classes else {"is_public_welfare": False}
        facts = facts.beside(facts_from_given({"vacancy": given}, on=question.on))
    law = Law.on_day(place, question.on, layer=question.layer)
    return decide(law, question.decision, facts)


def _household(store: Store, scope: Scope, question: Question) -> tuple[pd.DataFrame, Facts]:
    key = _asked(question, "household", question.household_id)
    households = store.households(scope, [key])
    if households.empty:
        raise NotFound(kind="household", key=key)
    members = store.members(scope, [key], parts=PARTS)
    return households, facts_from_records(members, households, question.on).households


def _person(store: Store, scope: Scope, question: Question) -> tuple[pd.DataFrame, Facts]:
    key = _asked(question, "person", question.person_id)
    person = store.persons(scope, [key], parts=PARTS)
    if person.empty:
        raise NotFound(kind="person", key=key)
    ids = person["household_id"].dropna().tolist()
    households = store.households(scope, ids)
    members = store.members(scope, ids, parts=PARTS) if ids else person
    at = pd.Index(members["person_id"]).get_indexer(pd.Index([key]))
    return person, facts_from_records(members, households, question.on).persons.take(at)


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
        areas.insert(0, row["registered_area_code"])
    known = [str(area) for area in areas if not pd.isna(area)]
    return Law.place_of(known[0] if known else None)
