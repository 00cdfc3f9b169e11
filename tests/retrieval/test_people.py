"""The best people for one vacancy."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.errors import WrongUse
from matcher.market.arrays import Market
from matcher.retrieval.people import retrieve_people
from matcher.retrieval.retrieve import retrieve
from matcher.screening.welfare import WelfareEligibility
from tests.market.random_frames import random_market


@pytest.mark.parametrize("seed", range(3))
def test_both_directions_find_the_same_pairs_with_the_same_score(seed: int) -> None:
    market, welfare = random_market(seed, n_persons=40, n_vacancies=30, missing=0.6)
    by_person = retrieve(market, welfare, k=1000, working_age_min=16)
    for vacancy in range(30):
        people = retrieve_people(market, welfare, vacancy, 1000, working_age_min=16)
        of_vacancy = by_person.vacancy_at == vacancy
        np.testing.assert_array_equal(people.person_at, by_person.person_at[of_vacancy])
        np.testing.assert_array_equal(people.score, by_person.score[of_vacancy])
        np.testing.assert_array_equal(people.found_by, by_person.found_by[of_vacancy])


def with_tiers(market: Market, welfare: WelfareEligibility, vacancy: int) -> WelfareEligibility:
    """The same market with one post in a class that everybody may have, in three tiers."""
    n = len(market.jobseekers)
    tier = (np.arange(n, dtype=np.int8) % 3 + 1)[:, None]
    of_class = np.full(len(market.vacancies), -1, np.int32)
    of_class[vacancy] = 0
    return WelfareEligibility(np.ones((n, 1), np.int8), tier, of_class)


def test_the_tier_goes_before_the_score() -> None:
    market, welfare = random_market(3, n_persons=60, n_vacancies=20, missing=0.8)
    welfare = with_tiers(market, welfare, 5)
    every = retrieve_people(market, welfare, 5, 1000)
    first = every.person_at[welfare.tier[every.person_at, 0] == 1]
    assert 2 < len(first) < len(every)
    kept = retrieve_people(market, welfare, 5, len(first))
    assert kept.person_at.tolist() == first.tolist()


def test_fewer_are_the_best_scored_and_stand_in_order_of_persons() -> None:
    market, _ = random_market(4, n_persons=60, n_vacancies=20, missing=0.8)
    welfare = WelfareEligibility.unruled(market)
    every = retrieve_people(market, welfare, 3, 1000)
    best = retrieve_people(market, welfare, 3, 4)
    order = np.lexsort((every.person_at, -every.score))[:4]
    assert best.person_at.tolist() == sorted(every.person_at[order].tolist())
    assert best.offsets.tolist() == [0, 1, 2, 3, 4]


def test_nobody_for_none() -> None:
    market, welfare = random_market(4)
    with pytest.raises(WrongUse, match="k is 0"):
        retrieve_people(market, welfare, 0, 0)
