"""Nothing measured was learned from: by time, by person, by pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.evaluation.trials.splits import split_outcomes


def drawn(seed: int, n: int = 400, *, dated: float = 1.0) -> pd.DataFrame:
    """Rows of outcomes of some people and posts, a share of them with a day."""
    rng = np.random.default_rng(seed)
    days = np.datetime64("2026-01-01") + rng.integers(0, 300, n)
    on = pd.Series(days.astype(str), dtype="str").where(rng.random(n) < dated)
    return pd.DataFrame(
        {
            "person_id": [f"P{at}" for at in rng.integers(0, 60, n)],
            "vacancy_id": [f"V{at}" for at in rng.integers(0, 30, n)],
            "on": on,
        }
    )


def pairs(rows: pd.DataFrame, mask: np.ndarray) -> set[tuple[str, str]]:
    return set(zip(rows["person_id"][mask], rows["vacancy_id"][mask], strict=True))


@pytest.mark.parametrize("dated", [1.0, 0.0], ids=["dated", "undated"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_no_pair_is_learned_from_and_measured(dated: float, seed: int) -> None:
    rows = drawn(seed, dated=dated)
    split = split_outcomes(rows, seed=seed, held_share=0.2, people_share=0.1)
    assert not pairs(rows, split.learned) & pairs(rows, split.held)
    assert split.by_time is (dated == 1.0)


@pytest.mark.parametrize("dated", [1.0, 0.0], ids=["dated", "undated"])
def test_nothing_of_the_people_held_out_is_learned_from(dated: float) -> None:
    rows = drawn(1, dated=dated)
    split = split_outcomes(rows, seed=3, held_share=0.2, people_share=0.15)
    assert len(split.held_people) > 2
    assert not set(rows["person_id"][split.learned]) & set(split.held_people)
    assert set(rows["person_id"][split.held]) & set(split.held_people)


def test_what_is_measured_begins_after_what_was_learned_from() -> None:
    rows = drawn(2)
    split = split_outcomes(rows, seed=0, held_share=0.2, people_share=0.1)
    cut = str(split.first_held_day)
    first = rows.groupby(["person_id", "vacancy_id"])["on"].transform("min")
    assert (first[split.held] >= cut).all()
    assert (first[split.learned] < cut).all()
    assert 0.1 < split.held.mean() < 0.35


def test_a_lot_does_not_move_when_rows_are_added_or_shuffled() -> None:
    rows = drawn(4, dated=0)
    split = split_outcomes(rows, seed=0, held_share=0.3, people_share=0.1)
    order = np.random.default_rng(0).permutation(len(rows))
    again = split_outcomes(
        rows.iloc[order].reset_index(drop=True), seed=0, held_share=0.3, people_share=0.1
    )
    assert (again.held == split.held[order]).all()
    fewer = split_outcomes(rows[:100], seed=0, held_share=0.3, people_share=0.1)
    assert (fewer.held == split.held[:100]).all()


def test_another_seed_holds_out_others() -> None:
    rows = drawn(4, dated=0)
    one, other = (split_outcomes(rows, seed=s, held_share=0.3, people_share=0.1) for s in (0, 1))
    assert (one.held != other.held).any()
    assert one.held_people.tolist() != other.held_people.tolist()


def test_no_outcomes_make_an_empty_split() -> None:
    split = split_outcomes(drawn(0, n=0), seed=0, held_share=0.2, people_share=0.1)
    assert len(split.learned) == len(split.held) == len(split.held_people) == 0
