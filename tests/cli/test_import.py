"""`rengang import`, `export` and `template`, from the outside."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.ingest.forms.templates import write_template
from matcher.reference.columns import columns
from tests.cli.commands import Office

PERSONS = "人员编号,性别,出生日期,学历\nP1,女,1974-05-12,初中\nP2,男,1990.1.2,大专\n"
BROKEN = PERSONS + "P3,女,1974-02-30,初中\n,男,1990-01-02,高等\n"


@pytest.fixture
def persons(tmp_path: Path) -> Path:
    file = tmp_path / "persons.csv"
    file.write_text(PERSONS, encoding="gb18030")
    return file


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.csv"
    file.write_text(BROKEN, encoding="utf-8")
    return file


def test_the_answer_counts_what_happened(office: Office, persons: Path) -> None:
    said = office("import", "persons", persons)
    assert said.code == 0
    wanted = {"files": 1, "read": 2, "created": 2, "updated": 0, "unchanged": 0, "refused": 0}
    assert wanted.items() <= said.answer.items()
    assert said.answer["refused_file"] is None


def test_the_same_file_twice_changes_nothing(office: Office, persons: Path) -> None:
    office("import", "persons", persons)
    again = office("import", "persons", persons).answer
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 2)


def test_a_file_with_fewer_columns_erases_nothing(office: Office, tmp_path: Path) -> None:
    full, partial = tmp_path / "full.csv", tmp_path / "partial.csv"
    full.write_text("person_id,sex,education\nP1,female,bachelor\n", encoding="utf-8")
    partial.write_text("person_id,sex\nP1,male\n", encoding="utf-8")
    office("import", "persons", full)
    assert office("import", "persons", partial).answer["updated"] == 1
    out = tmp_path / "out.csv"
    office("export", "persons", "--out", out)
    row = pd.read_csv(out, encoding="utf-8-sig").iloc[0]
    assert (row["sex"], row["education"]) == ("male", "bachelor")


def test_refused_rows_come_back_with_every_reason(office: Office, broken: Path) -> None:
    said = office("import", "persons", broken)
    assert (said.answer["created"], said.answer["refused"]) == (2, 2)
    returned = pd.read_csv(said.answer["refused_file"], encoding="utf-8-sig", dtype=str)
    assert list(returned.columns) == ["人员编号", "性别", "出生日期", "学历", "校验结果"]
    assert "出生日期" in returned["校验结果"].iloc[0]
    both = returned["校验结果"].iloc[1]
    assert "人员编号" in both
    assert "学历" in both


def test_strict_imports_nothing_when_a_row_is_refused(office: Office, broken: Path) -> None:
    said = office("import", "persons", broken, "--strict")
    assert said.code == 2
    assert "2 row(s) refused" in said.err
    assert office("export", "persons", "--out", broken.parent / "o.csv").answer["rows"] == 0


def test_a_dry_run_reports_and_writes_nothing(office: Office, broken: Path) -> None:
    said = office("import", "persons", broken, "--dry-run")
    assert said.answer["refused"] == 2
    assert office("export", "persons", "--out", broken.parent / "o.csv").answer["rows"] == 0
    assert not (office.workspace / "refused").exists()


ORDER = (
    *(Kind.HOUSEHOLDS, Kind.PERSONS, Kind.EMPLOYERS, Kind.VACANCIES),
    *(Kind.OUTCOMES, Kind.COURSES, Kind.FAIRS),
)


@pytest.mark.slow
def test_what_was_exported_imports_unchanged(city_office: Office, tmp_path: Path) -> None:
    shutil.copytree(city_office.workspace, tmp_path / "copy")
    copy = Office(tmp_path / "copy", city_office.captured)
    fresh = Office(tmp_path / "fresh", city_office.captured)
    for kind in ORDER:
        out, back = tmp_path / f"{kind.value}.csv", tmp_path / f"{kind.value}-back.csv"
        rows = copy("export", kind.value, "--out", out).answer["rows"]
        again = copy("import", kind.value, out, "--on", "2026-11-02")
        told = [again.answer[name] for name in ("created", "updated", "unchanged", "refused")]
        assert told == [0, 0, rows, 0], kind
        assert "kept as extra" not in again.err
        fresh("import", kind.value, out, "--on", "2026-11-02")
        fresh("export", kind.value, "--out", back)
        assert back.read_bytes() == out.read_bytes(), kind


def test_facts_and_unknown_columns_survive_the_round_trip(office: Office, tmp_path: Path) -> None:
    file, out = tmp_path / "posts.csv", tmp_path / "out.csv"
    file.write_text(
        "职位,公司,编外,公益性岗位类别\n保洁员,环卫所,甲,\n保安,乙厂,,\n", encoding="utf-8"
    )
    office("import", "vacancies", file)
    office("export", "vacancies", "--out", out)
    again = office("import", "vacancies", out)
    assert (again.answer["updated"], again.answer["unchanged"]) == (0, 2)
    people, facts = tmp_path / "people.csv", tmp_path / "facts.csv"
    people.write_text("person_id,able_to_work,unknown\nP1,是,x\n", encoding="utf-8")
    facts.write_text('person_id,extra\nP1,"{""other"":1}"\n', encoding="utf-8")
    office("import", "persons", people)
    assert office("import", "persons", facts).answer["updated"] == 1
    office("export", "persons", "--out", out)
    assert pd.read_csv(out, encoding="utf-8-sig")["extra"][0] == '{"unknown":"x","other":1}'
    assert office("import", "persons", out).answer["unchanged"] == 1


@pytest.mark.parametrize(
    ("cell", "kept"), [("", True), ("清除", False), ("-clear-", False)], ids=["blank", "zh", "en"]
)
def test_only_an_explicit_mark_erases(
    office: Office, tmp_path: Path, cell: str, kept: bool
) -> None:
    file, later, out = (tmp_path / f"{name}.csv" for name in ("first", "later", "out"))
    file.write_text("person_id,laid_off,seeks_work\nP1,是,否\n", encoding="utf-8")
    later.write_text(f"person_id,laid_off,seeks_work\nP1,{cell},\n", encoding="utf-8")
    office("import", "persons", file)
    assert office("import", "persons", later).answer["updated"] == (0 if kept else 1)
    office("export", "persons", "--out", out)
    row = pd.read_csv(out, encoding="utf-8-sig").iloc[0]
    assert bool(pd.notna(row["laid_off"])) is kept
    assert str(row["seeks_work"]).lower() == "false"


DONE = {
    Kind.PLACEMENTS: "安置编号,人员编号,就业方式,上岗日期,月工资,新招用,社会保险补贴期满日期\n"
    "PL1,P1,招用,2026-10-08,3200元,是,\nPL2,P2,灵活就业,2026.9.1,,,2026-08-31\n",
    Kind.REFUSALS: "人员编号,推荐日期,本人答复,有正当理由,原因\n"
    "P1,2026-09-01,拒绝,否,路远\nP1,2026-09-15,拒绝,,\n",
    Kind.CASES: "案卷编号,人员编号,起算日期,认定环节,当地规定的拒绝次数,已享受的待遇\n"
    "CA1,P1,2026-09-03,社区,3次,岗位补贴；贷款\nCA2,P2,,,,无\n",
}


@pytest.mark.parametrize("kind", DONE, ids=str)
def test_what_was_done_with_people_goes_in_and_out_and_in_again(
    office: Office, persons: Path, kind: Kind, tmp_path: Path
) -> None:
    office("import", "persons", persons)
    file, out = tmp_path / f"{kind}.csv", tmp_path / f"{kind}-out.csv"
    file.write_text(DONE[kind], encoding="utf-8")
    said = office("import", kind.value, file)
    assert (said.answer["created"], said.answer["refused"]) == (2, 0)
    assert office("export", kind.value, "--out", out).answer["rows"] == 2
    again = office("import", kind.value, out).answer
    assert (again["unchanged"], again["refused"], again["warnings"]) == (2, 0, 0)


@pytest.mark.parametrize("kind", DONE, ids=str)
def test_what_was_done_with_strangers_is_refused(
    office: Office, kind: Kind, tmp_path: Path
) -> None:
    file = tmp_path / f"{kind}.csv"
    file.write_text(DONE[kind], encoding="utf-8")
    said = office("import", kind.value, file)
    assert (said.answer["created"], said.answer["refused"]) == (0, 2)
    returned = Path(said.answer["refused_file"]).read_text(encoding="utf-8-sig")
    assert returned.count("没有登记") == 2


def test_a_case_of_nobody_is_refused(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text("案卷编号,起算日期\nCA1,2026-09-03\n", encoding="utf-8")
    said = office("import", "cases", file)
    assert said.answer["refused"] == 1
    returned = Path(said.answer["refused_file"]).read_text(encoding="utf-8-sig")
    assert "人员、家庭、单位编号至少填一项" in returned


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_an_empty_form_is_recognised_and_sent_back_to_be_filled(
    office: Office, kind: Kind, tmp_path: Path
) -> None:
    form = tmp_path / f"{kind.value}.xlsx"
    assert office("template", kind.value, "--out", form).code == 0
    said = office("import", kind.value, form)
    assert said.code == 2
    assert "without any data row" in said.err


def test_a_mapping_names_a_foreign_heading(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_text("工种名,厂名\n保洁员,环卫所\n", encoding="utf-8")
    said = office("import", "vacancies", file, "--map", "工种名=title,厂名=employer_name")
    assert said.answer["created"] == 1


@pytest.mark.parametrize(
    ("arguments", "telling"),
    [
        pytest.param(["import", "persons", "nowhere.csv"], "nowhere.csv", id="no such file"),
        pytest.param(["import", "people", "x.csv"], "people", id="no such kind"),
        pytest.param(["match"], "--person", id="match for nobody"),
        pytest.param(["match", "--all"], "--out", id="match for all to nowhere"),
        pytest.param(["match", "--person", "P1", "--top", "none"], "--top", id="no number"),
        pytest.param(["explain", "--person", "P1"], "--vacancy", id="a missing option"),
        pytest.param(["frobnicate"], "frobnicate", id="no such command"),
    ],
)
def test_wrong_use_is_one_line_and_code_two(
    office: Office, arguments: list[str], telling: str
) -> None:
    said = office(*arguments)
    assert said.code == 2
    assert said.out == ""
    lines = said.err.strip().splitlines()
    assert len(lines) == 1
    assert telling in lines[0]


def test_a_command_without_a_workspace_says_what_to_do(office: Office) -> None:
    said = office("match", "--person", "P1")
    assert said.code == 2
    assert "rengang demo" in said.err


def test_forms_carry_every_column(tmp_path: Path) -> None:
    form = tmp_path / "persons.xlsx"
    write_template(Kind.PERSONS, form)
    headings = [str(name) for name in pd.read_excel(form, engine="calamine").columns]
    assert [heading.rstrip("*") for heading in headings] == [
        column.zh for column in columns(Kind.PERSONS)
    ]
    assert headings[0] == "人员编号*"


def test_an_import_is_undone_by_its_number(office: Office, persons: Path, tmp_path: Path) -> None:
    said = office("import", "persons", persons)
    number = said.err.split("rengang undo ")[1].split()[0]
    changed = tmp_path / "changed.csv"
    changed.write_text("person_id,education\nP1,bachelor\n", encoding="utf-8")
    office("import", "persons", changed)
    looked = office("undo", number, "--dry-run").answer
    assert (looked["withdrawn"], looked["reasons"]) == (1, {"changed": 1})
    done = office("undo", number).answer
    assert (done["withdrawn"], done["left"], done["again"]) == (1, 1, False)
    assert office("undo", number).answer["again"]
    out = tmp_path / "out.csv"
    office("export", "persons", "--out", out)
    assert pd.read_csv(out, encoding="utf-8-sig")["person_id"].tolist() == ["P1"]
    assert office("undo", "none").code == 2
