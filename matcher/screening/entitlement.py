"""What the law says of a market: who may take its public-welfare posts, and in which order.

Policy is asked once per class of posts for everyone at once; single pairs are read out on demand.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.decision import Verdict
from matcher.market.arrays import Market
from matcher.market.updating.rows import Splice, positions_of
from matcher.policy.decisions import Decided
from matcher.policy.engine.columns import Facts
from matcher.policy.priority.order import Priority
from matcher.policy.priority.ties import tie_line, tie_ranks
from matcher.policy.recorded.beside import NO_DEALINGS, Dealings
from matcher.policy.recorded.people import OnRecord, on_record
from matcher.policy.records import PostClass, minimum_working_age, welfare_post_classes
from matcher.screening.entitling.asked import Question, facts_of
from matcher.screening.welfare import NO_CLASS, WelfareEligibility

NO_TIER = 0

_WORKED_OUT = frozenset({"facts", "priority", "may_take"})
"""What is asked of people alone, whichever posts there are."""


@dataclass(frozen=True)
class Entitlement:
    """Policy's answers for one market on its day.

    Attributes:
        welfare: eligibility and tiers as small tables over classes of posts.
        question: the law that was asked, and what the columns of those tables stand for.
        record: all that the answers were found from.
        ids: (n_persons,) object, the persons in the order of the market's rows.
        zero_employment: (n_persons,) bool, known members of a recognised zero-employment household.
        unemployed_since: (n_persons,) float64, by which the order of equals begins.
        working_age_min: full years from which work is lawful that day; None where no text says.
        tie_line: (n_persons,) int32, the published order of whoever is equal; 0 goes first.
    """

    welfare: WelfareEligibility
    question: Question
    record: OnRecord = field(repr=False)
    ids: NDArray[np.object_]
    zero_employment: NDArray[np.bool_]
    unemployed_since: NDArray[np.float64]
    working_age_min: int | None
    tie_line: NDArray[np.int32]

    @property
    def classes(self) -> tuple[PostClass, ...]:
        """The classes of public-welfare posts, a column each."""
        return self.question.classes

    @cached_property
    def facts(self) -> Facts:
        """Of the persons, in the order of the market's rows; worked out when first asked."""
        return facts_of(self.record, self.ids, self.question.on)

    @cached_property
    def priority(self) -> tuple[Priority, ...]:
        """Per class the order of everyone by law."""
        return tuple(self.question.order(self.facts, at) for at in range(len(self.classes)))

    @cached_property
    def may_take(self) -> tuple[Decided, ...]:
        """Per class the decided eligibility of everyone."""
        return tuple(self.question.may_take(self.facts, at) for at in range(len(self.classes)))

    def facts_alone(self, person_at: int) -> Facts:
        """The facts of one person, in one row, without working out everyone's."""
        if "facts" in self.__dict__:
            return self.facts.take(np.array([person_at]))
        own = self.ids[person_at : person_at + 1]
        homes = self.record.homes_of(own)
        people = [*own, *self.record.members(homes)]
        return facts_of(self.record.of(people, homes), own, self.question.on)

    def tiers(
        self, person_at: NDArray[np.int32], vacancy_at: NDArray[np.int32]
    ) -> NDArray[np.int8]:
        """(n_pairs,) int8: the tier of each person for each post; 0 where the law sets none."""
        found = self._of_pairs(list(self.welfare.tier.T), person_at, vacancy_at)
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
        of_class = int(self.welfare.vacancy_class[vacancy_at])
        if of_class == NO_CLASS:
            return None
        return self.question.order(self.facts_alone(person_at), of_class).decided.verdict(0)

    def may_take_verdict(self, person_at: int, vacancy_at: int) -> Verdict | None:
        """Whether one person may take one public-welfare post; None for an ordinary post."""
        of_class = int(self.welfare.vacancy_class[vacancy_at])
        if of_class == NO_CLASS:
            return None
        return self.question.may_take(self.facts_alone(person_at), of_class).verdict(0)

    def with_classes(self, vacancy_class: NDArray[np.int32]) -> Entitlement:
        """The same answers where other posts are of these classes."""
        made = replace(self, welfare=replace(self.welfare, vacancy_class=vacancy_class))
        for name in _WORKED_OUT & self.__dict__.keys():
            made.__dict__[name] = self.__dict__[name]
        return made

    def with_people(
        self,
        market: Market,
        splice: Splice,
        fresh: OnRecord,
        people: Collection[str],
        homes: Collection[str],
    ) -> Entitlement:
        """The answers with some people and households as they now are.

        Every answer is that of the whole asked anew: of a person law reads what is on record of
        the person and of the household, and nothing of others.

        Args:
            market: with the rows of people as they now are.
            splice: how these rows came about.
            fresh: all that is on record of these people and households.
            people: who may be new, changed or gone: among them every member of these households.
            homes: the households that may be new, changed or gone.
        """
        same = self.record.of(people, homes).says_the_same(fresh)
        if splice.in_place and same:
            return self
        ids = market.jobseekers.ids
        at = positions_of(ids, people)
        told = self.question.answers(facts_of(fresh, ids[at], self.question.on))
        since = _put(splice, self.unemployed_since, at, told.unemployed_since)
        keeps_line = splice.in_place and np.array_equal(since, self.unemployed_since)
        return Entitlement(
            welfare=replace(
                self.welfare,
                eligible=_put(splice, self.welfare.eligible, at, told.eligible),
                tier=_put(splice, self.welfare.tier, at, told.tier),
            ),
            question=self.question,
            record=self.record.with_(fresh, people, homes),
            ids=ids,
            zero_employment=_put(splice, self.zero_employment, at, told.zero_employment),
            unemployed_since=since,
            working_age_min=self.working_age_min,
            tie_line=self.tie_line if keeps_line else _line(ids, since, market.on),
        )


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
    ids = market.jobseekers.ids
    record = on_record(persons, households, dealings)
    facts = facts_of(record, ids, market.on)
    posts = vacancies.set_index("vacancy_id", drop=False).loc[list(market.vacancies.ids)]
    classes, vacancy_class = welfare_post_classes(posts.reset_index(drop=True))
    question = Question(market.on, layer, tuple(classes))
    told = question.answers(facts)
    made = Entitlement(
        welfare=WelfareEligibility(told.eligible, told.tier, vacancy_class),
        question=question,
        record=record,
        ids=ids,
        zero_employment=told.zero_employment,
        unemployed_since=told.unemployed_since,
        working_age_min=minimum_working_age(market.on),
        tie_line=_line(ids, told.unemployed_since, market.on),
    )
    # They are worked out already; whoever is renewed works them out again when somebody asks.
    made.__dict__["facts"] = facts
    return made


def _line(ids: NDArray[np.object_], since: NDArray[np.float64], on: date) -> NDArray[np.int32]:
    return tie_line(ids, since, on.isoformat())


def _put(
    splice: Splice, old: NDArray[Any], at: NDArray[np.intp], told: NDArray[Any]
) -> NDArray[Any]:
    """A column with rows that came and went, and the answers of the rows at these positions."""
    made = splice.dense(old, np.zeros((len(splice.at), *old.shape[1:]), old.dtype))
    made[at] = told
    return made
