"""One pair of the market as plain values: what its sentences are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.market.arrays import Csr, Market
from matcher.ranking.pairs import Pairs, tree_table
from matcher.reference.codes import code_list
from matcher.reference.occupations import occupations

SMALL_GROUP = 3
"""The level of a 小类 in the occupation tree; above it a code names a wide field."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A jobseeker and a vacancy of one market; every value is None where it was not asked."""

    market: Market
    person_at: int
    vacancy_at: int

    @property
    def offered(self) -> str | None:
        """The post's occupation code."""
        at = int(self.market.vacancies.occupation[self.vacancy_at])
        return None if at < 0 else occupations().codes[at]

    @property
    def names_occupations(self) -> bool:
        """Are the post's occupation and all that the person wants known to the 小类 at least."""
        own = self.market.jobseekers.occupations_wanted.row(self.person_at)
        every = [*own.tolist(), int(self.market.vacancies.occupation[self.vacancy_at])]
        return all(at >= 0 and occupations().level[at] >= SMALL_GROUP for at in every)

    @property
    def title(self) -> str:
        """The post's title as its employer wrote it; its class may be a guess from it."""
        return str(self.market.vacancies.titles[self.vacancy_at])

    def nearest(self, of: Csr) -> tuple[str, int] | None:
        """Of a person's occupations the one nearest to the post's, and how far it is."""
        own = of.row(self.person_at)
        offered = int(self.market.vacancies.occupation[self.vacancy_at])
        own = own[own >= 0]
        if offered < 0 or not len(own):
            return None
        steps = tree_table()[own, offered]
        at = int(steps.argmin())
        return occupations().codes[own[at]], int(steps[at])

    def field_shared_with(self, code: str) -> str:
        """The group that an occupation and the post's stand in together, one 中类 or narrower."""
        offered = str(self.offered)
        above = {offered, *occupations().ancestors(offered)}
        return next(each for each in (code, *occupations().ancestors(code)) if each in above)

    def codes(self, of: Csr) -> tuple[str, ...]:
        """A person's occupations as codes."""
        return tuple(occupations().codes[at] for at in of.row(self.person_at).tolist() if at >= 0)

    def shared(self, person: Csr, vacancy: Csr) -> tuple[str, ...]:
        """The words both have, the rarest in the market first."""
        both = np.intersect1d(person.row(self.person_at), vacancy.row(self.vacancy_at))
        return self._words(both)

    def missing(self, person: Csr, vacancy: Csr) -> tuple[str, ...]:
        """The words only the post has, the rarest first."""
        return self._words(np.setdiff1d(vacancy.row(self.vacancy_at), person.row(self.person_at)))

    def _words(self, terms: Any) -> tuple[str, ...]:
        rarest = terms[np.argsort(-self.market.terms.idf[terms], kind="stable")]
        return tuple(self.market.terms.words[at] for at in rarest.tolist())

    @property
    def wage(self) -> tuple[float | None, float | None]:
        """The lowest and highest monthly wage stated."""
        posts = self.market.vacancies
        low, high = posts.wage_min[self.vacancy_at], posts.wage_max[self.vacancy_at]
        return known(low), known(high)

    @property
    def distance_km(self) -> float | None:
        """Between the centroids of the two counties; 0 inside one county."""
        one = np.array([[self.person_at], [self.vacancy_at]], dtype=np.int32)
        market = self.market
        pairs = Pairs(market.jobseekers, market.vacancies, market.terms, *one, on=market.on)
        km: float | None = known(pairs.distance_km[0])
        return km

    @property
    def shared_street(self) -> str | None:
        """The nine-digit code of the street both are in."""
        return self._shared_place("street")

    @property
    def shared_county(self) -> str | None:
        """The six-digit code of the county both are in."""
        return self._shared_place("county")

    def _shared_place(self, level: str) -> str | None:
        home = int(getattr(self.market.jobseekers.places, level)[self.person_at])
        post = int(getattr(self.market.vacancies.places, level)[self.vacancy_at])
        return str(home) if home == post and home >= 0 else None

    @property
    def work_form(self) -> str | None:
        """The post's form of work."""
        at = int(self.market.vacancies.work_form[self.vacancy_at])
        return None if at < 0 else code_list("work_form").codes[at]

    @property
    def wishes_work_form(self) -> bool:
        """Did the person name the post's form of work."""
        at = int(self.market.vacancies.work_form[self.vacancy_at])
        return at >= 0 and bool(int(self.market.jobseekers.work_forms[self.person_at]) >> at & 1)

    @property
    def days_posted(self) -> int | None:
        """Days since the posting, 0 from its first day back."""
        posted = self.market.vacancies.posted_on[self.vacancy_at]
        if np.isnat(posted):
            return None
        return max(int((np.datetime64(self.market.on, "D") - posted).astype(int)), 0)

    @property
    def is_public_welfare(self) -> bool:
        """Is the post known to be a public-welfare post."""
        return int(self.market.vacancies.public_welfare[self.vacancy_at]) == 1


def known(value: Any) -> Any:
    """A plain number; None for -1 and NaN.

    Example:
        >>> known(np.int8(-1)), known(np.float32("nan")), known(np.int32(0))
        (None, None, 0)
    """
    number = value.item()
    return None if number == -1 or math.isnan(number) else number


def first(words: Sequence[str], most: int) -> tuple[str, ...]:
    """As many as fit into a sentence."""
    return tuple(words[:most])
