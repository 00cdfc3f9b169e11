"""The market of one day with what the law says of it: what every question is asked of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.explanation.reasons import Noted
from matcher.market.arrays import Market
from matcher.market.build import build_market
from matcher.pipeline.law.gathering import dealings_of_all
from matcher.pipeline.markets.acted import Acted, acted_in
from matcher.ranking.history.past import Past, past_of
from matcher.ranking.history.record import Answered, record_of
from matcher.ranking.training.labels import Labels, LoggedAnswers, logged_answers
from matcher.retrieval.index import Index, build_index
from matcher.screening.entitlement import Entitlement, entitlement_of
from matcher.store.store import Store

WENT_FOR = ("applied", "referred", "interviewed", "offered", "hired", "retained")
"""Stages that say a person went for a post."""


@dataclass(frozen=True)
class Snapshot:
    """The market of one day with what the law says of it, and the pairs already acted upon.

    `marks` are the compliance marks of postings by vacancy id, codes joined by `;`. `served` are
    the ids of everyone within the scope, seeking work or not; None where nobody noted them.
    """

    market: Market
    entitlement: Entitlement
    outcomes: pd.DataFrame
    marks: Mapping[str, str]
    threads: int = 1
    served: frozenset[str] | None = None

    @cached_property
    def index(self) -> Index:
        """What retrieval searches; made once for all questions about this day."""
        return build_index(
            self.market,
            self.entitlement.welfare,
            working_age_min=self.entitlement.working_age_min,
        )

    @cached_property
    def acted(self) -> Acted:
        """Stages reached by the day after which a pair is known."""
        return acted_in(self.outcomes, self.market)

    @cached_property
    def _stages(self) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
        """Keys of the pairs acted upon, ascending, and the stage of each row."""
        order = np.argsort(self.acted.keys, kind="stable")
        return self.acted.keys[order], self.acted.stages[order]

    @cached_property
    def past(self) -> Past:
        """Who went for what up to the day, as the ranker and retrieval read it."""
        keys = np.unique(self.acted.keys[np.isin(self.acted.stages, np.array(WENT_FOR, object))])
        person, vacancy = np.divmod(keys, max(len(self.market.vacancies), 1))
        market = self.market
        past = past_of(
            market.jobseekers,
            market.vacancies,
            market.terms,
            person.astype(np.int32),
            vacancy.astype(np.int32),
        )
        told = self.answers
        record = record_of(market.vacancies, _answered(told.interest), _answered(told.success))
        return replace(past, record=record)

    @cached_property
    def answers(self) -> LoggedAnswers:
        """What both sides answered up to the day, by positions in the market."""
        by_then = ~(self.outcomes["on"] > self.market.on.isoformat()).fillna(value=False)
        ids = self.market.jobseekers.ids, self.market.vacancies.ids
        return logged_answers(self.outcomes[by_then], *ids)

    @cached_property
    def span(self) -> tuple[str, str] | None:
        """First and last day of the outcomes up to the day; None where none carries a day."""
        on = self.outcomes["on"].dropna()
        on = on[on <= self.market.on.isoformat()]
        return (str(on.min()), str(on.max())) if len(on) else None

    @cached_property
    def known_pairs(self) -> NDArray[np.int64]:
        """Keys (see `pair_key`) of pairs that were applied for, referred or refused, ascending."""
        return np.unique(self.acted.keys)

    def noted(self, person_at: int, vacancy_at: int) -> Noted:
        """What is on record of one pair and of its posting."""
        key = self.pair_key(np.array([person_at]), np.array([vacancy_at]))[0]
        keys, of_key = self._stages
        first, last = np.searchsorted(keys, [key, key + 1])
        stages = of_key[first:last]
        marks = self.marks.get(str(self.market.vacancies.ids[vacancy_at]), "")
        return Noted(tuple(dict.fromkeys(stages)), tuple(filter(None, marks.split(";"))))

    def pair_key(self, person_at: NDArray[Any], vacancy_at: NDArray[Any]) -> NDArray[np.int64]:
        """One number per pair."""
        width = np.int64(len(self.market.vacancies))
        return np.asarray(person_at.astype(np.int64) * width + vacancy_at)

    def person(self, person_id: str) -> int:
        """The position of a jobseeker."""
        return _position(self.market.jobseekers.ids, person_id, "jobseeker")

    def has_person(self, person_id: str) -> bool:
        """Does this person look for work on the day?"""
        ids = self.market.jobseekers.ids
        at = int(np.searchsorted(ids, person_id)) if len(ids) else 0
        return at < len(ids) and bool(ids[at] == person_id)

    def person_at(self, person_id: str) -> NDArray[np.int32]:
        """The position of a jobseeker as a batch of one."""
        return np.array([self.person(person_id)], dtype=np.int32)

    def vacancy(self, vacancy_id: str) -> int:
        """The position of a vacancy."""
        return _position(self.market.vacancies.ids, vacancy_id, "vacancy")


def _answered(labels: Labels | None) -> Answered | None:
    return None if labels is None else (labels.vacancy_at, labels.label)


def _position(ids: NDArray[np.object_], key: str, kind: str) -> int:
    at = int(np.searchsorted(ids, key)) if len(ids) else 0
    if at >= len(ids) or ids[at] != key:
        raise NotFound(kind=kind, key=key)
    return at


def take_snapshot(
    store: Store,
    scope: Scope,
    *,
    on: date,
    layer: str = "current",
    threads: int = 1,
    market: Market | None = None,
) -> Snapshot:
    """The market of the day from the store, with the law's word on its public-welfare posts.

    Args:
        store: of the records.
        scope: who asks, and for which areas.
        on: the day.
        layer: of the law.
        threads: that score many people at once.
        market: as another process built it of the same records; None builds it.
    """
    persons = store.persons(scope, parts=("profile", "status"))
    vacancies = store.frame(Kind.VACANCIES)
    if market is None:
        market = build_market(persons, vacancies, on=on, hired=store.hires_by_vacancy(until=on))
    entitlement = entitlement_of(
        market,
        persons,
        store.households(scope),
        vacancies,
        dealings=dealings_of_all(store, scope),
        layer=layer,
    )
    marked = vacancies[["vacancy_id", "warnings"]].dropna()
    marks = dict(zip(marked["vacancy_id"], marked["warnings"], strict=True))
    served = frozenset(persons["person_id"])
    return Snapshot(market, entitlement, store.outcomes(scope), marks, threads, served)
