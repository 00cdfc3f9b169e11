"""The baselines against their definitions by hand."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal

from matcher.evaluation.baselines import (
    item_item_scorer,
    popularity_scorer,
    random_scorer,
    ridge_scorer,
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


def test_ridge_learns_what_wanted_posts_have_in_common_and_serves_newcomers() -> None:
    rng = np.random.default_rng(0)
    worth = rng.normal(size=40).astype(np.float32)
    wanted = np.argsort(-worth)[:10]

    def columns(person_at: np.ndarray, vacancy_at: np.ndarray) -> np.ndarray:
        noise = np.sin(person_at * 7.0 + vacancy_at * 3.0)
        return np.column_stack([worth[vacancy_at], noise]).astype(np.float32)

    learned = np.repeat(np.arange(5), 10), np.tile(wanted, 5)
    score = ridge_scorer(columns, *learned, n_pool=40, seed=0)
    top = np.argsort(-score(np.array([99]))[0])[:10]
    assert len(set(top) & set(wanted.tolist())) >= 9


def test_ridge_bears_missing_facts_and_nothing_to_learn_from() -> None:
    def columns(person_at: np.ndarray, _vacancy_at: np.ndarray) -> np.ndarray:
        return np.full((len(person_at), 2), np.nan, np.float32)

    some, none = np.array([0, 1]), np.array([], dtype=np.int64)
    assert np.ptp(ridge_scorer(columns, some, some, n_pool=3, seed=0)(some)) == 0
    assert not ridge_scorer(columns, none, none, n_pool=3, seed=0)(some).any()
