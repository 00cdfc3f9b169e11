"""From a workspace with the demo city to a scene the simulator can replay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.demo.simulator.scene import NO_HOUSEHOLD, Scene
from matcher.demo.truth import CityTruth
from matcher.errors import WrongUse
from matcher.pipeline.matching import score_of, scored_candidates
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker
from matcher.ranking.registry import ranker_named

SHOWN = 200


def scene_of(snapshot: Snapshot, ranker: Ranker, truth: CityTruth, *, people: int) -> Scene:
    """The lawful candidate pairs of the first so many people, with the truth about them.

    Args:
        snapshot: of the demo city on its day.
        ranker: whose lists are replayed.
        truth: of the same city.
        people: spread evenly over all jobseekers; more than there are takes all.

    Raises:
        WrongUse: the workspace holds others than the people and posts of this city.
    """
    market = snapshot.market
    n = len(market.jobseekers)
    chosen = np.unique(np.linspace(0, max(n - 1, 0), min(people, n)).astype(np.int32))
    person_at, vacancy_at, _, score = scored_candidates(
        snapshot, ranker, top=SHOWN, persons=chosen, include_known=True
    )
    order = np.lexsort((vacancy_at, person_at))
    person_at, vacancy_at, score = person_at[order], vacancy_at[order], score[order]
    person = _known(truth.persons_at(market.jobseekers.ids.tolist()), person_at)
    vacancy = _known(truth.vacancies_at(market.vacancies.ids.tolist()), vacancy_at)
    household = np.where(
        snapshot.entitlement.zero_employment, market.standing.household, NO_HOUSEHOLD
    )
    here = np.isin(np.arange(n), chosen)
    return Scene(
        person_at=person_at,
        vacancy_at=vacancy_at,
        score=score,
        rules=score_of(snapshot, ranker_named("rules"), person_at, vacancy_at),
        accept=truth.accept(person, vacancy),
        hire=truth.hire(person, vacancy),
        n_persons=n,
        places=np.maximum(market.vacancies.places_left, 1).astype(np.int64),
        household=np.where(here, household, NO_HOUSEHOLD).astype(np.int32),
    )


def _known(at: NDArray[np.int64], rows: NDArray[np.int32]) -> NDArray[np.int64]:
    found = at[rows]
    if (found < 0).any():
        raise WrongUse(
            what=f"{int((found < 0).sum())} pairs are of people or posts the city does not have",
            expected="a workspace that holds the demo city and nothing else",
            do="Run 'rengang --workspace NEW demo' and simulate there.",
        )
    return found
