from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from matcher.errors import FeatureMismatch, UnreadableFile
from matcher.ranking.features import FEATURES
from matcher.ranking.models.trees import Trees
from matcher.ranking.models.two_sided import TwoSidedRanker, load_two_sided
from matcher.ranking.training.labels import (
    LEAST_CHANCE,
    LISTED,
    VIEWED,
    Labels,
    LoggedAnswers,
    logged_answers,
)
from matcher.ranking.training.shown import DIRECTION, UNSEEN_SINCE, _grow, _later, sides_to_learn

NAMES = tuple(each for each in FEATURES if FEATURES[each].group not in UNSEEN_SINCE)
PEOPLE = np.array([f"P{at:03d}" for at in range(300)], object)
POSTS = np.array([f"V{at}" for at in range(10)], object)


def rows(*given: tuple[str, str, str, int | None, float | None]) -> pd.DataFrame:
    names = ["person_id", "vacancy_id", "stage", "rank_shown", "propensity"]
    return pd.DataFrame(list(given), columns=names).assign(on="2026-03-01")


def told(given: pd.DataFrame) -> LoggedAnswers:
    return logged_answers(given, PEOPLE, POSTS)


def test_a_post_that_was_not_shown_is_no_negative() -> None:
    answers = told(
        rows(
            ("P000", "V0", "shown", 1, 0.5),
            ("P000", "V0", "applied", None, None),
            ("P000", "V1", "shown", 2, 0.5),
            ("P001", "V2", "applied", None, None),
        )
    )
    assert answers.interest is not None
    assert answers.interest.vacancy_at.tolist() == [0, 1]
    assert answers.interest.label.tolist() == [True, False]
    assert answers.interest.scheme == LISTED


def test_where_looking_was_logged_what_was_not_looked_at_says_nothing() -> None:
    answers = told(
        rows(
            ("P000", "V0", "shown", 1, 0.5),
            ("P000", "V0", "viewed", None, None),
            ("P000", "V0", "applied", None, None),
            ("P000", "V1", "shown", 2, 0.5),
            ("P001", "V1", "shown", 1, 0.5),
            ("P001", "V1", "viewed", None, None),
        )
    )
    assert answers.interest is not None
    pairs = zip(answers.interest.person_at, answers.interest.vacancy_at, strict=True)
    assert list(pairs) == [(0, 0), (1, 1)]
    assert answers.interest.scheme == VIEWED


def test_an_offer_that_was_later_refused_for_want_of_places_is_a_yes_of_the_employer() -> None:
    answers = told(
        rows(
            ("P000", "V0", "offered", None, None),
            ("P000", "V0", "refused_by_employer", None, None),
            ("P001", "V0", "refused_by_employer", None, None),
            ("P002", "V0", "refused_by_person", None, None),
        )
    )
    assert answers.success is not None
    assert answers.success.label.tolist() == [True, False]


def test_rarely_shown_posts_weigh_more_but_not_without_bound() -> None:
    answers = told(
        rows(
            ("P000", "V0", "shown", 1, 1.0),
            ("P000", "V0", "applied", None, None),
            ("P001", "V0", "shown", 1, 0.75),
            ("P002", "V0", "shown", 1, 0.001),
        )
    )
    assert answers.interest is not None
    often, less, rarely = answers.interest.weight
    assert_allclose([less / often, rarely / often], [1 / 0.75, 1 / LEAST_CHANCE])
    assert_allclose(answers.interest.weight.mean(), 1)


def test_further_down_the_list_a_look_weighs_more() -> None:
    given = []
    for at in range(40):
        person = f"P{at:03d}"
        for rank in (1, 2):
            given.append((person, f"V{rank}", "shown", rank, 1.0))
            if rank == 1 or at % 2:
                given.append((person, f"V{rank}", "viewed", None, None))
        if at % 3 == 0:
            given.append((person, "V1", "applied", None, None))
    answers = told(rows(*given))
    assert answers.interest is not None
    weight = answers.interest.weight
    first, second = answers.interest.vacancy_at == 1, answers.interest.vacancy_at == 2
    assert_allclose(weight[second].mean() / weight[first].mean(), 2)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([], id="nothing on record"),
        pytest.param([("P000", "V0", "applied", None, None)], id="positives only"),
        pytest.param([("P000", "V0", "shown", 1, 0.5)], id="nobody took anything up"),
    ],
)
def test_one_kind_of_answer_teaches_nothing(given: list[tuple[str, str, str, None, None]]) -> None:
    answers = told(rows(*given))
    assert answers.interest is None
    assert answers.success is None
    assert sides_to_learn(answers) == ()


def labels(n: int = 400, *, dated: bool = True) -> Labels:
    rng = np.random.default_rng(0)
    first = np.datetime64(date(2026, 1, 1), "D")
    day = first + np.arange(n).astype("timedelta64[D]")
    return Labels(
        rng.integers(0, len(PEOPLE), n).astype(np.int32),
        rng.integers(0, len(POSTS), n).astype(np.int32),
        rng.random(n) < 0.4,
        np.ones(n),
        day if dated else np.full(n, np.datetime64("NaT", "D")),
        VIEWED,
    )


def test_chances_are_calibrated_on_later_days_where_there_are_days() -> None:
    made = labels()
    later, in_time = _later(made, np.random.default_rng(0))
    assert in_time
    assert made.day[~later].max() < made.day[later].min()
    assert made.day[later].min() > made.day.min() + timedelta(days=200)


def test_without_days_they_are_calibrated_on_whole_people_and_not_in_time() -> None:
    made = labels(dated=False)
    later, in_time = _later(made, np.random.default_rng(0))
    assert not in_time
    assert later.any()
    assert not set(made.person_at[later]) & set(made.person_at[~later])


def test_success_alone_is_nothing_to_order_by_and_interest_alone_is() -> None:
    made = labels()
    assert sides_to_learn(LoggedAnswers(None, made)) == ()
    assert sides_to_learn(LoggedAnswers(made, None)) == ("interest",)
    assert sides_to_learn(LoggedAnswers(made, made)) == ("interest", "success")


def grown(seed: int) -> Trees:
    rng = np.random.default_rng(seed)
    made = labels(2_000)
    features = rng.normal(size=(2_000, len(NAMES))).astype(np.float32)
    liked = rng.random(2_000) < 1 / (1 + np.exp(-2 * features[:, NAMES.index("wage_gap")]))
    made = Labels(made.person_at, made.vacancy_at, liked, made.weight, made.day, VIEWED)
    kept = rng.random(2_000) < 0.8
    booster = _grow(features, NAMES, made, kept, ~kept, seed)
    return Trees(bytes(booster.save_raw("ubj")), 1.1, -0.1)


def ranker(*sides: str) -> TwoSidedRanker:
    trees = {side: grown(at) for at, side in enumerate(sides)}
    return TwoSidedRanker("tried", NAMES, trees, {})


def features(n: int = 200) -> np.ndarray:
    rng = np.random.default_rng(9)
    made = rng.normal(size=(n, len(NAMES))).astype(np.float32)
    made[rng.random(made.shape) < 0.2] = np.nan
    return made


def test_the_score_is_the_product_of_both_sides() -> None:
    model, given = ranker("interest", "success"), features()
    sides = model.side_scores(given)
    assert sides.interest is not None
    assert sides.success is not None
    assert_allclose(model.score(given), sides.interest * sides.success, rtol=1e-6)


def test_a_side_that_was_not_learnt_counts_as_one_and_is_told_as_unknown() -> None:
    model, given = ranker("interest"), features()
    sides = model.side_scores(given)
    assert sides.success is None
    assert_array_equal(model.score(given), sides.interest)


@pytest.mark.parametrize("sides", [("interest",), ("interest", "success")])
def test_contributions_sum_to_the_score_less_the_base(sides: tuple[str, ...]) -> None:
    model, given = ranker(*sides), features()
    parts = model.contributions(given)
    assert parts.shape == (len(given), len(model.groups))
    assert_allclose(parts.sum(axis=1) + model.base, model.score(given), atol=1e-5)


def test_better_pay_never_lowers_a_score() -> None:
    model, given = ranker("interest"), features()
    better = given.copy()
    better[:, NAMES.index("wage_gap")] += 0.5
    assert DIRECTION["wage_gap"] == 1
    known = ~np.isnan(given[:, NAMES.index("wage_gap")])
    assert (model.score(better)[known] >= model.score(given)[known]).all()


def test_it_scores_alike_after_rest_on_disk_and_the_bytes_are_the_same(tmp_path: Path) -> None:
    model, given = ranker("interest", "success"), features()
    model.save(tmp_path / "one")
    ranker("interest", "success").save(tmp_path / "two")
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()
    assert_array_equal(load_two_sided(tmp_path / "one").score(given), model.score(given))


def test_another_format_is_refused(tmp_path: Path) -> None:
    ranker("interest").save(tmp_path)
    file = tmp_path / "model.json"
    file.write_text(file.read_text("utf-8").replace('"format": 1', '"format": 99'), "utf-8")
    with pytest.raises(UnreadableFile, match="99"):
        load_two_sided(tmp_path)


def test_another_number_of_columns_is_refused_and_none_gives_none() -> None:
    model = ranker("interest")
    with pytest.raises(FeatureMismatch):
        model.score(np.zeros((1, 2), np.float32))
    assert model.score(np.zeros((0, len(NAMES)), np.float32)).shape == (0,)
