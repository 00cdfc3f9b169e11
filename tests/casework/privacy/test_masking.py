"""Masked is enough to know somebody by, and never the whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.casework.privacy.masking import MASKS, masked


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        pytest.param("name", "张小三", "张**", id="name"),
        pytest.param("name", "张", "*", id="one-sign"),
        pytest.param("id_number", "320613197405121234", "3206**********1234", id="id-number"),
        pytest.param("id_number", "3206", "****", id="cut-id-number"),
        pytest.param("phone", "13812341234", "138****1234", id="mobile"),
        pytest.param("phone", "0513", "**13", id="short-phone"),
        pytest.param("address", "崇川区7号", "*****", id="short-address"),
        pytest.param("health", "limited", "***", id="health"),
        pytest.param("health", "", "", id="not-asked"),
    ],
)
def test_a_value_is_shown_in_part(column: str, value: str, shown: str) -> None:
    assert masked({column: value}) == {column: shown}


@pytest.mark.parametrize("column", sorted(MASKS))
@given(value=st.text(min_size=1, max_size=30).filter(lambda text: "*" not in text))
def test_no_value_is_shown_whole(column: str, value: str) -> None:
    assert masked({column: value})[column] != value


def test_other_columns_and_missing_values_stay() -> None:
    assert masked({"skills": "保洁", "name": None, "consent": True}) == {
        "skills": "保洁",
        "name": None,
        "consent": True,
    }
