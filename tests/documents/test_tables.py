"""Tables in every form and encoding that offices have."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from matcher.documents.tables import Format, read_table
from matcher.errors import UnreadableFile

DAY = datetime(2008, 7, 1)  # noqa: DTZ001 - spreadsheets know no zone
KNOWN = frozenset({"岗位名称", "薪资", "工作地点"})
ROWS = "岗位名称,薪资,工作地点\n保洁员,2800,崇川区\n护理员,3500,海门区\n"


def save(folder: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for down, row in enumerate(rows):
                for at, value in enumerate(row):
                    if isinstance(value, datetime):
                        sheet.write_datetime(down, at, value, day)
                    elif value is not None:
                        sheet.write(down, at, value)
    return path


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "gbk", "gb18030", "gb2312", "utf-16"],
)
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_csv_reads_the_same_in_every_encoding_and_with_every_separator(
    tmp_path: Path, encoding: str, separator: str, line_end: str
) -> None:
    text = ROWS.replace(",", separator).replace("\n", line_end)
    table = read_table(save(tmp_path, "t.csv", text, encoding), known=KNOWN)
    assert table.headings == ("岗位名称", "薪资", "工作地点")
    assert table.column("岗位名称").to_pylist() == ["保洁员", "护理员"]
    assert table.row_numbers.tolist() == [2, 3]
    assert (table.format, table.separator) == (Format.CSV, separator)


def test_the_separator_is_found_by_the_headings_not_by_the_commas_in_them(tmp_path: Path) -> None:
    text = "岗位名称;薪资;备注\n保洁员;2800;一,二,三,四,五\n"
    table = read_table(save(tmp_path, "t.csv", text), known=KNOWN)
    assert table.column("备注").to_pylist() == ["一,二,三,四,五"]


def test_titles_above_the_headings_are_passed_over_and_row_numbers_stay_the_users(
    tmp_path: Path,
) -> None:
    text = "2026年岗位表,,\n\n" + ROWS
    table = read_table(save(tmp_path, "t.csv", text), known=KNOWN)
    assert table.column("薪资").to_pylist() == ["2800", "3500"]
    assert table.row_numbers.tolist() == [4, 5]


def test_quoted_cells_keep_separators_quotes_and_line_ends(tmp_path: Path) -> None:
    text = '岗位名称,薪资\n"保洁员,早班","说""面议"""\n"两\n行",3000\n\n尾,1\n'
    table = read_table(save(tmp_path, "t.csv", text), known=KNOWN)
    assert table.column("岗位名称").to_pylist() == ["保洁员,早班", "两\n行", None, "尾"]
    assert table.column("薪资").to_pylist()[0] == '说"面议"'


def test_a_short_row_is_filled_and_one_with_more_cells_is_broken(tmp_path: Path) -> None:
    text = "岗位名称,薪资,工作地点\n甲,1\n乙,2,城,,\n丙,3,城,多\n丁,4,城\n"
    table = read_table(save(tmp_path, "t.csv", text), known=KNOWN)
    assert table.column("岗位名称").to_pylist() == ["甲", "乙", "丁"]
    assert table.column("工作地点").to_pylist() == [None, "城", "城"]
    assert table.row_numbers.tolist() == [2, 3, 5]
    assert [(row.number, row.cells) for row in table.broken] == [(4, ("丙", "3", "城", "多"))]


def test_a_workbook_gives_the_first_sheet_with_known_headings(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "t.xlsx",
        {
            "说明": [["填写说明"], ["岗位名称"], ["请勿修改表头"]],
            "岗位": [
                ["岗位一览"],
                [],
                ["岗位名称*", "薪资"],
                ["保洁员", 2800],
                [None, None],
                ["护理员", 3500.5],
            ],
        },
    )
    table = read_table(path, known=KNOWN)
    assert (table.sheet, table.format) == ("岗位", Format.WORKBOOK)
    assert table.column("薪资").to_pylist() == ["2800", None, "3500.5"]
    assert table.row_numbers.tolist() == [4, 5, 6]


def test_a_workbook_keeps_dates_long_numbers_and_texts_apart(tmp_path: Path) -> None:
    rows = [
        ["岗位名称", "薪资", "日期", "时刻"],
        ["甲", 13812345678, DAY, DAY.replace(hour=9, minute=30)],
        ["乙", "007", 39630, True],
    ]
    table = read_table(workbook(tmp_path / "t.xlsx", {"表": rows}), known=KNOWN)
    assert table.column("薪资").to_pylist() == ["13812345678", "007"]
    assert table.column("日期").to_pylist() == ["2008-07-01", "39630"]
    assert table.column("时刻").to_pylist() == ["2008-07-01 09:30:00", "true"]


def test_a_cell_merged_downwards_speaks_for_all_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "岗位一览表")
        sheet.write_row(1, 0, ["用人单位", "岗位名称", "薪资"])
        sheet.merge_range(2, 0, 4, 0, "甲单位")
        for row, title in enumerate(["保洁员", "保安", "厨师"], 2):
            sheet.write_row(row, 1, [title, 3000])
        sheet.write_row(5, 0, ["乙单位", "电工", 4000])
    table = read_table(path, known=KNOWN)
    assert table.column("用人单位").to_pylist() == ["甲单位", "甲单位", "甲单位", "乙单位"]


def test_stored_results_of_formulas_are_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["岗位名称", "薪资"])
        sheet.write_string(1, 0, "=HYPERLINK(1)")
        sheet.write_formula(1, 1, "=1000+1800", None, 2800)
    table = read_table(path, known=KNOWN)
    assert table.column("薪资").to_pylist() == ["2800"]
    assert table.column("岗位名称").to_pylist() == ["=HYPERLINK(1)"]
    assert table.notes == (("formulas", "1"),)


RECORDS = [
    {"岗位名称": "保洁员", "薪资": 2800, "专业": ["会计", "审计"]},
    {"岗位名称": "护理员", "远程": False},
]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("t.json", json.dumps(RECORDS, ensure_ascii=False), id="array"),
        pytest.param("t.txt", "\n".join(json.dumps(each) for each in RECORDS) + "\n\n", id="lines"),
    ],
)
def test_json_records_become_rows_and_inner_lists_are_joined(
    tmp_path: Path, name: str, content: str
) -> None:
    table = read_table(save(tmp_path, name, content), known=KNOWN)
    assert table.headings == ("岗位名称", "薪资", "专业", "远程")
    assert table.column("专业").to_pylist() == ["会计;审计", None]
    assert table.column("薪资").to_pylist() == ["2800", None]
    assert table.column("远程").to_pylist() == [None, "false"]


def test_without_known_headings_the_first_row_is_taken(tmp_path: Path) -> None:
    table = read_table(save(tmp_path, "edges.csv", "person_id,vacancy_id,score\np,v,1\n"))
    assert table.headings == ("person_id", "vacancy_id", "score")


def test_empty_headings_are_named_by_their_place_and_unknown_ones_may_repeat(
    tmp_path: Path,
) -> None:
    table = read_table(save(tmp_path, "t.csv", "岗位名称,,备注,备注\n甲,乙,丙,丁\n"), known=KNOWN)
    assert table.headings == ("岗位名称", "第2列", "备注", "备注(第4列)")


def test_a_known_heading_over_two_columns_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, "t.csv", "岗位名称,薪资,岗位名称*\n甲,1,乙\n")
    with pytest.raises(UnreadableFile, match=r"岗位名称.*more than one column"):
        read_table(path, known=KNOWN)
