"""What a post can reach is never below what it scores, and leaving posts unread changes no list."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from matcher.retrieval.best.ladder import (
    FEW,
    RUNGS,
    bits_held,
    ceilings,
    climbed,
    from_the_top,
    rungs_a_point,
    shared_by_byte,
)
from matcher.retrieval.best.survivors import lay_out
from matcher.retrieval.index import Index, build_index
from matcher.retrieval.kernel import score_pairs
from matcher.retrieval.retrieve import search
from matcher.retrieval.rows import Flat, bits_of
from matcher.retrieval.sources import RetrievalWeights
from tests.market.random_frames import random_market


def reached(index: Index, person: int, *, by_words: bool) -> tuple[np.ndarray, np.ndarray]:
    """The rung every post can reach for a person, and the scores."""
    scales, n = index.scales, len(index.posts.row)
    n_terms, n_occupations = len(scales.idf), scales.steps.shape[1]
    flat = Flat(
        np.zeros(n_terms, np.float32),
        np.zeros(n_terms, np.float32),
        np.empty(n_occupations, np.int8),
        np.empty(n_occupations, np.int8),
    )
    lay_out(index.profiles, person, scales, flat)
    who, rows = index.profiles.row[person], np.arange(n, dtype=np.int32)
    can = bits_held(index.profiles.skills, who["skills_from"], who["skills_to"])
    reach, entitled = np.empty(n, np.int16), np.empty(n, np.bool_)
    eligible = index.welfare.eligible[person]
    words = index.profiles.text
    by_byte = shared_by_byte(words, who["text_from"], who["text_to"], flat.term)[: 8 * by_words]
    ceilings(who, can, rows, index.posts, scales.weights, flat, eligible, by_byte, reach, entitled)
    score, _ = score_pairs(
        index.profiles,
        index.posts,
        scales,
        index.welfare.eligible,
        np.full(n, person, np.int32),
        rows,
    )
    return reach, score


@pytest.mark.parametrize("by_words", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_no_post_scores_above_the_rung_it_can_reach(seed: int, by_words: bool) -> None:
    market, welfare = random_market(seed, n_persons=25, n_vacancies=150, missing=0.4)
    index = build_index(market, welfare)
    scale = rungs_a_point(index.scales.weights)
    for person in range(25):
        reach, score = reached(index, person, by_words=by_words)
        assert (reach >= (score.astype(np.float64) * scale).astype(np.int64)).all()
        assert reach.min() >= 0
        assert reach.max() < RUNGS


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param(RetrievalWeights(), id="as usual"),
        pytest.param(RetrievalWeights(welfare_share=0.0), id="no reserve"),
        pytest.param(RetrievalWeights(occupation=0.0, text=0.0), id="place and skills alone"),
        pytest.param(RetrievalWeights(text=-1.0), id="more words lower a score"),
    ],
)
def test_a_short_list_is_the_best_of_the_long_one(weights: RetrievalWeights) -> None:
    market, welfare = random_market(4, n_persons=30, n_vacancies=1_000, missing=0.7)
    index = build_index(market, welfare, weights=weights)
    every, few = search(index, k=1_000), search(index, k=6)
    row, served = index.profiles.row, np.diff(every.offsets)
    no_work = (row["wanted_from"] == row["wanted_to"]) & (row["done_from"] == row["done_to"])
    assert (served[no_work & (row["text_from"] < row["text_to"])] > FEW * 6).any()
    for at in range(len(every.persons)):
        whole, short = (slice(found.offsets[at], found.offsets[at + 1]) for found in (every, few))
        of_post = dict(
            zip(every.vacancy_at[whole].tolist(), every.score[whole].tolist(), strict=True)
        )
        chosen = few.vacancy_at[short].tolist()
        assert [of_post[each] for each in chosen] == few.score[short].tolist()
        left_out = sorted((of_post[each] for each in of_post.keys() - set(chosen)), reverse=True)
        free = len(chosen) - int(6 * weights.welfare_share)
        best = sorted(few.score[short].tolist(), reverse=True)
        if left_out and free > 0:
            assert best[free - 1] >= left_out[0]


def test_where_more_evidence_lowers_a_score_there_is_one_rung() -> None:
    assert rungs_a_point(RetrievalWeights(near=-0.1).as_array()) == 0.0
    assert rungs_a_point(RetrievalWeights().as_array()) > 0.0


def test_the_highest_come_first_and_equal_ones_in_their_order() -> None:
    order = from_the_top(np.array([3, RUNGS - 1, 0, 3, RUNGS - 1], np.int16))
    assert order.tolist() == [1, 4, 0, 3, 2]
    assert from_the_top(np.empty(0, np.int16)).tolist() == []


def test_the_mark_rises_to_where_k_stand() -> None:
    count = np.zeros(RUNGS, np.int64)
    count[[2, 5, 9]] = [4, 2, 1]
    assert climbed(count, 0, 7, 3) == (5, 3)
    assert climbed(count, 0, 7, 8) == (0, 7)


def test_persons_and_posts_give_a_skill_the_same_bit() -> None:
    terms = np.array([0, 5, 63, 64, 70], np.int32)
    assert_array_equal(bits_of(terms)[[0, 3]], [1, 1])
    assert bits_held(terms, 0, len(terms)) == np.bitwise_or.reduce(bits_of(terms))
