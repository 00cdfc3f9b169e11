from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking.order import order_pairs, order_people, ranks

PAIRS = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 5), st.sampled_from([0.0, 0.5, 0.9]), st.booleans()
    ),
    max_size=20,
    unique_by=lambda pair: pair[:2],
)


def columns(pairs: list[tuple[int, int, float, bool]]) -> tuple[Any, Any, Any, Any]:
    person, vacancy, score, excluded = zip(*pairs, strict=True) if pairs else ((), (), (), ())
    return (
        np.array(person, np.int32),
        np.array(vacancy, np.int32),
        np.array(score, np.float32),
        np.array(excluded, np.bool_),
    )


@settings(max_examples=60, deadline=None)
@given(PAIRS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_lists_are_the_same_whatever_the_row_order(pairs: Any, n: int, random: Any) -> None:
    shuffled = random.sample(pairs, len(pairs))
    lists = []
    for given_pairs in (pairs, shuffled):
        person, vacancy, score, excluded = columns(given_pairs)
        kept = order_pairs(person, score, vacancy, n=n, excluded=excluded)
        lists.append([(int(person[at]), int(vacancy[at])) for at in kept])
    by_hand = sorted(pairs, key=lambda pair: (pair[0], pair[3], -pair[2], pair[1]))
    expected = [
        pair[:2]
        for at, pair in enumerate(by_hand)
        if sum(earlier[0] == pair[0] for earlier in by_hand[:at]) < n
    ]
    assert lists == [expected, expected]


def test_equal_scores_keep_the_lower_vacancy_first() -> None:
    person, vacancy = np.zeros(3, np.int32), np.array([9, 2, 5], np.int32)
    assert order_pairs(person, np.ones(3, np.float32), vacancy, n=3).tolist() == [1, 2, 0]


def test_a_score_that_is_no_number_comes_last() -> None:
    person, vacancy = np.zeros(2, np.int32), np.array([0, 1], np.int32)
    assert order_pairs(person, np.array([np.nan, 0.0], np.float32), vacancy, n=2).tolist() == [1, 0]


PEOPLE = np.arange(4, dtype=np.int32)
ONE_POST = np.zeros(4, np.int32)
SCORE = np.array([0.9, 0.2, 0.5, 0.5], np.float32)


@pytest.mark.parametrize(
    ("tier", "welfare", "excluded", "expected"),
    [
        pytest.param([2, 1, 1, 1], True, None, [2, 3, 1, 0], id="tier before score"),
        pytest.param([2, 1, 1, 1], False, None, [0, 2, 3, 1], id="an ordinary post by score"),
        pytest.param([0, 1, 2, 3], True, None, [1, 2, 3, 0], id="no tier behind every tier"),
        pytest.param([-1, 1, 2, 0], True, None, [1, 2, 0, 3], id="an unknown tier is none"),
        pytest.param([1, 1, 1, 4], True, [1, 1, 0, 0], [2, 3, 0, 1], id="the excluded come last"),
    ],
)
def test_people_stand_in_the_order_of_the_law(
    tier: Any, welfare: bool, excluded: Any, expected: list[int]
) -> None:
    order = order_people(
        ONE_POST,
        SCORE,
        PEOPLE,
        n=4,
        tier=np.array(tier, np.int8),
        public_welfare=np.full(4, welfare),
        excluded=None if excluded is None else np.array(excluded, np.bool_),
    )
    assert order.tolist() == expected


def test_what_law_puts_before_the_score_orders_inside_a_tier_and_ties_are_published() -> None:
    given = {"n": 4, "tier": np.array([2, 1, 1, 1], np.int8)}
    within, tie = np.array([0, 1, 2, 2], np.int32), np.array([0, 3, 2, 1], np.int32)
    for welfare, expected in ((True, [1, 3, 2, 0]), (False, [0, 3, 2, 1])):
        order = order_people(
            ONE_POST,
            SCORE,
            PEOPLE,
            public_welfare=np.full(4, welfare),
            within=within,
            tie=tie,
            **given,  # type: ignore[arg-type] # an int and a column by their names
        )
        assert order.tolist() == expected


def test_no_pairs_make_no_lists() -> None:
    none = np.zeros(0, np.int32)
    assert order_pairs(none, none.astype(np.float32), none, n=3).shape == (0,)
    assert ranks(none).shape == (0,)
