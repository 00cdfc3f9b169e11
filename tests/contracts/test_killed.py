"""Offices at work on one store, killed with SIGKILL at any moment: what was confirmed stands.

On PostgreSQL every third round kills the server instead of those who work with it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from matcher.casework.ledger.recording import moves
from matcher.casework.ledger.replaying import differences
from matcher.casework.referrals.referring import move_referrals, new_referrals
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import IllegalMoves, StoreUnusable
from matcher.pipeline.fairs.keeping import Attendance, keep_pairings, record_attendance
from matcher.pipeline.fairs.programme import Programme
from matcher.pipeline.importing import ImportRequest, import_files
from matcher.store.store import Store
from tests.factories import make_frame
from tests.store.killing import fork
from tests.store.resting import Resting

AT = datetime(2026, 11, 2, tzinfo=UTC)
ON = date(2026, 11, 2)
OFFICE = Scope.office("test")
AREA = "320613001"
N_POSTS, ROWS_OF_A_FILE, TALKS_OF_A_FAIR = 150, 30, 5
HIRERS = ("A", "B")
PLUG_EVERY = 3
LONGEST_S = 0.8
PAUSE_S = 0.02
"""Between two moves of one worker: SQLite's lock goes to whoever asks next, not who waited longest.
"""
Tell = Callable[[str], None]


def prepare(url: str) -> None:
    """Posts of one place each, and for every hirer a person for each of them."""
    with Store.open(url) as store, store.writing(actor="t", at=AT) as batch:
        people = [
            {"person_id": f"P{who}{at}", "area_code": AREA}
            for who in HIRERS
            for at in range(N_POSTS)
        ]
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
        posts = make_frame(Kind.VACANCIES, [{"vacancy_id": f"V{at}"} for at in range(N_POSTS)])
        posts["title"], posts["headcount"] = "保洁员", pd.array([1] * N_POSTS, dtype="Int64")
        batch.upsert(Kind.VACANCIES, posts)


def confirm(out: int, said: str) -> None:
    os.write(out, f"{said}\n".encode())
    time.sleep(PAUSE_S)


@contextmanager
def at_work(url: str, told: str) -> Iterator[tuple[Store, Tell]]:
    """The store, and a way to tell at once what it confirmed; ends when its server is gone."""
    out = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        with Store.open(url) as store:
            yield store, lambda said: confirm(out, said)
    except StoreUnusable:
        pass
    finally:
        os.close(out)


def import_files_one_by_one(url: str, told: str) -> None:
    """Files of new posts, each with its own employer."""
    with at_work(url, told) as (store, tell):
        for number in range(10_000):
            file = Path(f"{told}-{number}.csv")
            rows = [f"I{number}-{at},保洁员,（生成）单位{number}" for at in range(ROWS_OF_A_FILE)]
            file.write_text("岗位编号,岗位名称,用人单位\n" + "\n".join(rows), encoding="utf-8")
            import_files(
                store,
                ImportRequest(kind=Kind.VACANCIES, files=(file,), on=ON, actor="import", at=AT),
            )
            tell(f"{number}")


def hire_for_every_post(url: str, told: str, who: str) -> None:
    """Put a person forward for each post, and hire them where the other hirer has not."""
    with at_work(url, told) as (store, tell):
        for number in range(N_POSTS):
            person, post = f"P{who}{number}", f"V{number}"
            pair = pd.DataFrame({"person_id": [person], "vacancy_id": [post], "area_code": [AREA]})
            with store.writing(actor=who, at=AT) as batch:
                new = new_referrals(batch, pair, on="2026-11-02")
                move_referrals(batch, new, role=Role.CASEWORKER)
            tell(f"propose {person} {post}")
            for event in ("refer", "offer", "hire"):
                row = {"stream": "referral", "subject_id": f"R-{person}-{post}-1", "event": event}
                try:
                    with store.writing(actor=who, at=AT) as batch:
                        given = moves([row | {"on": "2026-11-03"}])
                        move_referrals(batch, given, role=Role.CASEWORKER)
                except IllegalMoves:
                    continue
                tell(f"{event} {person} {post}")


def confirm_fairs(url: str, told: str) -> None:
    """Fairs whose pairings are kept, then confirmed."""
    with at_work(url, told) as (store, tell):
        for number in range(10_000):
            fair = {"fair_id": f"F{number}", "name": "招聘会", "on": "2026-12-05"}
            with store.writing(actor="fair", at=AT) as batch:
                batch.upsert(Kind.FAIRS, make_frame(Kind.FAIRS, [fair]))
            ids = [f"F{number}-{at}" for at in range(TALKS_OF_A_FAIR)]
            talks = pd.DataFrame({"pairing_id": ids}).assign(
                person_id=[f"PA{at}" for at in range(TALKS_OF_A_FAIR)],
                vacancy_id=[f"V{at}" for at in range(TALKS_OF_A_FAIR)],
                score=9000,
                booth=1,
                interviewer=1,
                start="09:00",
            )
            day = cast(Programme, SimpleNamespace(fair=fair, talks=talks))
            keep_pairings(store, OFFICE, day, actor="fair", at=AT)
            tell(f"keep F{number}")
            record_attendance(store, OFFICE, ids, Attendance.CONFIRMED, actor="fair", at=AT)
            tell(f"confirm F{number}")


WORKERS: tuple[tuple[Callable[..., None], tuple[str, ...]], ...] = (
    (import_files_one_by_one, ()),
    (confirm_fairs, ()),
    *((hire_for_every_post, (who,)) for who in HIRERS),
)


def check(url: str, told: list[list[str]]) -> None:
    """All that was confirmed stands, nothing stands half, no place has two."""
    with Store.open(url) as store:
        assert store.problems() == ()
        check_imports(store, told[0])
        check_fairs(store, told[1])
        check_hires(store, [line for lines in told[2:] for line in lines])
        store.seal(at=AT)
        assert store.broken_seals() == ()


def check_imports(store: Store, told: list[str]) -> None:
    posts = store.frame(Kind.VACANCIES, columns=["employer_id"])
    imported = posts[posts["vacancy_id"].str.startswith("I")]
    rows_of = imported["vacancy_id"].str[1:].str.split("-").str[0].value_counts()
    assert set(rows_of) <= {ROWS_OF_A_FILE}, "half a file"
    assert set(told) <= set(rows_of.index)
    assert len(rows_of) - len(told) in (0, 1)
    assert set(imported["employer_id"]) == set(store.ids(Kind.EMPLOYERS))


def check_fairs(store: Store, told: list[str]) -> None:
    pairings = store.pairings(OFFICE)
    of_fair: dict[str, Any] = {
        str(key): rows["attendance"].tolist() for key, rows in pairings.groupby("fair_id")
    }
    for attendances in of_fair.values():
        assert attendances in ([name] * TALKS_OF_A_FAIR for name in ("invited", "confirmed"))
    for line in told:
        what, fair = line.split()
        assert fair in of_fair
        assert what == "keep" or set(of_fair[fair]) == {"confirmed"}


def check_hires(store: Store, told: list[str]) -> None:
    events, states = store.events(OFFICE), store.states(OFFICE)
    assert events.empty or differences(states, events).empty
    done = set(events["event"] + " " + events["person_id"] + " " + events["vacancy_id"])
    assert set(told) <= done
    assert len(done - set(told)) <= len(HIRERS)
    hires = events.loc[events["event"] == "hire", ["person_id", "vacancy_id"]]
    assert not hires["vacancy_id"].duplicated().any(), "a place was given twice"
    outcomes = store.outcomes(OFFICE)
    hired = outcomes.loc[outcomes["stage"] == "hired", ["person_id", "vacancy_id"]]
    assert sorted(map(tuple, hired.to_numpy())) == sorted(map(tuple, hires.to_numpy()))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.xdist_group("crash")
def test_what_was_confirmed_under_load_survives_every_kill(
    resting: Resting, tmp_path: Path, soak: bool
) -> None:
    prepare(resting.url)
    resting.keep()
    generator = np.random.default_rng(20261124)
    confirmed = []
    for round_ in range(200 if soak else 20):
        resting.put_back()
        told = [tmp_path / f"{round_}-{number}" for number in range(len(WORKERS))]
        for file in told:
            file.touch()
        victims = [
            fork(work, resting.url, str(file), *more, preload=["tests.contracts.test_killed"])
            for (work, more), file in zip(WORKERS, told, strict=True)
        ]
        until = time.monotonic() + 60
        while not all(file.stat().st_size for file in told) and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(float(generator.uniform(0, LONGEST_S)))
        if round_ % PLUG_EVERY != PLUG_EVERY - 1 or not resting.pull_the_plug():
            for victim in victims:
                victim.kill()
        for victim in victims:
            victim.wait()
        resting.settle()
        lines = [file.read_text(encoding="utf-8").splitlines() for file in told]
        confirmed.append(tuple(map(len, lines)))
        check(resting.url, lines)
    assert all(min(counts) > 0 for counts in confirmed), "a kill came before any work"
    assert len(set(confirmed)) > 1, "all kills came at the same moment"
