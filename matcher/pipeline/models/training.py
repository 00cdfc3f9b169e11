"""Training from a workspace's outcomes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.pipeline.matching import CANDIDATES
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.history.past import Positions
from matcher.ranking.models.trained import TrainedRanker
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.training.examples import Lawful, Scheme
from matcher.ranking.training.shown import sides_to_learn, train_two_sided
from matcher.ranking.training.train import TrainingReport, train_ranker
from matcher.retrieval.retrieve import search
from matcher.screening.pairs import screen_pairs


def lawful_of(snapshot: Snapshot) -> Lawful:
    """Which pairs of a snapshot no hard filter forbids."""
    market, entitlement = snapshot.market, snapshot.entitlement

    def lawful(person_at: Positions, vacancy_at: Positions) -> NDArray[np.bool_]:
        failed = screen_pairs(
            market,
            entitlement.welfare,
            person_at,
            vacancy_at,
            working_age_min=entitlement.working_age_min,
        )
        return np.asarray(failed == 0)

    return lawful


def train(
    snapshot: Snapshot, *, name: str, seed: int, scheme: Scheme | None = None
) -> tuple[TrainedRanker | TwoSidedRanker, TrainingReport]:
    """A ranker learnt from the outcomes of a snapshot up to its day.

    Where lists were logged it learns from what was shown, both sides apart; where only what people
    went for is on record, from that against posts sampled from the lawful pool.

    Raises:
        WrongUse: too few outcomes to learn from.
    """
    market = snapshot.market
    if sides_to_learn(snapshot.answers):
        return train_two_sided(
            market.jobseekers,
            market.vacancies,
            market.terms,
            snapshot.past,
            snapshot.answers,
            on=market.on,
            name=name,
            seed=seed,
            span=snapshot.span,
        )

    found = search(snapshot.index, k=CANDIDATES, threads=snapshot.threads)

    def proposed(persons: Positions) -> tuple[Positions, Positions]:
        asked = np.isin(found.person_at, persons)
        return found.person_at[asked], found.vacancy_at[asked]

    return train_ranker(
        market.jobseekers,
        market.vacancies,
        market.terms,
        snapshot.past,
        lawful=lawful_of(snapshot),
        proposed=proposed,
        on=market.on,
        name=name,
        seed=seed,
        span=snapshot.span,
        scheme=scheme,
    )
