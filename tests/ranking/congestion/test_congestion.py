"""Prices of attention: what they do to lists, what they cost, and that they never invent pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matcher.errors import WrongUse
from matcher.ranking.congestion.exposure import expected_ndcg, exposure_of, gini
from matcher.ranking.congestion.lists import exposures, order_lists
from matcher.ranking.congestion.prices import Aim, priced_for, shadow_prices
from matcher.ranking.congestion.round import Round, build_round
from matcher.ranking.order import order_pairs

POSTS = 8


@st.composite
def rounds(draw: st.DrawFn, depth: int = 2) -> Round:
    """Up to a dozen people with some of eight posts as candidates, scores in quarters."""
    people = draw(st.integers(1, 12))
    there = np.array(
        draw(
            st.lists(
                st.lists(st.booleans(), min_size=POSTS, max_size=POSTS),
                min_size=people,
                max_size=people,
            )
        )
    )
    person, vacancy = (at.astype(np.int32) for at in np.nonzero(there))
    quarters = st.lists(st.integers(0, 4), min_size=len(person), max_size=len(person))
    score = (np.array(draw(quarters)) / 4).astype(np.float32)
    return build_round(person, vacancy, score, np.ones(POSTS), depth=depth)


def person_of(lists: Round) -> NDArray[np.int32]:
    """The person of each pair."""
    return np.repeat(lists.persons, np.diff(lists.offsets))


def crowded(people: int = 400, posts: int = 80) -> Round:
    """A market in which everyone likes the same few posts best."""
    rng = np.random.default_rng(7)
    liked = np.sort(rng.gamma(1.0, 0.12, posts))[::-1]
    score = np.clip(0.2 + liked + rng.normal(0, 0.08, (people, posts)), 0, 1)
    person, vacancy = (at.ravel().astype(np.int32) for at in np.indices((people, posts)))
    return build_round(person, vacancy, score.ravel().astype(np.float32), np.ones(posts))


@settings(max_examples=60, deadline=None)
@given(rounds(), st.integers(1, 6))
def test_without_prices_the_lists_are_the_rankers_own(lists: Round, n: int) -> None:
    kept = order_lists(lists, np.zeros(POSTS), n=n)
    plain = order_pairs(person_of(lists), lists.score, lists.vacancy_at, n=n)
    assert kept.tolist() == plain.tolist()


@settings(max_examples=60, deadline=None)
@given(rounds(), st.lists(st.floats(0, 1), min_size=POSTS, max_size=POSTS))
def test_exposure_counts_what_the_lists_show(lists: Round, price: list[float]) -> None:
    kept = order_lists(lists, np.array(price), n=lists.depth)
    shown = np.bincount(lists.vacancy_at[kept], minlength=POSTS)
    assert exposures(lists, np.array(price)).tolist() == shown.tolist()
    size = np.minimum(np.diff(lists.offsets), lists.depth)
    assert shown.sum() == size.sum()
    assert len(np.unique(kept)) == len(kept)


@settings(max_examples=60, deadline=None)
@given(rounds(), st.integers(0, POSTS - 1), st.floats(0, 1), st.floats(0, 1))
def test_a_dearer_post_is_never_shown_more(lists: Round, at: int, low: float, more: float) -> None:
    price = np.full(POSTS, 0.3)
    price[at] = low
    before = exposures(lists, price)[at]
    price[at] = low + more
    assert exposures(lists, price)[at] <= before


@settings(max_examples=60, deadline=None)
@given(rounds(depth=3))
def test_worth_falls_with_the_score_and_ends_at_nothing(lists: Round) -> None:
    for first, last in zip(lists.offsets[:-1], lists.offsets[1:], strict=True):
        order = np.argsort(-lists.score[first:last], kind="stable")
        worth = lists.worth[first:last][order]
        assert (np.diff(worth) <= 1e-6).all()
        assert worth[-1:].sum() == 0


def test_worth_is_what_share_the_list_loses_without_the_post() -> None:
    score = np.array([0.9, 0.5, 0.4, 0.1], np.float32)
    lists = build_round(
        np.zeros(4, np.int32), np.arange(4, dtype=np.int32), score, np.ones(4), depth=2
    )
    second = 1 / np.log2(3)
    with_all, without_first = 0.9 + 0.5 * second, 0.5 + 0.4 * second
    without_second = 0.9 + 0.4 * second
    # What stands last among the candidates has nothing behind it: it is worth nothing.
    tail = (0.4 - 0.1) * second
    lost = np.array([with_all - without_first + tail, with_all - without_second + tail])
    assert lists.worth[:2] == pytest.approx(lost / with_all, rel=1e-5)


def test_people_of_low_and_of_high_scores_have_the_same_say() -> None:
    person, vacancy = np.repeat(np.arange(3, dtype=np.int32), 3), np.tile(np.arange(3), 3)
    score = np.array([0.9, 0.6, 0.3, 0.09, 0.06, 0.03, 0, 0, 0], np.float32)
    lists = build_round(person, vacancy.astype(np.int32), score, np.ones(3), depth=2)
    assert lists.worth[:3] == pytest.approx(lists.worth[3:6], rel=1e-5)
    assert (lists.worth[6:] == 0).all()


@settings(max_examples=40, deadline=None)
@given(rounds(), st.floats(0.001, 1))
def test_the_cost_stays_within_what_was_allowed(lists: Round, loss: float) -> None:
    priced = priced_for(lists, Aim(gini_share=0.1, loss=loss))
    if len(lists.vacancy_at):
        assert priced.expected_ndcg >= 1 - loss
        assert (
            expected_ndcg(lists, priced.price) == pytest.approx(priced.expected_ndcg, nan_ok=True)
            or not (lists.score > 0).any()
        )
    assert (priced.price >= 0).all()


def test_a_crowded_market_is_spread_as_aimed_by_the_weakest_prices_that_do() -> None:
    lists = crowded()
    plain = gini(exposures(lists, np.zeros(80)))
    priced = priced_for(lists, Aim(gini_share=0.5, loss=0.2))
    assert gini(exposures(lists, priced.price)) <= 0.5 * plain
    weaker = shadow_prices(lists, priced.strength * 0.9)
    assert gini(exposures(lists, weaker)) > 0.5 * plain
    assert priced.expected_ndcg > 0.9


def test_what_may_not_be_lost_is_not_spent_on_spreading() -> None:
    lists = crowded()
    careful = priced_for(lists, Aim(gini_share=0.01, loss=0.005))
    bold = priced_for(lists, Aim(gini_share=0.01, loss=0.05))
    assert careful.expected_ndcg >= 0.995
    assert 0 < careful.strength < bold.strength


def test_the_same_round_gives_the_same_prices() -> None:
    assert (priced_for(crowded(), Aim()).price == priced_for(crowded(), Aim()).price).all()


def test_people_who_are_alike_do_not_all_turn_to_the_same_post() -> None:
    person, vacancy = (at.ravel().astype(np.int32) for at in np.indices((300, 10)))
    score = np.tile(np.linspace(0.9, 0.45, 10), 300).astype(np.float32)
    lists = build_round(person, vacancy, score, np.ones(10), depth=2)
    plain = exposure_of(lists, exposures(lists, np.zeros(10)), np.ones(10))
    priced = priced_for(lists, Aim(gini_share=0.5, loss=0.5))
    spread = exposure_of(lists, exposures(lists, priced.price), np.ones(10))
    assert plain.shown == pytest.approx(0.2)
    assert spread.gini <= 0.5 * plain.gini
    assert spread.shown > 0.5


def test_more_openings_earn_more_lists() -> None:
    lists = crowded()
    weight = np.ones(80)
    weight[:5] = 10
    larger = build_round(person_of(lists), lists.vacancy_at, lists.score, weight, depth=lists.depth)
    assert (
        exposures(larger, shadow_prices(larger, 0.2))[:5].sum()
        > exposures(lists, shadow_prices(lists, 0.2))[:5].sum()
    )


def test_a_score_that_is_missing_counts_as_nothing() -> None:
    score = np.array([np.nan, 0.5], np.float32)
    lists = build_round(np.zeros(2, np.int32), np.arange(2, dtype=np.int32), score, np.ones(2))
    assert order_lists(lists, np.zeros(2), n=2).tolist() == [1, 0]


def test_nobody_and_nothing_make_an_empty_round() -> None:
    none = np.empty(0, np.int32)
    lists = build_round(none, none, np.empty(0, np.float32), np.ones(3))
    priced = priced_for(lists, Aim())
    assert priced.strength == 0
    assert len(order_lists(lists, priced.price, n=5)) == 0
    assert exposure_of(lists, exposures(lists, priced.price), np.ones(3)).most == 0


@pytest.mark.parametrize(
    ("weight", "depth"),
    [
        pytest.param([1.0, 0.0], 10, id="a post of no weight"),
        pytest.param([1.0, 1.0], 0, id="lists of no length"),
        pytest.param([1.0, np.nan], 10, id="a weight that is not known"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(weight: list[float], depth: int) -> None:
    with pytest.raises(WrongUse):
        build_round(
            np.zeros(2, np.int32),
            np.arange(2, dtype=np.int32),
            np.ones(2, np.float32),
            weight,
            depth=depth,
        )
