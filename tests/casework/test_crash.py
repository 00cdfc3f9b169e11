"""Killed at any moment of a stream of confirmed moves, nothing that was confirmed is lost."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matcher.casework.ledger.recording import moves
from matcher.casework.ledger.replaying import differences
from matcher.casework.placements.together import move_work
from matcher.casework.referrals.referring import move_referrals, new_referrals
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.store.events.reading import Wanted
from matcher.store.store import Store
from tests.factories import make_frame
from tests.store.killing import fork, put_back

AT = datetime(2026, 11, 2, tzinfo=UTC)
OFFICE = Scope.office("test")
N_PEOPLE = 400
PLACES = 2
STEPS = (("refer", None), ("offer", None), ("start", None), ("end", "left"))


def url_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'rengang.sqlite'}"


def prepare(url: str) -> None:
    """People, each with a post of their own that has two places."""
    numbers = range(N_PEOPLE)
    with Store.open(url) as store, store.writing(actor="t", at=AT) as batch:
        people = [{"person_id": f"P{at}", "area_code": "320613001"} for at in numbers]
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, people))
        posts = make_frame(Kind.VACANCIES, [{"vacancy_id": f"V{at}"} for at in numbers])
        posts["title"], posts["headcount"] = "保洁员", pd.array([PLACES] * N_PEOPLE, dtype="Int64")
        batch.upsert(Kind.VACANCIES, posts)


def work(url: str, told: str) -> None:
    """Move after move, each in its own transaction; what is done is told to a file at once."""
    out = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with Store.open(url) as store:
        for at in range(N_PEOPLE):
            pair = pd.DataFrame(
                {"person_id": [f"P{at}"], "vacancy_id": [f"V{at}"], "area_code": ["320613001"]}
            )
            with store.writing(actor="t", at=AT) as batch:
                new = new_referrals(batch, pair, on="2026-11-02", due_on="2026-11-07")
                move_referrals(batch, new, role=Role.CASEWORKER)
            os.write(out, f"{at} propose\n".encode())
            for event, reason in STEPS:
                _step(store, at, event, reason)
                os.write(out, f"{at} {event}\n".encode())


def _step(store: Store, at: int, event: str, reason: str | None) -> None:
    none = pd.DataFrame(columns=["case_id", "person_id", "opened_on"])
    row = {"event": event, "on": "2026-11-03", "reason": reason}
    with store.writing(actor="t", at=AT) as batch:
        if event in ("start", "end"):
            about = {"person_id": f"P{at}", "vacancy_id": f"V{at}", "area_code": "320613001"}
            row |= {"stream": "placement", "subject_id": f"PL{at}"} | about
            move_work(batch, moves([row]), none, role=Role.CASEWORKER)
        else:
            row |= {"stream": "referral", "subject_id": f"R-P{at}-V{at}-1"}
            move_referrals(batch, moves([row]), role=Role.CASEWORKER)


def done_in(events: pd.DataFrame) -> list[str]:
    """The moves of the worker in the ledger, without those that they meant."""
    stream, event = events["stream"], events["event"]
    own = stream.eq("placement") | event.isin(["propose", "refer", "offer"])
    numbers = events["person_id"].str.removeprefix("P")
    return (numbers + " " + event)[own].tolist()


def check(url: str, confirmed: list[str]) -> None:
    """All that was confirmed stands, at most one move more, and every table agrees with it."""
    with Store.open(url) as store:
        assert store.problems() == ()
        events, states = store.events(OFFICE), store.states(OFFICE)
        done = done_in(events)
        assert done[: len(confirmed)] == confirmed
        assert len(done) - len(confirmed) in (0, 1)
        assert events.empty or differences(states, events).empty
        begun = set(events.loc[(events["event"] == "start"), "person_id"])
        placed = store.placements(OFFICE)
        assert set(placed["person_id"]) == begun
        hires = store.outcomes(OFFICE)
        assert set(hires.loc[hires["stage"] == "hired", "person_id"]) == begun
        open_work = placed.loc[placed["ended_on"].isna(), "person_id"].tolist()
        running = store.states(OFFICE, Wanted(streams=["placement"], states=["working"]))
        assert running["person_id"].tolist() == sorted(open_work)


@pytest.mark.slow
def test_what_was_confirmed_survives_every_kill(tmp_path: Path, soak: bool) -> None:
    kept, used, told = tmp_path / "kept", tmp_path / "used", tmp_path / "told"
    kept.mkdir()
    prepare(url_in(kept))
    generator = np.random.default_rng(20261122)
    lengths = []
    for _ in range(100 if soak else 20):
        put_back(kept, used)
        told.write_text("", encoding="utf-8")
        victim = fork(work, url_in(used), str(told), preload=["tests.casework.test_crash"])
        until = time.monotonic() + 60
        while not told.stat().st_size and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(float(generator.uniform(0, 0.5)))
        victim.kill()
        victim.wait()
        confirmed = told.read_text(encoding="utf-8").splitlines()
        lengths.append(len(confirmed))
        check(url_in(used), confirmed)
    assert min(lengths) > 0, "a kill came before the first move"
    assert len(set(lengths)) > 1, "all kills came at the same moment"
