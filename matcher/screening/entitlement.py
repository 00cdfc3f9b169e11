"""What the law says of a market: who may take its public-welfare posts, and in which order.

Policy is asked once per class of posts for everyone at once; single pairs are read out on demand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.decision import Verdict
from matcher.market.arrays import Market
from matcher.policy.decisions import Decided, decide
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import MET, NOT_MET
from matcher.policy.facts import facts_from_given
from matcher.policy.law import Law
from matcher.policy.priority.order import Priority, priority
from matcher.policy.priority.ties import tie_line, tie_ranks
from matcher.policy.recorded.beside import NO_DEALINGS, Dealings
from matcher.policy.records import (
    PostClass,
    facts_from_records,
    minimum_working_age,
    welfare_post_classes,
)
from matcher.screening.welfare import (
    ELIGIBLE,
    NO_CLASS,
    NOT_ELIGIBLE,
    NOT_KNOWN,
    WelfareEligibility,
)

MAY_TAKE = "public_welfare_post_eligible"
NO_TIER = 0


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Policy's answers for one market on its day.

    Attributes:
        welfare: eligibility and tiers as small tables over classes of posts.
        classes: what the columns of those tables stand for.
        priority: per class the order of everyone by law.
        may_take: per class the decided eligibility of everyone.
        facts: of the persons, in the order of the market's rows.
        zero_employment: (n_persons,) bool, known members of a recognised zero-employment household.
        working_age_min: full years from which work is lawful that day; None where no text says.
        tie_line: (n_persons,) int32, the published order of whoever is equal; 0 goes first.
    """

    welfare: WelfareEligibility
    classes: tuple[PostClass, ...]
    priority: tuple[Priority, ...]
    may_take: tuple[Decided, ...]
    facts: Facts
    zero_employment: NDArray[np.bool_]
    working_age_min: int | None
    tie_line: NDArray[np.int32]

    def tiers(
        self, person_at: NDArray[np.int32], vacancy_at: NDArray[np.int32]
    ) -> NDArray[np.int8]:
        """(n_pairs,) int8: the tier of each person for each post; 0 where the law sets none."""
        found = self._of_pairs([each.tier for each in self.priority], person_at, vacancy_at)
        return np.maximum(found, NO_TIER).astype(np.int8)

    def tiers_once_placed(
        self, person_at: NDArray[np.int32], vacancy_at: NDArray[np.int32]
    ) -> NDArray[np.int8]:
        """(n_pairs,) int8: the same once another member of the person's household is placed."""
        columns = [each.tier_once_placed for each in self.priority]
        return np.maximum(self._of_pairs(columns, person_at, vacancy_at), NO_TIER).astype(np.int8)

    def within(
        self, person_at: NDArray[np.int32], vacancy_at: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """(n_pairs,) int32: who goes first inside a tier before the score; 0 for all others."""
        return self._of_pairs([each.within for each in self.priority], person_at, vacancy_at)

    def score_first(self, vacancy_at: int) -> bool:
        """Whether the score alone orders people of one tier for the post."""
        of_class = int(self.welfare.vacancy_class[vacancy_at])
        return of_class == NO_CLASS or self.priority[of_class].score_first

    @property
    def tie_ranks(self) -> NDArray[np.int16]:
        """(n_persons,) int16 in 0..1000: the published order of equals, more goes first."""
        return tie_ranks(self.tie_line)

    def _of_pairs(
        self,
        columns: Sequence[NDArray[np.integer]],
        person_at: NDArray[np.int32],
        vacancy_at: NDArray[np.int32],
    ) -> NDArray[np.int32]:
        """(n_pairs,) int32: each pair's value in the column of its post's class, else 0."""
        of_class = self.welfare.vacancy_class[vacancy_at]
        found = np.zeros(len(of_class), np.int32)
        for number, column in enumerate(columns):
            here = of_class == number
            found[here] = column[person_at[here]]
        return found

    def tier_verdict(self, person_at: int, vacancy_at: int) -> Verdict | None:
        """The order by law of one person for one post, read out; None for an ordinary post."""
        order = tuple(each.decided for each in self.priority)
        return self._verdict(order, person_at, vacancy_at)

    def may_take_verdict(self, person_at: int, vacancy_at: int) -> Verdict | None:
        """Whether one person may take one public-welfare post; None for an ordinary post."""
        return self._verdict(self.may_take, person_at, vacancy_at)

    def _verdict(
        self, decided: tuple[Decided, ...], person_at: int, vacancy_at: int
    ) -> Verdict | None:
        of_class = int(self.welfare.vacancy_class[vacancy_at])
        return None if of_class == NO_CLASS else decided[of_class].verdict(person_at)


def entitlement_of(
    market: Market,
    persons: pd.DataFrame,
    households: pd.DataFrame,
    vacancies: pd.DataFrame,
    *,
    dealings: Dealings = NO_DEALINGS,
    layer: str = "current",
) -> Entitlement:
    """Ask the law of the market's day about everyone and every class of public-welfare posts.

    Which place's law answers is the post's: a post's priority is set where the post is.

    Args:
        market: of the day.
        persons: conformed, profile and status of at least the market's jobseekers; household
            members who do not seek work count as members.
        households: conformed.
        vacancies: conformed, at least the market's.
        dealings: placements, offers, cases and employers, so that what was done about people counts
            on the day.
        layer: `current` or `source`.
    """
    records = facts_from_records(persons, households, market.on, dealings)
    seekers = pd.Index(persons["person_id"]).get_indexer(pd.Index(market.jobseekers.ids))
    facts = records.persons.take(seekers)
    posts = vacancies.set_index("vacancy_id", drop=False).loc[list(market.vacancies.ids)]
    classes, vacancy_class = welfare_post_classes(posts.reset_index(drop=True))
    orders, may_take = [], []
    for each in classes:
        law = Law.on_day(each.place, market.on, layer=layer)
        beside = facts.beside(facts_from_given({"vacancy": each.given}, on=market.on))
        orders.append(priority(law, beside))
        may_take.append(decide(law, MAY_TAKE, beside))
    return Entitlement(
        welfare=WelfareEligibility(
            eligible=_columns(len(seekers), [_eligible(each) for each in may_take]),
            tier=_columns(len(seekers), [each.tier for each in orders]),
            vacancy_class=vacancy_class,
        ),
        classes=tuple(classes),
        priority=tuple(orders),
        may_take=tuple(may_take),
        facts=facts,
        zero_employment=np.broadcast_to(facts.truth("zef_member") == MET, (len(seekers),)),
        working_age_min=minimum_working_age(market.on),
        tie_line=tie_line(
            market.jobseekers.ids,
            np.broadcast_to(facts.interval("unemployed_since").low, (len(seekers),)),
            market.on.isoformat(),
        ),
    )


def _eligible(decided: Decided) -> NDArray[np.int8]:
    outcome = decided.outcome
    known = np.where(outcome == NOT_MET, NOT_ELIGIBLE, NOT_KNOWN)
    return np.where(outcome == MET, ELIGIBLE, known).astype(np.int8)


def _columns(n: int, columns: list[NDArray[np.int8]]) -> NDArray[np.int8]:
    return np.column_stack(columns) if columns else np.empty((n, 0), np.int8)
