from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.text.normalise import (
    distinct,
    normalise,
    normalise_all,
    split_list,
    term_table,
    terms,
)

any_text = st.text(max_size=40)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("ＡＢＣ　Ｄ", "abc d", id="full width becomes half width"),
        pytest.param("保\u200b洁\ufeff员", "保洁员", id="zero-width signs go"),
        pytest.param("🔥高薪👩‍🔧焊工✨", "高薪焊工", id="emoji and joiners go"),
        pytest.param("  a\t b\n", "a b", id="spaces become one"),
        pytest.param("￥3，000", "¥3,000", id="punctuation is kept, narrow"),
        pytest.param("ﾊﾝｸﾞﾙ", "ハングル", id="half-width katakana joins"),
        pytest.param("", "", id="nothing stays nothing"),
    ],
)
def test_a_text_has_one_spelling(written: str, expected: str) -> None:
    assert normalise(written) == expected


@given(any_text)
@settings(max_examples=300)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.lists(any_text, max_size=5))
@settings(max_examples=100)
def test_the_items_of_a_list_joined_again_are_the_same_items(parts: list[str]) -> None:
    items = split_list("；".join(parts))
    assert split_list(";".join(items)) == items
    assert all(item == item.strip() and item for item in items)


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        pytest.param("保洁；做饭;开车", ("保洁", "做饭", "开车"), id="semicolons of both widths"),
        pytest.param("保洁、做饭，开车", ("保洁", "做饭", "开车"), id="comma and pause mark"),
        pytest.param(
            "电工证（低压、高压）;焊工证", ("电工证（低压、高压）", "焊工证"), id="in brackets"
        ),
        pytest.param("月薪3,000元；包住", ("月薪3,000元", "包住"), id="comma inside a number"),
        pytest.param("C++/C#", ("C++/C#",), id="a slash does not part"),
        pytest.param("保洁;保洁 ;ＡＢ;ab", ("保洁", "ＡＢ"), id="each once, as first written"),
        pytest.param("（没关上;下一个", ("（没关上", "下一个"), id="a bracket left open"),
        pytest.param(" ; ；", (), id="only separators"),
    ],
)
def test_a_list_cell_is_split(cell: str, items: tuple[str, ...]) -> None:
    assert split_list(cell) == items


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("焊", {"焊"}, id="one character"),
        pytest.param("电焊工", {"电焊工", "电焊", "焊工"}, id="pairs and the short whole"),
        pytest.param("Node.js 开发", {"node.js 开发", "node.js", "开发"}, id="latin with a dot"),
        pytest.param("5.5k", {"5.5k"}, id="decimal number"),
        pytest.param("기획", {"기획"}, id="a short Korean word is not cut"),
        pytest.param("!!!", set(), id="punctuation alone"),
    ],
)
def test_a_text_gives_its_terms(text: str, expected: set[str]) -> None:
    assert set(terms(text)) == expected


def test_a_long_item_is_matched_by_its_pairs_only() -> None:
    long = "一二三四五六七八九十甲乙丙"
    assert long not in terms(long)
    assert "一二" in terms(long)


@given(st.lists(st.one_of(st.none(), any_text), max_size=8))
@settings(max_examples=100)
def test_the_columns_say_what_the_single_texts_say(texts: list[str | None]) -> None:
    table = term_table(texts)
    assert list(table.words) == sorted(set(table.words))
    for at, text in enumerate(texts):
        assert set(table.row(at)) == set(terms(text or ""))
    assert normalise_all(texts).tolist() == [
        None if text is None else normalise(text) for text in texts
    ]


def test_list_cells_keep_whole_items_as_terms() -> None:
    table = term_table(["data-entry work;保洁"], as_list=True)
    assert {"data-entry work", "保洁"} <= set(table.words)


def test_missing_texts_of_a_frame_column_are_empty_rows() -> None:
    column = pd.Series(["保洁", pd.NA, None], dtype="str")
    codes, texts_once = distinct(column)
    assert (codes.tolist(), texts_once) == ([0, -1, -1], ["保洁"])
    assert np.diff(term_table(column).offsets).tolist() == [1, 0, 0]


def test_no_text_at_all_gives_an_empty_table() -> None:
    table = term_table([])
    assert (table.words, table.offsets.tolist(), table.values.tolist()) == ((), [0], [])
