"""The model card: complete, the same bytes again, and the same facts in both languages."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import orjson
import pytest

from matcher.ranking.shelf.card import Card, Data, Origin, Row, card_markdown, wording

CARD = Card(
    name="autumn",
    data=Data(
        first_day="2025-01-02",
        last_day="2026-10-31",
        persons=3000,
        vacancies=1200,
        outcomes=45678,
        pairs=98765,
        positives=4321,
        generated=True,
        sampling="5 lawful posts for each positive",
        split="last 60 days; 10 % of persons",
    ),
    origin=Origin(
        made_on=date(2026, 11, 2),
        seed=7,
        code_version="0.1.0",
        code_sha256="c" * 64,
        law_sha256="d" * 64,
        parameters={"trees": 300},
    ),
    features=("distance_km", "wage_gap"),
    cautions=("not_calibrated_in_time", "positives_only", "generated"),
    pool_size=1200,
    level=0.95,
    rows=(
        Row("autumn", "everyone", "everyone", "ndcg@10", 900, 0.1234, 0.11, 0.14),
        Row("autumn", "sex", "female", "ndcg@10", 400, 0.1222, 0.10, 0.15),
        Row("popularity", "everyone", "everyone", "ndcg@10", 900, 0.0101, 0.008, 0.012),
        Row("autumn", "everyone", "everyone", "ece", 0, float("nan"), float("nan"), float("nan")),
    ),
)


def read(card: Card = CARD) -> Any:
    return orjson.loads(card.content())


def test_the_same_card_gives_the_same_bytes() -> None:
    assert CARD.content() == replace(CARD).content()
    assert read()["rows"][3]["value"] is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_every_number_of_the_card(language: Any) -> None:
    page = card_markdown(read(), language)
    numbers = ("3,000", "1,200", "45,678", "98,765", "4,321", "0.1234", "0.1222", "0.0101", "95%")
    named = ("autumn", "2025-01-02", "2026-10-31", "distance_km", "popularity", "`trees`: 300")
    hashes = ("c" * 12, "d" * 12)
    missing = [each for each in (*numbers, *named, *hashes) if each not in page]
    assert missing == []
    assert "nan" not in page.lower().replace("nantong", "")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_cautions_uses_and_blindness_are_always_said(language: Any) -> None:
    page, words = card_markdown(read(), language), wording(language)
    for caution in CARD.cautions:
        assert words["cautions"][caution] in page
    for each in (words["use"], words["labels"]["blind"], *words["not_for"]):
        assert each in page


def test_a_card_without_dates_says_so() -> None:
    bare = replace(CARD, data=replace(CARD.data, first_day=None, last_day=None), cautions=())
    page = card_markdown(read(bare), "en")
    assert "Span: no dates" in page
    assert "## Cautions" not in page


def test_both_languages_have_the_same_words_and_places() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: shape(each) for key, each in value.items()}
        if isinstance(value, list):
            return [shape(each) for each in value]
        return sorted(re.findall(r"{(\w+)", value))

    assert shape(dict(wording("zh"))) == shape(dict(wording("en")))


def test_baselines_are_told_for_everyone_since_their_rows_name_no_group() -> None:
    rows = (*CARD.rows, Row("popularity", "sex", "female", "ndcg@10", 400, 0.0777, 0.005, 0.02))
    assert "0.0777" not in card_markdown(read(replace(CARD, rows=rows)), "en")
