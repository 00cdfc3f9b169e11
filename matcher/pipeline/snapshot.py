"""The market of one day with what the law says of it: what every question is asked of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound
from matcher.market.arrays import Market
from matcher.market.build import build_market
from matcher.screening.entitlement import Entitlement, entitlement_of
from matcher.store.store import Store

ACTED_UPON = (
    *("applied", "referred", "interviewed", "offered", "hired", "retained"),
    *("refused_by_person", "refused_by_employer"),
)
"""Stages after which a pair is known and not proposed again."""


@dataclass(frozen=True)
class Snapshot:
    """The market of one day with what the law says of it, and the pairs already acted upon."""

    market: Market
    entitlement: Entitlement
    outcomes: pd.DataFrame
    threads: int = 1

    @cached_property
    def known_pairs(self) -> NDArray[np.int64]:
        """Keys (see `pair_key`) of pairs that were applied for, referred or refused, ascending."""
        acted = self.outcomes[self.outcomes["stage"].isin(ACTED_UPON)]
        person = pd.Index(self.market.jobseekers.ids).get_indexer(pd.Index(acted["person_id"]))
        vacancy = pd.Index(self.market.vacancies.ids).get_indexer(pd.Index(acted["vacancy_id"]))
        here = (person >= 0) & (vacancy >= 0)
        return np.unique(self.pair_key(person[here], vacancy[here]))

    def pair_key(self, person_at: NDArray[Any], vacancy_at: NDArray[Any]) -> NDArray[np.int64]:
        """One number per pair."""
        width = np.int64(len(self.market.vacancies))
        return np.asarray(person_at.astype(np.int64) * width + vacancy_at)

    def person(self, person_id: str) -> int:
        """The position of a jobseeker."""
        return _position(self.market.jobseekers.ids, person_id, "jobseeker")

    def person_at(self, person_id: str) -> NDArray[np.int32]:
        """The position of a jobseeker as a batch of one."""
        return np.array([self.person(person_id)], dtype=np.int32)

    def vacancy(self, vacancy_id: str) -> int:
        """The position of a vacancy."""
        return _position(self.market.vacancies.ids, vacancy_id, "vacancy")


def _position(ids: NDArray[np.object_], key: str, kind: str) -> int:
    at = int(np.searchsorted(ids, key)) if len(ids) else 0
    if at >= len(ids) or ids[at] != key:
        raise NotFound(kind=kind, key=key)
    return at


def take_snapshot(
    store: Store, scope: Scope, *, on: date, layer: str = "current", threads: int = 1
) -> Snapshot:
    """The market of the day from the store, with the law's word on its public-welfare posts."""
    persons = store.persons(scope, parts=("profile", "status"))
    vacancies = store.frame(Kind.VACANCIES)
    market = build_market(persons, vacancies, on=on, hired=store.hires_by_vacancy(until=on))
    entitlement = entitlement_of(market, persons, store.households(scope), vacancies, layer=layer)
    return Snapshot(market, entitlement, store.outcomes(scope), threads)
