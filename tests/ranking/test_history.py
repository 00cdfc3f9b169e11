from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse

from matcher.ranking.history.columns import HISTORY_FEATURES, OWN_OUTCOMES, history_columns
from matcher.ranking.history.past import Past
from matcher.ranking.history.regression import MOST_POSTS, RIDGE, WORDS, post_regression
from matcher.ranking.history.signals import VOTES, best_posts, blocks
from matcher.ranking.training.examples import hold_out, hold_out_people

N_PEOPLE, N_POSTS = 40, 25


def some_past(seed: int = 0, newcomers: int = 5) -> Past:
    """A past of random tastes; the last people are newcomers, and post 0 of 26 nobody went for."""
    rng = np.random.default_rng(seed)
    taken = rng.random((N_PEOPLE, N_POSTS)) < 0.2
    taken[-newcomers:] = False
    taken[0, :3] = True
    words = sparse.csr_matrix(np.eye(6, dtype=np.float32)[rng.integers(0, 6, N_PEOPLE)])
    of_posts = rng.integers(0, 6, N_POSTS)
    return Past(
        taken=sparse.csr_matrix(taken.astype(np.float32)),
        posts=np.arange(1, N_POSTS + 1, dtype=np.int32),
        column_of=np.arange(-1, N_POSTS, dtype=np.int32),
        profiles=words,
        traits=sparse.hstack([words, np.ones((N_PEOPLE, 1), np.float32)]).tocsr(),
        wordings=sparse.csr_matrix(np.eye(6, dtype=np.float32)[of_posts]),
        wording=of_posts.astype(np.int32),
    )


def test_the_regression_scores_a_person_as_if_their_row_had_never_been() -> None:
    past = some_past()
    own = past.taken[[3]].toarray()[0]
    rest = past.taken.toarray().copy()
    rest[3] = 0
    words = (past.wordings @ past.wordings.T).toarray()
    even = 1 / np.sqrt(np.maximum(rest.sum(axis=1), 1))
    together = rest.T @ (even[:, None] * rest)
    inverse = np.linalg.inv(together + WORDS * words + RIDGE * np.eye(N_POSTS))
    expected = -(own @ inverse) / np.diagonal(inverse)
    assert past.regression is not None
    assert_allclose(past.regression.score(past.taken[[3]])[0], expected, rtol=1e-3, atol=1e-5)


def test_too_many_posts_have_no_regression() -> None:
    shape = (2, MOST_POSTS + 1)
    assert post_regression(sparse.csr_matrix(shape), sparse.csr_matrix((shape[1], 1))) is None


def test_people_who_went_for_the_same_speak_and_oneself_does_not() -> None:
    past = some_past()
    made = blocks(past, np.array([7], np.int32)).of["together"][0]
    taken = past.taken.toarray()
    shared = taken @ taken[7]
    shared[7] = 0
    assert_allclose(made, shared @ taken, rtol=1e-5)


def test_a_walk_goes_on_from_the_posts_of_people_who_went_for_the_same() -> None:
    past = some_past()
    taken = past.taken.toarray()
    step = taken.T @ (taken / np.maximum(taken.sum(axis=1, keepdims=True), 1))
    np.fill_diagonal(step, 0)
    made = blocks(past, np.array([7], np.int32)).of
    assert_allclose(made["walk"][0], taken[7] @ step @ step, rtol=1e-4)
    assert_allclose(made["walk_on"][0], taken[7] @ step @ step @ step, rtol=1e-4)


def test_consensus_is_the_weighed_mean_of_standard_scores() -> None:
    made = blocks(some_past(), np.array([7, 9], np.int32)).of
    scores = {
        name: (made[name] - made[name].mean(axis=1, keepdims=True))
        / made[name].std(axis=1)[:, None]
        for name in VOTES
    }
    expected = sum(vote * scores[name] for name, vote in VOTES.items()) / sum(VOTES.values())
    assert_allclose(made["consensus"], expected, rtol=1e-4, atol=1e-5)


def test_newcomers_alone_have_the_signals_of_profiles_and_no_other() -> None:
    new = np.arange(N_PEOPLE - 3, N_PEOPLE, dtype=np.int32)
    past = some_past()
    alone, mixed = blocks(past, new).of, blocks(past, np.r_[new, np.int32(0)]).of
    assert set(alone) == {"neighbours", "neighbours_close", "profile"}
    for name, block in alone.items():
        assert_allclose(block, mixed[name][:3], rtol=1e-5, err_msg=name)


def test_a_newcomer_has_no_column_of_own_outcomes_and_those_of_the_profile() -> None:
    past = some_past()
    person, vacancy = np.array([N_PEOPLE - 1] * 3, np.int32), np.array([1, 2, 0], np.int32)
    made = history_columns(past, person, vacancy)
    assert tuple(made) == HISTORY_FEATURES
    assert all(np.isnan(made[name]).all() for name in OWN_OUTCOMES)
    assert (made["activity"] == 0).all()
    assert not np.isnan(made["neighbours"][:2]).any()


def test_a_post_nobody_went_for_has_no_signal_and_no_popularity() -> None:
    made = history_columns(some_past(), np.zeros(1, np.int32), np.zeros(1, np.int32))
    assert np.isnan(made["regression"][0])
    assert made["popularity"][0] == 0


def test_columns_do_not_depend_on_the_order_of_the_pairs() -> None:
    past, rng = some_past(), np.random.default_rng(1)
    person = rng.integers(0, N_PEOPLE, 60).astype(np.int32)
    vacancy = rng.integers(0, N_POSTS + 1, 60).astype(np.int32)
    order = rng.permutation(60)
    straight = history_columns(past, person, vacancy)
    mixed = history_columns(past, person[order], vacancy[order])
    for name in HISTORY_FEATURES:
        assert_allclose(straight[name][order], mixed[name], rtol=1e-5, err_msg=name)


def test_posts_one_went_for_are_not_proposed_again() -> None:
    past = some_past()
    person, vacancy = best_posts(past, np.arange(N_PEOPLE, dtype=np.int32), of_each=4)
    assert not np.asarray(past.taken[person, vacancy - 1]).any()
    assert len(np.unique(person.astype(np.int64) * 100 + vacancy)) == len(person)
    assert set(person.tolist()) == set(range(N_PEOPLE))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_holding_out_leaves_everybody_one_pair(share: float) -> None:
    past = some_past()
    held = hold_out(past, share, np.random.default_rng(2))
    left = past.keeping(~held)
    assert_array_equal(left.activity > 0, past.activity > 0)
    assert left.taken.nnz + held.sum() == past.taken.nnz


def test_holding_out_people_takes_all_or_nothing() -> None:
    past = some_past()
    left = past.keeping(~hold_out_people(past, 0.5, np.random.default_rng(3))).activity
    assert ((left == 0) | (left == past.activity)).all()
    assert (left[past.activity > 0] == 0).any()


def test_a_past_too_large_for_the_better_methods_has_the_walk_for_its_consensus() -> None:
    past = some_past()
    past.__dict__.update(regression=None, choice=None)
    made = blocks(past, np.array([7], np.int32)).of
    walk = made["walk"]
    assert "choice" not in made
    assert_allclose(made["consensus"], (walk - walk.mean()) / walk.std(), rtol=1e-4, atol=1e-5)
