"""What every ranker promises: a score in [0, 1] and contributions that add up to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.errors import FeatureMismatch
from matcher.market.arrays import Jobseekers, Terms, Vacancies
from matcher.ranking.features import FEATURES, pair_features
from matcher.ranking.history.past import Past

CHUNK = 1 << 19
"""Pairs scored at a time, so that 20 million pairs need tens of megabytes of features, not two
thousand."""


class Ranker(Protocol):
    """Anything that scores pairs and can say what each group of features did to a score.

    Attributes:
        name: the model's name in lists, cards and commands.
        features: the columns it was made for, in order.
        groups: the columns of its contributions, in order.
        base: what it would say knowing nothing.
    """

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def features(self) -> tuple[str, ...]:
        """The columns it was made for."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns of its contributions."""

    @property
    def base(self) -> float:
        """The score of a pair of which nothing is known."""

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs,) in [0, 1], higher is better; comparable within one model only.

        Args:
            features: (n_pairs, n_features) in the order of `features`; NaN where missing.

        Raises:
            FeatureMismatch: another number of columns.
        """

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs, n_groups): what each group adds; a row sums to its score less `base`."""


HISTORY = "history"
OF_THE_PAST = (HISTORY, "record")
"""Groups of features that are made of outcomes."""


def reads_past(ranker: Ranker) -> bool:
    """Does the ranker look at past outcomes."""
    return any(FEATURES[name].group in OF_THE_PAST for name in ranker.features)


def reads_history(ranker: Ranker) -> bool:
    """Does the ranker look at what people alike went for, and not only at the record of posts."""
    return any(FEATURES[name].group == HISTORY for name in ranker.features)


def check_width(ranker: Ranker, features: NDArray[np.float32]) -> None:
    """Refuse a matrix that does not have the ranker's columns.

    Raises:
        FeatureMismatch: another number of columns.
    """
    given = features.shape[1] if features.ndim == 2 else 0
    if given != len(ranker.features):
        more = tuple(f"column {at}" for at in range(len(ranker.features), given))
        raise FeatureMismatch(
            expected=ranker.features, given=ranker.features[: max(given, 0)] + more
        )


def check_names(ranker: Ranker, given: Sequence[str]) -> None:
    """Refuse columns of other names or in another order than the ranker was made for.

    Raises:
        FeatureMismatch: with the names expected and given.
    """
    if tuple(given) != ranker.features:
        raise FeatureMismatch(expected=ranker.features, given=given)


class Looked(NamedTuple):
    """What a ranker made of some pairs.

    Attributes:
        score: (n_pairs,) float32.
        features: (n_pairs, n_features) float32 that the scores were made of; None of more pairs
            than a chunk.
    """

    score: NDArray[np.float32]
    features: NDArray[np.float32] | None


def score_pairs(  # noqa: PLR0913 - the ranker and what pair_features asks for
    ranker: Ranker,
    jobseekers: Jobseekers,
    vacancies: Vacancies,
    terms: Terms,
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
    *,
    on: date,
    past: Past | None = None,
) -> NDArray[np.float32]:
    """(n_pairs,) float32: the scores of many pairs in bounded memory.

    Arguments as for `pair_features`; the features never exist for more than a chunk of pairs.
    """
    at = person_at, vacancy_at
    return look_at(ranker, jobseekers, vacancies, terms, *at, on=on, past=past).score


def look_at(  # noqa: PLR0913 - the ranker and what pair_features asks for
    ranker: Ranker,
    jobseekers: Jobseekers,
    vacancies: Vacancies,
    terms: Terms,
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
    *,
    on: date,
    past: Past | None = None,
) -> Looked:
    """As `score_pairs`, with the features of a few pairs, for those who ask why next."""
    scores = np.empty(len(person_at), dtype=np.float32)
    features = None
    for start in range(0, len(person_at), CHUNK):
        rows = slice(start, start + CHUNK)
        features = pair_features(
            jobseekers,
            vacancies,
            terms,
            person_at[rows],
            vacancy_at[rows],
            on=on,
            names=ranker.features,
            past=past,
        )
        scores[rows] = ranker.score(features)
    return Looked(scores, features if len(person_at) <= CHUNK else None)
