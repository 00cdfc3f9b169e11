"""`rengang serve` starts the service and stops when it is told to."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

PATIENCE_S = 60


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answer_of(url: str) -> dict[str, object]:
    """The JSON answer, as soon as somebody gives one."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                answer: dict[str, object] = json.load(response)
                return answer
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


@pytest.mark.slow
def test_the_service_answers_on_its_port_and_ends_with_its_command(city: Path) -> None:
    port = free_port()
    rengang = Path(sys.executable).with_name("rengang")
    command = [rengang, "--workspace", city, "serve", "--port", port]
    process = subprocess.Popen([str(word) for word in command], stderr=subprocess.PIPE)
    try:
        ready = answer_of(f"http://127.0.0.1:{port}/readyz")
        assert ready["status"] == "ready"
        told = answer_of(f"http://127.0.0.1:{port}/api/v1/algorithm")
        assert told["champion"]
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert process.returncode in (0, -signal.SIGTERM)
    assert f"http://127.0.0.1:{port}" in said.decode()
