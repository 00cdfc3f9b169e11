"""Groups, shares of lists, shadows of traits, and lists that change with the seed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from scipy.stats import kendalltau

from matcher.evaluation.fairness.groups import Grouping, age_grouping, grouping, groupings_of
from matcher.evaluation.fairness.proxies import FOLDS, profiles_of, proxy_auc
from matcher.evaluation.fairness.shares import exposure, lists_of, selection, selection_gap
from matcher.evaluation.fairness.tables import apart_table, group_table
from matcher.evaluation.fairness.volatility import kendall, overlap
from matcher.evaluation.tally import mean

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        pytest.param("2001-11-22", "25-34", id="on the birthday"),
        pytest.param("2001-11-23", "under 25", id="the day before it"),
        pytest.param("1960-02-29", "45+", id="a leap day"),
        pytest.param("not a day", None, id="unreadable"),
        pytest.param(None, None, id="not asked"),
    ],
)
def test_age_bands_go_by_full_years(born: str | None, band: str | None) -> None:
    found = age_grouping(pd.Series([born], dtype="str"), on=ON, bands=(25, 35, 45))
    at = int(found.group_of[0])
    assert (None if at < 0 else found.names[at]) == band


def test_labels_follow_the_person_whatever_the_order_of_the_rows() -> None:
    status = pd.DataFrame(
        {
            "person_id": ["P2", "P9", "P1"],
            "sex": ["male", "female", None],
            "birth_date": ["1990-01-01"] * 3,
            "hukou_kind": ["rural", "urban", "urban"],
        }
    )
    ids = np.array(["P1", "P2", "P3"], dtype=object)
    sex, age, hukou, newcomer = groupings_of(
        status, ids, np.array([True, False, True]), on=ON, age_bands=(25, 40)
    )
    assert [_label(sex, at) for at in range(3)] == [None, "male", None]
    assert [_label(age, at) for at in range(3)] == ["25-39", "25-39", None]
    assert [_label(hukou, at) for at in range(3)] == ["urban", "rural", None]
    assert [_label(newcomer, at) for at in range(3)] == ["newcomer", "with outcomes", "newcomer"]


def _label(groups: Grouping, at: int) -> str | None:
    return None if groups.group_of[at] < 0 else groups.names[groups.group_of[at]]


def admitted(n_posts: int, n_people: int) -> tuple[np.ndarray, np.ndarray]:
    return np.tile(np.arange(n_people), n_posts), np.repeat(np.arange(n_posts), n_people)


def test_a_fair_lot_gives_groups_equal_shares_and_a_biased_score_does_not() -> None:
    person, post = admitted(200, 60)
    sex = grouping("sex", ["female"] * 20 + ["male"] * 40)
    rng = np.random.default_rng(0)
    lot = rng.random(len(person)).astype(np.float32)
    biased = lot - 0.3 * (sex.group_of[person] == 0).astype(np.float32)
    gaps = {}
    for name, score in (("lot", lot), ("biased", biased)):
        lists = lists_of(person, post, score, n_people=60, rng=rng)
        table = apart_table(
            (selection(lists, 10), exposure(lists, 10)),
            (sex,),
            rng,
            least_shown=10,
            permutations=199,
        )
        gaps[name] = table.set_index("measure")
        assert_allclose(table["difference"][0], selection_gap(lists, sex, 10)[0], atol=1e-12)
        assert_allclose(table["ratio"][0], selection_gap(lists, sex, 10)[1], atol=1e-12)
    assert gaps["lot"].loc["selection@10", "ratio"] > 0.9
    assert gaps["lot"].loc["exposure@10", "p_value"] > 0.05
    assert gaps["biased"].loc["selection@10", "ratio"] < 0.5
    assert gaps["biased"].loc["exposure@10", "p_value"] == 1 / 200


def test_a_group_is_held_against_those_admitted_not_against_everyone() -> None:
    """Whom law keeps out of half the posts gets half the lists and the same rate."""
    person, post = admitted(400, 40)
    sex = grouping("sex", np.arange(40) % 2)
    kept = (sex.group_of[person] == 0) | (post % 2 == 0)
    score = np.random.default_rng(0).random(kept.sum()).astype(np.float32)
    lists = lists_of(person[kept], post[kept], score, n_people=40, rng=np.random.default_rng(1))
    listed = np.bincount(sex.group_of[lists.person_at[lists.selected(1)]])
    assert listed[0] > 2 * listed[1]
    even = post[kept] % 2 == 0
    halves = lists_of(
        person[kept][even], post[kept][even], score[even], n_people=40, rng=np.random.default_rng(1)
    )
    assert selection_gap(halves, sex, 1)[1] > 0.8


def test_equal_scores_go_by_lot_not_by_position() -> None:
    person, post = admitted(500, 10)
    flat = np.zeros(len(person), np.float32)
    lists = lists_of(person, post, flat, n_people=10, rng=np.random.default_rng(0))
    first = np.bincount(person[lists.rank == 1], minlength=10)
    assert first.min() > 25


def test_every_post_ranks_everyone_it_admits() -> None:
    person, post = admitted(3, 5)
    score = np.random.default_rng(0).random(15).astype(np.float32)
    lists = lists_of(person, post, score, n_people=5, rng=np.random.default_rng(0))
    for each in range(3):
        assert sorted(lists.rank[post == each]) == [1, 2, 3, 4, 5]


def test_a_trait_that_casts_no_shadow_cannot_be_guessed() -> None:
    rng = np.random.default_rng(0)
    found = proxy_auc(rng.normal(size=(400, 3)), rng.integers(0, 2, 400), seed=0)
    assert found is not None
    assert 0.4 < found.value < 0.6
    assert found.low < 0.5 < found.high


def test_too_few_people_of_a_kind_give_no_answer() -> None:
    few = (np.arange(50) < FOLDS - 1).astype(int)
    assert proxy_auc(np.zeros((50, 1)), few, seed=0) is None


def test_people_whose_trait_is_not_known_are_left_out() -> None:
    rng = np.random.default_rng(0)
    trait = rng.integers(-1, 2, 300)
    found = proxy_auc(rng.normal(size=(300, 2)), trait, seed=0)
    assert found is not None
    assert found.people == (trait >= 0).sum()


def test_a_profile_tells_mean_least_most_and_share_known() -> None:
    features = np.array([[1, np.nan], [3, np.nan], [5, 7]], np.float32)
    found = profiles_of(features, np.array([1, 1, 0]), 3)
    assert_allclose(found[1], [2, np.nan, 1, np.nan, 3, np.nan, 1, 0])
    assert np.isnan(found[2]).all()


def test_the_same_lists_overlap_wholly_and_others_not_at_all() -> None:
    lists = np.array([[1, 2], [3, 4]])
    assert overlap([lists, lists, lists]).value == 1
    assert overlap([lists, lists + 10]).value == 0
    with pytest.raises(ValueError, match="at least two"):
        overlap([lists])


def test_nobody_s_list_says_nothing() -> None:
    assert np.isnan(overlap([np.full((2, 3), -1)] * 2).value)


def test_a_group_of_few_people_has_no_row() -> None:
    sex = grouping("sex", ["female"] * 9 + ["male"] * 30)
    table = group_table(
        (mean("m", np.ones(39)),), (sex,), np.random.default_rng(0), least_shown=10, resamples=10
    )
    assert table["group"].tolist() == ["everyone", "male"]
    apart = apart_table(
        (mean("m", np.ones(39)),), (sex,), np.random.default_rng(0), least_shown=10, permutations=9
    )
    assert apart.empty


@pytest.mark.parametrize(
    ("one", "other", "tau"),
    [
        pytest.param([1, 2, 3], [1, 2, 3], 1.0, id="the same list"),
        pytest.param([1, 2, 3], [3, 2, 1], -1.0, id="turned round"),
        pytest.param([1, 2, 3], [2, 1, 9], -1.0, id="only what both hold"),
        pytest.param([1, 2, -1], [1, 2, -1], 1.0, id="a short list"),
        pytest.param([1, 2, 3], [3, 8, 9], np.nan, id="one post in common"),
        pytest.param([-1, -1, -1], [1, 2, 3], np.nan, id="no list at all"),
    ],
)
def test_kendall_counts_the_order_of_posts_that_both_lists_hold(
    one: list[int], other: list[int], tau: float
) -> None:
    lists = [np.array([one]), np.array([other])]
    assert_allclose(kendall(lists).value, tau)


def test_kendall_agrees_with_scipy_on_lists_of_the_same_posts() -> None:
    rng = np.random.default_rng(3)
    one, other = np.arange(10)[None], rng.permutation(10)[None]
    assert_allclose(kendall([one, other]).value, kendalltau(one[0], other[0].argsort()).statistic)


def test_one_training_tells_nothing_of_volatility() -> None:
    with pytest.raises(ValueError, match="two trainings"):
        kendall([np.array([[1, 2]])])
