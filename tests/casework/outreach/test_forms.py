"""The letter to an employer and the form a person signs: what they say, and what they never do."""

from __future__ import annotations

import re
from datetime import date

import pytest

from matcher.casework.outreach.forms import (
    Referral,
    Registration,
    referral_page,
    registration_page,
)
from matcher.documents.printing.markup import Markup

ON = date(2026, 11, 2)
TOLD = {
    "name": "（生成）王<芳>",
    "id_number": "320***********0012",
    "education": "初中",
    "certificates": "",
    "skills": "保洁",
    "experience": "26",
    "title": "保洁员",
    "wage": "2,490 元/月",
    "place": "崇川区城东街道",
}


def letter(answer_by: date | None = date(2026, 11, 7)) -> Referral:
    return Referral("R-P1-V1-1", "（生成）利民保洁", "崇川区", ON, answer_by, dict(TOLD))


def text_of(page: Markup) -> str:
    body = page[page.index("<body") :]
    return re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", body, flags=re.S))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_says_who_comes_for_which_post_twice(language: str) -> None:
    page = referral_page(letter(), language)
    for said in ("王&lt;芳&gt;", "保洁员", "R-P1-V1-1"):
        assert text_of(page).count(said) >= 2, "in the letter and on the slip"
    assert page.count("<section>") == 1
    assert "<芳>" not in page, "what was typed is no markup"


def test_what_nobody_recorded_is_said_to_be_so() -> None:
    told = text_of(referral_page(letter(), "zh"))
    assert told.count("未登记") == 1


@pytest.mark.parametrize(
    ("answer_by", "said"),
    [
        pytest.param(date(2026, 11, 7), "2026年11月7日", id="by a day"),
        pytest.param(None, "面试后请填写", id="no day is set"),
    ],
)
def test_the_employer_is_asked_for_an_answer(answer_by: date | None, said: str) -> None:
    assert said in text_of(referral_page(letter(answer_by), "zh"))


def test_a_form_keeps_empty_fields_to_be_filled_by_hand() -> None:
    form = Registration(
        "P1", ON, [("基本情况", [("姓名", "王芳"), ("性别", ""), ("住址", "南通")])]
    )
    page = registration_page(form, "zh")
    assert re.search(r'<th scope="row">性别</th><td></td>', page)
    assert '<td colspan="3">南通</td>' in page, "the last of an odd number takes the row"


def test_hands_stand_on_the_screen_and_on_no_paper() -> None:
    page = referral_page(letter(), "zh", above=Markup("<button>x</button>"), script="/s.js")
    assert '<header class="above"><button>x</button></header>' in page
    assert ".above { display: none; }" in page
    assert '<script src="/s.js" defer="">' in page
    assert "<header" not in referral_page(letter(), "zh")
    assert "style=" not in page, "a strict policy lets no style into elements"
