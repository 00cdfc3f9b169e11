"""Training from a workspace's outcomes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.pipeline.matching import CANDIDATES
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.history.past import Positions
from matcher.ranking.models.trained import TrainedRanker
from matcher.ranking.training.examples import Scheme
from matcher.ranking.training.train import TrainingReport, train_ranker
from matcher.retrieval.retrieve import search
from matcher.screening.pairs import screen_pairs


def train(
    snapshot: Snapshot, *, name: str, seed: int, scheme: Scheme | None = None
) -> tuple[TrainedRanker, TrainingReport]:
    """A ranker learnt from the outcomes of a snapshot up to its day.

    Raises:
        WrongUse: too few outcomes to learn from.
    """
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

    found = search(snapshot.index, k=CANDIDATES, threads=snapshot.threads)

    def proposed(persons: Positions) -> tuple[Positions, Positions]:
        asked = np.isin(found.person_at, persons)
        return found.person_at[asked], found.vacancy_at[asked]

    return train_ranker(
        market.jobseekers,
        market.vacancies,
        market.terms,
        snapshot.past,
        lawful=lawful,
        proposed=proposed,
        on=market.on,
        name=name,
        seed=seed,
        span=snapshot.span,
        scheme=scheme,
    )
