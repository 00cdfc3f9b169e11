"""A market on disk is the market, for its owner alone, whole or not there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from matcher.market.build import build_market, empty_market
from matcher.market.updating import files
from matcher.market.updating.files import HEAD, load_market, newest_version, save_market
from matcher.market.updating.posts import with_posts
from tests.market.random_frames import ON, random_persons, random_vacancies
from tests.market.test_build import assert_same


@pytest.mark.parametrize(
    "mapped_from", [pytest.param(0, id="mapped"), pytest.param(10**9, id="read")]
)
def test_what_is_loaded_is_what_was_saved(
    tmp_path: Path, mapped_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "WORTH_MAPPING", mapped_from or 500)
    rng = np.random.default_rng(1)
    market = build_market(random_persons(rng, 40), random_vacancies(rng, 60), on=ON)
    save_market(market, tmp_path / "m", 7)
    loaded = load_market(tmp_path / "m", 7)
    assert loaded is not None
    for part in ("jobseekers", "standing", "vacancies", "terms"):
        assert_same(getattr(loaded, part), getattr(market, part))
    assert loaded.on == market.on
    more = random_vacancies(np.random.default_rng(2), 61)[60:]
    assert_same(with_posts(loaded, more).vacancies, with_posts(market, more).vacancies)


def test_an_empty_market_is_kept_too(tmp_path: Path) -> None:
    save_market(empty_market(ON), tmp_path / "m", 1)
    loaded = load_market(tmp_path / "m", 1)
    assert loaded is not None
    assert_same(loaded.vacancies, empty_market(ON).vacancies)


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    place = save_market(empty_market(ON), tmp_path / "m", 1)
    assert {file.stat().st_mode & 0o777 for file in place.iterdir()} == {0o600}
    assert {(tmp_path / "m").stat().st_mode & 0o777, place.stat().st_mode & 0o777} == {0o700}


def test_neither_identity_nor_health_is_on_the_disk_in_words(tmp_path: Path) -> None:
    persons = random_persons(np.random.default_rng(1), 5).assign(health="marked_health")
    marked = persons.assign(name="（生成）标记", phone="13900000001", skills="可见技能")
    place = save_market(
        build_market(marked, random_vacancies(np.random.default_rng(1), 5), on=ON),
        tmp_path / "m",
        1,
    )
    told = b"".join(file.read_bytes() for file in place.iterdir())
    assert "可见技能".encode() in told
    for secret in ("（生成）标记", "13900000001", "marked_health"):
        assert secret.encode() not in told


def test_versions_that_nobody_needs_go_and_what_is_mapped_stays_readable(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    market = build_market(random_persons(rng, 4000), random_vacancies(rng, 10), on=ON)
    assert newest_version(tmp_path / "m") is None
    save_market(market, tmp_path / "m", 1)
    mapped = load_market(tmp_path / "m", 1)
    assert mapped is not None
    for version in (2, 10, 3_000):
        save_market(market, tmp_path / "m", version)
    assert newest_version(tmp_path / "m") == 3_000
    assert load_market(tmp_path / "m", 1) is None
    assert_same(mapped.standing, market.standing)


def test_markets_that_were_not_built_lately_go(tmp_path: Path) -> None:
    for at in range(files.KEPT + 3):
        save_market(empty_market(ON), tmp_path / f"m{at}", 1)
        os.utime(tmp_path / f"m{at}", (at, at))
    save_market(empty_market(ON), tmp_path / "last", 1)
    left = {place.name for place in tmp_path.iterdir()}
    assert left == {"last", *(f"m{at}" for at in range(4, files.KEPT + 3))}


def test_a_version_that_is_not_whole_does_not_count(tmp_path: Path) -> None:
    place = save_market(empty_market(ON), tmp_path / "m", 1)
    (place / HEAD).unlink()
    assert newest_version(tmp_path / "m") is None
    assert load_market(tmp_path / "m", 1) is None
    shutil.rmtree(place)
    save_market(empty_market(ON), tmp_path / "m", 1)
    assert newest_version(tmp_path / "m") == 1
