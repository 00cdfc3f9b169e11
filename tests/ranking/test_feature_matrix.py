"""The matrix of features as a whole: ranges, blocks, sets; flipped standing changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from matcher.market.arrays import Csr, Market
from matcher.ranking.features import FEATURES, pair_features
from matcher.ranking.features import registry as features_module
from matcher.ranking.pairs import overlap
from matcher.ranking.ranker import score_pairs
from matcher.ranking.rules import RulesRanker
from tests.ranking.small_market import (
    ELSEWHERE,
    HOME,
    ON,
    SAME_CITY,
    SAME_COUNTY,
    SAME_STREET,
    TERMS,
    make_jobseekers,
    make_market,
    make_standing,
    make_vacancies,
    places,
)


def random_market(rng: np.random.Generator, n: int = 40, m: int = 30) -> Market:
    """A market with about a third of everything not asked."""

    def some(values: Any, missing: Any) -> Any:
        return np.where(rng.random(len(values)) < 0.3, missing, values).astype(values.dtype)

    def rows(count: int, size: int) -> Csr:
        drawn = [
            np.unique(rng.integers(size, size=rng.integers(0, 4))).astype(np.int32)
            for _ in range(count)
        ]
        offsets = np.cumsum([0, *map(len, drawn)], dtype=np.int64)
        return Csr(offsets, np.concatenate(drawn, dtype=np.int32))

    codes = np.array([HOME, SAME_STREET, SAME_COUNTY, SAME_CITY, ELSEWHERE, ""])
    spots = rng.uniform((118, 30), (122, 34), size=(6, 2))
    here, there = rng.integers(6, size=n), rng.integers(6, size=m)
    words = len(TERMS.words)
    jobseekers = make_jobseekers(
        n,
        places=places(*codes[here], lonlat=spots[here].tolist()),
        education=some(rng.integers(1, 8, n).astype(np.int8), -1),
        experience_months=some(rng.integers(0, 400, n).astype(np.int32), -1),
        wage_wanted=some(rng.uniform(2000, 9000, n).astype(np.float32), np.nan),
        work_forms=rng.integers(0, 128, n).astype(np.uint8),
        max_commute_km=some(rng.uniform(1, 30, n).astype(np.float32), np.nan),
        occupations_done=rows(n, 500),
        occupations_wanted=rows(n, 500),
        skills=rows(n, words),
        certificates=rows(n, words),
        jobs=rows(n, words),
        text=rows(n, words),
    )
    vacancies = make_vacancies(
        m,
        places=places(*codes[there], lonlat=spots[there].tolist()),
        education_min=some(rng.integers(0, 8, m).astype(np.int8), -1),
        experience_months_min=some(rng.integers(0, 60, m).astype(np.int32), -1),
        wage_min=some(rng.uniform(2000, 5000, m).astype(np.float32), np.nan),
        wage_max=some(rng.uniform(5000, 9000, m).astype(np.float32), np.nan),
        work_form=some(rng.integers(0, 7, m).astype(np.int8), -1),
        occupation=some(rng.integers(0, 500, m).astype(np.int32), -1),
        places_left=some(rng.integers(0, 30, m).astype(np.int32), -1),
        posted_on=np.datetime64(ON) - rng.integers(0, 300, m),
        skills=rows(m, words),
        certificates=rows(m, words),
        title=rows(m, words),
        text=rows(m, words),
    )
    return make_market(jobseekers, vacancies)


def all_pairs(market: Market) -> tuple[Any, Any]:
    n, m = len(market.jobseekers), len(market.vacancies)
    return np.repeat(np.arange(n, dtype=np.int32), m), np.tile(np.arange(m, dtype=np.int32), n)


def test_known_values_stay_in_their_stated_range() -> None:
    market = random_market(np.random.default_rng(3))
    made = pair_features(
        market.jobseekers, market.vacancies, market.terms, *all_pairs(market), on=ON
    )
    low = np.array([entry.low for entry in FEATURES.values()])
    high = np.array([entry.high for entry in FEATURES.values()])
    assert ((made >= low - 1e-5) | np.isnan(made)).all()
    assert ((made <= high + 1e-5) | np.isnan(made)).all()
    must_be_known = [not entry.may_be_missing for entry in FEATURES.values()]
    assert not np.isnan(made[:, must_be_known]).any()
    of_work = [entry.group not in ("history", "record") for entry in FEATURES.values()]
    assert (~np.isnan(made[:, of_work])).any(axis=0).all(), (
        "a feature that is never known tests nothing"
    )


def test_blocks_do_not_show_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    market = random_market(np.random.default_rng(4))
    given_pairs = all_pairs(market)
    whole = pair_features(market.jobseekers, market.vacancies, TERMS, *given_pairs, on=ON)
    monkeypatch.setattr(features_module, "BLOCK", 7)
    split = pair_features(market.jobseekers, market.vacancies, TERMS, *given_pairs, on=ON)
    assert_array_equal(whole, split)


@settings(max_examples=60, deadline=None)
@given(
    a=st.sets(st.integers(0, 20), max_size=8),
    b=st.sets(st.integers(0, 20), max_size=8),
)
def test_overlap_agrees_with_sets(a: set[int], b: set[int]) -> None:
    weight = np.arange(1, 22, dtype=np.float32)
    rows = [np.array(sorted(values), np.int32) for values in (a, b)]
    ends = [np.array([0, len(row)], np.int64) for row in rows]
    zero = np.zeros(1, np.int32)
    shared, in_a, in_b = overlap(ends[0], rows[0], ends[1], rows[1], zero, zero, weight)
    assert shared[0] == sum(weight[at] for at in a & b)
    assert in_a[0] == sum(weight[at] for at in a)
    assert in_b[0] == sum(weight[at] for at in b)


def test_scores_do_not_change_when_all_standing_is_flipped() -> None:
    market = random_market(np.random.default_rng(5))
    n = len(market.jobseekers)
    flipped = replace(
        market,
        standing=make_standing(
            n,
            sex=np.arange(n, dtype=np.int8) % 2,
            birth_date=np.full(n, "1970-01-01", "datetime64[D]"),
            health=np.full(n, 2, np.int8),
            disability=np.ones(n, np.int8),
            household=np.arange(n, dtype=np.int32),
            household_ids=np.array([f"H{at}" for at in range(n)], dtype=object),
        ),
    )
    limits = {
        "sex_required": np.ones(30, np.int8),
        "age_max": np.full(30, 30, np.int16),
        "public_welfare": np.ones(30, np.int8),
    }
    flipped = replace(flipped, vacancies=replace(flipped.vacancies, **limits))
    before, after = (
        score_pairs(
            RulesRanker(), given.jobseekers, given.vacancies, TERMS, *all_pairs(given), on=ON
        )
        for given in (market, flipped)
    )
    assert_array_equal(before, after)
    assert len(np.unique(before)) > 100
