"""Columns of codes answered once per distinct code."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from matcher.reference.distinct import over_distinct, positions


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param(["b", None, "a", "b"], id="list"),
        pytest.param(
            pd.Series(["b", pd.NA, "a", "b"], dtype="str", index=[7, 7, 1, 0]), id="series"
        ),
        pytest.param(pd.Index(["b", None, "a", "b"], dtype="str"), id="index"),
        pytest.param(np.array(["b", np.nan, "a", "b"], dtype=object), id="object array"),
    ],
)
def test_every_form_of_a_column_answers_alike(codes: object) -> None:
    asked: list[str] = []

    def answer(code: str) -> int:
        asked.append(code)
        return ord(code)

    found = over_distinct(codes, answer, missing=-1, dtype=np.int16)
    assert found.tolist() == [98, -1, 97, 98]
    assert sorted(asked) == ["a", "b"]
    assert positions(codes, ("a", "b")).tolist() == [1, -1, 0, 1]


def test_tuples_become_rows() -> None:
    found = over_distinct(["a", None], lambda _: (1.0, 2.0), missing=(0.0, 0.0), dtype=np.float64)
    assert found.tolist() == [[1, 2], [0, 0]]


def test_all_missing_and_empty_columns() -> None:
    assert over_distinct([None, None], len, missing=-1, dtype=np.int8).tolist() == [-1, -1]
    assert over_distinct([], len, missing=-1, dtype=np.int8).shape == (0,)
    assert positions([], ("a",)).shape == (0,)
