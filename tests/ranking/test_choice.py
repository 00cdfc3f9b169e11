from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy import sparse

from matcher.ranking.history.choice import learning
from matcher.ranking.history.choice.learning import Graph, post_choice, slope
from matcher.ranking.history.choice.model import FAME, SHARPNESS, PostChoice
from matcher.ranking.history.regression import MOST_POSTS
from tests.ranking.test_embedding import two_trades


def loss(vectors: NDArray[np.float64], taken: NDArray[np.float32]) -> float:
    own = taken.astype(np.float64) @ vectors
    own /= np.linalg.norm(own, axis=1, keepdims=True)
    post = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    told = SHARPNESS * own @ post.T
    told -= np.log(np.exp(told).sum(axis=1, keepdims=True))
    return float(-(taken * told).sum() / taken.sum())


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_slope_is_how_the_loss_grows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    taken = two_trades(people=7, posts=5, seed=seed)
    taken = taken[taken.any(axis=1)]
    vectors, turn = rng.normal(size=(2, 5, 3))
    made = slope(vectors.astype(np.float32), sparse.csr_matrix(taken))
    step = 1e-5
    expected = (loss(vectors + step * turn, taken) - loss(vectors - step * turn, taken)) / 2 / step
    assert_allclose((made * turn).sum(), expected, rtol=1e-3, atol=1e-5)


def test_spreading_is_symmetric_and_passes_only_through_shared_people() -> None:
    taken = np.zeros((4, 5), np.float32)
    taken[[0, 0, 1, 1, 2], [0, 1, 1, 2, 3]] = 1
    taken[3, 4] = 1
    made = Graph.of(sparse.csr_matrix(taken)).spread(np.eye(5, dtype=np.float32))
    assert_allclose(made, made.T, atol=1e-6)
    assert (made[:3, :3] > 0).all()
    assert not made[:3, 3:].any()


def test_posts_of_a_persons_own_trade_come_before_those_of_the_other() -> None:
    made = post_choice(sparse.csr_matrix(two_trades()), rank=8)
    assert made is not None
    newly = np.zeros((1, 12), np.float32)
    newly[0, 4] = 1
    score = made.score(sparse.csr_matrix(newly))[0]
    assert np.median(score[::2]) > score[1::2].max()


def test_of_two_posts_that_lie_alike_the_more_sought_weighs_more() -> None:
    made = PostChoice(np.ones((3, 2), np.float32), np.log(np.array([1, 2, 4], np.float32)))
    score = made.score(sparse.csr_matrix(np.eye(3, dtype=np.float32)[[0]]))[0]
    assert_allclose(score, SHARPNESS + np.log([1, 2, 4]), rtol=1e-5)


def test_nobody_chooses_before_they_went_for_something() -> None:
    made = post_choice(sparse.csr_matrix(two_trades()), rank=4, steps=2)
    assert made is not None
    assert not made.score(sparse.csr_matrix(np.zeros((2, 12), np.float32))).any()


def test_the_same_past_gives_the_same_bytes() -> None:
    taken = sparse.csr_matrix(two_trades())
    once, again = (post_choice(taken, rank=8, steps=10, people=7) for _ in range(2))
    assert once is not None
    assert again is not None
    assert_array_equal(once.vectors, again.vectors)
    assert_array_equal(once.fame, again.fame)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((3, 0), id="no posts"),
        pytest.param((3, MOST_POSTS + 1), id="more posts than a choice is among"),
    ],
)
def test_some_numbers_of_posts_have_no_choice(shape: tuple[int, int]) -> None:
    assert post_choice(sparse.csr_matrix(shape, dtype=np.float32)) is None


def test_too_many_pairs_have_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = sparse.csr_matrix(two_trades())
    monkeypatch.setattr(learning, "MOST_PAIRS", taken.nnz - 1)
    assert post_choice(taken) is None


def test_one_post_alone_lies_where_everybody_points() -> None:
    made = post_choice(sparse.csr_matrix(np.ones((3, 1), np.float32)), rank=4, steps=3)
    assert made is not None
    score = made.score(sparse.csr_matrix([[np.float32(1)]]))
    assert_allclose(score, SHARPNESS * (1 + FAME * np.log(3)), rtol=1e-4)
