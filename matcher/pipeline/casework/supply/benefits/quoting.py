"""Quotes for a stored person, alone or as taken on for a vacancy, and what may stand together."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from matcher.casework.benefits.combining import (
    Clash,
    Combination,
    best_combination,
    option_clashes,
)
from matcher.casework.benefits.granting import HAD, STREAM
from matcher.casework.benefits.kinds import HOUSEHOLD, Benefit, benefits
from matcher.casework.benefits.quoting import Quote, quote
from matcher.casework.ledger.recording import data_of
from matcher.domain.decision import Outcome
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.pipeline.law.deciding import Asked, Question, answer, ask, read_person
from matcher.policy.catalogue import decision_kind, fact_kind
from matcher.policy.decisions import decide
from matcher.policy.engine.columns import Facts
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

STACKING = "benefit_stacking"
ASKED, RECEIVED = "benefit_asked", "benefits_already_received"


@dataclass(frozen=True, slots=True)
class Hire:
    """Who is quoted for, and on what the quote rests.

    Attributes:
        person_id: the person.
        on: the day of the law and the facts.
        vacancy_id: the post the person would be taken on for; None quotes the person's own work.
        place: whose law; None takes what governs each matter.
        layer: `current` or `source`.
        assumed: further facts to assume, by name.
    """

    person_id: str
    on: date
    vacancy_id: str | None = None
    place: str | None = None
    layer: str = "current"
    assumed: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """All benefits of one hire.

    Attributes:
        quotes: one for each kind, in the order of the table; where no text of the place speaks of
            a kind it is left out and named in `silent`.
        clashes: what may not stand together, or was had before, each with its citation.
        best: of those that are met.
        ask_for: the facts to ask, each with the kinds that wait for it; most awaited first.
        assumed: facts that were taken as given for the quote.
    """

    hire: Hire
    quotes: tuple[Quote, ...]
    silent: tuple[str, ...]
    clashes: tuple[Clash, ...]
    best: Combination
    ask_for: Mapping[str, tuple[str, ...]]
    assumed: Mapping[str, Any]


def quoted(store: Store, scope: Scope, hire: Hire, kinds: Sequence[str] | None = None) -> Quoted:
    """Every benefit that a person, the household, or the employer who hires could have.

    Args:
        store: where the records rest.
        scope: who asks.
        hire: who is quoted for.
        kinds: only these; None is all.

    Raises:
        NotFound: no such person within the scope, or no such vacancy.
        UnknownPlace: no such place.
        UnknownCode: an assumed fact that the catalogue does not have.
    """
    gathered = _Gathered(store, scope, hire)
    wanted = [kind for kind in benefits().values() if kinds is None or kind.id in kinds]
    found = {kind.id: gathered.quote(kind) for kind in wanted}
    told = [each for each in found.values() if each is not None]
    silent = tuple(name for name, each in found.items() if each is None)
    clashes = [*gathered.clashes(told), *option_clashes(told)]
    return Quoted(
        hire=hire,
        quotes=tuple(told),
        silent=silent,
        clashes=tuple(clashes),
        best=best_combination(told, clashes),
        ask_for=_asked_for(told),
        assumed=gathered.assumed,
    )


def _asked_for(quotes: Sequence[Quote]) -> dict[str, tuple[str, ...]]:
    waiting: dict[str, tuple[str, ...]] = {}
    for each in quotes:
        for fact in each.ask_for:
            waiting[fact] = (*waiting.get(fact, ()), each.benefit.id)
    return dict(sorted(waiting.items(), key=lambda item: (-len(item[1]), item[0])))


class _Gathered:
    """The stored facts of a hire, asked of one matter after the other."""

    def __init__(self, store: Store, scope: Scope, hire: Hire) -> None:
        self._store, self._scope, self._hire = store, scope, hire
        self._read = read_person(store, scope, hire.person_id, hire.on)
        self._has_home = bool(self._read.person["household_id"].notna().iloc[0])
        self._post = self._vacancy(hire.vacancy_id)
        self.assumed = {**self._taken_on(), **(hire.assumed or {})}
        self._received = received(store, scope, hire.person_id)
        self._asked: dict[tuple[bool, str, str], Asked] = {}

    def quote(self, kind: Benefit) -> Quote | None:
        """The quote of a kind; None where no text speaks of it or it has no subject."""
        if kind.payee == HOUSEHOLD and not self._has_home:
            return None
        asked = self._ask(kind)
        if not Law.on_day(asked.place, self._hire.on, layer=self._hire.layer).rules(kind.decision):
            return None
        start = asked.facts.value("start_date", 0)
        return quote(kind, answer(asked).verdict(0), start)

    def clashes(self, quotes: Sequence[Quote]) -> list[Clash]:
        """What the place says of having one beside another, or again."""
        kinds = [each.benefit for each in quotes if each.outcome is Outcome.MET]
        named = [kind for kind in kinds if kind.stacks_as]
        found = []
        for kind in named:
            others = [(other.id, [str(other.stacks_as)]) for other in named if other is not kind]
            if self._received:
                others.append((kind.id, self._received))
            for beside, had in others:
                verdict = decide_stacking(self._ask(kind), kind, had)
                if verdict.outcome is Outcome.NOT_MET:
                    found.append(Clash(kind.id, beside, verdict.citations))
        return found

    def _ask(self, kind: Benefit) -> Asked:
        matter = decision_kind(kind.decision)
        # Matters of one subject under the law of one place rest on the same facts.
        key = (kind.payee == HOUSEHOLD, matter.subject, matter.governed_by)
        if key not in self._asked:
            self._asked[key] = ask(self._store, self._scope, self._question(kind), read=self._read)
        asked = self._asked[key]
        question = replace(asked.question, decision=kind.decision)
        return replace(asked, question=question, facts=self._assuming(asked.facts, kind))

    def _question(self, kind: Benefit) -> Question:
        employer = None if self._post is None else self._post["employer_id"]
        return Question(
            decision=kind.decision,
            on=self._hire.on,
            person_id=self._hire.person_id,
            vacancy_id=self._hire.vacancy_id if kind.payee != HOUSEHOLD else None,
            employer_id=None if kind.payee == HOUSEHOLD or pd.isna(employer) else employer,
            place=self._hire.place,
            layer=self._hire.layer,
        )

    def _vacancy(self, vacancy_id: str | None) -> pd.Series | None:
        if vacancy_id is None:
            return None
        found = self._store.frame(Kind.VACANCIES, [vacancy_id])
        if found.empty:
            raise NotFound(kind="vacancy", key=vacancy_id)
        return found.iloc[0]

    def _taken_on(self) -> dict[str, Any]:
        """What being taken on for the vacancy today would make true of the work."""
        if self._post is None:
            return {}
        post = self._post
        made: dict[str, Any] = {
            "newly_hired": True,
            "employment_mode": "hired",
            "start_date": self._hire.on,
        }
        if not pd.isna(post["contract_months"]):
            made |= {"contract_months": int(post["contract_months"])}
        if not pd.isna(post["wage_min"]):
            made |= {"wage_yuan_month": float(post["wage_min"])}
        if not pd.isna(post["public_welfare"]):
            made |= {"public_welfare_post": bool(post["public_welfare"])}
        return made

    def _assuming(self, facts: Facts, kind: Benefit) -> Facts:
        """The facts with those assumed; work other than the vacancy's own tells nothing of it."""
        if self._post is not None:
            facts = without_work(facts)
        stated = {**self.assumed, **kind.given}
        had = facts.value(RECEIVED, 0)
        # The ledger knows that something was had; that nothing else was, only who was asked knows.
        if self._received and (had is not None or kind.stacks_as in self._received):
            stated[RECEIVED] = sorted({*(had or ()), *self._received})
        return with_facts(facts, stated)


def received(store: Store, scope: Scope, person_id: str) -> list[str]:
    """What the ledger says that a person has or had, in the words of the decision on stacking."""
    wanted = Wanted(streams=(STREAM,), states=HAD, of="person_id", ids=[person_id])
    states = store.states(scope, wanted)
    kinds = [benefits()[str(name)] for name in data_of(states, "benefit")]
    return sorted({kind.stacks_as for kind in kinds if kind.stacks_as})


def decide_stacking(asked: Asked, kind: Benefit, had: Sequence[str]) -> Any:
    """The verdict on having this kind beside, or after, those that were had."""
    facts = with_facts(asked.facts, {ASKED: kind.stacks_as, RECEIVED: list(had)})
    law = Law.on_day(asked.place, asked.question.on, layer=asked.question.layer)
    return decide(law, STACKING, facts).verdict(0)


def with_facts(facts: Facts, stated: Mapping[str, Any]) -> Facts:
    """One subject with further facts stated; they win."""
    given: dict[str, dict[str, Any]] = {}
    for name, value in stated.items():
        given.setdefault(fact_kind(name).subject, {})[name] = value
    return facts.beside(facts_from_given(given, on=facts.on)) if given else facts


def without_work(facts: Facts) -> Facts:
    """One subject without what is known of the present work."""
    kept = {
        name: column
        for name, column in facts.columns.items()
        if fact_kind(name).subject != "placement"
    }
    return replace(facts, columns=kept)


def assumption(text: str) -> tuple[str, Any]:
    """A fact written as `name=value`, the value as JSON or a plain word.

    Example:
        >>> assumption("social_insurance_paid=true"), assumption("sex=female")
        (('social_insurance_paid', True), ('sex', 'female'))
    """
    name, _, value = text.partition("=")
    try:
        return name.strip(), json.loads(value)
    except json.JSONDecodeError:
        return name.strip(), value.strip()
