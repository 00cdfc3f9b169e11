"""What a replay starts from: who could be shown what, and what would come of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int32]
Chances = NDArray[np.float64]

NO_HOUSEHOLD = -1


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Lawful pairs of a city with the ranker's word on them and the truth.

    Attributes:
        person_at, vacancy_at: (n_pairs,) ascending by person, then vacancy; from 0 without gaps
            needed.
        score: (n_pairs,) what the ranker says.
        rules: (n_pairs,) what the untrained rules say.
        accept, hire: (n_pairs,) the known truth.
        n_persons: how many people there are, with or without a pair.
        places: (n_vacancies,) openings at the start, at least 0.
        household: (n_persons,) the zero-employment household of each, -1 where of none.
    """

    person_at: Positions
    vacancy_at: Positions
    score: NDArray[np.float32]
    rules: NDArray[np.float32]
    accept: Chances
    hire: Chances
    n_persons: int
    places: NDArray[np.int64]
    household: Positions

    def of_people(self, keep: NDArray[np.bool_]) -> Scene:
        """The same scene with these people alone; positions stay."""
        rows = keep[self.person_at]
        return Scene(
            self.person_at[rows],
            self.vacancy_at[rows],
            self.score[rows],
            self.rules[rows],
            self.accept[rows],
            self.hire[rows],
            self.n_persons,
            self.places,
            np.where(keep, self.household, NO_HOUSEHOLD).astype(np.int32),
        )
