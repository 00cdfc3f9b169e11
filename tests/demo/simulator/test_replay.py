"""Replays: nobody is placed twice, no post overfilled, better lists do not do worse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.demo.simulator.month import Luck, hired
from matcher.demo.simulator.policies import by_ranker, by_truth, policies
from matcher.demo.simulator.replay import MEASURES, replay, summary
from matcher.demo.simulator.scene import Scene


def scene_of(seed: int, people: int = 120, posts: int = 40, places: int = 1) -> Scene:
    """A city in which everyone may take every post, and the ranker knows half the truth."""
    rng = np.random.default_rng(seed)
    person, vacancy = (at.ravel().astype(np.int32) for at in np.indices((people, posts)))
    liked = np.repeat(rng.random((1, posts)), people, axis=0).ravel()
    hire = rng.random(people * posts)
    score = (0.5 * liked + 0.5 * hire).astype(np.float32)
    household = np.where(np.arange(people) % 3 == 0, np.arange(people) // 6, -1)
    return Scene(
        person_at=person,
        vacancy_at=vacancy,
        score=score,
        rules=rng.random(people * posts).astype(np.float32),
        accept=0.2 + 0.8 * liked,
        hire=hire,
        n_persons=people,
        places=np.full(posts, places),
        household=household.astype(np.int32),
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3))
def test_nobody_is_placed_twice_and_no_post_overfilled(seed: int, places: int) -> None:
    scene = scene_of(seed, people=30, posts=6, places=places)
    rows = np.arange(len(scene.person_at))
    shown = by_ranker(scene, rows, scene.places, 4)
    luck = Luck.drawn(np.random.default_rng(seed), len(rows))
    work = hired(scene, shown, scene.places, luck)
    assert set(work) <= set(shown)
    assert len(np.unique(scene.person_at[work])) == len(work)
    assert (np.bincount(scene.vacancy_at[work], minlength=6) <= places).all()
    assert (luck.hire[work] < scene.hire[work]).all()


def test_the_same_seeds_give_the_same_table_and_others_another() -> None:
    first, again = (replay(scene_of(1), months=2, seeds=2) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    ranker = first[first["policy"] == "ranker"]
    assert ranker["placements"].nunique() == 2


def test_better_lists_place_more_and_spreading_them_places_more_still() -> None:
    table = summary(replay(scene_of(3), months=3, seeds=4)).set_index("policy")
    assert list(table.index) == list(policies())
    placed, spread = table["placements"].to_dict(), table["gini"].to_dict()
    assert placed["oracle_congestion"] > placed["rules"]
    assert placed["ranker_congestion"] > placed["ranker"]
    assert spread["ranker_congestion"] < spread["ranker"]


def test_lists_by_the_truth_put_the_truest_first() -> None:
    scene = scene_of(5, people=3, posts=5)
    shown = by_truth(scene, np.arange(15), scene.places, 2)
    chance = (scene.accept * scene.hire).reshape(3, 5)
    best = np.argsort(-chance, axis=1)[:, :2]
    assert scene.vacancy_at[shown].reshape(3, 2).tolist() == best.tolist()


def test_a_city_without_places_or_homes_has_nothing_to_count() -> None:
    scene = scene_of(2, people=10, posts=3, places=0).of_people(np.zeros(10, bool))
    table = summary(replay(scene, months=1, seeds=1))
    assert (table["placements"] == 0).all()
    assert (table["households_cleared"] == 0).all()
    assert table["in_time"].isna().all()


def test_one_seed_has_no_interval_and_several_have() -> None:
    runs = pd.DataFrame(
        {
            "policy": ["a", "a", "b"],
            "seed": [0, 1, 0],
            **{name: [1.0, 3.0, 5.0] for name in MEASURES},
        }
    )
    table = summary(runs)
    assert table["gini"].tolist() == [2, 5]
    # t(0.975, 1) = 12.706; the standard error of 1 and 3 is 1.
    assert table["gini_pm"].tolist() == pytest.approx([12.706, np.nan], abs=0.001, nan_ok=True)
