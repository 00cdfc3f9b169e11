"""Tables that leave: no live formula, nothing half-written, the same when read again."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from matcher.documents.tables import read_table
from matcher.documents.writing import guarded, rows_frame, unguarded, whole_file, write_table
from matcher.errors import WrongUse

DANGEROUS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "＋1",
    "'=1",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_csv_cell_that_a_spreadsheet_would_run_gets_a_quote(tmp_path: Path, text: str) -> None:
    write_table(tmp_path / "t.csv", rows_frame(["a", "b"], [[text, "x"]]))
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.reader(file))[1][0]
    assert written == f"'{text}"


@pytest.mark.parametrize("text", ["-5", "+86", "3.5", "保洁员", "a=b", "it's", ""])
def test_a_harmless_cell_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_workbook_holds_no_formula_and_no_link(tmp_path: Path, text: str) -> None:
    frame = rows_frame(["a", "=b"], [[text, "http://example.org"]])
    write_table(tmp_path / "t.xlsx", frame)
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert [cell.data_type for cell in sheet[2]] == ["s", "s"]
    assert [cell.data_type for cell in sheet[1]] == ["s", "s"]
    assert sheet["B2"].hyperlink is None


def test_csv_starts_with_a_byte_order_mark_so_that_excel_reads_chinese(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", rows_frame(["岗位"], [["保洁员"]]))
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_numbers_and_booleans_are_written_as_such(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None], dtype="Int64"),
            "b": pd.array([True, None], dtype="boolean"),
            "t": pd.array(["x", None], dtype="str"),
        }
    )
    write_table(tmp_path / "t.csv", frame)
    assert (tmp_path / "t.csv").read_text("utf-8-sig").splitlines() == ["n,b,t", "1,true,x", ",,"]
    write_table(tmp_path / "t.xlsx", frame)
    sheet = load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == [1, "true", "x"]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    target = tmp_path / "t.csv"
    target.write_text("before")

    def fail_half_way() -> None:
        with whole_file(target, "w", encoding="utf-8") as file:
            file.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_name_with_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"\.csv, \.xlsx, \.jsonl"):
        write_table(tmp_path / "t.pdf", rows_frame(["a"], []))


@given(st.text(max_size=30))
def test_guarding_can_always_be_undone(text: str) -> None:
    assert unguarded(guarded(text)) == text


CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t,;\"'=+-@"), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_what_is_written_as_csv_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_table(path, rows_frame(["甲", "乙"], [*rows, ("尾", "尾")]))
    table = read_table(path, known={"甲", "乙"})
    back = list(zip(table.column("甲").to_pylist(), table.column("乙").to_pylist(), strict=True))
    assert back == [*((a or None, b or None) for a, b in rows), ("尾", "尾")]
