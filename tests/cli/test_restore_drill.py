"""The restore drill: a backup taken while others write is whole, and serves elsewhere."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.store import migrations
from matcher.store.store import Store
from tests.cli.commands import Office

AT = datetime(2026, 11, 2, tzinfo=UTC)
PAIR = 2
"""Records come two by two in one transaction: half a pair would be a torn copy."""


@pytest.fixture
def copied(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    shutil.copytree(city, tmp_path / "w")
    return Office(tmp_path / "w", capsys)


@contextmanager
def load(workspace: Path) -> Iterator[list[int]]:
    """Somebody who goes on writing fairs, two by two; the pairs that were confirmed."""
    over, confirmed = Event(), list[int]()

    def write() -> None:
        with Store.open(f"sqlite:///{workspace / 'rengang.sqlite'}") as store:
            number = 0
            while not over.is_set():
                ids = [f"F{number}-{side}" for side in range(PAIR)]
                rows = {"fair_id": ids, "name": ["招聘会"] * PAIR, "on": ["2026-12-05"] * PAIR}
                with store.writing(actor="load", at=AT) as batch:
                    batch.upsert(Kind.FAIRS, pd.DataFrame(rows))
                confirmed.append(number)
                number += 1

    thread = Thread(target=write)
    thread.start()
    try:
        while len(confirmed) < 3:
            over.wait(0.01)
        yield confirmed
    finally:
        over.set()
        thread.join()


def pairs_in(workspace: Path) -> set[str]:
    """The pairs of a workspace, which have to be whole."""
    with Store.open(f"sqlite:///{workspace / 'rengang.sqlite'}", create=False) as store:
        ids = store.frame(Kind.FAIRS)["fair_id"]
    numbers = ids[ids.str.match(r"F\d+-\d$")].str.split("-").str[0]
    assert set(numbers.value_counts()) <= {PAIR}
    return set(numbers)


def test_a_backup_under_load_serves_elsewhere_whole(
    copied: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with load(copied.workspace) as confirmed:
        before = {f"F{number}" for number in confirmed}
        said = copied("backup")
        assert said.code == 0
        confirmed_by_then = len(confirmed)
    file = Path(said.answer["file"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    elsewhere = Office(tmp_path / "elsewhere", capsys)
    elsewhere.workspace.mkdir()
    shutil.copy(copied.workspace / "people.key", elsewhere.workspace)
    assert elsewhere("restore", file).code == 0
    kept = pairs_in(elsewhere.workspace)
    assert before <= kept
    # The copy is of one moment: nothing after it, and no hole before it.
    assert kept == {f"F{number}" for number in range(len(kept))}
    assert len(kept) <= confirmed_by_then + 1
    told = elsewhere("doctor")
    assert (told.code, told.answer["problems"]) == (0, [])
    counts = copied("doctor").answer["records"]
    fairs = counts.pop("fairs") - PAIR * len(pairs_in(copied.workspace))
    restored = told.answer["records"]
    assert restored.pop("fairs") - PAIR * len(kept) == fairs
    assert restored == counts


def test_old_backups_are_removed_and_others_are_left(copied: Office) -> None:
    folder = copied.workspace / "backups"
    folder.mkdir()
    mine = folder / "by hand.sqlite"
    mine.touch()
    for day in range(3):
        (folder / f"rengang-2026110{day + 1}T000000Z.sqlite").touch()
    file = Path(copied("backup", "--keep", "2").answer["file"])
    left = {each.name for each in folder.iterdir()}
    assert left == {mine.name, file.name, "rengang-20261103T000000Z.sqlite"}


def test_doctor_tells_of_an_old_backup_and_of_an_open_key(copied: Office) -> None:
    assert copied("backup").code == 0
    found = {each["check"]: each for each in copied("doctor").answer["checks"]}
    assert (found["backups"]["state"], found["key_mode"]["state"]) == ("ok", "ok")
    (file,) = (copied.workspace / "backups").iterdir()
    old = (datetime.now(UTC) - timedelta(days=9)).timestamp()
    os.utime(file, (old, old))
    (copied.workspace / "rengang.key").chmod(0o644)
    said = copied("doctor", "--lang", "zh")
    assert said.code == 1
    wrong = {each["check"]: each for each in said.answer["checks"] if each["state"] == "wrong"}
    assert set(wrong) == {"backups", "key_mode"}
    assert "9" in wrong["backups"]["found"]
    assert "chmod 600" in wrong["key_mode"]["do"]


def test_doctor_tells_of_a_mistyped_variable(
    copied: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENGANG_WORKRES", "4")
    said = copied("doctor")
    (found,) = (each for each in said.answer["checks"] if each["check"] == "settings")
    assert said.code == 0
    assert "RENGANG_WORKERS" in found["do"]


def test_doctor_names_an_older_schema_and_the_command(
    copied: Office,
) -> None:
    url = f"sqlite:///{copied.workspace / 'rengang.sqlite'}"
    migrations.downgrade(url, to="0005")
    said = copied("doctor")
    assert said.code == 1
    (found,) = said.answer["checks"]
    assert "0005" in found["found"]
    assert "rengang db upgrade" in found["do"]
    assert copied("db", "upgrade").code == 0
    assert copied("doctor").code == 0


def test_doctor_says_when_the_keys_of_people_are_not_at_hand(copied: Office) -> None:
    (copied.workspace / "people.key").unlink()
    said = copied("doctor")
    assert said.code == 1
    (found,) = said.answer["checks"]
    assert found["check"] == "key"
    assert "people.key" in found["do"]
