"""What is said around the work is taken off, whatever the work and the order."""

from __future__ import annotations

import csv
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.reference.occupations import occupations
from matcher.reference.paths import path
from matcher.text.titles import link_titles
from matcher.text.titles.model import level_of
from matcher.text.titles.noise import bare_title, everyday_titles

WORK = ("保洁员", "电焊工", "超市收银员", "养老护理员", "叉车司机", "会计")
BEFORE = (
    "",
    "急聘",
    "🔥急招",
    "高薪诚聘 ",
    "【南通】",
    "南通市",
    "如东县",
    "(高薪)",
    "某某超市招聘",
)
BEHIND = (
    "",
    "（包吃住）",
    "4000-6000元/月",
    " 8k-1.2万",
    "[五险一金]",
    "-西安",
    " 双休",
    "💰💰",
    "！！！",
)


@given(
    st.sampled_from(WORK), st.sampled_from(BEFORE), st.lists(st.sampled_from(BEHIND), max_size=3)
)
@settings(max_examples=150, deadline=None)
def test_noise_around_the_work_leaves_the_work(work: str, before: str, behind: list[str]) -> None:
    assert bare_title(before + work + " ".join(behind)) == work


def test_noise_around_the_work_leaves_its_code() -> None:
    plain = dict(zip(WORK, link_titles(WORK).code, strict=True))
    dressed = [(work, a + work + b) for work, a, b in product(WORK, BEFORE, BEHIND)]
    linked = link_titles([title for _, title in dressed])
    assert linked.code.tolist() == [plain[work] for work, _ in dressed]


@given(st.text(alphabet="保洁电工急聘高薪招南通市省元0123456789kw（）【】-~ 🔥+", max_size=16))
@settings(max_examples=300, deadline=None)
def test_a_title_of_any_letters_never_becomes_empty(text: str) -> None:
    kept = any(sign.isalnum() for sign in bare_title(text))
    assert kept == any(sign.isalnum() for sign in text)


def test_every_everyday_title_names_one_occupation_of_the_classification() -> None:
    with path("text", "everyday_titles.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(everyday_titles()) == len(rows), "two everyday titles are one when bare"
    assert all(level_of()[code] == 4 for code in everyday_titles().values())
    assert rows == sorted(rows, key=lambda row: (row["occupation_code"], row["title"]))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("招聘外卖骑手 8000+", "网约配送员"),
        ("急招秩序维护员", "保安员"),
        ("快递分拣员（包住）", "快件处理员"),
        ("停车场收费员（早班）", "停车管理员"),
        ("酒店客房阿姨", "客房服务员"),
        ("二保焊工", "焊工"),
        ("环卫工", "保洁员"),
    ],
)
def test_everyday_wordings_find_their_occupation(title: str, name: str) -> None:
    assert occupations().names[str(link_titles([title]).code[0])] == name
