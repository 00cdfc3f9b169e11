from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

from matcher.ranking.models.trees import Line
from matcher.ranking.training.line import fit_line


def examples(n: int = 4_000, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Three columns: one that helps, one of chance with gaps, one nobody knows anything of."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 3)).astype(np.float32)
    label = rng.random(n) < 1 / (1 + np.exp(3 - 2 * features[:, 0]))
    features[rng.random(n) < 0.3, 1] = np.nan
    features[:, 2] = np.nan
    return features, label


def test_the_line_weighs_what_helps_and_not_what_is_never_known() -> None:
    features, label = examples()
    line = fit_line(features, label, np.random.default_rng(1))
    assert line is not None
    assert line.weight[0] > 5 * abs(line.weight[1])
    assert line.weight[2] == 0
    margin = line.margin(features)
    assert margin[label].mean() > margin[~label].mean() + 1


def test_the_chances_of_the_line_are_as_frequent_as_what_they_tell() -> None:
    features, label = examples()
    line = fit_line(features, label, np.random.default_rng(1))
    assert line is not None
    chance = 1 / (1 + np.exp(-line.margin(features).astype(np.float64)))
    assert chance.mean() == pytest.approx(label.mean(), rel=0.1)


def test_parts_sum_to_the_margin_and_a_missing_value_adds_nothing() -> None:
    line = Line(np.array([2, 3], np.float32), np.array([1, 1], np.float32), -0.5)
    features = np.array([[2, np.nan], [np.nan, np.nan]], np.float32)
    assert_array_equal(line.parts(features), [[2, 0], [0, 0]])
    assert_allclose(line.margin(features), [1.5, -0.5])


@pytest.mark.parametrize("share", [pytest.param(0.0, id="nobody"), pytest.param(1.0, id="all")])
def test_labels_all_alike_teach_no_line(share: float) -> None:
    features, _ = examples(50)
    label = np.full(50, bool(share))
    assert fit_line(features, label, np.random.default_rng(0)) is None


def test_the_same_examples_give_the_same_line_and_json_keeps_it_exactly() -> None:
    features, label = examples()
    once, again = (fit_line(features, label, np.random.default_rng(2)) for _ in range(2))
    assert once is not None
    assert again is not None
    assert_array_equal(once.weight, again.weight)
    back = Line.from_json(once.as_json())
    assert_array_equal(back.weight, once.weight)
    assert_array_equal(back.centre, once.centre)
    assert back.start == once.start == again.start
