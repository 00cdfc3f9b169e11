from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray
from scipy import sparse

from matcher.ranking.history.embedding import STEPS, post_embedding
from matcher.ranking.history.regression import MOST_POSTS


def two_trades(people: int = 30, posts: int = 12, seed: int = 0) -> NDArray[np.float32]:
    """People of two trades, each of whom went for about half of the posts of one."""
    rng = np.random.default_rng(seed)
    trade = np.arange(people)[:, None] % 2 == np.arange(posts)[None, :] % 2
    taken = trade & (rng.random((people, posts)) < 0.5)
    taken[np.arange(posts), np.arange(posts)] = True
    return np.asarray(taken, np.float32)


def without_words(posts: int) -> sparse.csr_matrix:
    return sparse.csr_matrix(np.zeros((posts, 1), np.float32))


def test_at_full_rank_the_factors_give_back_the_logarithm_of_the_lift() -> None:
    taken = two_trades()
    popularity = taken.sum(axis=0)
    step = (taken.T / popularity[:, None]) @ (taken / taken.sum(axis=1, keepdims=True))
    walked = sum(np.linalg.matrix_power(step, k) for k in range(1, STEPS + 1)) / STEPS
    expected = np.log(np.maximum(walked * popularity.sum() / popularity[None, :], 1))
    made = post_embedding(sparse.csr_matrix(taken), without_words(12))
    assert made is not None
    assert_allclose(made.start @ made.end.T, expected * np.sqrt(popularity), rtol=1e-3, atol=1e-4)


def test_posts_of_a_persons_own_trade_come_first() -> None:
    taken = two_trades()
    made = post_embedding(sparse.csr_matrix(taken), without_words(12), rank=4)
    assert made is not None
    newly = np.zeros((1, 12), np.float32)
    newly[0, 4] = 1
    score = made.score(sparse.csr_matrix(newly))[0]
    assert score[::2].min() > score[1::2].max()


def test_a_post_is_reached_by_its_words_where_no_person_leads_there() -> None:
    taken = np.eye(80, dtype=np.float32)
    words = sparse.csr_matrix(np.repeat(np.eye(40, dtype=np.float32), 2, axis=0))
    made = post_embedding(sparse.csr_matrix(taken), words)
    assert made is not None
    score = made.score(sparse.csr_matrix(taken[[0]]))[0]
    assert score[1] > 0.1
    assert_allclose(score[2:], 0, atol=1e-5)


def test_nobody_is_near_anything_before_they_went_for_something() -> None:
    made = post_embedding(sparse.csr_matrix(two_trades()), without_words(12))
    assert made is not None
    assert not made.score(sparse.csr_matrix(np.zeros((2, 12), np.float32))).any()


@pytest.mark.parametrize(
    "posts",
    [
        pytest.param(0, id="none"),
        pytest.param(1, id="one alone"),
        pytest.param(MOST_POSTS + 1, id="more than the matrix holds"),
    ],
)
def test_some_numbers_of_posts_have_no_embedding(posts: int) -> None:
    assert post_embedding(without_words(posts).T.tocsr(), without_words(posts)) is None


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), rank=st.integers(1, 40))
def test_the_same_past_gives_the_same_bytes_and_finite_scores(seed: int, rank: int) -> None:
    taken = sparse.csr_matrix(two_trades(seed=seed))
    words = sparse.csr_matrix(np.eye(3, dtype=np.float32)[np.arange(12) % 3])
    once, again = (post_embedding(taken, words, rank=rank) for _ in range(2))
    assert once is not None
    assert again is not None
    assert_array_equal(once.start, again.start)
    assert_array_equal(once.end, again.end)
    assert np.isfinite(once.score(taken)).all()
