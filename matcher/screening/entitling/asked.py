"""Law asked of people about classes of public-welfare posts: small columns, a row per person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.policy.decisions import Decided, decide
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET, NOT_MET
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.policy.priority.order import Priority, priority
from matcher.policy.recorded.people import OnRecord
from matcher.policy.records import PostClass, facts_from_records
from matcher.screening.welfare import ELIGIBLE, NOT_ELIGIBLE, NOT_KNOWN

MAY_TAKE = "public_welfare_post_eligible"


@dataclass(frozen=True, slots=True)
class Answers:
    """What law answers of n persons.

    Attributes:
        eligible: (n, n_classes) int8, as in `WelfareEligibility`.
        tier: (n, n_classes) int8, likewise.
        zero_employment: (n,) bool, known members of a recognised zero-employment household.
        unemployed_since: (n,) float64 days since 1970-01-01 from which the person is known to be
            without work at the earliest; infinite where it was not asked.
    """

    eligible: NDArray[np.int8]
    tier: NDArray[np.int8]
    zero_employment: NDArray[np.bool_]
    unemployed_since: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Question:
    """The law that is asked, of a day and layer, and the classes of posts it is asked about."""

    on: date
    layer: str
    classes: tuple[PostClass, ...]

    def law(self, at: int) -> Law:
        """The law of the place of a class."""
        return Law.on_day(self.classes[at].place, self.on, layer=self.layer)

    def beside(self, facts: Facts, at: int) -> Facts:
        """The persons beside a post of a class."""
        return facts.beside(facts_from_given({"vacancy": self.classes[at].given}, on=self.on))

    def order(self, facts: Facts, at: int) -> Priority:
        """Who goes first for the posts of a class."""
        return priority(self.law(at), self.beside(facts, at))

    def may_take(self, facts: Facts, at: int) -> Decided:
        """Who may take the posts of a class."""
        return decide(self.law(at), MAY_TAKE, self.beside(facts, at))

    def answers(self, facts: Facts) -> Answers:
        """What law answers of these persons about every class, in columns."""
        n, classes = facts.n, range(len(self.classes))
        return Answers(
            eligible=_columns(n, [_eligible(self.may_take(facts, at)) for at in classes]),
            tier=_columns(n, [self.order(facts, at).tier for at in classes]),
            zero_employment=np.broadcast_to(facts.truth("zef_member") == MET, (n,)),
            unemployed_since=np.broadcast_to(facts.interval("unemployed_since").low, (n,)),
        )


def facts_of(record: OnRecord, ids: NDArray[np.object_], on: date) -> Facts:
    """The facts of these persons, in this order, from all that is on record."""
    found = facts_from_records(record.persons, record.households, on, record.dealings)
    return found.persons.take(pd.Index(record.persons["person_id"]).get_indexer(pd.Index(ids)))


def _eligible(decided: Decided) -> NDArray[np.int8]:
    outcome = decided.outcome
    known = np.where(outcome == NOT_MET, NOT_ELIGIBLE, NOT_KNOWN)
    return np.where(outcome == MET, ELIGIBLE, known).astype(np.int8)


def _columns(n: int, columns: list[NDArray[np.int8]]) -> NDArray[np.int8]:
    return np.column_stack(columns) if columns else np.empty((n, 0), np.int8)
