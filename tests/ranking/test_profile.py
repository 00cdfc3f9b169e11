from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import sparse

from matcher.ranking.history.profile import FEWEST_PEOPLE, RIDGE, profile_regression, traits_of
from tests.ranking.small_market import make_jobseekers

N = 20


def words(seed: int = 0) -> sparse.csr_matrix:
    rng = np.random.default_rng(seed)
    return sparse.csr_matrix(np.eye(4, dtype=np.float32)[rng.integers(0, 4, N)])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_weights_solve_the_ridge_regression_of_those_with_a_history(seed: int) -> None:
    rng = np.random.default_rng(seed)
    taken = (rng.random((N, 6)) < 0.3).astype(np.float32)
    taken[-4:] = 0
    taken[0, 0] = 1
    traits = words(seed).toarray()
    active = taken.sum(axis=1) > 0
    told = traits[active]
    expected = np.linalg.solve(told.T @ told + RIDGE * np.eye(4), told.T @ taken[active])
    made = profile_regression(sparse.csr_matrix(taken), sparse.csr_matrix(traits))
    assert made is not None
    assert_allclose(made.score(sparse.csr_matrix(traits)), traits @ expected, rtol=1e-3, atol=1e-6)


def test_people_of_a_profile_expect_what_others_of_it_went_for() -> None:
    taken = np.repeat(np.eye(2, dtype=np.float32), 10, axis=0)
    traits = sparse.csr_matrix(taken)
    made = profile_regression(sparse.csr_matrix(taken), traits)
    assert made is not None
    assert (made.score(traits).argmax(axis=1) == taken.argmax(axis=1)).all()


def test_where_nobody_went_for_anything_there_is_no_regression() -> None:
    assert profile_regression(sparse.csr_matrix(np.zeros((N, 3))), words()) is None


def test_traits_leave_out_graduation_year_and_words_of_few() -> None:
    some = words().toarray()
    some[:, 3] = 0
    some[: FEWEST_PEOPLE - 1, 3] = 1
    rows = sparse.csr_matrix(some)
    early = traits_of(make_jobseekers(N, graduate_year=np.full(N, 1980, np.int16)), rows)
    late = traits_of(make_jobseekers(N, graduate_year=np.arange(2000, 2020, dtype=np.int16)), rows)
    assert_allclose(early.toarray(), late.toarray())
    often = (some > 0).sum(axis=0) >= FEWEST_PEOPLE
    assert_allclose(early.toarray()[:, : often.sum()], some[:, often])
    assert not often[3]


def test_unknown_education_and_experience_are_no_trait() -> None:
    known = make_jobseekers(
        2, education=np.array([3, -1], np.int8), experience_months=np.array([24, -1], np.int32)
    )
    made = traits_of(known, sparse.csr_matrix(np.zeros((2, 4), np.float32))).toarray()
    assert (made[0] > 0).sum() == 3
    assert (made[1] > 0).sum() == 1
