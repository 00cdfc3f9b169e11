"""The baselines against their definitions by hand."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from matcher.evaluation.baselines import (
    item_item_scorer,
    popularity_scorer,
    random_scorer,
)


def test_item_item_is_the_cosine_of_the_posts_people() -> None:
    acted = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0]], float)
    score = item_item_scorer(*np.nonzero(acted), n_people=3, n_pool=4)
    norms = np.sqrt(acted.sum(axis=0))
    alike = acted.T @ acted / np.maximum(np.outer(norms, norms), 1)
    np.fill_diagonal(alike, 0)
    assert_allclose(score(np.arange(3)), acted @ alike, atol=1e-5)


def test_a_pair_told_twice_counts_once_in_item_item() -> None:
    once = item_item_scorer(np.array([0, 0]), np.array([0, 1]), n_people=1, n_pool=2)
    twice = item_item_scorer(np.array([0, 0, 0]), np.array([0, 0, 1]), n_people=1, n_pool=2)
    assert_array_equal(once(np.array([0])), twice(np.array([0])))


def test_a_newcomer_gets_the_popular_posts() -> None:
    score = item_item_scorer(np.array([0, 1, 0]), np.array([2, 2, 1]), n_people=3, n_pool=4)
    assert np.argsort(-score(np.array([2]))[0])[:2].tolist() == [2, 1]


def test_nothing_learned_makes_equal_scores() -> None:
    nothing = np.array([], dtype=np.int64)
    assert not item_item_scorer(nothing, nothing, n_people=2, n_pool=3)(np.array([0, 1])).any()
    assert not popularity_scorer(nothing, 3)(np.array([0])).any()


def test_lots_are_even_and_of_the_seed() -> None:
    lots = random_scorer(2_000, seed=1)(np.arange(50))
    assert lots.shape == (50, 2_000)
    assert abs(lots.mean() - 0.5) < 0.005
    assert abs(np.corrcoef(lots[0], lots[1])[0, 1]) < 0.1
    assert not np.array_equal(lots, random_scorer(2_000, seed=2)(np.arange(50)))
