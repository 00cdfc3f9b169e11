"""Backup, restore, doctor, titles, law, and options before or after the command."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
import sqlcipher3.dbapi2 as sqlite_driver

from tests.cli.commands import Office

CASES = Path(__file__).resolve().parent.parent / "cases" / "policy"


def test_a_backup_restores_to_the_same_records(
    city_office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.sqlite"
    said = city_office("backup", kept)
    assert said.answer == {"file": str(kept), "with_key": False}
    other = Office(tmp_path / "other", capsys)
    without = other("restore", kept)
    assert without.code == 2
    assert "people.key" in without.err
    assert "RENGANG_KEY" in without.err
    other.workspace.mkdir(exist_ok=True)
    shutil.copy(city_office.workspace / "people.key", other.workspace)
    assert other("restore", kept).code == 0
    records = city_office("doctor").answer["records"]
    assert other("doctor").answer["records"] == records
    again = other("restore", kept)
    assert again.code == 2
    assert "already" in again.err


def test_a_backup_overwrites_nothing(city_office: Office, tmp_path: Path) -> None:
    kept = tmp_path / "kept.sqlite"
    kept.write_text("mine", encoding="utf-8")
    assert city_office("backup", kept).code == 2
    assert kept.read_text(encoding="utf-8") == "mine"


def test_titles_are_linked_row_by_row(office: Office, tmp_path: Path) -> None:
    lines, table = tmp_path / "t.txt", tmp_path / "t.csv"
    lines.write_text("保洁员\n焊工\n保洁员\n", encoding="gb18030")
    table.write_text('id,title\n1,保洁员\n2,"焊工"\n3,保洁员\n', encoding="utf-8")
    outs = [tmp_path / "1.csv", tmp_path / "2.csv"]
    for source, out in zip((lines, table), outs, strict=True):
        assert office("link-titles", source, "--out", out).answer["rows"] == 3
    first, second = (pd.read_csv(out) for out in outs)
    pd.testing.assert_frame_equal(first, second)
    names = ["title", "occupation_code", "confidence", "backoff_code", "alternatives"]
    assert list(first.columns) == names
    assert first["occupation_code"].iloc[0] == "4-09-08-01"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-8"])
def test_titles_are_read_in_any_encoding_and_their_links_explained(
    office: Office, tmp_path: Path, encoding: str
) -> None:
    table = tmp_path / "titles.csv"
    table.write_text("title\n超市收银员\n超市收银员\n???\n", encoding=encoding)
    told = office("link-titles", table, "--out", tmp_path / "o.csv").answer
    assert (told["rows"], told["unsure"]) == (3, 1)
    first, unknown = told["explained"]
    assert (first["title"], first["nearest_wording"]) == ("超市收银员", "收银员")
    assert 0 < first["likeness"] <= 100
    assert unknown["likeness"] == 0
    assert pd.read_csv(tmp_path / "o.csv")["title"].tolist() == ["超市收银员", "超市收银员", "???"]


def test_a_file_without_titles_is_refused(office: Office, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text("\n", encoding="utf-8")
    said = office("link-titles", empty, "--out", tmp_path / "o.csv")
    assert said.code == 2
    assert not (tmp_path / "o.csv").exists()


def test_the_packs_have_no_mistake(office: Office) -> None:
    said = office("policy", "check")
    assert (said.code, said.answer) == (0, {"problems": []})


def test_our_own_law_cases_pass(office: Office) -> None:
    said = office("policy", "test", *sorted(CASES.glob("*.yaml")))
    assert said.code == 0
    assert said.answer["failed"] == []
    assert said.answer["passed"] > 30


def test_a_failing_law_case_is_exit_one(office: Office, tmp_path: Path) -> None:
    case = tmp_path / "wrong.yaml"
    case.write_text(
        "- id: wrong\n  name: A woman of thirty is called a 4050 person\n"
        "  place: cn/shanxi\n  on: '2009-01-01'\n"
        "  given:\n    person: {sex: female, birth_date: '1979-01-01',"
        " former_employer_ownership: state_owned}\n"
        "  expect: {older_worker_4050: met}\n  rules: []\n",
        encoding="utf-8",
    )
    said = office("policy", "test", case)
    assert (said.code, said.answer["failed"]) == (1, ["wrong"])


def test_the_law_of_a_place_is_shown_with_who_set_it(office: Office) -> None:
    shown = office("policy", "show", "cn/jiangsu/nantong", "--on", "2026-11-02").answer
    by_decision = {each["decision"]: each for each in shown["decisions"]}
    assert by_decision["zero_employment_household"]["set_by"] == "cn/jiangsu"
    assert all(each["citations"] for each in shown["decisions"])


def test_shared_options_stand_before_or_after_the_command(
    tmp_path: Path, city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = Office(tmp_path / "none", capsys)
    assert elsewhere("doctor").code == 2
    assert elsewhere("doctor", "--workspace", city).code == 0


def test_a_change_behind_the_stores_back_is_found(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "w"
    shutil.copytree(city, workspace)
    office = Office(workspace, capsys)
    assert office("doctor").code == 0
    assert office("doctor").answer["sealed"] == 0
    with closing(sqlite_driver.connect(str(workspace / "rengang.sqlite"))) as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
        connection.commit()
    said = office("doctor")
    assert said.code == 1
    assert "audit" in said.answer["problems"][0]


def test_an_unknown_place_lists_those_there_are(office: Office) -> None:
    said = office("policy", "show", "cn/atlantis")
    assert said.code == 2
    assert "cn/jiangsu" in said.err
