"""An office whose records rest in PostgreSQL: the same commands, the same answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matcher.domain.kinds import Kind
from tests.cli.commands import Office, Said
from tests.postgres import Databases

FILES = (Kind.HOUSEHOLDS, Kind.PERSONS, Kind.EMPLOYERS, Kind.VACANCIES, Kind.COURSES)
DAY = ("--on", "2026-11-02")
Command = Callable[..., Said]


@pytest.fixture
def url(databases: Databases) -> Iterator[str]:
    """A database without tables: the first import makes them."""
    with databases.fresh(empty=True) as made:
        yield made


@pytest.fixture
def served(url: str, office: Office) -> Command:
    """Commands on the database."""
    return lambda *words: office("--database", url, *words)


def test_a_city_is_imported_matched_referred_and_found_sound(
    served: Command, city_office: Office, tmp_path: Path
) -> None:
    for kind in FILES:
        file, back = tmp_path / f"{kind.value}.csv", tmp_path / f"{kind.value}-back.csv"
        rows = city_office("export", kind.value, "--out", file).answer["rows"]
        done = served("import", kind.value, file, *DAY).answer
        assert (done["created"], done["refused"]) == (rows, 0)
        served("export", kind.value, "--out", back)
        assert back.read_bytes() == file.read_bytes()
    again = served("import", "vacancies", tmp_path / "vacancies.csv", *DAY).answer
    assert (again["created"], again["updated"]) == (0, 0)

    person = served("match", "--all", "--top", 1, "--out", tmp_path / "all.csv", *DAY)
    assert person.code == 0, person.err
    first = (tmp_path / "all.csv").read_text("utf-8-sig").splitlines()[1].split(",")[0]
    (best, *_) = served("match", "--person", first, "--top", 3, *DAY).answer["matches"]
    made = served("refer", "propose", "--person", first, "--vacancy", best["vacancy_id"], *DAY)
    (referral,) = made.answer["proposed"]
    for step in ("refer", "offer", "hire"):
        assert served("refer", "move", referral, step, *DAY).code == 0
    (row,) = served("refer", "list", "--person", first).answer
    assert (row["referral"], row["state"]) == (referral, "hired")

    sound = served("doctor").answer
    assert sound["problems"] == []
    assert sound["sealed"] > 0
    assert sound["records"]["outcomes"] > 0
    assert served("db", "upgrade").code == 0


def test_what_only_a_file_can_do_is_told(served: Command, tmp_path: Path) -> None:
    assert served("db", "upgrade").code == 0
    refused = served("backup", tmp_path / "copy.sqlite")
    assert refused.code == 2
    assert "pg_dump" in refused.err
    assert not (tmp_path / "copy.sqlite").exists()
