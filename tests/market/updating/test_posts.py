"""A market changed in place answers as one built anew."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.market.arrays import Csr, Market
from matcher.market.build import build_market
from matcher.market.updating.posts import with_posts
from matcher.market.updating.words import WORDS_OF_PEOPLE, WORDS_OF_POSTS
from tests.market.random_frames import ON, random_persons, random_vacancies

HIRED = pd.DataFrame({"vacancy_id": ["V3", "V1"], "hired": pd.array([1, 2], "Int64")})


def told(market: Market) -> dict[str, Any]:
    """Everything a market says, with words for their positions: unused words play no part."""
    words = np.array(market.terms.words, dtype=object)
    found: dict[str, Any] = {}
    sides = (("jobseekers", WORDS_OF_PEOPLE), ("vacancies", WORDS_OF_POSTS))
    for side, named in sides:
        rows = getattr(market, side)
        for each in fields(rows):
            value = getattr(rows, each.name)
            if each.name in named:
                value = [words[value.row(at)].tolist() for at in range(len(value))]
            elif isinstance(value, Csr):
                value = [value.row(at).tolist() for at in range(len(value))]
            elif is_dataclass(value):
                value = {part.name: getattr(value, part.name) for part in fields(value)}
            found[f"{side}.{each.name}"] = value
    used = np.unique(market.vacancies.text.values)
    found["idf"] = dict(zip(words[used], market.terms.idf[used].tolist(), strict=True))
    return found


def assert_alike(one: Market, other: Market) -> None:
    a, b = told(one), told(other)
    assert a.keys() == b.keys()
    for name in a:
        np.testing.assert_equal(a[name], b[name], err_msg=name)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(0, 12), changed=st.integers(0, 12))
def test_it_is_as_built_anew(seed: int, n: int, changed: int) -> None:
    rng = np.random.default_rng(seed)
    persons = random_persons(rng, 8)
    before, after = random_vacancies(rng, n), random_vacancies(rng, 12)
    which = rng.permutation(12)[:changed]
    after = after.iloc[np.sort(which)].reset_index(drop=True)
    rest = before[~before["vacancy_id"].isin(after["vacancy_id"])]
    now = pd.concat([rest, after], ignore_index=True)
    patched = with_posts(build_market(persons, before, on=ON), after, hired=HIRED)
    plain = build_market(
        persons, now, on=ON, hired=HIRED[HIRED["vacancy_id"].isin(after["vacancy_id"])]
    )
    assert_alike(patched, plain)


def test_the_market_before_stays_as_it_was() -> None:
    rng = np.random.default_rng(3)
    persons, posts = random_persons(rng, 8), random_vacancies(rng, 10)
    market = build_market(persons, posts[:6], on=ON)
    kept = told(market)
    with_posts(market, posts)
    np.testing.assert_equal(told(market), kept)


def test_the_arrays_of_people_are_shared_where_no_word_is_new() -> None:
    rng = np.random.default_rng(3)
    persons, posts = random_persons(rng, 8), random_vacancies(rng, 10)
    market = build_market(persons, posts, on=ON)
    again = with_posts(market, posts[:3])
    assert again.jobseekers is market.jobseekers
    assert again.terms.words is market.terms.words


@pytest.mark.parametrize(
    "n", [pytest.param(0, id="into an empty market"), pytest.param(5, id="into five")]
)
def test_every_post_may_be_new(n: int) -> None:
    rng = np.random.default_rng(5)
    persons, posts = random_persons(rng, 4), random_vacancies(rng, 9)
    assert_alike(
        with_posts(build_market(persons, posts[:n], on=ON), posts[n:]),
        build_market(persons, posts, on=ON),
    )
