from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import ndcg_score

from matcher.evaluation.metrics import gini, hit_rate_at_k, ndcg_at_k, recall_at_k, reciprocal_rank

LISTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=25)


def distinct_scores(n: int, seed: int) -> Any:
    return np.random.default_rng(seed).permutation(n).astype(float)


@settings(max_examples=60, deadline=None)
@given(LISTS, st.integers(1, 6), st.integers(0, 99))
def test_ndcg_agrees_with_the_library_list_by_list(rows: Any, k: int, seed: int) -> None:
    query, gain = np.array(rows).T
    score = distinct_scores(len(rows), seed)
    for name, value in zip(np.unique(query), ndcg_at_k(query, gain, score, k), strict=True):
        mine = query == name
        if gain[mine].sum() == 0:
            assert np.isnan(value)
        elif mine.sum() > 1:
            expected = ndcg_score([gain[mine]], [score[mine]], k=k)
            assert value == pytest.approx(expected)
        else:
            assert value == pytest.approx(1)


@settings(max_examples=60, deadline=None)
@given(LISTS, st.integers(1, 6), st.integers(0, 99))
def test_recall_and_hits_agree_with_counting(rows: Any, k: int, seed: int) -> None:
    query, gain = np.array(rows).T
    relevant = (gain > 1).astype(int)
    score = distinct_scores(len(rows), seed)
    recall = recall_at_k(query, relevant, score, k)
    hits = hit_rate_at_k(query, relevant, score, k)
    for at, name in enumerate(np.unique(query)):
        mine = np.flatnonzero(query == name)
        first = sorted(mine, key=lambda row: -score[row])[:k]
        among, all_of_them = relevant[first].sum(), relevant[mine].sum()
        if all_of_them == 0:
            assert np.isnan(recall[at])
            assert np.isnan(hits[at])
        else:
            assert recall[at] == pytest.approx(among / all_of_them)
            assert hits[at] == float(among > 0)


def test_the_ideal_order_is_worth_one_and_the_worst_less() -> None:
    gain = np.array([3, 2, 1, 0])
    assert ndcg_at_k(np.zeros(4), gain, gain, 4)[0] == pytest.approx(1)
    assert ndcg_at_k(np.zeros(4), gain, -gain, 4)[0] < 0.7


def test_equal_scores_keep_the_order_of_the_rows() -> None:
    assert hit_rate_at_k([1, 1], [0, 1], [0.5, 0.5], 1)[0] == 0
    assert hit_rate_at_k([1, 1], [1, 0], [0.5, 0.5], 1)[0] == 1


def test_no_rows_make_no_queries() -> None:
    assert ndcg_at_k([], [], [], 5).shape == (0,)
    assert recall_at_k([], [], [], 5).shape == (0,)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(any))
def test_gini_is_the_mean_difference_over_twice_the_mean(amounts: list[int]) -> None:
    x = np.array(amounts, dtype=float)
    expected = np.abs(x[:, None] - x).mean() / (2 * x.mean())
    assert gini(amounts) == pytest.approx(expected)
    assert 0 <= gini(amounts) < 1


@pytest.mark.parametrize("amounts", [[], [0, 0, 0]], ids=["no one", "nothing"])
def test_gini_of_nothing_to_share_is_not_known(amounts: list[int]) -> None:
    assert np.isnan(gini(amounts))


@settings(max_examples=60, deadline=None)
@given(LISTS, st.integers(0, 99))
def test_the_reciprocal_rank_is_that_of_the_first_hit(rows: Any, seed: int) -> None:
    query, gain = np.array(rows).T
    score = distinct_scores(len(rows), seed)
    found = reciprocal_rank(query, gain > 1, score)
    for at, name in enumerate(np.unique(query)):
        mine = sorted(np.flatnonzero(query == name), key=lambda row: -score[row])
        hits = [rank for rank, row in enumerate(mine, 1) if gain[row] > 1]
        assert np.isnan(found[at]) if not hits else found[at] == pytest.approx(1 / hits[0])
