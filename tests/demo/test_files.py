"""The files of the city go through the import; exactly the planted mistakes are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from matcher.demo.city import City, generate_city
from matcher.demo.files import FORMS, as_written, write_city
from matcher.demo.flaws import planted_flaws
from matcher.domain.kinds import KEYS, Kind
from matcher.ingest import Batch, read_files


@pytest.fixture(scope="module")
def files(city: City, tmp_path_factory: pytest.TempPathFactory) -> dict[Kind, Path]:
    return write_city(city, tmp_path_factory.mktemp("city"))


@pytest.fixture(scope="module")
def batches(city: City, files: dict[Kind, Path]) -> dict[Kind, Batch]:
    known: dict[Kind, set[str]] = {}
    made = {}
    for kind, file in files.items():
        made[kind] = read_files(kind, [file], on=city.on, known=known)
        known[kind] = set(made[kind].accepted[KEYS[kind][0]])
    return made


def test_the_same_city_gives_the_same_bytes(
    city: City, files: dict[Kind, Path], tmp_path: Path
) -> None:
    again = write_city(generate_city(city.seed, city.on), tmp_path / "again")
    assert {kind: file.read_bytes() for kind, file in again.items()} == {
        kind: file.read_bytes() for kind, file in files.items()
    }


def test_another_seed_gives_other_bytes(
    files: dict[Kind, Path], city: City, tmp_path: Path
) -> None:
    other = write_city(generate_city(city.seed + 1, city.on), tmp_path)
    assert all(other[kind].read_bytes() != file.read_bytes() for kind, file in files.items())


@pytest.mark.parametrize("kind", list(FORMS))
def test_exactly_the_planted_rows_are_refused(
    city: City, batches: dict[Kind, Batch], kind: Kind
) -> None:
    batch = batches[kind]
    assert batch.counts["refused"] == len(planted_flaws(kind)), batch.problems.head()
    assert len(batch.accepted) == len(city.frames[kind])


@pytest.mark.parametrize(
    "kind", [Kind.PERSONS, Kind.HOUSEHOLDS, Kind.EMPLOYERS, Kind.COURSES, Kind.FAIRS]
)
def test_what_was_written_is_read_back(city: City, batches: dict[Kind, Batch], kind: Kind) -> None:
    key = KEYS[kind][0]
    read = batches[kind].accepted.set_index(key).loc[city.frames[kind][key]]
    frame = city.frames[kind].set_index(key)
    for name in frame.columns.intersection(read.columns):
        if name == "birth_date":  # an identity number tells it where it was not asked
            continue
        written, found = frame[name].astype(object), read[name].astype(object)
        same = (written == found) | (written.isna() & found.isna())
        assert same.fillna(value=False).all(), name


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        (Kind.PERSONS, "holds_reemployment_certificate"),
        (Kind.PERSONS, "retirement_category"),
        (Kind.PERSONS, "single_parent_family"),
        (Kind.HOUSEHOLDS, "has_local_registration"),
    ],
)
def test_facts_without_a_column_arrive_with_the_right_record(
    city: City, batches: dict[Kind, Batch], kind: Kind, fact: str
) -> None:
    key = KEYS[kind][0]
    cells = batches[kind].accepted.set_index(key)["facts"].dropna().map(json.loads)
    arrived = {at: facts[fact] for at, facts in cells.items() if fact in facts}
    assert arrived == city.frames[kind].set_index(key)[fact].dropna().to_dict()


def test_the_import_has_something_to_warn_about(batches: dict[Kind, Batch]) -> None:
    found = batches[Kind.VACANCIES].warning_counts
    codes = {"no_employer", "no_headcount", "no_place", "no_pay", "sex_limit", "age_limit"}
    assert codes | {"below_minimum_wage"} <= {code for code, count in found.items() if count}
    assert batches[Kind.VACANCIES].accepted["duplicate_of"].notna().sum() >= 10


def test_wages_in_words_are_read_as_meant(batches: dict[Kind, Batch]) -> None:
    read = batches[Kind.VACANCIES].accepted
    stated = read["wage"].str.contains("元/月|千/月").fillna(value=False)
    assert stated.sum() > 300
    assert read.loc[stated, ["wage_min", "wage_max"]].notna().all(axis=None)
    assert read.loc[stated, "wage_min"].between(1500, 20_000).all()


def test_headings_and_cells_are_chinese(files: dict[Kind, Path]) -> None:
    households = pd.read_csv(files[Kind.HOUSEHOLDS], encoding="gb18030", dtype=str)
    assert households.columns[0] == "家庭编号"
    assert set(households["家庭户籍类别"]) >= {"城镇", "农村", "失地农民"}
    assert households["认定日期"].dropna().str.fullmatch(r"\d+年\d+月\d+日|2026-13-01").all()
    courses = pd.read_csv(files[Kind.COURSES], encoding="gb18030", sep=";", dtype=str)
    assert courses["开课日期"].str.contains(r"^\d{4}\.").any()
    fair = json.loads(files[Kind.FAIRS].read_text("utf-8"))
    assert len(fair) == 1
    assert isinstance(fair[0]["展位"], list)


@pytest.mark.parametrize("kind", [kind for kind in FORMS if kind is not Kind.FAIRS])
def test_a_spoilt_row_stands_in_the_file_beside_a_good_one(
    files: dict[Kind, Path], city: City, kind: Kind
) -> None:
    assert not planted_flaws(kind).empty
    assert planted_flaws(kind)["why"].notna().all()
    assert set(planted_flaws(kind)["column"]) <= set(city.frames[kind].columns)


def test_an_empty_register_is_written_as_headings_alone() -> None:
    empty = pd.DataFrame({"course_id": pd.Series(dtype="str")})
    assert as_written(Kind.COURSES, empty, "{}-{}-{}").empty
