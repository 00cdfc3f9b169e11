"""Refused rows go back as the user's own file; empty forms come with help and can be imported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from matcher.documents.tables import read_table
from matcher.domain.kinds import ColumnType, Kind
from matcher.errors import UnreadableFile, WrongUse
from matcher.ingest import read_files, write_refused, write_template
from matcher.reference.columns import columns
from tests.ingest.files_of_offices import ON, csv_file, read

BAD = "人员编号;姓名;学历;备注\nP1;王;初中;好\nP2;=1+1;飞行员;坏\nP3;李;高中;好;多\n"


def test_refused_rows_come_back_with_their_reasons_in_the_same_form(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.PERSONS, BAD)
    (written,) = write_refused(batch, tmp_path / "out.csv")
    assert written == tmp_path / "out.csv"
    back = read_table(written)
    assert back.separator == ";"
    assert back.headings == ("人员编号", "姓名", "学历", "备注", "校验结果", "第5列")
    assert back.column("姓名").to_pylist() == ["=1+1", "李"]
    assert "学历" in back.column("校验结果").to_pylist()[0]
    assert back.column("第5列").to_pylist() == [None, "多"]
    assert "'=1+1" in written.read_text("utf-8-sig")


def test_a_corrected_return_can_be_imported_as_it_is(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.PERSONS, "人员编号,学历\nP1,初中\nP2,飞行员\n")
    (written,) = write_refused(batch, tmp_path / "out.csv")
    text = written.read_text("utf-8-sig").replace("P2,飞行员", "P2,高中")
    again = read(tmp_path, Kind.PERSONS, text)
    assert again.accepted["person_id"].tolist() == ["P2"]
    assert again.unknown_columns == {"t.csv": ()}


def test_a_workbook_goes_back_as_a_workbook_whatever_name_is_asked(tmp_path: Path) -> None:
    source = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(source) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([["人员编号", "学历"], ["P1", "飞行员"], ["P2", "初中"]]):
            sheet.write_row(row, 0, cells)
    batch = read_files(Kind.PERSONS, [source], on=ON)
    (written,) = write_refused(batch, tmp_path / "out.csv")
    assert written.name == "out.xlsx"
    sheet_back = load_workbook(written).active
    assert sheet_back is not None
    assert [cell.value for cell in sheet_back[1]] == ["人员编号", "学历", "校验结果"]
    assert [cell.value for cell in sheet_back[2]][:2] == ["P1", "飞行员"]


@pytest.mark.parametrize("lines", [True, False])
def test_json_goes_back_as_json(tmp_path: Path, lines: bool) -> None:
    records = [{"person_id": "P1", "education": "飞行员"}, {"person_id": "P2", "education": "初中"}]
    source = tmp_path / "t.json"
    source.write_text(
        "\n".join(map(json.dumps, records)) if lines else json.dumps(records), encoding="utf-8"
    )
    (written,) = write_refused(read_files(Kind.PERSONS, [source], on=ON), tmp_path / "out")
    assert written.suffix == (".jsonl" if lines else ".json")
    text = written.read_text("utf-8")
    (record,) = [json.loads(text)] if lines else json.loads(text)
    assert record["person_id"] == "P1"
    assert "校验结果" in record


def test_every_file_with_refused_rows_gets_its_own_return(tmp_path: Path) -> None:
    files = [
        csv_file(tmp_path, "人员编号,学历\nP1,飞行员\n", name="a.csv"),
        csv_file(tmp_path, "人员编号,学历\nP2,初中\n", name="b.csv"),
        csv_file(tmp_path, "人员编号\t学历\nP3\t飞行员\n", name="c.csv"),
    ]
    batch = read_files(Kind.PERSONS, files, on=ON)
    written = write_refused(batch, tmp_path / "out.csv")
    assert [path.name for path in written] == ["out.csv", "out-2.csv"]


def test_nothing_is_written_when_nothing_was_refused(tmp_path: Path) -> None:
    batch = read(tmp_path, Kind.PERSONS, "人员编号,学历\nP1,初中\n")
    assert write_refused(batch, tmp_path / "out.csv") == ()
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("kind", list(Kind))
def test_an_empty_form_holds_only_its_example_which_import_passes_over(
    tmp_path: Path, kind: Kind
) -> None:
    write_template(kind, tmp_path / "form.xlsx")
    with pytest.raises(UnreadableFile, match="without any data row"):
        read_files(kind, [tmp_path / "form.xlsx"], on=ON)


@pytest.mark.parametrize("kind", list(Kind))
def test_the_example_of_every_form_is_itself_correct(tmp_path: Path, kind: Kind) -> None:
    write_template(kind, tmp_path / "form.xlsx")
    book = load_workbook(tmp_path / "form.xlsx")
    sheet = book.worksheets[0]
    first = sheet.cell(2, 1)
    assert str(first.value).startswith("示例")
    first.value = str(first.value).removeprefix("示例")
    book.save(tmp_path / "filled.xlsx")
    batch = read_files(kind, [tmp_path / "filled.xlsx"], on=ON)
    assert batch.refused["reason"].tolist() == []
    assert len(batch.accepted) == 1


@pytest.mark.parametrize("kind", list(Kind))
def test_a_form_helps_with_stars_comments_and_choices(tmp_path: Path, kind: Kind) -> None:
    write_template(kind, tmp_path / "form.xlsx")
    book = load_workbook(tmp_path / "form.xlsx")
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings == [c.zh + ("*" if c.required else "") for c in columns(kind)]
    assert all(cell.comment is not None for cell in sheet[1])
    choices = sum(len(rule.sqref.ranges) for rule in sheet.data_validations.dataValidation)
    with_choices = [c for c in columns(kind) if c.type in (ColumnType.BOOL, ColumnType.CODE)]
    assert choices == len(with_choices)
    assert book.sheetnames[1] == "选项"


def test_a_form_is_a_workbook(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"ending in \.xlsx"):
        write_template(Kind.PERSONS, tmp_path / "form.csv")
