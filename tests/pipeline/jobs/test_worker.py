"""A worker does what was ordered, once; what goes wrong ends the job and not the worker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from matcher.domain.job import Job, JobKind, JobState, Order
from matcher.domain.kinds import Kind
from matcher.errors import NotFound, StoreBusy
from matcher.pipeline.jobs import work
from matcher.pipeline.jobs.pulse import Pulse
from matcher.pipeline.jobs.task import Made, Stopped, Task
from matcher.pipeline.jobs.worker import DAILY, Worker
from matcher.settings import Settings
from matcher.store.jobs.jobs import MOST_ATTEMPTS
from matcher.store.privacy.keyring import Keyring
from matcher.store.store import Store
from tests.pipeline.jobs.orders import ASKER, AT, import_order, match_order, posts, worker_on
from tests.planted import PEOPLE, fill

KEYS = Keyring.in_memory()


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


def done(store: Store, order: Order, folder: Path) -> Job:
    job = store.jobs.order(order, at=AT)
    worker_on(store, folder).step()
    return store.jobs.find(job.job_id)


def test_an_import_is_written_and_told(store: Store, tmp_path: Path) -> None:
    job = done(store, import_order(posts(20)), tmp_path)
    assert job.state is JobState.DONE, job.problem
    assert (job.result["read"], job.result["created"], job.result["refused"]) == (20, 20, 0)
    assert store.counts()[Kind.VACANCIES] == 20


def test_refused_rows_come_back_as_a_file(store: Store, tmp_path: Path) -> None:
    job = done(store, import_order(posts(5, no_name=True)), tmp_path)
    assert (job.result["created"], job.result["refused"]) == (4, 1)
    (file,) = store.jobs.files(job.job_id)
    assert file.file_name in job.result["refused_files"]
    assert b"V99999" in store.jobs.file(job.job_id, file.name).content
    assert str(tmp_path) not in str(job.result)


def test_a_strict_import_fails_with_the_facts_and_writes_nothing(
    store: Store, tmp_path: Path
) -> None:
    job = done(store, import_order(posts(5, no_name=True), strict=True), tmp_path)
    assert job.state is JobState.FAILED
    assert job.problem is not None
    assert job.problem["type"] == "ImportRefused"
    assert job.problem["facts"]["refused"] == 1
    assert store.counts()[Kind.VACANCIES] == 0


def test_a_dry_run_ends_without_writing(store: Store, tmp_path: Path) -> None:
    job = done(store, import_order(posts(5), dry_run=True), tmp_path)
    assert (job.state, job.result["read"]) == (JobState.DONE, 5)
    assert store.counts()[Kind.VACANCIES] == 0


def test_everyones_matches_are_a_file(store: Store, tmp_path: Path) -> None:
    fill(store)
    job = done(store, match_order(), tmp_path)
    assert job.state is JobState.DONE, job.problem
    assert (job.result["persons"], job.done, job.total) == (PEOPLE, PEOPLE, PEOPLE)
    lines = store.jobs.file(job.job_id, work.MATCHES).content.decode("utf-8").splitlines()
    assert lines[0].endswith("person_id,vacancy_id,rank,score,tier,found_by")
    assert len(lines) == 1 + job.result["rows"]


def test_a_plan_of_a_fair_that_is_not_there_fails(store: Store, tmp_path: Path) -> None:
    order = Order(JobKind.PAIR, {"fair_id": "F1", "on": "2026-11-22"}, ASKER)
    job = done(store, order, tmp_path)
    assert job.problem is not None
    assert (job.state, job.problem["type"]) == (JobState.FAILED, NotFound.__name__)


def test_the_work_of_a_day_is_ordered_once_by_however_many_workers(
    store: Store, tmp_path: Path
) -> None:
    days = [date(2026, 11, 22)]
    workers = [
        Worker(store, Settings(workspace=tmp_path), lambda: AT, today=lambda: days[0])
        for _ in range(2)
    ]
    for worker in workers * 2:
        worker.run(once=True)
    jobs = store.jobs.newest()
    assert sorted(job.kind for job in jobs) == sorted(DAILY)
    assert {job.state for job in jobs} == {JobState.DONE}, [job.problem for job in jobs]
    days[0] += timedelta(days=1)
    workers[0].order_daily()
    assert len(store.jobs.newest()) == 2 * len(DAILY)


def broken(_: Task) -> Made:
    raise ZeroDivisionError


def busy(_: Task) -> Made:
    raise StoreBusy(waited_s=1)


def test_a_bug_ends_the_job_and_not_the_worker(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(work.WORK, JobKind.SEAL, broken)
    job = done(store, Order(JobKind.SEAL, {}, ASKER), tmp_path)
    assert job.problem is not None
    assert (job.state, job.problem["type"]) == (JobState.FAILED, "ServerError")
    assert done(store, import_order(posts(2)), tmp_path).state is JobState.DONE


def test_what_passes_is_tried_again_up_to_a_bound(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(work.WORK, JobKind.SEAL, busy)
    job = store.jobs.order(Order(JobKind.SEAL, {}, ASKER), at=AT)
    moment = [AT]
    worker = Worker(store, Settings(workspace=tmp_path), lambda: moment[0])
    states = []
    for _ in range(MOST_ATTEMPTS):
        assert worker.step()
        assert not worker.step(), "it rests first"
        states.append(store.jobs.find(job.job_id).state)
        moment[0] += timedelta(minutes=1)
    assert states == [JobState.QUEUED] * (MOST_ATTEMPTS - 1) + [JobState.FAILED]
    problem = store.jobs.find(job.job_id).problem
    assert problem is not None
    assert problem["type"] == StoreBusy.__name__


def test_a_cancelled_job_stops_at_its_next_step(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached = []

    def cancelled_midway(task: Task) -> Made:
        task.progress(1, 3)
        store.jobs.cancel(task.job.job_id, actor=ASKER, at=AT)
        reached.append("before")
        task.progress(3, 3)
        reached.append("after")
        return Made()

    monkeypatch.setitem(work.WORK, JobKind.SEAL, cancelled_midway)
    job = done(store, Order(JobKind.SEAL, {}, ASKER), tmp_path)
    assert (job.state, reached) == (JobState.CANCELLED, ["before"])


def test_a_worker_told_to_stop_leaves_its_job_to_the_next_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    job = store.jobs.order(match_order(), at=AT)
    worker = worker_on(store, tmp_path)

    def told_to_stop(task: Task) -> Made:
        worker.stop.set()
        return work._match_all(task)

    monkeypatch.setitem(work.WORK, JobKind.MATCH_ALL, told_to_stop)
    assert worker.step()
    left = store.jobs.find(job.job_id)
    assert (left.state, left.attempts) == (JobState.QUEUED, 0)
    monkeypatch.setitem(work.WORK, JobKind.MATCH_ALL, work._match_all)
    assert worker_on(store, tmp_path).step()
    assert store.jobs.find(job.job_id).state is JobState.DONE


def test_an_import_whose_job_was_taken_over_leaves_nothing(
    store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(store_url, keys=KEYS) as store:
        overtake(store, tmp_path, monkeypatch)


def overtake(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow worker reads on while a quick one, to whom the job went, does it."""
    job = store.jobs.order(import_order(posts(8)), at=AT)
    slow = worker_on(store, tmp_path)
    plain = work.WORK[JobKind.IMPORT]

    def overtaken(task: Task) -> Made:
        if task.worker == slow.name:
            worker_on(store, tmp_path, late=True).step()
        return plain(task)

    monkeypatch.setitem(work.WORK, JobKind.IMPORT, overtaken)
    slow.step()
    found = store.jobs.find(job.job_id)
    assert (found.state, found.attempts, found.result["created"]) == (JobState.DONE, 2, 8)
    writes = store.audit_rows(kind=Kind.VACANCIES)
    assert (writes["action"] == "upsert").sum() == 1


def test_progress_that_cannot_be_written_does_not_end_the_work(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'w.sqlite'}", wait_s=0.05) as store:
        job = store.jobs.order(Order(JobKind.SEAL, {}, ASKER), at=AT)
        worker = worker_on(store, tmp_path)
        taken = store.jobs.claim(worker.name, at=AT)
        assert taken is not None
        pulse = Pulse(store, taken, worker.name, lambda: datetime.now(UTC), worker.stop)
        with store.writing(actor="test", at=AT):
            pulse.progress(1, 2)
        assert store.jobs.find(job.job_id).done == 0
        store.jobs.cancel(job.job_id, actor=ASKER, at=AT)
        with pytest.raises(Stopped):
            pulse.progress(2, 2)


def test_an_import_tells_its_rows_as_they_are_read_and_checked(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(Pulse, "progress", lambda _, done, total: told.append((done, total)))
    job = done(store, import_order(posts(20)), tmp_path)
    assert told == [(0, 0), (20, 60), (40, 60)]
    assert job.state is JobState.DONE


def test_an_import_that_is_cancelled_between_reading_and_writing_writes_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = store.jobs.order(import_order(posts(20)), at=AT)
    tell = Pulse.progress

    def cancelled(self: Pulse, done: int, total: int) -> None:
        if (done, total) == (40, 60):
            store.jobs.cancel(job.job_id, actor=ASKER, at=AT)
            self._told = None  # as after a while: it is told, and asked, every half a second
        tell(self, done, total)

    monkeypatch.setattr(Pulse, "progress", cancelled)
    worker_on(store, tmp_path).step()
    assert store.jobs.find(job.job_id).state is JobState.CANCELLED
    assert store.counts()[Kind.VACANCIES] == 0
    assert store.counts()[Kind.EMPLOYERS] == 0


def test_a_job_that_is_done_has_nothing_left_to_do(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.pipeline.jobs.pulse.TOLD_EVERY_S", 0.0)
    job = done(store, import_order(posts(20)), tmp_path)
    assert (job.done, job.total) == (60, 60)
