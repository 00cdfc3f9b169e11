"""What is told of a file as a whole, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from matcher.domain.kinds import Kind
from matcher.ingest import read_files
from matcher.ingest.noticing import Noticed
from tests.ingest.files_of_offices import ON


def told(path: Path, content: bytes) -> tuple[Noticed, ...]:
    path.write_bytes(content)
    return read_files(Kind.VACANCIES, [path], on=ON).noticed


def test_the_encoding_and_the_columns_that_were_not_used_are_told(tmp_path: Path) -> None:
    text = "岗位名称,食堂,宿舍\n保洁员,有,无\n"
    found = told(tmp_path / "岗位.csv", text.encode("gb18030"))
    assert [(each.file, each.code) for each in found] == [
        ("岗位.csv", "encoding"),
        ("岗位.csv", "unused"),
    ]
    assert found[0].zh.startswith("文件编码是 gb")
    assert found[1].zh == "这些列没有用上，原样保留在“其他”里：食堂、宿舍"
    assert found[1].en == "kept as extra, not used: 食堂、宿舍"


@pytest.mark.parametrize("heading", ["{value}", "{0}", "{"])
def test_a_heading_with_brackets_is_told_as_it_is(tmp_path: Path, heading: str) -> None:
    [each] = told(tmp_path / "t.csv", f"岗位名称,{heading}\n保洁员,有\n".encode())
    assert each.en == f"kept as extra, not used: {heading}"


def test_nothing_is_told_of_a_plain_file(tmp_path: Path) -> None:
    assert told(tmp_path / "t.csv", "岗位名称,人数\n保洁员,2\n".encode()) == ()
