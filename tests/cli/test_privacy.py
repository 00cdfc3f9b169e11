"""Keys, masks, rights and wishes by command; what is marked stands nowhere it must not."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.commands import Office
from tests.store.privacy.test_resting import marks_in

PERSONS = """人员编号,姓名,公民身份号码,联系电话,住址,身体状况,性别,居住地区划,求职意向,授权,备注
P1,标记之名,32061319740512888X,13812345678,标记街道七号,不能外出,女,320613002,保洁员,是,标记附注
P2,乙,,13900001111,,健康,男,320613002,保安,否,
P3,丙,,,,健康,男,320613002,保安,,
"""
VACANCIES = """岗位编号,岗位名称,用人单位,招聘人数,工作地点,薪资
V1,保洁员,（生成）甲公司,3,江苏省南通市崇川区,3000
V2,保安,（生成）甲公司,3,江苏省南通市崇川区,3200
"""


def id_number(first: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(first, weights, strict=True))
    return first + "10X98765432"[total % 11]


NUMBER = id_number("32061319740512888")


@pytest.fixture
def marked(office: Office, tmp_path: Path) -> Office:
    people, posts = tmp_path / "p.csv", tmp_path / "v.csv"
    people.write_text(PERSONS.replace("32061319740512888X", NUMBER), encoding="utf-8")
    posts.write_text(VACANCIES, encoding="utf-8")
    said = office("import", "persons", people)
    assert (said.code, said.answer["refused"]) == (0, 0), said.err
    assert office("import", "vacancies", posts).code == 0
    return office


def telling(text: str) -> list[str]:
    return [mark for mark in ("标记", NUMBER, "13812345678", "cannot_go_out") if mark in text]


def test_what_is_marked_stands_in_no_file_answer_or_message(marked: Office, tmp_path: Path) -> None:
    said = [
        marked("match", "--person", "P1"),
        marked("match", "--vacancy", "V1"),
        marked("match", "--person", "P1", "--non-personalised"),
        marked("match", "--all", "--out", marked.workspace / "lists.csv"),
        marked("explain", "--person", "P1", "--vacancy", "V1", "--reader", "employer"),
        marked("person", "show", "P1"),
        marked("person", "find", "--phone", "13812345678"),
        marked("person", "correct", "P1", "--set", "phone=标记号码", "--why", "w"),
        marked("person", "wish", "P1", "--non-personalised"),
        marked("person", "contest", "P1", "--reason", "other", "--vacancy", "V1"),
        marked("backup", marked.workspace / "copy.sqlite"),
        marked("key", "rotate"),
        marked("doctor"),
    ]
    assert [each.code for each in said] == [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0]
    assert [telling(each.out + each.err) for each in said] == [[]] * len(said)
    assert marks_in(marked.workspace) == []


def test_a_record_is_masked_unless_an_end_is_named(marked: Office) -> None:
    shown = marked("person", "show", "P1").answer
    assert (shown["name"], shown["phone"]) == ("标***", "138****5678")
    assert shown["id_number"] == f"3206**********{NUMBER[-4:]}"
    assert marked("person", "show", "P1", "--full").code == 2
    whole = marked("person", "show", "P1", "--full", "--purpose", "interview").answer
    assert (whole["name"], whole["health"]) == ("标记之名", "cannot_go_out")
    assert marked("person", "show", "P9").code == 2
    copy = marked.workspace / "P1.json"
    marked("person", "export", "P1", "--out", copy)
    read = json.loads(copy.read_text("utf-8"))["read_by"]
    assert [row["purpose"] for row in read if row["action"] == "read"][:2] == ["show", "interview"]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        pytest.param(("--name", "标记之名"), ["P1"], id="name"),
        pytest.param(("--id-number", NUMBER.lower()), ["P1"], id="id-number"),
        pytest.param(("--phone", "+86 139 0000 1111"), ["P2"], id="phone"),
        pytest.param(("--name", "标记"), [], id="part"),
    ],
)
def test_people_are_found_by_the_whole_of_it(
    marked: Office, sought: tuple[str, str], found: list[str]
) -> None:
    said = marked("person", "find", *sought)
    assert [row["person_id"] for row in said.answer] == found


def test_a_wish_is_honoured_and_the_answer_says_so(marked: Office, tmp_path: Path) -> None:
    assert "personalised" not in marked("match", "--person", "P3").answer
    told = marked("match", "--person", "P3", "--non-personalised").answer
    assert (told["personalised"], told["why"]) == (False, "asked")
    assert told["ordered_by"] == ["tier", "distance", "posted_on", "vacancy_id"]
    marked("person", "wish", "P3", "--non-personalised")
    assert marked("match", "--person", "P3").answer["why"] == "wish"
    assert marked("match", "--person", "P2").answer["why"] == "no_consent"
    out = tmp_path / "all.csv"
    assert marked("match", "--all", "--out", out).answer["not_personalised"] == 2
    lists = pd.read_csv(out).groupby("person_id")["found_by"].unique()
    assert {who: "not_personalised" in by for who, by in lists.items()} == {
        "P1": False,
        "P2": True,
        "P3": True,
    }
    marked("person", "wish", "P3", "--personalised")
    assert "why" not in marked("match", "--person", "P3").answer
    assert marked("match", "--vacancy", "V1", "--non-personalised").code == 2


def test_erased_means_gone_also_for_the_clock(marked: Office) -> None:
    assert marked("person", "erase").code == 2
    refused = marked("person", "erase", "P1", "--why", "because")
    assert refused.code == 2
    assert "consent_withdrawn" in refused.err
    done = marked("person", "erase", "P1", "--why", "consent_withdrawn").answer
    assert (done["state"], done["kept"]) == ("erased", {})
    assert marked("person", "show", "P1").code == 2
    assert marked("match", "--person", "P1").code == 2
    assert marked("person", "erase", "--due").answer == []
    assert marked("doctor").code == 0


def test_a_lost_key_is_said_with_the_way_out(marked: Office, tmp_path: Path) -> None:
    (marked.workspace / "people.key").rename(tmp_path / "kept")
    said = marked("match", "--person", "P1")
    assert said.code == 2
    assert "people.key" in said.err
    assert "RENGANG_KEY" in said.err
    (tmp_path / "kept").rename(marked.workspace / "people.key")
    assert marked("match", "--person", "P1").code == 0


def test_a_key_of_the_environment_is_taken(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = tmp_path / "p.csv"
    people.write_text(PERSONS.replace("32061319740512888X", NUMBER), encoding="utf-8")
    old, new = (office("key", "new").answer["key"] for _ in range(2))
    monkeypatch.setenv("RENGANG_KEY", old)
    assert office("import", "persons", people).code == 0
    assert not (office.workspace / "people.key").exists()
    assert "NEW,OLD" in office("key", "rotate").err
    monkeypatch.setenv("RENGANG_KEY", f"{new},{old}")
    assert office("key", "rotate").answer["persons"] == 3
    monkeypatch.setenv("RENGANG_KEY", old)
    assert office("person", "show", "P1").code == 2
    monkeypatch.setenv("RENGANG_KEY", "nonsense")
    said = office("person", "show", "P1")
    assert said.code == 2
    assert "nonsense" not in said.err
