"""`rengang serve` starts the service, makes the first account, and stops as it should."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from matcher.cli.commands.service.demo_accounts import demo_accounts
from matcher.cli.commands.service.first_run import ADMIN, PLAIN, first_admin, new_password
from matcher.domain.account import Account
from matcher.domain.job import JobKind, JobState, Order
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import SignInRefused
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store
from tests.factories import make_frame

PATIENCE_S = 60
STOPS_IN_S = 60
"""A process that is told to stop while it starts may not hear it: it is killed after 35 s."""

AT = datetime(2026, 11, 2, tzinfo=UTC)


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


@dataclass(frozen=True)
class Service:
    """A service at work."""

    port: int
    process: subprocess.Popen[bytes]

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def service(workspace: Path, said: list[str], *options: str) -> Iterator[Service]:
    """A service in a process of its own; it is told to stop at the end, and has to."""
    port = free_port()
    command = [sys.executable, "-m", "matcher.cli.main", "--workspace", str(workspace)]
    command += ["serve", "--port", str(port), *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        answer_of(f"http://127.0.0.1:{port}/healthz")
        yield Service(port, process)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=STOPS_IN_S)
        said += told.decode().splitlines()
    assert process.returncode in (0, -signal.SIGTERM)


@pytest.mark.slow
def test_the_service_answers_on_its_port_and_ends_with_its_command(
    city: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    own = shutil.copytree(city, tmp_path / "w")  # the service writes its accounts
    with service(own, said) as run:
        assert answer_of(run.url("/readyz"))["status"] == "ready"
        told = answer_of(run.url("/api/v1/algorithm"))
        assert told["champion"]
    at = next(at for at, line in enumerate(said) if line.startswith(f"Rengang on {run.url('')}"))
    assert said[0].startswith("The demo city: everybody in it is generated.")
    lines = [json.loads(line) for line in said[at + 1 :]]
    assert {line["route"] for line in lines if line["event"] == "request"} == {"/api/v1/algorithm"}


@pytest.mark.slow
def test_a_new_service_tells_its_first_password_once_and_ends_what_it_began(
    tmp_path: Path,
) -> None:
    said: list[str] = []
    with (
        service(tmp_path, said) as run,
        socket.create_connection(("127.0.0.1", run.port)) as caller,
    ):
        body = json.dumps({"username": ADMIN, "password": "not this"}).encode()
        head = "POST /api/v1/tokens HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        caller.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:5])
        time.sleep(0.3)
        order = Order(JobKind.SEAL, {}, Scope(Role.ADMIN, ("",), "test", "test"))
        with Store.open(f"sqlite:///{tmp_path / 'rengang.sqlite'}") as store:
            job = store.jobs.order(order, at=datetime.now(UTC))
        run.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        caller.sendall(body[5:])
        caller.settimeout(10)
        assert caller.recv(4096).startswith(b"HTTP/1.1 401")
    password = next(line.split()[-1] for line in said if line.strip().startswith("password"))
    assert sum(password in line for line in said) == 1
    with Store.open(f"sqlite:///{tmp_path / 'rengang.sqlite'}") as store:
        assert store.accounts.sign_in(ADMIN, password, at=datetime.now(UTC)).must_change
        assert store.jobs.find(job.job_id).state in (JobState.DONE, JobState.QUEUED)
    again: list[str] = []
    with service(tmp_path, again):
        pass
    assert not any("password" in line for line in again)


ASKER = Scope(Role.CASEWORKER, ("320613",), "seal", "asker")


def _waiting_job(store: Store) -> tuple[str, str]:
    """A token of somebody, and the number of a job of theirs that nobody begins."""
    new = Account(ASKER.actor, ASKER.role, ASKER.areas)
    store.accounts.add(new, "three plain words", actor="test", at=AT)
    token = store.tokens.issue(ASKER.actor, TokenKind.BEARER, at=datetime.now(UTC))
    job = store.jobs.order(Order(JobKind.SEAL, {}, ASKER), at=datetime.now(UTC))
    return token, job.job_id


@pytest.mark.slow
def test_a_job_is_watched_over_a_real_line_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "rengang.toml").write_text("worker_in_process = false\nworkers = 1\n", "utf-8")
    said: list[str] = []
    with (
        service(tmp_path, said) as run,
        Store.open(f"sqlite:///{tmp_path / 'rengang.sqlite'}") as store,
    ):
        token, job_id = _waiting_job(store)
        asked = urllib.request.Request(
            run.url(f"/api/v1/jobs/{job_id}/events"),
            headers={"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as line:
            assert b"id: " in line.readline()
            time.sleep(1.5)  # longer than the service rests between two looks
            store.jobs.cancel(job_id, actor=ASKER, at=datetime.now(UTC))
            rest = line.read().decode()
    assert "event: end" in rest
    assert '"state":"cancelled"' in rest


@pytest.mark.slow
def test_a_line_that_is_open_does_not_hold_up_a_stop(tmp_path: Path) -> None:
    (tmp_path / "rengang.toml").write_text("worker_in_process = false\nworkers = 1\n", "utf-8")
    said: list[str] = []
    with (
        service(tmp_path, said) as run,
        Store.open(f"sqlite:///{tmp_path / 'rengang.sqlite'}") as store,
    ):
        token, job_id = _waiting_job(store)
        asked = urllib.request.Request(
            run.url(f"/api/v1/jobs/{job_id}/events"),
            headers={"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as line:
            assert b"id: " in line.readline()
            run.process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            rest = line.read()
            run.process.wait(timeout=STOPS_IN_S)
    assert b"event: end" not in rest
    assert time.monotonic() - began < 15, "half of what a stop may take"


@pytest.mark.slow
def test_figures_of_several_processes_are_added_up(city: Path, tmp_path: Path) -> None:
    asked = 8
    own = shutil.copytree(city, tmp_path / "w")
    with service(own, [], "--workers", "2") as run:
        for _ in range(asked):
            answer_of(run.url("/api/v1/algorithm"))
        with urllib.request.urlopen(run.url("/metrics"), timeout=5) as response:
            told = response.read().decode()
    one = f'rengang_requests_total{{method="GET",route="/api/v1/algorithm",status="200"}} {asked}.0'
    assert one in told
    assert len(re.findall(r"^process_resident_memory_bytes\{", told, re.M)) == 2


def test_the_first_account_is_made_once() -> None:
    with Store.open("sqlite://") as store:
        password = first_admin(store, at=AT)
        assert password is not None
        assert first_admin(store, at=AT) is None
        (account,) = store.accounts.all()
        assert (account.username, account.role, account.must_change) == (ADMIN, Role.ADMIN, True)
        assert store.accounts.sign_in(ADMIN, password, at=AT) == account
        with pytest.raises(SignInRefused):
            store.accounts.sign_in(ADMIN, "admin", at=AT)


def test_a_service_with_accounts_or_of_the_demo_gets_none() -> None:
    with Store.open("sqlite://") as store:
        new = Account("wang", Role.CASEWORKER, ("320602",))
        store.accounts.add(new, "three plain words", actor="test", at=AT)
        assert first_admin(store, at=AT) is None
    with Store.open("sqlite://") as store:
        with store.writing(actor="test", at=AT) as batch:
            batch.set_meta("demo_city", "1")
            batch.set_meta("demo_on", date(2026, 11, 2).isoformat())
        assert first_admin(store, at=AT) is None
        assert store.accounts.all() == []


def test_the_demo_has_one_account_of_each_role_and_nothing_else_has() -> None:
    with Store.open("sqlite://") as store:
        assert demo_accounts(store, at=AT) is None
        post = make_frame(Kind.VACANCIES, [{"vacancy_id": "V1", "title": "x", "employer_id": "E1"}])
        with store.writing(actor="test", at=AT) as batch:
            batch.upsert(Kind.VACANCIES, post)
            batch.set_meta("demo_city", "1")
        password = demo_accounts(store, at=AT)
        assert password is not None
        assert demo_accounts(store, at=AT) == password
        for role in Role:
            account = store.accounts.sign_in(role.value, password, at=AT)
            assert (account.role, account.must_change) == (role, False)
        assert store.accounts.find("employer").employer_id == "E1"


def test_accounts_made_by_hand_are_what_counts_in_a_demo_too() -> None:
    with Store.open("sqlite://") as store:
        with store.writing(actor="test", at=AT) as batch:
            batch.set_meta("demo_city", "1")
        mine = Account("caseworker", Role.CASEWORKER, ("3206",))
        store.accounts.add(mine, "three plain words", actor="test", at=AT)
        assert demo_accounts(store, at=AT) is None
        assert [each.username for each in store.accounts.all()] == ["caseworker"]


def test_first_passwords_differ_and_are_easy_to_read() -> None:
    made = {new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(set(each) <= {*PLAIN, "-"} and len(each) == 23 for each in made)
