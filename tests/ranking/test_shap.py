"""Contributions from tables are those of the library, and those of Shapley's own sum."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from matcher.ranking.models.shap import MOST_ON_A_PATH, contributions, forest_of
from matcher.ranking.models.trees import Trees


def grown(
    seed: int, *, columns: int, depth: int, trees: int = 5, rows: int = 400
) -> tuple[Any, NDArray[np.float32]]:
    """A booster learnt from noise with a pattern in it, and its rows; some values missing."""
    rng = np.random.default_rng(seed)
    features = rng.standard_normal((rows, columns)).astype(np.float32).round(1)
    told = np.nan_to_num(features[:, 0] * features[:, -1]) + rng.logistic(size=rows) > 0
    features[rng.random(features.shape) < 0.2] = np.nan
    parameters = {
        "objective": "binary:logistic",
        "max_depth": depth,
        "min_child_weight": 0.5,
        "eta": 0.5,
        "nthread": 1,
        "seed": seed,
    }
    return xgboost.train(parameters, xgboost.DMatrix(features, told), trees), features


def library(booster: Any, features: NDArray[np.float32]) -> NDArray[np.float64]:
    """What the library says of the same rows, the base value in the last column."""
    told = booster.predict(xgboost.DMatrix(features, nthread=1), pred_contribs=True)
    return np.asarray(told, np.float64)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    columns=st.integers(1, 8),
    depth=st.integers(1, 5),
    trees=st.integers(1, 6),
)
def test_every_feature_adds_what_the_library_says(
    seed: int, columns: int, depth: int, trees: int
) -> None:
    booster, features = grown(seed, columns=columns, depth=depth, trees=trees)
    forest = forest_of(booster)
    assert forest is not None
    assert_allclose(contributions(forest, features), library(booster, features)[:, :-1], atol=2e-6)


def test_a_feature_asked_about_twice_on_a_path_counts_as_one() -> None:
    booster, features = grown(3, columns=1, depth=4)
    forest = forest_of(booster)
    assert forest is not None
    assert forest.features_above.max() == 1
    assert_allclose(contributions(forest, features), library(booster, features)[:, :-1], atol=2e-6)


def test_trees_of_one_leaf_say_nothing() -> None:
    features = np.zeros((20, 3), np.float32)
    given_up = xgboost.train(
        {"base_score": 0.5, "nthread": 1}, xgboost.DMatrix(features, np.ones(20)), 2
    )
    forest = forest_of(given_up)
    assert forest is not None
    assert not contributions(forest, features).any()


def test_no_rows_have_no_contributions() -> None:
    booster, features = grown(1, columns=4, depth=3)
    forest = forest_of(booster)
    assert forest is not None
    assert contributions(forest, features[:0]).shape == (0, 4)


def test_one_tree_is_shapleys_sum_over_what_is_known() -> None:
    booster, features = grown(7, columns=3, depth=3, trees=1)
    forest = forest_of(booster)
    assert forest is not None
    tree = booster.trees_to_dataframe().set_index("ID")
    row = features[np.isfinite(features).all(axis=1)][0]

    def expected(node: str, known: tuple[int, ...]) -> float:
        at = tree.loc[node]
        if at["Feature"] == "Leaf":
            return float(at["Gain"])
        column = int(at["Feature"].removeprefix("f"))
        if column in known:
            return expected(at["Yes"] if row[column] < np.float32(at["Split"]) else at["No"], known)
        share = tree.loc[at["Yes"], "Cover"] / at["Cover"]
        return float(share * expected(at["Yes"], known) + (1 - share) * expected(at["No"], known))

    made = contributions(forest, row[None])[0]
    for own in range(3):
        others = [each for each in range(3) if each != own]
        total = 0.0
        for size in range(3):
            for some in combinations(others, size):
                gain = expected("0-0", (*some, own)) - expected("0-0", some)
                total += gain / (3 * comb(2, size))
        assert made[own] == pytest.approx(total, abs=1e-6)


def test_paths_too_long_for_tables_are_left_to_the_library() -> None:
    booster, features = grown(2, columns=12, depth=MOST_ON_A_PATH + 3, trees=4, rows=3_000)
    assert forest_of(booster) is None
    trees = Trees(bytes(booster.save_raw("ubj")), slope=1.0, offset=0.0)
    assert_allclose(trees.parts(features[:50]), library(booster, features[:50]), atol=1e-12)


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.7, -1.3)])
def test_a_row_sums_to_the_calibrated_margin(slope: float, offset: float) -> None:
    booster, features = grown(5, columns=6, depth=4, trees=30)
    trees = Trees(bytes(booster.save_raw("ubj")), slope=slope, offset=offset)
    margin = booster.predict(xgboost.DMatrix(features, nthread=1), output_margin=True)
    assert_allclose(trees.parts(features).sum(axis=1), slope * margin + offset, atol=1e-5)
