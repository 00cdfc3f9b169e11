from __future__ import annotations

from typing import get_args

import pytest

from matcher.reference.occupations import occupations
from matcher.text.normalise import normalise
from matcher.text.skills import (
    Table,
    canonical_lists,
    entries,
    link_certificates,
    link_skills,
)

TABLES: tuple[Table, ...] = get_args(Table)


@pytest.mark.parametrize("table", TABLES)
def test_a_wording_means_one_entry_only(table: Table) -> None:
    owners: dict[str, set[str]] = {}
    for entry in entries(table).values():
        for wording in (entry.zh, *entry.synonyms):
            owners.setdefault(normalise(wording).replace(" ", ""), set()).add(entry.zh)
    assert {wording: names for wording, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("table", TABLES)
def test_every_entry_has_its_own_code_and_known_occupations(table: Table) -> None:
    all_entries = entries(table).values()
    assert len({entry.code for entry in all_entries}) == len(all_entries)
    unknown = {
        code
        for entry in all_entries
        for code in entry.occupation_codes
        if code not in occupations().names
    }
    assert unknown == set()


@pytest.mark.parametrize("table", TABLES)
def test_every_wording_links_to_its_entry(table: Table) -> None:
    link = link_skills if table == "skills" else link_certificates
    pairs = [(word, e.zh) for e in entries(table).values() for word in (e.zh, *e.synonyms)]
    assert link([word for word, _ in pairs]) == [name for _, name in pairs]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        pytest.param("打扫卫生", "日常保洁", id="a synonym"),
        pytest.param("熟练掌握电焊", "焊接", id="words around it"),
        pytest.param("ＯＦＦＩＣＥ", "办公软件", id="full width"),
        pytest.param("养老 护理", "养老护理", id="a space inside"),
        pytest.param("二氧化碳气保护焊", "二氧化碳保护焊", id="a near spelling"),
        pytest.param("屠龙", None, id="unknown"),
        pytest.param("C++", None, id="short and unknown"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_skill_gets_its_one_spelling(word: str, name: str | None) -> None:
    assert link_skills([word]) == [name]


@pytest.mark.parametrize(
    ("word", "name"),
    [
        pytest.param("电工证（低压）", "低压电工证", id="brackets"),
        pytest.param("C1", "驾驶证C1", id="a licence class"),
        pytest.param("驾驶证(B2)", "驾驶证B2", id="a class in brackets"),
        pytest.param("驾照", "驾驶证", id="the class is not stated"),
        pytest.param("初级会计", "初级会计证", id="a grade that is part of the name"),
        pytest.param("高级育婴师证书", "育婴员证", id="a grade that is not"),
        pytest.param("焊工证书", "焊工证", id="another ending"),
        pytest.param("飞船证", None, id="unknown"),
        pytest.param("驾驶证C9", None, id="a class that does not exist"),
    ],
)
def test_a_certificate_gets_its_one_spelling(word: str, name: str | None) -> None:
    assert link_certificates([word]) == [name]


def test_high_and_low_voltage_stay_apart() -> None:
    assert link_certificates(["高压电工作业证", "低压电工作业证"]) == ["高压电工证", "低压电工证"]


def test_unknown_items_stay_in_their_cell_and_are_counted_by_cells() -> None:
    linked = canonical_lists("skills", ["做饭、打扫卫生；屠龙", None, "屠龙", "屠龙", " ； "])
    assert linked.cells == ["家庭餐制作;日常保洁;屠龙", None, "屠龙", "屠龙", None]
    assert linked.unknown == {"屠龙": 3}


def test_two_wordings_of_one_skill_become_one_item() -> None:
    assert canonical_lists("skills", ["保洁;搞卫生"]).cells == ["日常保洁"]


def test_no_items_give_no_links() -> None:
    assert link_skills([]) == []
    assert canonical_lists("skills", []).cells == []
