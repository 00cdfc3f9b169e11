"""The pairs of a market that were acted upon: one number each, and the stages they reached."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.market.arrays import Market
from matcher.market.updating.rows import Splice

ACTED_UPON = (
    *("applied", "referred", "interviewed", "offered", "hired", "retained"),
    *("refused_by_person", "refused_by_employer"),
)
"""Stages after which a pair is known and not proposed again."""


@dataclass(frozen=True, slots=True)
class Acted:
    """Stages reached by the day, in the order of the outcomes they come from.

    Attributes:
        width: vacancies of the market; a pair's number is its person's position times that, and
            its vacancy's position.
        keys: (n,) int64 numbers of pairs, ascending in persons.
        stages: (n,) object.
    """

    width: int
    keys: NDArray[np.int64]
    stages: NDArray[np.object_]

    def with_people(self, splice: Splice, market: Market, of_fresh: pd.DataFrame) -> Acted:
        """The same once people came and went.

        Args:
            splice: of the market's rows of people.
            market: with the rows as they now are; its vacancies stand where they stood.
            of_fresh: the outcomes of those who came in by the splice.
        """
        person, vacancy = np.divmod(self.keys, max(self.width, 1))
        stays = splice.stays[person]
        now = splice.moved[person[stays]]
        keys, stages = now * self.width + vacancy[stays], self.stages[stays]
        fresh = acted_in(of_fresh, market)
        at = np.searchsorted(keys // max(self.width, 1), fresh.keys // max(self.width, 1))
        return Acted(
            self.width, np.insert(keys, at, fresh.keys), np.insert(stages, at, fresh.stages)
        )


def acted_in(outcomes: pd.DataFrame, market: Market) -> Acted:
    """The pairs acted upon by the market's day, of people and vacancies that are in it.

    Args:
        outcomes: conformed, ascending in persons.
        market: of the day.
    """
    by_then = ~(outcomes["on"] > market.on.isoformat()).fillna(value=False)
    acted = outcomes[outcomes["stage"].isin(ACTED_UPON) & by_then]
    person = pd.Index(market.jobseekers.ids).get_indexer(pd.Index(acted["person_id"]))
    vacancy = pd.Index(market.vacancies.ids).get_indexer(pd.Index(acted["vacancy_id"]))
    here = (person >= 0) & (vacancy >= 0)
    width = len(market.vacancies)
    keys = person[here].astype(np.int64) * width + vacancy[here]
    return Acted(width, keys, acted["stage"].to_numpy(object)[here])
