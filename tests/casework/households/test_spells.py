"""Stock and flow: the identity always holds, and a number is its households."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.casework.households.spells import (
    FLOWS,
    MEASURES,
    STOCK,
    TOTAL,
    balance,
    counts,
    entries,
    in_time,
    spells,
)
from tests.casework.households.walks import AREAS, FIRST, walks

DAY = st.integers(-5, 380).map(lambda days: FIRST + timedelta(days=days))


def standing_by_hand(events: pd.DataFrame, on: date, area: str) -> set[str]:
    """Households without work at the end of a day, by walking through the moves one by one."""
    there: dict[str, str] = {}
    moved: Any = in_time(events).itertuples(index=False)
    for row in moved:
        if row.day.date() > on:
            continue
        if row.state in STOCK:
            there[row.subject_id] = row.area_code
        else:
            there.pop(row.subject_id, None)
    return {name for name, lived in there.items() if lived.startswith(area)}


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), steps=st.integers(0, 120), one=DAY, other=DAY)
def test_stock_and_flow_agree_for_any_period_and_area(
    seed: int, steps: int, one: date, other: date
) -> None:
    since, until = min(one, other), max(one, other)
    events = walks(np.random.default_rng(seed), 12, steps)
    made = entries(events, since, until)
    for digits in (2, 6, 9, 12):
        table = counts(made, digits)
        assert not balance(table).any()
        assert (table.drop(TOTAL).sum() == table.loc[TOTAL]).all()
    for area in (*AREAS, ""):
        before = standing_by_hand(events, since - timedelta(days=1), area)
        after = standing_by_hand(events, until, area)
        within = made[made["area_code"].str.startswith(area)]
        start = within.loc[within["measure"] == "start", "household_id"]
        end = within.loc[within["measure"] == "end", "household_id"]
        assert set(start) == before
        assert set(end) == after


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), cuts=st.lists(DAY, min_size=2, max_size=6, unique=True))
def test_periods_one_after_another_add_up_to_the_whole(seed: int, cuts: list[date]) -> None:
    cuts = sorted(cuts)
    events = walks(np.random.default_rng(seed), 10, 100)
    parts: list[Any] = [
        counts(entries(events, since, until - timedelta(days=1)), 9, rows=AREAS)
        for since, until in pairwise(cuts)
    ]
    whole = counts(entries(events, cuts[0], cuts[-1] - timedelta(days=1)), 9, rows=AREAS)
    for name in (*FLOWS[1:-1], "cleared_again", "relapsed", "settled", "employed"):
        assert (sum(part[name] for part in parts) == whole[name]).all(), name
    for before, after in pairwise(parts):
        assert (before["end"] == after["start"]).all()
        for total, new in (("total", "appeared"), ("employed_total", "employed")):
            assert (before[total] + after[new] == after[total])[TOTAL], total
        firsts = after["cleared"] - after["cleared_again"]
        assert (before["cleared_total"] + firsts == after["cleared_total"])[TOTAL]


def events_of(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["subject_id", "event", "state", "on"])
    return made.assign(
        seq=range(1, len(made) + 1),
        household_id=made["subject_id"],
        version=made.groupby("subject_id").cumcount() + 1,
        area_code="320613001",
        reason=None,
        data=None,
    )


def test_placed_left_and_removed_are_three_numbers() -> None:
    found = [(f"H{at}", "find", "appeared", "2026-01-05") for at in range(3)]
    events = events_of(
        *found,
        ("H0", "clear", "cleared", "2026-01-06"),
        ("H1", "leave", "left", "2026-01-07"),
        ("H2", "remove", "removed", "2026-01-08"),
        ("H0", "reappear", "appeared", "2026-02-01"),
        ("H0", "clear", "cleared", "2026-02-02"),
    )
    january: Any = counts(entries(events, date(2026, 1, 1), date(2026, 1, 31)), 6).loc[TOTAL]
    assert january[list(FLOWS)].tolist() == [0, 3, 0, 1, 1, 1, 0]
    february: Any = counts(entries(events, date(2026, 2, 1), date(2026, 2, 28)), 6).loc[TOTAL]
    assert february[list(FLOWS)].tolist() == [0, 0, 1, 1, 0, 0, 0]
    assert february[["cleared_again", "relapsed", "cleared_total", "total"]].tolist() == [
        1,
        1,
        1,
        3,
    ]


def test_a_household_seen_from_the_middle_on_has_returned() -> None:
    events = events_of(("H0", "return", "appeared", "2026-03-01")).assign(version=7)
    assert spells(events)["began"].tolist() == ["returned"]


@pytest.mark.parametrize("measure", MEASURES)
def test_nothing_counts_nothing(measure: str) -> None:
    made = entries(walks(np.random.default_rng(0), 3, 0), FIRST, FIRST)
    assert counts(made, 2, rows=["32"])[measure].tolist() == [0, 0]
