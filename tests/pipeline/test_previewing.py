"""What an import would do with a file, and cells mended, without writing anything."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import UnreadableFile
from matcher.pipeline.importing import ImportRequest, import_files
from matcher.pipeline.previewing import mended, preview_file
from matcher.pipeline.records.writer import Writer
from matcher.store.store import Store

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
POSTS = (
    "岗位表,,,\n职位,月薪,招聘人数,用人单位名称\n"
    "保洁员,3000元/月,2,甲厂\n电工,5000元/月,负三,甲厂\n"
)


def request(file: Path, **more: object) -> ImportRequest:
    made: dict[str, object] = {"kind": Kind.VACANCIES, "files": (file,), "on": date(2026, 11, 2)}
    return ImportRequest(**(made | {"at": AT, "actor": "test"} | more))  # type: ignore[arg-type]  # a table of facts


@pytest.fixture
def store() -> Store:
    return Store.open("sqlite://")


def written(folder: Path, text: str, name: str = "posts.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_rows_are_counted_by_what_becomes_of_them(store: Store, tmp_path: Path) -> None:
    found = preview_file(store, request(written(tmp_path, POSTS)))
    assert found["counts"] == {"mend": 1, "duplicate": 0, "ready": 1, "read": 2, "updates": 0}
    assert found["heading_row"] == 2
    [row] = found["rows"]["mend"]
    assert (row["row"], row["wrong"]) == (4, [2])
    assert "招聘人数" in row["told"]
    assert len(store.ids(Kind.VACANCIES)) == 0


def test_what_is_on_record_and_what_is_the_same_are_counted(store: Store, tmp_path: Path) -> None:
    text = (
        "vacancy_id,title,employer_name,area_code,headcount\n"
        "V1,秩序维护员,甲厂,320613,2\nV2,秩序维护员,甲厂,320613,3\n"
    )
    file = written(tmp_path, text)
    counts = preview_file(store, request(file))["counts"]
    assert (counts["duplicate"], counts["ready"], counts["updates"]) == (1, 1, 0)
    import_files(store, request(file))
    assert preview_file(store, request(file))["counts"]["updates"] == 2


def test_headings_of_which_too_few_mean_something_come_to_be_mapped(
    store: Store, tmp_path: Path
) -> None:
    file = written(tmp_path, "活计,月薪\n保洁员,3000元/月\n")
    found = preview_file(store, request(file))
    assert found["problem"] is not None
    assert found["headings"] == ["活计", "月薪"]
    again = preview_file(store, request(file, mapping={"活计": "title"}))
    assert again["problem"] is None
    assert again["counts"]["ready"] == 1


def test_what_is_no_table_is_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "posts.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
    with pytest.raises(UnreadableFile):
        preview_file(store, request(file))


def test_cells_are_mended_and_others_stay(store: Store, tmp_path: Path) -> None:
    file, target = written(tmp_path, POSTS), tmp_path / "mended.csv"
    cells = {(4, 2): "3", (3, 2): "2", (99, 0): "x", (4, 40): "x"}
    assert mended(file, target, cells, kind=Kind.VACANCIES, mapping=None) == 1
    counts = preview_file(store, request(target))["counts"]
    assert (counts["ready"], counts["mend"]) == (2, 0)


def test_an_employers_file_needs_no_number_of_its_own(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, "职位,月薪,招聘人数\n保洁员,3000元/月,2\n")
    scope = Scope(Role.EMPLOYER, (), "import", "e1")
    done = import_files(store, request(file, writer=Writer(scope, "E1")))
    assert (done.created, done.refused) == (1, 0)
    assert store.frame(Kind.VACANCIES)["employer_id"].tolist() == ["E1"]


def test_anothers_number_in_an_employers_file_is_refused(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, "职位,月薪,招聘人数,employer_id\n保洁员,3000元/月,2,E2\n")
    scope = Scope(Role.EMPLOYER, (), "import", "e1")
    done = import_files(store, request(file, writer=Writer(scope, "E1")))
    assert (done.created, done.refused) == (0, 1)
