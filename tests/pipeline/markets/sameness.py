"""Two snapshots held against each other, array by array and byte by byte."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from matcher.pipeline import matching
from matcher.pipeline.snapshot import Snapshot
from matcher.policy.recorded.written import text_of
from matcher.ranking.rules import RulesRanker


def assert_same(one: Any, other: Any, path: str) -> None:
    """Arrays of one dtype, shape and content, wherever in a record they stand."""
    if is_dataclass(one) and not isinstance(one, type):
        for each in fields(one):
            told = f"{path}.{each.name}"
            assert_same(getattr(one, each.name), getattr(other, each.name), told)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype, path
        assert one.shape == other.shape, path
        if one.dtype == object:
            assert one.tolist() == other.tolist(), path
        elif one.dtype.names:
            for name in one.dtype.names:
                assert one[name].tobytes() == other[name].tobytes(), f"{path}.{name}"
        else:
            assert one.tobytes() == other.tobytes(), path
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, obj=path)
    elif sparse.issparse(one):
        for part in ("data", "indices", "indptr"):
            assert_same(getattr(one, part), getattr(other, part), f"{path}.{part}")
    elif isinstance(one, (tuple, list)):
        assert len(one) == len(other), path
        for at, (mine, its) in enumerate(zip(one, other, strict=True)):
            assert_same(mine, its, f"{path}[{at}]")
    else:
        assert one == other, path


def assert_law(one: Snapshot, other: Snapshot) -> None:
    """Law's answers about everyone, and what they were found from, person by person."""
    mine, its = one.entitlement, other.entitlement
    for name in ("welfare", "zero_employment", "unemployed_since", "tie_line", "ids", "classes"):
        assert_same(getattr(mine, name), getattr(its, name), name)
    every = np.arange(len(mine.ids))
    for at in every.tolist():
        alone = text_of(its.facts.take(np.array([at])))
        assert text_of(mine.facts.take(np.array([at]))) == alone, mine.ids[at]
    for number in range(len(mine.classes)):
        assert_same(mine.priority[number].within, its.priority[number].within, "within")
        placed = [each.priority[number].tier_once_placed for each in (mine, its)]
        assert_same(*placed, "tier once placed")


def assert_snapshots(one: Snapshot, other: Snapshot) -> None:
    """Every array, every list of matches, and what was worked out on the way."""
    assert_same(one.market, other.market, "market")
    assert_law(one, other)
    assert_same(one.outcomes, other.outcomes, "outcomes")
    assert (dict(one.marks), one.served) == (dict(other.marks), other.served)
    for name in ("known_pairs", "acted", "_stages", "answers", "span"):
        assert_same(getattr(one, name), getattr(other, name), name)
    assert_same(one.index, other.index, "index")
    assert_same(one.past, other.past, "past")
    worked_out = ("by_post", "popularity", "activity", "regression", "embedding", "profile", "walk")
    for name in worked_out:
        assert_same(getattr(one.past, name), getattr(other.past, name), name)
    mine, its = (matching.match_all(each, RulesRanker(), top=15) for each in (one, other))
    pd.testing.assert_frame_equal(mine, its)
