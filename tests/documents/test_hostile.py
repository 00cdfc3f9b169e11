"""Files that are broken or mean harm end in one clear message, in bounded memory."""

from __future__ import annotations

import resource
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from matcher.documents.tables import Limits, read_table
from matcher.errors import UnreadableFile

KNOWN = frozenset({"岗位名称", "薪资"})
SMALL = Limits(file_mb=2, unpacked_mb=64, memory_mb=1_024, cpu_s=20)

SHEET = "xl/worksheets/sheet1.xml"


def plain_workbook(path: Path, *, rows: int = 1) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["岗位名称", "薪资"])
        for row in range(rows):
            sheet.write_row(row + 1, 0, ["保洁员", 2800])
    return path


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The workbook with its parts changed; None leaves a part out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            made = change(name, content)
            if made is not None:
                archive.writestr(name, made)
    return path


def zip_bomb(folder: Path) -> Path:
    filler = b" " * (80 * 1024 * 1024)
    return rewritten(
        plain_workbook(folder / "bomb.xlsx"),
        lambda name, content: (
            content.replace(b"<sheetData>", filler + b"<sheetData>") if name == SHEET else content
        ),
    )


def tightly_packed(folder: Path) -> Path:
    filler = b" " * (8 * 1024 * 1024)
    return rewritten(
        plain_workbook(folder / "tight.xlsx"),
        lambda name, content: content + filler if name == SHEET else content,
    )


def cell_at_the_far_corner(folder: Path) -> Path:
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return rewritten(
        plain_workbook(folder / "corner.xlsx"),
        lambda name, content: content.replace(b"</sheetData>", cell) if name == SHEET else content,
    )


def with_macros(folder: Path) -> Path:
    path = plain_workbook(folder / "macros.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\x00")
    return path


def outside_itself(folder: Path) -> Path:
    path = plain_workbook(folder / "slip.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evil.txt", b"x")
    return path


def other_archive(folder: Path) -> Path:
    path = folder / "archive.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "not a workbook")
    return path


def cut_in_half(folder: Path) -> Path:
    path = plain_workbook(folder / "half.xlsx", rows=200)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def formulas_without_results(folder: Path) -> Path:
    cell = b'<row r="3"><c r="A3"><f>1+1</f></c><c r="B3"><f>2</f><v></v></c></row></sheetData>'
    return rewritten(
        plain_workbook(folder / "formulas.xlsx"),
        lambda name, content: content.replace(b"</sheetData>", cell) if name == SHEET else content,
    )


def many_entities(folder: Path) -> Path:
    """Billion laughs in the sheet: nested entities that would grow without end."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "ha">{levels}]>'.encode()
    cell = b'<row r="2"><c r="A2" t="inlineStr"><is><t>&l11;</t></is></c></row></sheetData>'
    return rewritten(
        plain_workbook(folder / "laughs.xlsx", rows=0),
        lambda name, content: (
            content.replace(b"<worksheet", doctype + b"<worksheet").replace(b"</sheetData>", cell)
            if name == SHEET
            else content
        ),
    )


def text_file(name: str, content: bytes) -> Callable[[Path], Path]:
    def made(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return made


def huge_file(folder: Path) -> Path:
    path = folder / "huge.csv"
    with path.open("wb") as file:
        file.write("岗位名称,薪资\n".encode())
        file.truncate(2 * 1024**3)  # sparse: two gigabytes on paper, none on disk
    return path


def unclosed_quote(folder: Path) -> Path:
    path = folder / "quote.csv"
    path.write_text('岗位名称,薪资\n"保洁员,2800\n' + "护理员,3500\n" * 20_000, encoding="utf-8")
    return path


def many_columns(folder: Path) -> Path:
    path = folder / "wide.csv"
    path.write_text(
        "岗位名称," + ",".join(f"c{n}" for n in range(299)) + "\n甲" + "," * 299, "utf-8"
    )
    return path


def many_columns_in_a_workbook(folder: Path) -> Path:
    with xlsxwriter.Workbook(folder / "wide.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ["岗位名称", *(f"c{n}" for n in range(299))])
    return folder / "wide.xlsx"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(zip_bomb, "would unpack to", id="zip bomb"),
        pytest.param(tightly_packed, "zip bomb", id="packed too tightly"),
        pytest.param(
            cell_at_the_far_corner, "16384 columns|more memory", id="a cell at the far corner"
        ),
        pytest.param(with_macros, "macros", id="macros"),
        pytest.param(outside_itself, "outside itself", id="names outside the archive"),
        pytest.param(other_archive, "no Excel workbook", id="another archive"),
        pytest.param(cut_in_half, "damaged|cannot be opened", id="half a workbook"),
        pytest.param(formulas_without_results, "2 formula cells", id="formulas without results"),
        pytest.param(huge_file, "2,048 MiB", id="two gigabytes"),
        pytest.param(unclosed_quote, "characters", id="a quote never closed"),
        pytest.param(many_columns, "300 columns", id="300 columns"),
        pytest.param(many_columns_in_a_workbook, "300 columns", id="300 columns of a workbook"),
        pytest.param(text_file("a.csv", b""), "empty", id="empty"),
        pytest.param(
            text_file("a.csv", "岗位名称,薪资\n".encode()), "without any data", id="no row"
        ),
        pytest.param(text_file("a.csv", "岗位名称\n甲\n".encode()), "one column", id="one column"),
        pytest.param(text_file("a.csv", b"a,b\n1,2\n"), "no column heading", id="no known heading"),
        pytest.param(text_file("a.csv", b"%PDF-1.7 ..."), "PDF", id="a PDF named csv"),
        pytest.param(text_file("a.xlsx", b"\x89PNG\r\n\x1a\n"), "PNG", id="a picture named xlsx"),
        pytest.param(text_file("a.csv", bytes(range(256)) * 8), "binary", id="binary"),
        pytest.param(text_file("a.xls", b"<html><table><tr>"), "web page", id="HTML named xls"),
        pytest.param(text_file("a.json", b'[{"a": 1'), "JSON cannot be read", id="broken JSON"),
        pytest.param(text_file("a.json", b"[1, 2]"), "record 1 is no object", id="JSON of numbers"),
        pytest.param(text_file("a.json", b"[" * 100_000), "JSON cannot be read", id="deep JSON"),
        pytest.param(text_file("a.jsonl", b'{"a": 1}\n{oops\n'), "line 2", id="broken line"),
        pytest.param(text_file("a.json", b"[]"), "no column heading", id="no records"),
    ],
)
def test_a_hostile_file_ends_in_a_clear_refusal(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    path = make(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableFile, match=words) as refusal:
        read_table(path, known=KNOWN, limits=SMALL)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mb < 300
    assert path.name in str(refusal.value)
    assert str(tmp_path) not in str(refusal.value)


def test_entities_that_grow_without_end_do_no_harm(tmp_path: Path) -> None:
    """calamine does not expand entities of a document type: the cell is empty or refused."""
    try:
        table = read_table(many_entities(tmp_path), known=KNOWN, limits=SMALL)
    except UnreadableFile:
        return
    longest = max(len(cell or "") for cell in table.column("岗位名称").to_pylist())
    assert longest < 100


def test_a_workbook_that_needs_more_memory_than_allowed_is_refused(tmp_path: Path) -> None:
    path = plain_workbook(tmp_path / "t.xlsx", rows=2_000)
    starved = Limits(memory_mb=64, cpu_s=20)
    with pytest.raises(UnreadableFile, match="more memory or time"):
        read_table(path, known=KNOWN, limits=starved)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no such file"):
        read_table(tmp_path / "none.csv")


def test_a_cell_longer_than_allowed_is_told_with_its_row(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["岗位名称", "薪资"])
        sheet.write_row(1, 0, ["甲", "x" * 2_000])
    with pytest.raises(UnreadableFile, match="row 2 is longer"):
        read_table(tmp_path / "t.xlsx", known=KNOWN, limits=Limits(cell_chars=1_000))


def test_a_quote_never_closed_swallows_no_row(tmp_path: Path) -> None:
    file = tmp_path / "quote.csv"
    file.write_text('person_id,name\nQ1,"abc\nQ2,d\n', encoding="utf-8")
    with pytest.raises(UnreadableFile, match="never closed"):
        read_table(file)


def test_a_single_inch_mark_is_only_a_character(tmp_path: Path) -> None:
    file = tmp_path / "inch.csv"
    file.write_text('vacancy_id,title\nV1,12" pipe fitter\nV2,cleaner\n', encoding="utf-8")
    assert len(read_table(file)) == 2
