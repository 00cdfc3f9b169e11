"""`rengang worker` does what waits, and ends when it is told to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matcher.domain.job import JobState
from matcher.pipeline.jobs.worker import DAILY
from matcher.store.store import Store
from tests.cli.commands import Office
from tests.pipeline.jobs.orders import import_order, posts

PATIENCE_S = 60


def test_it_does_what_waits_and_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = Office(tmp_path, capsys)
    with Store.open(f"sqlite:///{tmp_path / 'rengang.sqlite'}") as store:
        job_id = store.jobs.order(import_order(posts(3)), at=datetime.now(UTC)).job_id
        other = office("worker", "--once", "--no-daily", "--kinds", "train")
        assert other.answer == {"jobs": 0}
        said = office("worker", "--once", "--no-daily")
        assert (said.code, said.answer) == (0, {"jobs": 1})
        assert store.jobs.find(job_id).result["created"] == 3
        daily = office("worker", "--once")
        assert daily.answer == {"jobs": len(DAILY)}
        assert office("worker", "--once").answer == {"jobs": 0}


def test_a_kind_that_there_is_not_is_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert Office(tmp_path, capsys)("worker", "--once", "--kinds", "nothing").code == 2


@pytest.mark.slow
def test_it_waits_for_jobs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    rengang = Path(sys.executable).with_name("rengang")
    words = [rengang, "--workspace", tmp_path, "--json", "worker", "--no-daily"]
    with Store.open(f"sqlite:///{tmp_path / 'rengang.sqlite'}") as store:
        process = subprocess.Popen(
            [str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            job_id = store.jobs.order(import_order(posts(3)), at=datetime.now(UTC)).job_id
            until = time.monotonic() + PATIENCE_S
            while store.jobs.find(job_id).state is not JobState.DONE:
                assert time.monotonic() < until, "nobody did the job"
                assert process.poll() is None, "the worker ended by itself"
                time.sleep(0.2)
        finally:
            process.send_signal(signal.SIGTERM)
            told, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(told) == {"jobs": 1}
