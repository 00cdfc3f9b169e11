"""One trial: rankings measured on the same held-out outcomes of the same people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.baselines import item_item_scorer, popularity_scorer, random_scorer
from matcher.evaluation.calibration import brier, calibration_error, over_prediction
from matcher.evaluation.fairness.groups import Grouping
from matcher.evaluation.full_pool import HeldOut, Quality, Scorer, full_pool_quality
from matcher.evaluation.gate import Judged
from matcher.evaluation.tally import Tally, mean

Positions = NDArray[np.int64]
Floats = NDArray[np.float64]

RANDOM, POPULARITY, ITEM_ITEM = "random", "popularity", "item_item"


@dataclass(frozen=True, slots=True, eq=False)
class Rated:
    """Pairs whose fate is known and was held out: what chances are checked on.

    Attributes:
        person_at, vacancy_at: (n,) the pairs.
        happened: (n,) bool, what the score claims to be the chance of.
        day: (n,) datetime64[D] on which it was shown, or a referral decided; NaT not known.
    """

    person_at: Positions
    vacancy_at: Positions
    happened: NDArray[np.bool_]
    day: NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.person_at)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """What rankings are measured on.

    Attributes:
        n_people: how many jobseekers the market has; every measure has a row for each.
        held: the outcomes to find.
        learned_person_at, learned_vacancy_at: (n,) the pairs that may be learned from; people who
            no longer seek work have positions after those of the market.
        groupings: ways of telling the people apart.
        rated: pairs whose fate is known; None where outcomes tell no chances (only positive ones
            are on record).
        k: length of the list that counts.
        seed: of lots and ties.
    """

    n_people: int
    held: HeldOut
    learned_person_at: Positions
    learned_vacancy_at: Positions
    groupings: tuple[Grouping, ...]
    rated: Rated | None
    k: int
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What one ranking reached in a trial.

    Attributes:
        name: of the ranking.
        quality: of each person's list.
        tallies: the measures, each over all people of the market.
        error: the calibration error, one of the tallies; None where chances are not told.
    """

    name: str
    quality: Quality
    tallies: tuple[Tally, ...]
    error: Tally | None

    @property
    def judged(self) -> Judged:
        """As the gate takes it."""
        return Judged(self.name, self.tallies[0], self.error)


def baseline_scorers(trial: Trial) -> Mapping[str, Scorer]:
    """Chance, popularity and item-item from what may be learned in this trial."""
    n_pool = trial.held.n_pool
    return {
        RANDOM: random_scorer(n_pool, trial.seed),
        POPULARITY: popularity_scorer(trial.learned_vacancy_at, n_pool),
        ITEM_ITEM: item_item_scorer(
            trial.learned_person_at,
            trial.learned_vacancy_at,
            n_people=max(trial.n_people, int(trial.learned_person_at.max(initial=-1)) + 1),
            n_pool=n_pool,
        ),
    }


def measure(
    trial: Trial, name: str, scorer: Scorer, chances: NDArray[np.float32] | None = None
) -> Measured:
    """What a ranking reaches in the trial.

    Args:
        trial: the outcomes and people.
        name: of the ranking.
        scorer: its scores of the pool.
        chances: (n_rated,) its scores of the rated pairs; None where it claims no chances.

    Returns:
        NDCG first, then recall and MRR, and with chances the calibration error, over-prediction
        and Brier score.
    """
    quality = full_pool_quality(scorer, trial.held, k=trial.k, seed=trial.seed)
    tallies = [
        mean(each, _for_everyone(trial.n_people, quality.person_at, values))
        for each, values in (
            (f"ndcg@{trial.k}", quality.ndcg),
            (f"recall@{trial.k}", quality.recall),
            ("mrr", quality.reciprocal_rank),
        )
    ]
    error = None
    if chances is not None and trial.rated is not None and len(trial.rated):
        given = trial.rated.person_at, chances, trial.rated.happened
        error = calibration_error(*given, n_people=trial.n_people)
        tallies += [
            error,
            over_prediction(*given, n_people=trial.n_people),
            brier(*given, n_people=trial.n_people),
        ]
    return Measured(name, quality, tuple(tallies), error)


def _for_everyone(n_people: int, person_at: Positions, values: Floats) -> Floats:
    spread = np.full(n_people, np.nan)
    spread[person_at] = values
    return spread
