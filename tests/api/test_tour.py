"""The tour of the interface, carried out on a real service as it stands in the page."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOUR = ROOT / "docs" / "api_tour.md"
COMMAND = [sys.executable, "-c", "from matcher.cli.main import run; run()"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A service of its own process on an empty workspace: where it is, and its first password."""
    port = free_port()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    subprocess.run([*COMMAND, "demo", "--files", "city"], cwd=tmp_path, env=environment, check=True)
    told = tmp_path / "told.txt"
    with told.open("w") as lines:
        service = subprocess.Popen(
            [*COMMAND, "--workspace", "office", "serve", "--port", str(port)],
            cwd=tmp_path,
            env=environment,
            stderr=lines,
            stdout=lines,
        )
    try:
        base = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urlopen(f"{base}/healthz", timeout=1):
                    break
            except OSError:
                time.sleep(0.2)
        said = re.search(r"password\s+(\S+)", told.read_text("utf-8"))
        assert said is not None, told.read_text("utf-8")
        yield base, said[1]
    finally:
        service.terminate()
        service.wait(timeout=60)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_tour_runs_as_it_stands(
    running: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", TOUR.read_text("utf-8"), flags=re.S)
    assert len(blocks) >= 8
    names = {"BASE": running[0], "FIRST_PASSWORD": running[1]}
    for block in blocks:
        exec(compile(block, str(TOUR), "exec"), names)
    plan = (tmp_path / "plan.csv").read_text("utf-8").splitlines()
    assert plan[0] == "person_id,vacancy_id,score"
    assert len(plan) > 300
    assert (tmp_path / "plan.certificate.json").stat().st_size > 100
