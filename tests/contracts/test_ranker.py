"""What every ranker must keep; a new one joins by its name in RANKERS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from matcher.errors import FeatureMismatch
from matcher.ranking.features import FEATURES
from matcher.ranking.ranker import Ranker, check_names
from matcher.ranking.rules import RulesRanker

RANKERS: dict[str, Callable[[], Ranker]] = {"rules": RulesRanker}


@pytest.fixture(params=sorted(RANKERS))
def ranker(request: pytest.FixtureRequest) -> Ranker:
    return RANKERS[request.param]()


def drawn(ranker: Ranker, n: int = 300, seed: int = 7) -> Any:
    """Features of n pairs within their stated ranges, a quarter of them missing."""
    rng = np.random.default_rng(seed)
    low = np.array([FEATURES[name].low for name in ranker.features])
    high = np.array([FEATURES[name].high for name in ranker.features])
    values = rng.uniform(low, high, size=(n, len(low))).astype(np.float32)
    values[rng.random(values.shape) < 0.25] = np.nan
    return values


def planted(ranker: Ranker) -> tuple[Any, Any]:
    """The same pairs twice: once the work wanted, once work that has nothing in common with it."""
    features = drawn(ranker)
    wanted, other = features.copy(), features.copy()
    at = ranker.features.index("occupation_wanted_distance")
    wanted[:, at], other[:, at] = 0, 4
    return wanted, other


def test_it_prefers_the_planted_preference(ranker: Ranker) -> None:
    wanted, other = planted(ranker)
    assert (ranker.score(wanted) > ranker.score(other)).all()


def test_scores_are_between_0_and_1_also_where_facts_are_missing(ranker: Ranker) -> None:
    scores = ranker.score(drawn(ranker))
    assert scores.dtype == np.float32
    assert scores.shape == (300,)
    assert ((scores >= 0) & (scores <= 1)).all()


def test_contributions_sum_to_the_score_less_the_base(ranker: Ranker) -> None:
    features = drawn(ranker)
    parts = ranker.contributions(features)
    assert parts.shape == (300, len(ranker.groups))
    assert_allclose(parts.sum(axis=1), ranker.score(features) - ranker.base, atol=2e-6)


def test_the_same_pair_scores_the_same_alone_and_in_a_crowd(ranker: Ranker) -> None:
    features = drawn(ranker)
    alone = np.concatenate([ranker.score(features[at : at + 1]) for at in range(20)])
    assert_array_equal(alone, ranker.score(features)[:20])


def test_scoring_leaves_the_features_as_they_were(ranker: Ranker) -> None:
    features = drawn(ranker)
    before = features.copy()
    ranker.score(features)
    ranker.contributions(features)
    assert_array_equal(features, before)


def test_columns_of_another_number_are_refused(ranker: Ranker) -> None:
    with pytest.raises(FeatureMismatch, match="do not fit the model"):
        ranker.score(drawn(ranker)[:, :-1])


def test_columns_of_other_names_or_order_are_refused(ranker: Ranker) -> None:
    check_names(ranker, ranker.features)
    with pytest.raises(FeatureMismatch):
        check_names(ranker, ranker.features[::-1])
    with pytest.raises(FeatureMismatch, match="shoe_size"):
        check_names(ranker, ("shoe_size", *ranker.features[1:]))


def test_it_has_a_name_and_says_what_it_is_made_of(ranker: Ranker) -> None:
    assert ranker.name
    assert set(ranker.features) <= set(FEATURES)
    assert {FEATURES[name].group for name in ranker.features} <= set(ranker.groups)
