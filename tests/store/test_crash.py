"""Killed at any moment of a batch, the store is as before or as after."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest
import sqlcipher3.dbapi2 as sqlite_driver

from matcher.domain.kinds import Kind
from matcher.errors import StoreBusy
from matcher.reference.columns import conform
from matcher.store.store import Store
from tests.store.killing import Kills, command, fingerprint, fork, put_back, survive_kills
from tests.store.resting import Resting

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
N_BEFORE, N_ROWS = 300, 3_000


def persons(n: int, name: str) -> pd.DataFrame:
    ids = [f"P{at:06d}" for at in range(n)]
    made = {"person_id": ids, "name": name, "birth_date": "1974-05-12", "area_code": "320602001"}
    return conform(Kind.PERSONS, pd.DataFrame(made))


def vacancies(n: int, title: str) -> pd.DataFrame:
    ids = [f"V{at:06d}" for at in range(n)]
    made = {"vacancy_id": ids, "title": title, "description": "负责日常保洁" * 20}
    return conform(Kind.VACANCIES, pd.DataFrame(made))


def write_a_batch(url: str, n: int, word: str) -> None:
    """The work that is killed: updates of what is there, and new rows."""
    with Store.open(url) as store, store.writing(actor="import", at=AT) as batch:
        batch.upsert(Kind.PERSONS, persons(n, word))
        batch.upsert(Kind.VACANCIES, vacancies(n, word))
        batch.set_meta("imported", word)


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'rengang.sqlite'}"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_any_moment_the_store_is_as_before_or_as_after(
    resting: Resting, soak: bool
) -> None:
    write_a_batch(resting.url, N_BEFORE, "earlier")
    resting.keep()
    resting.put_back()
    n = 200 if soak else 20

    def look() -> str:
        resting.settle()
        return fingerprint(resting.url)

    kills = survive_kills(
        lambda: fork(
            write_a_batch, resting.url, N_ROWS, "later", preload=["tests.store.test_crash"]
        ),
        reset=resting.put_back,
        look=look,
        n=n,
        seed=20261102,
    )
    assert len(kills.before) + len(kills.after) == n
    assert kills.before, "no kill came before the commit"
    assert kills.after, "no kill came after the commit"


SLOPPY = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for at in range(300):
    connection.execute("INSERT INTO meta VALUES (?, 'x')", (f"k{at}",))
    time.sleep(0.001)
"""


def test_work_that_leaves_half_of_it_is_caught(tmp_path: Path) -> None:
    kept, used = tmp_path / "kept", tmp_path / "used"
    kept.mkdir()
    Store.open(url_in(kept)).close()
    put_back(kept, used)
    script = tmp_path / "sloppy.py"
    script.write_text(SLOPPY, encoding="utf-8")

    def run() -> Kills:
        return survive_kills(
            lambda: command(sys.executable, script, used / "rengang.sqlite"),
            reset=lambda: put_back(kept, used),
            look=lambda: fingerprint(url_in(used)),
            n=20,
            seed=1,
        )

    with pytest.raises(AssertionError, match="neither before nor after"):
        run()


def hold_the_lock(url: str, held: threading.Event, go: threading.Event) -> None:
    with Store.open(url) as store, store.writing(actor="import", at=AT) as batch:
        batch.set_meta("x", "half")
        held.set()
        go.wait()


def test_a_writer_in_another_process_keeps_us_out_until_it_is_killed(tmp_path: Path) -> None:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.store.test_crash"])
    held, go = context.Event(), context.Event()
    with Store.open(url_in(tmp_path), wait_s=0.2) as store:
        process = context.Process(target=hold_the_lock, args=(url_in(tmp_path), held, go))
        process.start()
        assert held.wait(60)
        with pytest.raises(StoreBusy), store.writing(actor="next", at=AT):
            pass
        assert store.meta("x") is None
        process.kill()
        process.join()
        process.close()
        with store.writing(actor="next", at=AT) as batch:
            batch.set_meta("y", "whole")
        assert (store.meta("x"), store.meta("y")) == (None, "whole")


def test_a_damaged_file_is_noticed(tmp_path: Path) -> None:
    write_a_batch(url_in(tmp_path), N_BEFORE, "earlier")
    raw = sqlite_driver.connect(str(tmp_path / "rengang.sqlite"), isolation_level=None)
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("DELETE FROM person WHERE person_id = 'P000000'")
    raw.close()
    with Store.open(url_in(tmp_path)) as store:
        assert set(store.problems()) == {
            "person_status row 1 points to a missing person",
            "person_identity row 1 points to a missing person",
            "person_search row 1 points to a missing person",
        }
