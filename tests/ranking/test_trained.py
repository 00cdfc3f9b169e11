from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from matcher.errors import FeatureMismatch, UnreadableFile
from matcher.ranking.features import feature_names
from matcher.ranking.models.trained import TrainedRanker, load
from matcher.ranking.training.examples import Examples
from matcher.ranking.training.fit import fit

NAMES = feature_names()


def examples(seed: int = 0, n: int = 3_000) -> Examples:
    """Pairs whose taking depends on two columns and on luck; a tenth of everything is missing."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, len(NAMES))).astype(np.float32)
    pull = 2 * features[:, 0] - features[:, 1] - 2
    label = rng.random(n) < 1 / (1 + np.exp(-pull))
    features[rng.random(features.shape) < 0.1] = np.nan
    person = np.sort(rng.integers(0, 100, n)).astype(np.int32)
    return Examples(features, label, person, person)


def ranker(seed: int = 0) -> TrainedRanker:
    fitted = fit(examples(), NAMES, np.random.default_rng(seed))
    parts = {"warm": fitted.trees, "newcomer": fitted.trees}
    return TrainedRanker("tried", NAMES, parts, fitted.base, {})


def test_the_trees_learn_what_is_there() -> None:
    metrics = fit(examples(), NAMES, np.random.default_rng(0)).metrics
    assert metrics["trees"] > metrics["popularity"]


def test_contributions_sum_to_the_score_less_the_base() -> None:
    model, features = ranker(), examples(1, 200).features
    told = model.contributions(features)
    assert told.shape == (200, len(model.groups))
    assert_allclose(told.sum(axis=1) + model.base, model.score(features), atol=1e-5)


def test_scores_are_chances_close_to_how_often_they_come_true() -> None:
    unseen = examples(2, 4_000)
    score = ranker().score(unseen.features)
    assert ((score > 0) & (score < 1)).all()
    assert abs(float(score.mean()) - float(unseen.label.mean())) < 0.03


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    first, again, other = ranker(), ranker(), ranker(5)
    assert first.trees["warm"].raw == again.trees["warm"].raw
    assert first.trees["warm"].raw != other.trees["warm"].raw


def test_a_model_scores_alike_after_rest_on_disk(tmp_path: Path) -> None:
    model, features = ranker(), examples(3, 50).features
    model.save(tmp_path)
    assert_array_equal(load(tmp_path).score(features), model.score(features))


def test_another_format_is_refused(tmp_path: Path) -> None:
    ranker().save(tmp_path)
    file = tmp_path / "model.json"
    file.write_text(file.read_text("utf-8").replace('"format": 1', '"format": 99'), "utf-8")
    with pytest.raises(UnreadableFile, match="99"):
        load(tmp_path)


def test_another_number_of_columns_is_refused() -> None:
    with pytest.raises(FeatureMismatch):
        ranker().score(np.zeros((1, 2), np.float32))


def test_no_pairs_score_to_no_scores() -> None:
    assert ranker().score(np.zeros((0, len(NAMES)), np.float32)).shape == (0,)
