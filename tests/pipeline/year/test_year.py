"""A scripted year holds every evening, says the same each time, and its months add up."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import text

from matcher.casework.households.spells import FLOWS
from matcher.cli.session import Session
from matcher.errors import WrongUse
from matcher.pipeline.year.invariants import Recount
from matcher.pipeline.year.office import SCOPE
from matcher.pipeline.year.pace import Diary, Pace, next_working_day
from matcher.pipeline.year.running import Year, office_of, run_year
from matcher.settings import Settings
from matcher.store.engine import writing
from matcher.store.store import Store

FIRST = date(2026, 12, 1)


@pytest.fixture
def rehearsed(city: Path, tmp_path: Path) -> Callable[..., tuple[Year, Path]]:
    """Runs days of the year on a copy of the demo city."""

    def run(days: int, *, people: int = 300, seed: int = 0, name: str = "w") -> tuple[Year, Path]:
        workspace = tmp_path / name
        shutil.copytree(city, workspace)
        session = Session(Settings(workspace=workspace), as_json=True)
        with session.open_store() as store:
            pace = Pace(proposals_a_day=12)
            office = office_of(store, session.ranker("rules"), seed=seed, people=people, pace=pace)
            return run_year(office, FIRST, days=days), workspace

    return run


def opened(workspace: Path) -> Store:
    return Store.open(f"sqlite:///{workspace / 'rengang.sqlite'}")


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_days_hold_and_come_out_the_same_again(
    rehearsed: Callable[..., tuple[Year, Path]], soak: bool
) -> None:
    days = 365 if soak else 31
    people = 3000 if soak else 120
    once, _ = rehearsed(days, people=people)
    assert once.problems == ()
    streams = set(once.events["stream"])
    assert {"household", "certification", "referral", "placement", "visit"} <= streams
    again, _ = rehearsed(days, people=people, name="again")
    assert again.digest == once.digest
    pd.testing.assert_frame_equal(again.months, once.months)
    assert len(once.months) == (12 if soak else 1)
    adds = once.months["start"] + once.months["appeared"] + once.months["returned"]
    gone = once.months["cleared"] + once.months["left"] + once.months["removed"]
    assert (adds - gone == once.months["end"]).all()
    assert set(FLOWS) <= set(once.months)
    assert (once.months["end"].iloc[:-1].to_numpy() == once.months["start"].iloc[1:]).all()


FORGED = {
    "state": (
        "UPDATE case_state SET state = 'cleared' WHERE stream = 'household' AND subject_id IN "
        "(SELECT subject_id FROM case_state WHERE stream = 'household' LIMIT 1)"
    ),
    "seal": "UPDATE seal SET digest = 'x' WHERE id = 1",
    "version": "UPDATE case_event SET version = version + 50 WHERE seq = 1",
    "work": (
        'INSERT INTO case_event (seq, stream, subject_id, version, event, "on", state, '
        "person_id, actor, role, at) SELECT 900000 + seq, stream, subject_id || 'x', 1, 'start', "
        "\"on\", 'working', person_id, actor, role, at FROM case_event WHERE stream = 'placement' "
        "AND event = 'start' LIMIT 1"
    ),
}


@pytest.mark.slow
def test_the_recount_sees_what_is_wrong(rehearsed: Callable[..., tuple[Year, Path]]) -> None:
    _, workspace = rehearsed(9, people=120)
    for name, statement in FORGED.items():
        copy = workspace.with_name(name)
        shutil.copytree(workspace, copy)
        with opened(copy) as store:
            assert Recount(store, SCOPE).month_end(date(2026, 12, 9)) == []
            with writing(store._engine, wait_s=1) as connection:
                for trigger in ("case_event_no_update", "seal_no_update"):
                    connection.execute(text(f"DROP TRIGGER {trigger}"))
                connection.execute(text(statement))
            assert Recount(store, SCOPE).month_end(date(2026, 12, 9)), name


def test_another_workspace_is_refused(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    workspace.mkdir()
    session = Session(Settings(workspace=workspace), as_json=True)
    with session.open_store(create=True) as store, pytest.raises(WrongUse, match="demo city"):
        office_of(store, session.ranker("rules"), seed=0, people=10, pace=Pace())


def test_tasks_wait_for_the_office_to_open_and_keep_their_order() -> None:
    saturday = date(2026, 12, 5)
    assert next_working_day(saturday) == date(2026, 12, 7)
    diary, done = Diary(), []
    diary.write(saturday, lambda _: done.append("a"))
    diary.write(date(2026, 12, 7), lambda _: done.append("b"))
    assert list(diary.take(saturday)) == []
    for task in diary.take(date(2026, 12, 7)):
        task(date(2026, 12, 7))
    assert done == ["a", "b"]
