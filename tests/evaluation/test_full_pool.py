"""Full-pool measures against the plain ones on the whole grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from matcher.evaluation import full_pool
from matcher.evaluation.full_pool import HeldOut, full_pool_quality
from matcher.evaluation.metrics import ndcg_at_k, recall_at_k, reciprocal_rank

NONE = np.array([], dtype=np.int64)


def drawn(seed: int, *, people: int = 8, pool: int = 12) -> tuple[np.ndarray, HeldOut]:
    """A grid of distinct scores, some pairs held out, some others known."""
    rng = np.random.default_rng(seed)
    grid = rng.permutation(people * pool).reshape(people, pool).astype(np.float32)
    kind = rng.choice(3, size=grid.shape, p=[0.7, 0.15, 0.15])
    own, known = np.nonzero(kind == 1), np.nonzero(kind == 2)
    gain = rng.integers(1, 4, len(own[0])).astype(float)
    return grid, HeldOut(*own, gain, *known, n_pool=pool)


@given(st.integers(0, 2**32 - 1), st.integers(1, 15))
@settings(max_examples=40, deadline=None)
def test_it_agrees_with_the_plain_measures_over_the_whole_grid(seed: int, k: int) -> None:
    grid, held = drawn(seed)
    found = full_pool_quality(lambda people: grid[people], held, k=k, seed=seed)
    gain = np.zeros(grid.shape)
    gain[held.person_at, held.vacancy_at] = held.gain
    left = np.ones(grid.shape, bool)
    left[held.known_person_at, held.known_vacancy_at] = False
    left &= np.isin(np.arange(len(grid)), held.people)[:, None]
    person, vacancy = np.nonzero(left)
    args = person, gain[person, vacancy]
    hits = person, gain[person, vacancy] > 0
    assert_allclose(found.ndcg, ndcg_at_k(*args, grid[person, vacancy], k), atol=1e-12)
    assert_allclose(found.recall, recall_at_k(*hits, grid[person, vacancy], k))
    assert_allclose(found.reciprocal_rank, reciprocal_rank(*hits, grid[person, vacancy]))


def test_the_size_of_the_chunks_plays_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    grid, held = drawn(1, people=30)
    whole = full_pool_quality(lambda people: grid[people], held, k=5, seed=0)
    monkeypatch.setattr(full_pool, "PEOPLE_AT_A_TIME", 7)
    pieces = full_pool_quality(lambda people: grid[people], held, k=5, seed=0)
    assert_array_equal(whole.top, pieces.top)
    assert_array_equal(whole.ndcg, pieces.ndcg)


def test_what_is_known_is_never_listed() -> None:
    grid, held = drawn(2)
    found = full_pool_quality(lambda people: grid[people], held, k=12, seed=0)
    known = set(zip(held.known_person_at.tolist(), held.known_vacancy_at.tolist(), strict=True))
    listed = {
        (int(person), int(post))
        for person, posts in zip(found.person_at, found.top, strict=True)
        for post in posts
        if post >= 0
    }
    assert known
    assert not known & listed


def test_a_post_outside_the_pool_is_no_candidate_and_cannot_be_found() -> None:
    outside = np.array([True, True, False])
    one = np.array([0])
    held = HeldOut(one, np.array([2]), np.ones(1), NONE, NONE, 3, outside)
    found = full_pool_quality(lambda people: np.array([[1, 2, 9]], np.float32), held, k=3, seed=0)
    assert held.pool_size == found.pool_size == 2
    assert found.top.tolist() == [[1, 0, -1]]
    assert found.ndcg[0] == 0


def test_a_score_that_is_not_a_number_is_never_listed() -> None:
    one = np.array([0])
    held = HeldOut(one, np.array([0]), np.ones(1), NONE, NONE, 2)
    scores = np.array([[np.nan, 0.1]], np.float32)
    found = full_pool_quality(lambda people: scores, held, k=2, seed=0)
    assert found.top.tolist() == [[1, -1]]
    assert np.isnan(scores[0, 0]), "the scorer's own array is left as it was"


def test_equal_scores_favour_no_position() -> None:
    """A scorer that says nothing finds the first and the last post of the pool equally often."""
    people = np.zeros(1, np.int64)
    ranks = {
        at: np.mean(
            [
                1
                / full_pool_quality(
                    lambda asked: np.zeros((1, 9), np.float32),
                    HeldOut(people, np.array([at]), np.ones(1), NONE, NONE, 9),
                    k=3,
                    seed=seed,
                ).reciprocal_rank[0]
                for seed in range(300)
            ]
        )
        for at in (0, 8)
    }
    assert_allclose(list(ranks.values()), 5, atol=0.5)


def test_no_one_held_out_makes_no_one_measured() -> None:
    held = HeldOut(NONE, NONE, np.array([]), NONE, NONE, 4)
    found = full_pool_quality(lambda people: np.zeros((0, 4), np.float32), held, k=2, seed=0)
    assert len(found.ndcg) == len(found.top) == 0


def test_some_of_the_people_measure_as_they_do_among_all() -> None:
    grid, held = drawn(4, people=20)
    some = held.people[::3]
    whole = full_pool_quality(lambda people: grid[people], held, k=5, seed=0)
    part = full_pool_quality(lambda people: grid[people], held.of_people(some), k=5, seed=0)
    assert_array_equal(part.ndcg, whole.ndcg[np.isin(whole.person_at, some)])
