"""Jobs at rest: one worker at a time, no work lost, no end written by who lost it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from matcher.domain.job import ENDED, MOVES, Job, JobFile, JobKind, JobState, Order
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import AlreadyThere, LeaseLost, NotFound
from matcher.store.jobs.jobs import INPUT, LEASE, MOST_ATTEMPTS
from matcher.store.privacy.keyring import Keyring
from matcher.store.store import Store

AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
LATER = AT + LEASE + timedelta(seconds=1)
ASKER = Scope(Role.CASEWORKER, ("320613",), "import", "u1")
ORDER = Order(JobKind.SEAL, {"on": "2026-11-02"}, ASKER)


KEYS = Keyring.in_memory()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    with Store.open(store_url, keys=KEYS) as opened:
        yield opened


def claimed(store: Store, worker: str, at: datetime = AT) -> Job:
    found = store.jobs.claim(worker, at=at)
    assert found is not None
    return found


def test_the_oldest_job_is_claimed_first_and_by_one_alone(store: Store) -> None:
    first = store.jobs.order(ORDER, at=AT)
    second = store.jobs.order(ORDER, at=AT + timedelta(seconds=1))
    assert claimed(store, "w1").job_id == first.job_id
    assert claimed(store, "w2").job_id == second.job_id
    assert store.jobs.claim("w3", at=AT) is None


def test_a_worker_takes_only_the_kinds_that_it_does(store: Store) -> None:
    store.jobs.order(ORDER, at=AT)
    assert store.jobs.claim("w1", at=AT, kinds=[JobKind.TRAIN]) is None
    assert store.jobs.claim("w1", at=AT, kinds=[JobKind.TRAIN, JobKind.SEAL]) is not None


def test_the_same_key_is_one_job_for_its_actor_and_another_for_others(store: Store) -> None:
    keyed = replace(ORDER, key="k")
    first = store.jobs.order(keyed, at=AT)
    assert store.jobs.order(keyed, at=LATER).job_id == first.job_id
    other = replace(keyed, scope=replace(ASKER, actor="u2"))
    assert store.jobs.order(other, at=AT).job_id != first.job_id


def test_a_key_that_named_other_work_is_refused(store: Store) -> None:
    store.jobs.order(replace(ORDER, key="k"), at=AT)
    with pytest.raises(AlreadyThere):
        store.jobs.order(replace(ORDER, kind=JobKind.TRAIN, key="k"), at=AT)


def test_a_silent_worker_loses_its_job_and_can_end_it_no_more(store: Store) -> None:
    job = store.jobs.order(ORDER, at=AT)
    slow = claimed(store, "slow")
    quick = claimed(store, "quick", LATER)
    assert (quick.job_id, quick.attempts) == (job.job_id, 2)
    assert not store.jobs.beat(job.job_id, "slow", 1, 2, at=LATER)
    assert not store.jobs.end(slow, "slow", JobState.DONE, {"by": "slow"}, at=LATER)
    assert store.jobs.end(quick, "quick", JobState.DONE, {"by": "quick"}, at=LATER)
    assert store.jobs.find(job.job_id).result == {"by": "quick"}


def test_what_a_worker_wrote_after_it_lost_its_job_is_undone(store: Store) -> None:
    store.jobs.order(ORDER, at=AT)
    slow = claimed(store, "slow")
    claimed(store, "quick", LATER)
    fair = pd.DataFrame({"fair_id": ["F1"], "name": ["冬季招聘会"], "on": ["2026-12-05"]})

    def write() -> None:
        with store.writing(actor="slow", at=LATER) as batch:
            batch.upsert(Kind.FAIRS, fair)
            store.jobs.end_within(batch, slow, "slow", {}, at=LATER)

    with pytest.raises(LeaseLost):
        write()
    assert store.counts()[Kind.FAIRS] == 0


def test_signs_of_life_keep_the_job(store: Store) -> None:
    job = store.jobs.order(ORDER, at=AT)
    claimed(store, "w1")
    soon = AT + LEASE - timedelta(seconds=1)
    assert store.jobs.beat(job.job_id, "w1", 3, 10, at=soon)
    assert store.jobs.claim("w2", at=LATER) is None
    assert (store.jobs.find(job.job_id).done, store.jobs.find(job.job_id).total) == (3, 10)


def test_a_job_that_ends_its_workers_fails_in_the_end_with_facts(store: Store) -> None:
    job = store.jobs.order(ORDER, at=AT)
    at = AT
    for turn in range(MOST_ATTEMPTS):
        claimed(store, f"w{turn}", at)
        at += LEASE + timedelta(seconds=1)
    assert store.jobs.claim("last", at=at) is None
    found = store.jobs.find(job.job_id)
    assert found.state is JobState.FAILED
    assert found.problem is not None
    assert found.problem["facts"] == {"job": job.job_id, "attempts": MOST_ATTEMPTS}


def test_a_job_given_back_rests_and_is_begun_again(store: Store) -> None:
    store.jobs.order(ORDER, at=AT)
    taken = claimed(store, "w1")
    assert store.jobs.give_back(taken, "w1", until=AT + timedelta(seconds=5), uncounted=False)
    assert store.jobs.claim("w2", at=AT) is None
    assert claimed(store, "w2", AT + timedelta(seconds=5)).attempts == 2
    assert not store.jobs.give_back(taken, "w1", until=AT, uncounted=False)


def test_a_waiting_job_is_cancelled_at_once_a_running_one_is_asked(store: Store) -> None:
    waiting = store.jobs.order(ORDER, at=AT)
    assert store.jobs.cancel(waiting.job_id, actor=ASKER, at=AT).state is JobState.CANCELLED
    running = store.jobs.order(ORDER, at=AT)
    taken = claimed(store, "w1")
    asked = store.jobs.cancel(running.job_id, actor=ASKER, at=AT)
    assert (asked.state, asked.cancel_asked) == (JobState.RUNNING, True)
    assert not store.jobs.beat(running.job_id, "w1", 1, 2, at=AT)
    assert store.jobs.end(taken, "w1", JobState.CANCELLED, {}, at=AT)
    assert store.jobs.cancel(running.job_id, actor=ASKER, at=AT).state is JobState.CANCELLED


def test_a_cancelled_job_whose_worker_died_is_not_begun_again(store: Store) -> None:
    job = store.jobs.order(ORDER, at=AT)
    claimed(store, "w1")
    store.jobs.cancel(job.job_id, actor=ASKER, at=AT)
    assert store.jobs.claim("w2", at=LATER) is None
    assert store.jobs.find(job.job_id).state is JobState.CANCELLED


def test_what_goes_in_is_gone_when_the_job_ends_what_comes_out_stays(store: Store) -> None:
    given = JobFile(f"{INPUT}-0", "a.csv", "text/csv", b"1")
    job = store.jobs.order(replace(ORDER, files=(given,)), at=AT)
    assert store.jobs.file(job.job_id, f"{INPUT}-0").content == b"1"
    assert store.jobs.files(job.job_id) == []
    taken = claimed(store, "w1")
    made = JobFile("plan", "plan.csv", "text/csv", b"2")
    store.jobs.end(taken, "w1", JobState.DONE, {}, at=AT, files=[made])
    assert [file.name for file in store.jobs.files(job.job_id)] == ["plan"]
    with pytest.raises(NotFound):
        store.jobs.file(job.job_id, f"{INPUT}-0")
    assert store.jobs.forget(ended_before=AT + timedelta(days=1)) == 1
    with pytest.raises(NotFound):
        store.jobs.find(job.job_id)


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        pytest.param(Scope(Role.CASEWORKER, ("320613",), "jobs", "u1"), True, id="its own"),
        pytest.param(Scope(Role.CASEWORKER, ("320613",), "jobs", "u2"), False, id="a colleague's"),
        pytest.param(Scope(Role.SUPERVISOR, ("3206",), "jobs", "s1"), True, id="of its own area"),
        pytest.param(Scope(Role.SUPERVISOR, ("320614",), "jobs", "s2"), False, id="of another"),
        pytest.param(Scope(Role.ADMIN, ("",), "jobs", "a1"), True, id="of the whole"),
        pytest.param(Scope(Role.EMPLOYER, (), "jobs", "e1"), False, id="as an employer"),
    ],
)
def test_who_sees_a_job(store: Store, reader: Scope, sees: bool) -> None:
    job = store.jobs.order(ORDER, at=AT)
    assert store.jobs.find(job.job_id).is_seen_by(reader) is sees
    assert bool(store.jobs.newest(reader=reader)) is sees


def test_whatever_changes_makes_a_new_revision_and_nothing_else_does(store: Store) -> None:
    job = store.jobs.order(ORDER, at=AT)
    seen = [job.revision]

    def told() -> bool:
        seen.append(store.jobs.find(job.job_id).revision)
        return seen[-1] > seen[-2]

    taken = claimed(store, "w1")
    assert told()
    store.jobs.beat(job.job_id, "w1", 1, 2, at=AT)
    assert told()
    store.jobs.beat(job.job_id, "w1", 1, 2, at=AT)
    assert not told()
    store.jobs.end(taken, "w1", JobState.DONE, {}, at=AT)
    assert told()


def test_nothing_leads_out_of_an_ended_state() -> None:
    assert {after for _, after in ((b, MOVES[b]) for b in MOVES)} >= set(ENDED)
    assert not any(before in ENDED for before, _ in MOVES)


def test_many_workers_on_one_database_take_each_job_once(store_url: str) -> None:
    with Store.open(store_url, keys=KEYS) as store:
        wanted = {store.jobs.order(ORDER, at=AT).job_id for _ in range(40)}
        taken: list[str] = []

        def work(name: str) -> None:
            with Store.open(store_url, keys=KEYS) as own:
                while (job := own.jobs.claim(name, at=AT)) is not None:
                    taken.append(job.job_id)
                    assert own.jobs.end(job, name, JobState.DONE, {}, at=AT)

        threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == sorted(wanted)
        assert {job.state for job in store.jobs.newest()} == {JobState.DONE}
