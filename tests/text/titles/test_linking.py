from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import UnreadableFile
from matcher.reference.occupations import occupations, silver_titles
from matcher.reference.paths import path
from matcher.text.titles import SURE, LinkedTitles, link_titles, training
from matcher.text.titles import card as cards
from matcher.text.titles.major import STRENGTH, fit_pull, no_pull, pulled
from matcher.text.titles.model import gram_matrix, grams, level_of, read_model, title_model
from matcher.text.titles.noise import bare_title
from matcher.text.titles.reranking import candidates, chances, fit_weights, leaves_first


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        pytest.param("🔥沅江市沸嘻火锅...招聘服务员（包吃住）", "服务员", id="a shop before 招聘"),
        pytest.param("招聘专员", "招聘专员", id="招聘 is the work"),
        pytest.param("销售代表-西安", "销售代表", id="a city behind"),
        pytest.param("南通市保洁员", "保洁员", id="a city before"),
        pytest.param("急聘 高薪 叉车司机 6000-8000元/月", "叉车司机", id="pay and perks"),
        pytest.param("电焊工8k+五险一金", "电焊工", id="pay in thousands"),
        pytest.param("配/理/拣/发货", "配 理 拣 发货", id="slashes part words"),
        pytest.param("急聘", "急聘", id="nothing would be left"),
        pytest.param("（保安）", "保安", id="all in brackets"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_a_title_is_stripped_of_what_is_not_the_work(title: str, bare: str) -> None:
    assert bare_title(title) == bare


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("小区保洁员（包吃住）", "4-09-08-01"),
        ("急聘叉车司机 高薪", "6-30-05-01"),
        ("送餐员", "4-10-08-01"),
        ("住家月嫂 6000起", "4-10-01-06"),
        ("服装厂缝纫工", "6-05-01-03"),
        ("超市收银员", "4-01-02-04"),
        ("氩弧焊工", "6-18-02-04"),
        ("夜班保安", "4-07-05-01"),
        ("养老护理员", "4-10-01-05"),
    ],
)
def test_titles_of_public_employment_trades_are_linked(title: str, code: str) -> None:
    assert link_titles([title]).code.tolist() == [code]


def test_every_official_name_of_an_occupation_links_to_it() -> None:
    table = occupations()
    leaves = [c for c, level in zip(table.codes, table.level, strict=True) if level == 4]
    linked = link_titles([table.names[code] for code in leaves])
    same = np.array([found == code for found, code in zip(linked.code, leaves, strict=True)])
    assert same.mean() > 0.97  # a few names are bare forms of one another, or real titles


@pytest.mark.parametrize("title", [None, "", "직무 8", "???", "8888"])
def test_a_title_that_says_nothing_known_has_no_code(title: str | None) -> None:
    linked = link_titles([title])
    assert linked.code.tolist() == [None]
    assert np.isnan(linked.confidence[0])
    assert (linked.backoff_code[0], linked.alternatives[0]) == (None, None)


def well_formed(linked: LinkedTitles) -> bool:
    table = occupations()
    leaf = {c for c, level in zip(table.codes, table.level, strict=True) if level == 4}
    has = np.array([code is not None for code in linked.code], dtype=bool)
    return (
        all(code in leaf for code in linked.code[has])
        and all(code in table.names for code in linked.backoff_code[has])
        and bool(((linked.confidence[has] > 0) & (linked.confidence[has] <= 1)).all())
        and bool(np.isnan(linked.confidence[~has]).all())
    )


@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=6))
@settings(max_examples=50, deadline=None)
def test_any_titles_give_rows_that_hold_together(titles: list[str | None]) -> None:
    linked = link_titles(titles)
    assert len(linked.code) == len(linked.alternatives) == len(titles)
    assert well_formed(linked)


def test_the_answer_for_a_title_does_not_depend_on_its_neighbours() -> None:
    titles = ["电工", "会计", "保洁", None, "会计"]
    together = link_titles(titles)
    for at, title in enumerate(titles):
        alone = link_titles([title])
        assert together.code[at] == alone.code[0]
        assert together.backoff_code[at] == alone.backoff_code[0]
        np.testing.assert_allclose(together.confidence[at], alone.confidence[0], atol=1e-6)


def test_a_code_that_is_sure_needs_no_backoff_and_an_unsure_one_has_a_group() -> None:
    linked = link_titles(["小区保洁员", "前台"])
    assert linked.confidence[0] >= SURE > linked.confidence[1]
    assert linked.backoff_code[0] == linked.code[0]
    assert str(linked.backoff_code[1]).endswith("-00")


def test_alternatives_name_other_codes_and_fall_in_confidence() -> None:
    linked = link_titles(["前台"])
    pairs = [pair.split(":") for pair in str(linked.alternatives[0]).split(";")]
    values = [float(value) for _, value in pairs]
    assert linked.code[0] not in [code for code, _ in pairs]
    assert values == sorted(values, reverse=True)
    assert sum(values) + linked.confidence[0] <= 1.0 + 0.01


def test_a_real_title_labelled_with_a_group_backs_off_to_that_group() -> None:
    shown = silver_titles()
    group = shown[shown["occupation_code"] == "4-03-02-00"].iloc[0]
    linked = link_titles([group["title"]])
    assert linked.backoff_code[0] == "4-03-02-00"
    assert str(linked.code[0]).startswith("4-03-02-")


def test_the_shipped_model_was_trained_on_the_tables_that_are_shipped() -> None:
    assert title_model().inputs_sha256 == training.inputs_sha256(), (
        "the occupations or the noise words changed: run 'make models'"
    )


def test_a_broken_model_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "model.npz"
    file.write_bytes(b"not a zip")
    with pytest.raises(UnreadableFile, match="make models"):
        read_model(file)


def test_a_model_written_and_read_again_scores_the_same(tmp_path: Path) -> None:
    every = training.examples()
    names, counts = np.unique(every.codes[every.is_title].astype(str), return_counts=True)
    common = np.isin(every.codes.astype(str), names[np.argsort(counts)[-8:]]) & every.is_title
    few = every.at(np.flatnonzero(common)[:300])
    model = replace(
        training.fit(few),
        calibration={level: (np.array([0.0, 1.0]), np.array([0.1, 0.9])) for level in range(1, 5)},
    )
    training.write_model(model, tmp_path / "one.npz")
    training.write_model(model, tmp_path / "two.npz")
    again = read_model(tmp_path / "one.npz")
    titles = few.titles.tolist()
    np.testing.assert_array_equal(again.scores(titles), model.scores(titles))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    chosen = model.classes[model.scores(titles).argmax(axis=1)]
    assert (chosen == few.codes.astype(str)).mean() > 0.8


def test_chances_of_the_candidates_sum_to_one_and_leaves_come_first() -> None:
    model, titles = title_model(), ["保洁员", "", "会计", "前台"]
    seen = candidates(model, titles, gram_matrix(titles, model.grams))
    chance = chances(model.signs, seen)
    np.testing.assert_allclose(chance.sum(axis=1), 1.0)
    order, of_leaf = leaves_first(model, seen, chance)
    np.testing.assert_allclose(of_leaf.sum(axis=1), 1.0)
    levels = np.vectorize(level_of().get)(model.classes[np.take_along_axis(seen.at, order, 1)])
    assert (np.diff((levels == 4).astype(int), axis=1) <= 0).all()
    assert all(len(set(row)) == len(row) for row in seen.at.tolist())


def test_the_second_stage_learns_which_candidate_is_right() -> None:
    model, titles = title_model(), ["保洁员", "会计", "前台", "焊工", "司机"]
    seen = candidates(model, titles, gram_matrix(titles, model.grams))
    right = np.zeros(seen.at.shape, dtype=bool)
    right[:, 1] = True  # against the first stage, which likes column 0
    learnt = chances(fit_weights(seen, right), seen)[:, 1].mean()
    assert learnt > chances(np.zeros(seen.signs.shape[2]), seen)[:, 1].mean() + 0.1


def test_the_pull_learns_which_model_knows_the_major_group() -> None:
    model, titles = (
        title_model(),
        ["保洁员", "会计", "前台", "焊工", "司机", "出纳", "电工", "保安"],
    )
    seen = candidates(model, titles, gram_matrix(titles, model.grams))
    even = np.full(seen.at.shape, 1 / seen.at.shape[1])
    learnt = fit_pull(seen, even, seen.major.argmax(axis=1))
    assert learnt[1] > abs(learnt[0])  # the chances of all candidates are the same and say nothing
    told = pulled(learnt, seen, even) / STRENGTH
    np.testing.assert_array_equal(told.argmax(axis=1), seen.major.argmax(axis=1))


def test_without_a_pull_the_leaves_stand_by_their_chance_alone() -> None:
    model, titles = title_model(), ["保洁员", "前台", "销售顾问"]
    unpulled = replace(model, pull=no_pull(model.major))
    seen = candidates(model, titles, gram_matrix(titles, model.grams))
    chance = chances(model.signs, seen)
    _, of_leaf = leaves_first(unpulled, seen, chance)
    assert (np.diff(of_leaf, axis=1) <= 0).all()
    assert not pulled(unpulled.pull, seen, chance).any()


@pytest.mark.parametrize("title", ["직무 8", "???", "8888"])
def test_a_list_for_a_person_has_a_code_for_every_title_but_an_unsure_one(title: str) -> None:
    linked = link_titles([title, "", None], always=True)
    assert level_of()[str(linked.code[0])] == 4
    assert 0 < linked.confidence[0] < 0.1
    assert linked.code[1:].tolist() == [None, None]


def test_the_card_tells_of_the_shipped_model_and_that_it_reaches_its_targets() -> None:
    told = json.loads(path("text", cards.CARD).read_text(encoding="utf-8"))
    assert told["data"]["inputs_sha256"] == title_model().inputs_sha256
    assert told["held_out"]["exact_code_of_titles_labelled_with_a_leaf"]["share"] >= 0.68
    assert told["held_out"]["major_group_of_titles_labelled_with_a_leaf"]["share"] >= 0.85
    assert told["calibration"]["ece"] <= 0.03


def test_calibration_error_is_the_gap_weighted_by_titles() -> None:
    confidence = np.array([0.9, 0.9, 0.9, 0.1])
    told = cards.binned(confidence, np.array([True, True, False, False]))
    assert told["ece"] == pytest.approx((3 * abs(0.9 - 2 / 3) + 1 * 0.1) / 4, abs=1e-3)


def test_a_word_shorter_than_a_gram_still_has_grams() -> None:
    assert grams("工") == {" ", "工", " 工", "工 ", " 工 "}
    assert grams("") == set()


@pytest.mark.slow
def test_training_again_gives_the_same_bytes(tmp_path: Path) -> None:
    model, folds = training.train()
    training.write_model(model, tmp_path / "model.npz")
    assert (tmp_path / "model.npz").read_bytes() == path("text", cards.MODEL).read_bytes()
    shipped = path("text", cards.CARD).read_text(encoding="utf-8")
    on = date.fromisoformat(json.loads(shipped)["trained_on"])
    assert cards.as_text(cards.card(model, folds, on)) == shipped
