"""What free texts ask for: single sentences that are easily misread, and whole postings."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.text.normalise import normalise
from matcher.text.skills import Table, asked_in_texts, entries, link_certificates, link_skills
from matcher.text.skills.linking import NEAR_SPELLING, SHORTEST_NEAR

POSTINGS = Path(__file__).with_name("labelled_postings.csv")


@pytest.mark.parametrize(
    ("text", "asked", "ruled_out"),
    [
        pytest.param("持焊工证，无需电工证", "焊工证", "低压电工证", id="one asked one not"),
        pytest.param("无需焊工证、电工证", None, "焊工证;低压电工证", id="a negation reaches on"),
        pytest.param("无需电工证有叉车证即可", "叉车证", "低压电工证", id="until a new demand"),
        pytest.param("无需持有保安证", None, "保安员证", id="a demand word right behind 无需"),
        pytest.param("焊工证、电工证均不要求", None, "焊工证;低压电工证", id="negated behind"),
        pytest.param("没有焊工证勿扰", "焊工证", None, id="two negations"),
        pytest.param("没有叉车证，请勿投递", "叉车证", None, id="two negations over a comma"),
        pytest.param("学历不限，持电工证", "低压电工证", None, id="不限 of something else"),
        pytest.param("健康证由公司办理", None, None, id="the employer sees to it"),
        pytest.param("免费培训叉车证", None, None, id="it is taught"),
        pytest.param("驾照C1以上", "驾驶证C1", None, id="a licence class behind"),
        pytest.param("持C1证", "驾驶证C1", None, id="a class alone beside 证"),
        pytest.param("C1座位", None, None, id="a class alone beside nothing"),
        pytest.param("C19驾照", "驾驶证", None, id="a class inside another word"),
        pytest.param("持ＮＣ低压电工作业证", "低压电工证", None, id="the longest wording"),
        pytest.param("持有消防设施操作员工证", "消防设施操作员证", None, id="a near spelling"),
        pytest.param("持有飞船证", None, None, id="unknown"),
        pytest.param("", None, None, id="nothing"),
        pytest.param(None, None, None, id="no text"),
    ],
)
def test_a_certificate_is_asked_for_or_not(
    text: str | None, asked: str | None, ruled_out: str | None
) -> None:
    told = asked_in_texts("certificates", [text])
    assert (told.asked, told.ruled_out) == ([asked], [ruled_out])


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        pytest.param("会电焊、做饭", "焊接;家庭餐制作", id="a list"),
        pytest.param("无需经验会电焊", "焊接", id="the negation has its own object"),
        pytest.param("无需经验，会打扫卫生即可", "日常保洁", id="the next clause"),
        pytest.param("公司主营家政服务，现招仓库管理", "仓库管理", id="a company of itself"),
        pytest.param("零基础可学美甲", None, id="it is taught"),
        pytest.param("不会电脑也可以", None, id="not able to"),
        pytest.param("五险一金，购买保险", None, id="insurance is no skill"),
        pytest.param("简历请投 https://ps.cad.com", None, id="an address"),
        pytest.param("要求：1.会电焊2.懂CAD", "焊接;cad制图", id="numbered"),
        pytest.param("会 做 饭", None, id="letters apart are no word"),
        pytest.param("熟练使用ＯＦＦＩＣＥ", "办公软件", id="full width"),
        pytest.param("熟悉屠龙操作", None, id="unknown"),
    ],
)
def test_a_skill_is_asked_for_or_not(text: str, asked: str | None) -> None:
    assert asked_in_texts("skills", [text]).asked == [asked]


def test_unknown_words_are_told_per_text_and_never_forced() -> None:
    assert asked_in_texts("certificates", ["持有飞船证", "持焊工证", "随便"]).unknown == [
        "飞船证",
        None,
        None,
    ]
    assert asked_in_texts("skills", ["熟悉屠龙操作"]).unknown == ["屠龙"]


def test_names_of_trades_that_mean_other_things_count_in_titles_only() -> None:
    assert asked_in_texts("skills", ["人事"], titles=True).asked == ["人事管理"]
    assert asked_in_texts("skills", ["请联系人事"]).asked == [None]


@given(st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=5))
@settings(max_examples=40, deadline=None)
def test_any_texts_give_entries_of_the_table_only(texts: list[str | None]) -> None:
    for table in ("skills", "certificates"):
        told = asked_in_texts(table, texts)
        assert len(told.asked) == len(told.ruled_out) == len(told.unknown) == len(texts)
        for cell in (*told.asked, *told.ruled_out):
            assert cell is None or set(cell.split(";")) <= set(entries(table))


def labelled(table: Table) -> tuple[float, float, int]:
    """Precision, recall and number of labelled items on the postings of the file."""
    with POSTINGS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    titles = asked_in_texts(table, [row["title"] for row in rows], titles=True).asked
    texts = asked_in_texts(table, [row["description"] for row in rows]).asked
    found = [
        {*(a or "").split(";"), *(b or "").split(";")} - {""}
        for a, b in zip(titles, texts, strict=True)
    ]
    truth = [set(row[table].split(";")) - {""} for row in rows]
    right = sum(len(f & t) for f, t in zip(found, truth, strict=True))
    n_found, n_truth = sum(map(len, found)), sum(map(len, truth))
    return right / n_found, right / n_truth, n_truth


@pytest.mark.parametrize(
    ("table", "precision", "recall"),
    [("skills", 0.85, 0.8), ("certificates", 0.95, 0.9)],
)
def test_what_labelled_postings_ask_for_is_found(
    table: Table, precision: float, recall: float
) -> None:
    found, told, items = labelled(table)
    assert items >= 24
    assert (found >= precision, told >= recall) == (True, True), (found, told)


@pytest.mark.parametrize("table", ["skills", "certificates"])
def test_near_spellings_are_found_and_rarely_mistaken(table: Table) -> None:
    """What `NEAR_SPELLING` is measured by: one letter of a long wording wrong, or left out."""
    link = link_skills if table == "skills" else link_certificates
    long = [
        (normalise(word).replace(" ", ""), entry.zh)
        for entry in entries(table).values()
        for word in (entry.zh, *entry.synonyms)
        if len(word) > SHORTEST_NEAR and not any(sign.isascii() for sign in word)
    ]
    spoilt = [word[:2] + word[3:] for word, _ in long]
    names = link(spoilt)
    wrong = sum(
        found is not None and found != name for found, (_, name) in zip(names, long, strict=True)
    )
    right = sum(found == name for found, (_, name) in zip(names, long, strict=True))
    assert NEAR_SPELLING == 88
    assert wrong / len(long) <= 0.03
    assert right / len(long) >= 0.8
