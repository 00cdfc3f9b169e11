"""Occupations: the tree, its distance, aliases, and the titles to learn from."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import UnknownCode
from matcher.reference.occupations import occupations, silver_titles

TABLE = occupations()
AT = st.integers(0, len(TABLE.codes) - 1)


def distance(a: int, b: int) -> int:
    return int(TABLE.tree_distance(np.array([a], np.int32), np.array([b], np.int32))[0])


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param("6-22-02-01", "6-22-02-01", 0, id="the same"),
        pytest.param("6-22-02-01", "6-22-02-02", 1, id="the same small group"),
        pytest.param("6-22-02-01", "6-22-02-00", 1, id="its own small group"),
        pytest.param("6-22-02-01", "6-22-01-02", 2, id="the same middle group"),
        pytest.param("6-22-02-01", "6-01-01-01", 3, id="the same great group"),
        pytest.param("6-22-02-01", "4-07-04-03", 4, id="nothing shared"),
        pytest.param("6-22-02-01", "9-99-99-99", -1, id="one unknown"),
        pytest.param("9-99-99-99", "9-99-99-99", -1, id="both unknown"),
    ],
)
def test_distance_counts_the_levels_not_shared(a: str, b: str, expected: int) -> None:
    at = TABLE.index([a, b])
    assert distance(at[0], at[1]) == expected


@given(AT, AT, AT)
def test_distance_is_a_metric_of_a_tree(a: int, b: int, c: int) -> None:
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) is (a == b)
    assert distance(a, c) <= max(distance(a, b), distance(b, c))


@given(AT)
def test_the_chain_of_ancestors_ends_with_a_great_group(at: int) -> None:
    code = TABLE.codes[at]
    chain = TABLE.ancestors(code)
    levels = TABLE.level[TABLE.index([code, *chain])].tolist()
    assert levels == sorted(levels, reverse=True)
    assert levels[-1] == 1
    assert code in TABLE.children(chain[0] if chain else None)


def test_the_classification_is_complete() -> None:
    assert np.bincount(TABLE.level).tolist() == [0, 8, 72, 336, 1631]
    assert list(TABLE.codes) == sorted(TABLE.codes)
    assert TABLE.index(TABLE.codes).tolist() == list(range(len(TABLE.codes)))


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        pytest.param("6-22-02-01", "6-22-02-00", id="an occupation of several in its group"),
        pytest.param("2-07-04-00", "2-07-00-00", id="the only occupation of its group"),
        pytest.param("1-01-00-01", "1-01-00-00", id="no small group between"),
        pytest.param("1-06-01-02", "1-06-00-00", id="the small group is not in the source"),
        pytest.param("7-00-00-00", None, id="a great group"),
    ],
)
def test_the_parent_is_the_nearest_group_in_the_table(code: str, parent: str | None) -> None:
    assert TABLE.parent(code) == parent


def test_names_are_free_of_marks_and_aliases_of_the_name() -> None:
    assert not [name for name in TABLE.names.values() if name[-1] in "LS"]
    assert TABLE.marks["4-01-06-02"] == ("S",)
    assert TABLE.marks["2-07-04-00"] == ()
    assert ("L", "S") in TABLE.marks.values()
    assert not [code for code, aliases in TABLE.aliases.items() if TABLE.names[code] in aliases]
    assert "律师助理" in TABLE.aliases["2-07-04-00"]


def test_unknown_and_missing_codes_have_no_position() -> None:
    codes = pd.Series(["8-00-00-00", None, "", "6220201"], dtype="str")
    assert TABLE.index(codes).tolist() == [len(TABLE.codes) - 1, -1, -1, -1]
    assert TABLE.index([]).dtype == np.int32
    assert TABLE.tree_distance(TABLE.index([]), TABLE.index([])).shape == (0,)


def test_an_unknown_code_is_named_with_its_group() -> None:
    for ask in (TABLE.name, TABLE.parent, TABLE.ancestors, TABLE.children):
        with pytest.raises(UnknownCode, match="6-22-02-99") as caught:
            ask("6-22-02-99")
        assert caught.value.nearest == ("6-22-02-00",)


def test_every_silver_title_has_a_code_of_the_classification() -> None:
    titles = silver_titles()
    assert len(titles) == 4491
    assert titles["title"].is_unique
    assert titles["title"].str.len().min() > 0
    assert (TABLE.index(titles["occupation_code"]) >= 0).all()
