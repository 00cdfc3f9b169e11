"""Calibration measures: known answers, shared bins, and what small groups show by chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from matcher.evaluation.calibration import (
    bins_of,
    brier,
    calibration_error,
    error_of_perfect,
    over_prediction,
    reliability,
)


def drawn(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores that are exactly right, what happened, and whose pair it was."""
    rng = np.random.default_rng(seed)
    scores = rng.beta(1, 4, n)
    return np.sort(rng.integers(0, n // 5, n)), scores, rng.random(n) < scores


def test_scores_that_are_right_have_hardly_an_error() -> None:
    person, scores, happened = drawn(40_000)
    assert calibration_error(person, scores, happened, n_people=8_000).value < 0.01
    assert abs(over_prediction(person, scores, happened, n_people=8_000).value) < 0.01


def test_scores_that_promise_too_much_are_caught() -> None:
    person, scores, happened = drawn(40_000)
    promised = np.minimum(scores + 0.1, 1)
    assert_allclose(
        calibration_error(person, promised, happened, n_people=8_000).value, 0.1, atol=0.01
    )
    assert_allclose(
        over_prediction(person, promised, happened, n_people=8_000).value, 0.1, atol=0.01
    )


@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
@settings(max_examples=30, deadline=None)
def test_the_error_is_the_definition_over_the_reliability_table(seed: int, bins: int) -> None:
    rng = np.random.default_rng(seed)
    scores = rng.random(60).round(1)
    happened = rng.random(60) < 0.4
    person = rng.integers(0, 9, 60)
    table = reliability(scores, happened, bins)
    by_hand = (table["pairs"] * (table["predicted"] - table["happened"]).abs()).sum() / 60
    found = calibration_error(person, scores, happened, n_people=9, bins=bins)
    assert_allclose(found.value, by_hand, atol=1e-12)
    assert table["pairs"].sum() == 60
    assert len(table) <= bins
    assert table["low"].is_monotonic_increasing


def test_brier_is_the_mean_squared_distance() -> None:
    person, scores, happened = drawn(500)
    found = brier(person, scores, happened, n_people=100).value
    assert_allclose(found, np.mean((scores - happened) ** 2))


def test_bins_hold_about_equally_many_pairs() -> None:
    counts = np.bincount(bins_of(np.random.default_rng(0).beta(1, 50, 10_000)))
    assert len(counts) == 10
    assert counts.max() - counts.min() <= 2


def test_equal_scores_share_a_bin() -> None:
    assert np.unique(bins_of(np.full(100, 0.2))).tolist() == [0]


def test_no_pairs_have_no_error() -> None:
    nothing = np.array([], dtype=np.int64)
    assert np.isnan(calibration_error(nothing, nothing, nothing, n_people=3).value)
    assert np.isnan(error_of_perfect(nothing, np.random.default_rng(0)))
    assert reliability(nothing, nothing).empty


@pytest.mark.parametrize("n", [50, 500])
def test_a_small_group_is_read_against_what_chance_alone_shows(n: int) -> None:
    errors = [
        calibration_error(*drawn(n, seed)[:2], drawn(n, seed)[2], n_people=n).value
        for seed in range(60)
    ]
    expected = error_of_perfect(drawn(n)[1], np.random.default_rng(0))
    assert_allclose(np.mean(errors), expected, rtol=0.25)
