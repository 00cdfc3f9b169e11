from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.errors import FeatureMismatch, UnreadableFile
from matcher.ranking.features import FEATURES, feature_names
from matcher.ranking.ranker import OF_THE_PAST
from matcher.ranking.rules import RulesRanker, read_rules, shipped_rules
from matcher.reference.paths import path

RANKER = RulesRanker()
AT = {name: at for at, name in enumerate(RANKER.features)}
GOOD = {
    "occupation_wanted_distance": 0,
    "occupation_done_distance": 0,
    "skills_covered": 1,
    "wage_gap": 0.1,
    "distance_km": 2,
    "same_county": 1,
    "same_city": 1,
    "education_margin": 0,
}


def row(**known: float) -> Any:
    """One pair's features; what is not named is missing."""
    made = np.full((1, len(RANKER.features)), np.nan, dtype=np.float32)
    for name, value in known.items():
        made[0, AT[name]] = value
    return made


def score(**known: float) -> float:
    return float(RANKER.score(row(**known))[0])


def matrices() -> st.SearchStrategy[Any]:
    value = st.one_of(st.just(float("nan")), st.floats(-700, 7000, width=32))
    return arrays(np.float32, (3, len(RANKER.features)), elements=value)


@settings(max_examples=80, deadline=None)
@given(matrices())
def test_contributions_add_up_to_the_score(features: Any) -> None:
    scores, parts = RANKER.score(features), RANKER.contributions(features)
    assert ((scores >= 0) & (scores <= 1)).all()
    np.testing.assert_allclose(parts.sum(axis=1), scores - RANKER.base, atol=2e-6)


@settings(max_examples=80, deadline=None)
@given(matrices(), st.integers(0, len(AT) - 1), st.floats(-700, 7000, width=32))
def test_a_better_value_never_lowers_the_score(features: Any, at: int, value: float) -> None:
    rising = shipped_rules().worths[at][0] < shipped_rules().worths[at][-1]
    better = np.array(features)
    before = better[:, at].copy()
    better[:, at] = np.fmax(before, value) if rising else np.fmin(before, value)
    known = ~np.isnan(before)
    assert (RANKER.score(better)[known] >= RANKER.score(features)[known] - 1e-6).all()


def test_a_pair_of_unknowns_scores_the_prior_and_less_than_a_good_one() -> None:
    assert score() == pytest.approx(RANKER.base)
    assert score(**GOOD) > score() + 0.3


def test_a_single_known_fact_carries_no_pair_to_the_end() -> None:
    assert score(occupation_wanted_distance=0) < score(**GOOD)
    assert score(wage_gap=-1) < score() < score(wage_gap=1)


def test_the_wanted_occupation_near_home_beats_the_same_far_away() -> None:
    assert score(**GOOD) > score(**GOOD | {"distance_km": 60, "same_county": 0, "same_city": 0})


def test_an_unknown_group_contributes_nothing() -> None:
    parts = RANKER.contributions(row(wage_gap=0.2))[0]
    assert {group for group, part in zip(RANKER.groups, parts, strict=True) if part} == {"wage"}


LEFT_TO_LEARNING = {
    *("occupation_nearest", "occupation_path", "title_cosine", "skills_alike"),
    *("skills_lacking", "certificates_lacking", "commute_share"),
}
"""They tell anew what other features tell; the rules count nothing twice."""


def test_every_registered_feature_is_weighed_under_its_own_group() -> None:
    of_work = [name for name in feature_names() if FEATURES[name].group not in OF_THE_PAST]
    assert sorted({*RANKER.features, *LEFT_TO_LEARNING}) == sorted(of_work)
    assert not set(RANKER.features) & LEFT_TO_LEARNING
    for name, group in zip(RANKER.features, shipped_rules().group_of, strict=True):
        assert FEATURES[name].group == RANKER.groups[group]


def test_no_pairs_score_to_no_scores() -> None:
    none = np.zeros((0, len(RANKER.features)), dtype=np.float32)
    assert RANKER.score(none).shape == (0,)
    assert RANKER.contributions(none).shape == (0, len(RANKER.groups))


def test_another_number_of_columns_is_refused() -> None:
    with pytest.raises(FeatureMismatch, match="openings"):
        RANKER.score(np.zeros((2, len(RANKER.features) - 1), dtype=np.float32))


def spoilt(tmp_path: Path, change: Any) -> Path:
    raw = yaml.safe_load(path("ranking", "rules.yaml").read_text(encoding="utf-8"))
    change(raw)
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda raw: raw.update(version=2), "version 2", id="version"),
        pytest.param(lambda raw: raw["prior"].update(worth=2), r"worth in \[0, 1\]", id="prior"),
        pytest.param(lambda raw: raw.pop("groups"), "groups is missing", id="no groups"),
        pytest.param(
            lambda raw: raw["groups"]["wage"].pop("reason"), "group wage needs", id="no reason"
        ),
        pytest.param(
            lambda raw: raw["groups"]["wage"]["features"].update(
                shoe_size=raw["groups"]["wage"]["features"]["wage_gap"]
            ),
            "shoe_size is no registered feature",
            id="unknown feature",
        ),
        pytest.param(
            lambda raw: raw["groups"]["wage"]["features"]["wage_gap"].update(
                points={-1: 0.0, 0: 1.0, 1: 0.5}
            ),
            "rises and falls",
            id="not monotone",
        ),
        pytest.param(
            lambda raw: raw["groups"]["wage"]["features"]["wage_gap"].update(points={0: 0.0}),
            "at least two",
            id="one point",
        ),
        pytest.param(
            lambda raw: raw["groups"]["text"]["features"].update(
                wage_gap=raw["groups"]["wage"]["features"].pop("wage_gap")
            ),
            "belongs to the group wage",
            id="wrong group",
        ),
    ],
)
def test_a_malformed_rule_file_is_refused_with_its_problem(
    tmp_path: Path, change: Any, words: str
) -> None:
    with pytest.raises(UnreadableFile, match=words):
        read_rules(spoilt(tmp_path, change))
