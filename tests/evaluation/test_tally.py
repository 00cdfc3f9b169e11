"""Intervals and chance over people: known answers, groups, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from matcher.evaluation.tally import (
    by_group,
    interval,
    mean,
    paired_difference,
    permutation_p,
    ratio,
    spread,
)

values = st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1)), min_size=1, max_size=30)


@given(values)
@settings(max_examples=50, deadline=None)
def test_a_mean_is_over_those_whose_value_is_known(given_values: list[float]) -> None:
    known = [value for value in given_values if not np.isnan(value)]
    tally = mean("m", given_values)
    if known:
        assert_allclose(tally.value, np.mean(known), atol=1e-12)
    else:
        assert np.isnan(tally.value)


def test_nobody_makes_no_value_and_no_interval() -> None:
    found = interval(mean("m", np.array([])), np.random.default_rng(0))
    assert np.isnan([found.value, found.low, found.high]).all()
    assert found.people == 0


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        found = interval(mean("m", rng.random(80) < 0.3), rng, resamples=200)
        held += found.low <= 0.3 <= found.high
    assert 0.90 <= held / 200 <= 0.985


def test_pairs_of_one_person_go_together() -> None:
    """Ten pairs of one person tell no more than one: the interval does not shrink."""
    rng = np.random.default_rng(0)
    hits = (rng.random(200) < 0.5).astype(float)
    once = interval(ratio("m", hits, np.ones(200)), np.random.default_rng(1))
    tenfold = interval(ratio("m", 10 * hits, np.full(200, 10)), np.random.default_rng(1))
    assert_allclose([once.low, once.high], [tenfold.low, tenfold.high])


def test_a_paired_difference_is_surer_than_two_intervals() -> None:
    rng = np.random.default_rng(0)
    base = rng.random(300)
    better, worse = mean("b", base + 0.01), mean("w", base)
    found = paired_difference(better, worse, rng)
    assert_allclose([found.value, found.low, found.high], 0.01, atol=1e-9)
    assert interval(better, rng).low < interval(worse, rng).high


def test_a_ranking_does_not_differ_from_itself() -> None:
    one = mean("a", np.random.default_rng(0).random(50))
    found = paired_difference(one, one, np.random.default_rng(0))
    assert (found.value, found.low, found.high) == (0, 0, 0)


def test_other_people_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="2 people against 3"):
        paired_difference(mean("a", [1.0, 0.0]), mean("b", [1.0] * 3), np.random.default_rng(0))


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_people_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, group = rng.random(40), rng.integers(-1, 3, 40)
    order = rng.permutation(40)
    tally, shuffled = mean("m", scores), mean("m", scores[order])
    assert_allclose(tally.value, shuffled.value)
    one = by_group(tally, group, 3, np.random.default_rng(0), resamples=10)
    other = by_group(shuffled, group[order], 3, np.random.default_rng(0), resamples=10)
    assert_allclose([each.value for each in one], [each.value for each in other])


def test_equal_groups_are_seldom_called_apart() -> None:
    rng = np.random.default_rng(5)
    ps = [
        permutation_p(mean("m", rng.random(60)), rng.integers(0, 2, 60), 2, rng, permutations=99)
        for _ in range(200)
    ]
    assert 0.01 <= np.mean(np.array(ps) <= 0.05) <= 0.10
    assert 0.4 < np.mean(ps) < 0.6


def test_people_without_a_group_do_not_count() -> None:
    scores = np.r_[np.zeros(20), np.ones(20), np.full(20, 0.5)]
    group = np.r_[np.zeros(20, int), np.ones(20, int), np.full(20, -1)]
    alone = permutation_p(mean("m", scores[:40]), group[:40], 2, np.random.default_rng(0))
    assert permutation_p(mean("m", scores), group, 2, np.random.default_rng(0)) == alone


@pytest.mark.parametrize(
    "group",
    [
        pytest.param([0, 0, 0], id="one group"),
        pytest.param([-1, -1, -1], id="no group"),
        pytest.param([0, -1, -1], id="one person"),
    ],
)
def test_fewer_than_two_groups_have_no_p_value(group: list[int]) -> None:
    tally = mean("m", [0.1, 0.2, 0.3])
    assert np.isnan(permutation_p(tally, np.array(group), 2, np.random.default_rng(0)))


def test_the_spread_of_nothing_is_nothing() -> None:
    assert np.isnan(spread(np.array([np.nan, np.nan])))
    assert spread(np.array([0.5, np.nan])) == 0
