"""Frames to rows and back: nothing lost, hashes that tell apart what differs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, Column, Double, Text

from matcher.store.rows import content_hashes, frame_of, ids_hash, tuples, typed, values_of

COLUMNS = (
    Column("text", Text()),
    Column("other", Text()),
    Column("count", BigInteger()),
    Column("share", Double()),
    Column("is_so", Boolean()),
)
NAMES = [column.name for column in COLUMNS]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
marked = st.lists(st.sampled_from(["\x1f", "other=", "text=", "a", ""]), max_size=4).map("".join)
cells = st.tuples(
    st.none() | texts | marked,
    st.none() | texts | marked,
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(allow_nan=False),
    st.none() | st.booleans(),
)


def frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    columns = {
        name: pd.Series([row[at] for row in rows], dtype=object) for at, name in enumerate(NAMES)
    }
    return typed(COLUMNS, pd.DataFrame(columns))


@given(st.lists(cells, max_size=8))
@settings(max_examples=60, deadline=None)
def test_rows_come_back_as_they_went(rows: list[tuple[Any, ...]]) -> None:
    went = frame(rows)
    pages = list(tuples(went, NAMES, {}))
    assert [row for page in pages for row in page] == rows
    pd.testing.assert_frame_equal(frame_of(COLUMNS, iter(pages)), went)


@given(cells, cells)
@settings(max_examples=150, deadline=None)
def test_hashes_are_equal_where_rows_are(one: tuple[Any, ...], two: tuple[Any, ...]) -> None:
    first, second = content_hashes(frame([one, two]))
    assert (first == second) == (one == two)


@given(st.lists(cells, min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_a_hash_does_not_depend_on_the_other_rows(rows: list[tuple[Any, ...]]) -> None:
    assert content_hashes(frame(rows)) == [content_hashes(frame([row]))[0] for row in rows]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        pytest.param(("a", "b"), ("b", "a"), id="columns swapped"),
        pytest.param(("", None), (None, ""), id="empty is not missing"),
        pytest.param(("a\x1fother=b", None), ("a", "b"), id="the separator inside a value"),
        pytest.param(("a\x1f", "b"), ("a", "\x1fb"), id="the separator at an edge"),
    ],
)
def test_rows_that_look_alike_are_told_apart(
    one: tuple[str | None, ...], two: tuple[str | None, ...]
) -> None:
    first, second = content_hashes(frame([(*row, None, None, None) for row in (one, two)]))
    assert first != second


def test_a_column_added_later_changes_no_hash() -> None:
    before = frame([("a", None, 1, 0.5, True)])
    assert content_hashes(before.assign(new=pd.array([pd.NA], dtype="str"))) == content_hashes(
        before
    )


def test_zero_has_one_sign_and_nan_is_missing() -> None:
    made = frame([("a", None, None, 0.0, None), ("a", None, None, -0.0, None)])
    assert len(set(content_hashes(made))) == 1
    nan = typed(COLUMNS, pd.DataFrame({"share": [np.nan, 1.0]}))
    assert values_of(nan["share"]) == [None, 1.0]


def test_hashes_stay_the_same_from_version_to_version() -> None:
    (found,) = content_hashes(frame([("保洁员", None, 3, 0.1, False)]))
    assert found == "4f5a997eebcf104aa3fcbb41e206d296"


def test_constants_stand_in_every_row() -> None:
    (page,) = tuples(frame([("a", "b", 1, None, None)]), ["version", "text"], {"version": 1})
    assert page == [(1, "a")]


def test_an_empty_frame_gives_no_page_and_comes_back_typed() -> None:
    assert list(tuples(frame([]), NAMES, {})) == []
    pd.testing.assert_frame_equal(frame_of(COLUMNS, iter([])), frame([]))


def test_booleans_are_read_from_numbers_too() -> None:
    found = frame_of(COLUMNS[4:], iter([[(1,), (None,), (0,)], [(True,), (None,)]]))
    assert found["is_so"].tolist() == [True, pd.NA, False, True, pd.NA]


def test_ids_with_the_same_letters_are_told_apart() -> None:
    assert ids_hash(["P1", "2"]) != ids_hash(["P12"])
    assert ids_hash([]) == ids_hash([])
