"""Workers killed with SIGKILL at many moments: every job ends done, once, and whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from matcher.domain.job import Job, JobState, Order
from matcher.domain.kinds import Kind
from matcher.pipeline.jobs.work import MATCHES
from matcher.store.jobs.jobs import MOST_ATTEMPTS
from matcher.store.store import Store
from tests.pipeline.jobs.orders import import_order, match_order, posts, worker_on
from tests.planted import fill
from tests.store.killing import Victim, fork
from tests.store.resting import Resting

PRELOAD = ["tests.pipeline.jobs.test_kills"]
ROWS = 3_000

Check = Callable[[Store, Job], object]


def work_off(url: str, workspace: Path) -> None:
    """A worker in a process of its own, until nothing waits."""
    with Store.open(url) as store:
        worker_on(store, workspace).run(once=True)


def imported(store: Store, job: Job) -> object:
    writes = store.audit_rows(kind=Kind.VACANCIES)
    assert (writes["action"] == "upsert").sum() == 1, "the effect is there once"
    assert job.result["created"] == ROWS
    return store.counts()[Kind.VACANCIES]


def matched(store: Store, job: Job) -> object:
    (file,) = store.jobs.files(job.job_id)
    assert file.name == MATCHES
    return sha256(store.jobs.file(job.job_id, MATCHES).content).hexdigest()


def killed_rounds(resting: Resting, home: Path, order: Order, check: Check, n: int) -> int:
    """How many of the kills came while the job was at work."""
    with Store.open(resting.url) as store:
        if check is matched:
            fill(store)
        job_id = store.jobs.order(order, at=datetime.now(UTC)).job_id
    resting.keep()

    def ended() -> tuple[Job, object]:
        with Store.open(resting.url) as store:
            worker_on(store, home, late=True).run(once=True)
            job = store.jobs.find(job_id)
            assert job.state is JobState.DONE, job.problem
            assert job.attempts <= MOST_ATTEMPTS
            return job, check(store, job)

    def forked() -> Victim:
        resting.put_back()
        return fork(work_off, resting.url, home, preload=PRELOAD)

    forked().wait()  # the first one also starts the server that forks
    began = time.monotonic()
    assert forked().wait() == 0
    took = time.monotonic() - began
    _, wanted = ended()
    generator = np.random.default_rng(20261123)
    during = 0
    for turn in range(4 * n):  # as many as asked, and more only until one came in time
        if turn >= n and during:
            break
        victim = forked()
        time.sleep((turn % n + generator.random()) / n * took)
        victim.kill()
        victim.wait()
        resting.settle()
        job, found = ended()
        assert found == wanted
        during += job.attempts > 1
    return during


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.xdist_group("crash")
def test_an_import_outlives_its_workers_and_is_done_once(
    resting: Resting, tmp_path: Path, soak: bool
) -> None:
    rounds = 100 if soak else 4
    during = killed_rounds(resting, tmp_path, import_order(posts(ROWS)), imported, rounds)
    assert during, "no kill came while the job was at work"


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.xdist_group("crash")
def test_everyones_matches_outlive_their_workers(
    resting: Resting, tmp_path: Path, soak: bool
) -> None:
    during = killed_rounds(resting, tmp_path, match_order(), matched, 100 if soak else 3)
    assert during, "no kill came while the job was at work"


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.xdist_group("crash")
def test_two_workers_share_one_list(store_url: str, tmp_path: Path) -> None:
    with Store.open(store_url) as store:
        ids = [
            store.jobs.order(
                import_order(posts(50, wage=str(3000 + n))), at=datetime.now(UTC)
            ).job_id
            for n in range(8)
        ]
        workers = [fork(work_off, store_url, tmp_path, preload=PRELOAD) for _ in range(2)]
        assert [worker.wait() for worker in workers] == [0, 0]
        jobs = [store.jobs.find(job_id) for job_id in ids]
        assert {(job.state, job.attempts) for job in jobs} == {(JobState.DONE, 1)}
        writes = store.audit_rows(kind=Kind.VACANCIES)
        assert (writes["action"] == "upsert").sum() == len(ids)
