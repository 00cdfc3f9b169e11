"""Which text is in force: days, inheritance, practice, repeal, layers, areas."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from matcher.errors import UnknownDecision, UnknownPlace
from matcher.policy.catalogue import place_catalogue, wider_places
from matcher.policy.decisions import decide
from matcher.policy.facts import facts_from_given
from matcher.policy.law import SHIPPED_PACKS, Law, Packs, places_of, read_packs
from matcher.reference.areas import areas

ON = date(2010, 3, 17)


def set_by(place: str, decision: str, on: date = ON, layer: str = "source") -> list[str]:
    return [found.set_by for found in Law.on_day(place, on, layer=layer).rules(decision)]


@pytest.mark.parametrize(
    ("place", "on", "expected"),
    [
        pytest.param("cn", date(2007, 6, 27), [], id="before any text"),
        pytest.param("cn", date(2007, 6, 28), ["cn"], id="the first day counts"),
        pytest.param("cn/shanxi", date(2008, 5, 27), ["cn"], id="the day before its own"),
        pytest.param("cn/shanxi", date(2008, 5, 28), ["cn/shanxi", "cn"], id="its own first"),
        pytest.param("cn/jiangsu", date(2000, 1, 1), ["cn/jiangsu"], id="undated on any day"),
        pytest.param("example/city-b", ON, ["cn"], id="example places inherit too"),
    ],
)
def test_the_nearest_text_in_force_answers_first(place: str, on: date, expected: list[str]) -> None:
    assert set_by(place, "zero_employment_household", on) == expected


def test_practice_told_in_a_case_report_is_the_places_own_and_nobody_elses() -> None:
    assert set_by("cn/zhejiang/hangzhou/jingfang", "hard_to_employ") == [
        "cn/zhejiang/hangzhou/jingfang"
    ]
    assert set_by("cn/zhejiang", "hard_to_employ") == []


def test_an_own_rule_on_one_matter_leaves_the_others_to_the_wider_place() -> None:
    assert (
        set_by("cn/heilongjiang/harbin", "public_welfare_post_tier")[0] == "cn/heilongjiang/harbin"
    )
    assert set_by("cn/heilongjiang/harbin", "zero_employment_household") == ["cn"]


def test_later_law_stands_before_the_source_documents_of_the_same_place_only() -> None:
    law = Law.on_day("cn", date(2026, 11, 22))
    assert [found.pack.layer for found in law.rules("zero_employment_household")] == [
        "current",
        "source",
    ]
    assert set_by("cn/shanxi", "zero_employment_household", layer="current")[0] == "cn/shanxi"


@pytest.fixture
def with_repeal(tmp_path: Path) -> Packs:
    """The shipped packs, where Shanxi repeals its wording from 2012 on."""
    folder = tmp_path / "packs"
    shutil.copytree(SHIPPED_PACKS, folder)
    file = folder / "cn/shanxi/hard_to_employ_aid.yaml"
    text = file.read_text(encoding="utf-8")
    repeal = "    - {since: 2012-01-01, source: sx-hte-zef-member, repealed: true}\n"
    before = "  older_worker_4050:\n"
    file.write_text(text.replace(before, repeal + before, 1), encoding="utf-8")
    return read_packs(folder)


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2011, 12, 31), ["cn/shanxi", "cn"]), (date(2012, 1, 1), ["cn"])],
)
def test_after_a_repeal_the_wider_place_answers(
    with_repeal: Packs, on: date, expected: list[str]
) -> None:
    law = Law.on_day("cn/shanxi", on, layer="source", packs=with_repeal)
    found = [found.set_by for found in law.rules("zero_employment_household")]
    assert found == expected


def test_a_value_changes_on_its_day_and_a_repealed_one_is_left_open(tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    shutil.copytree(SHIPPED_PACKS, folder)
    file = folder / "cn/shanxi/hard_to_employ_aid.yaml"
    line = "    - {value: 40, unit: years, since: 2008-05-28, source: sx-hte-4050}\n"
    later = line.replace("value: 40", "value: 45").replace("2008-05-28", "2010-01-01")
    gone = line.replace("value: 40", "value: null").replace("2008-05-28", "2011-01-01")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(line, line + later + gone, 1), encoding="utf-8")
    packs = read_packs(folder)
    person = {"sex": "female", "employed": False, "former_employer_ownership": "collective"}
    answers = []
    for on in (date(2009, 12, 31), date(2010, 1, 1), date(2011, 1, 1)):
        facts = facts_from_given({"person": {**person, "age": 42}}, on=on)
        law = Law.on_day("cn/shanxi", on, layer="source", packs=packs)
        verdict = decide(law, "older_worker_4050", facts).verdict(0)
        answers.append((verdict.outcome.value, verdict.reason, verdict.ask_for))
    assert answers == [("met", None, ()), ("not_met", None, ()), ("unknown", "not_stated", ())]


def test_an_unknown_place_or_decision_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownPlace, match="cn/jiangsu/nantong"):
        Law.on_day("cn/atlantis", ON)
    with pytest.raises(UnknownDecision, match="hard_to_employ"):
        Law.on_day("cn", ON).rules("height")


def test_the_decisions_in_force_are_listed() -> None:
    before, after = Law.on_day("cn", date(2007, 6, 27), layer="source"), Law.on_day("cn", ON)
    assert before.decisions == ("statutory_retirement_date",)
    assert {"zero_employment_household", "household_exit"} <= set(after.decisions)


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("320602001", "cn/jiangsu/nantong"),
        ("320602001003", "cn/jiangsu/nantong"),
        ("320400", "cn/jiangsu"),
        ("32", "cn/jiangsu"),
        ("230103", "cn/heilongjiang/harbin"),
        ("231000", "cn"),
        ("110101", "cn"),
        (None, "cn"),
        ("", "cn"),
    ],
)
def test_an_area_finds_its_nearest_place(code: str | None, place: str) -> None:
    assert Law.place_of(code) == place
    assert places_of([code, code]) == [place, place]


def test_every_place_stands_in_a_chain_to_the_whole_country() -> None:
    for place in place_catalogue():
        assert wider_places(place)[-1] == "cn"


def test_every_area_code_of_a_place_is_an_area() -> None:
    codes = [place.area_code for place in place_catalogue().values() if place.area_code]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not areas().exists(code)] == []
