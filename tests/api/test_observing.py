"""What the service tells of itself: figures, lines, readiness; never what a caller said."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.cli.logs import Lines, configure
from matcher.domain.account import Account
from matcher.domain.job import JobKind, Order
from matcher.domain.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.store import Store

WORD = "three plain words"
MARKED = "marked-13800001234"
"""Stands wherever a caller can write something; it must come out nowhere."""

HERE = ("127.0.0.1", 50_000)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    lines = io.StringIO()
    configure("info")
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(lines))
    yield lines
    structlog.reset_defaults()


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    made = create_app(Settings(workspace=tmp_path, worker_in_process=False, disk_free_mb=1))
    store: Store = made.state.store
    new = Account("wang", Role.CASEWORKER, ("320602",))
    store.accounts.add(new, WORD, actor="test", at=datetime.now(UTC))
    return made


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, client=HERE, raise_server_exceptions=False) as opened:
        yield opened


def signed(client: TestClient) -> dict[str, str]:
    answer = client.post("/api/v1/tokens", json={"username": "wang", "password": WORD})
    return {"authorization": f"Bearer {answer.json()['access_token']}"}


def events(logged: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged.getvalue().splitlines()]


def test_a_request_leaves_one_line_with_its_template_and_the_account(
    logged: io.StringIO, client: TestClient
) -> None:
    answer = client.get("/api/v1/vacancies/V1", headers=signed(client))
    line = events(logged)[-1]
    assert (line["event"], line["level"], line["method"]) == ("request", "info", "GET")
    assert line["route"] == "/api/v1/vacancies/{key}"
    assert (line["status"], line["actor"]) == (404, "wang")
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["ms"] > 0


def test_what_a_caller_writes_stands_in_no_line_and_no_figure(
    logged: io.StringIO, client: TestClient
) -> None:
    bearer = signed(client)
    marks = {"x-request-id": f"{MARKED}?", "cookie": f"a={MARKED}", "user-agent": MARKED}
    client.get(f"/api/v1/vacancies/{MARKED}", headers=bearer | marks)
    client.get(f"/{MARKED}")
    client.get("/api/v1/vacancies", params={"sort": MARKED, MARKED: "1"}, headers=bearer)
    client.post("/api/v1/persons", json={"name": MARKED, "phone": [MARKED]}, headers=bearer)
    client.post("/api/v1/tokens", json={"username": MARKED, "password": MARKED})
    client.request("MARKED", "/healthz")
    assert len(events(logged)) >= 6
    assert MARKED not in logged.getvalue()
    told = client.get("/metrics").text
    assert "rengang_requests_total" in told
    assert MARKED not in told
    assert "MARKED" not in told


def test_what_breaks_is_a_problem_with_all_headers_and_a_trace_without_words(
    logged: io.StringIO, client: TestClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Store) -> None:
        raise ZeroDivisionError(MARKED)

    monkeypatch.setattr(Store, "counts", broken)
    answer = client.get("/readyz")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:rengang:problem:ServerError"
    assert answer.headers["x-content-type-options"] == "nosniff"
    known = answer.headers["x-request-id"]
    assert known in answer.json()["detail"]
    broke = next(line for line in events(logged) if line["event"] == "request broke")
    assert (broke["request_id"], broke["raised"]) == (known, ["ZeroDivisionError"])
    assert broke["trace"][-1].endswith("broken")
    assert any("api/health/routes.py" in place for place in broke["trace"])
    request = next(line for line in events(logged) if line["event"] == "request")
    assert (request["status"], request["route"]) == (500, "/readyz")
    assert MARKED not in logged.getvalue()
    assert MARKED not in answer.text


def test_lines_go_to_standard_error_from_the_level_on(capsys: pytest.CaptureFixture[str]) -> None:
    configure("warning")
    try:
        structlog.get_logger().info("quiet")
        structlog.get_logger().warning("loud", number=1)
    finally:
        structlog.reset_defaults()
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert {"event": "loud", "level": "warning", "number": 1}.items() <= json.loads(line).items()


def test_lines_of_the_server_itself_are_in_the_same_form_and_without_words() -> None:
    record = logging.LogRecord("_granian", 40, "f", 1, "it\nbroke %s", ("x",), None)
    assert json.loads(Lines().format(record))["event"] == "it"
    try:
        raise ValueError(MARKED)
    except ValueError:
        record.exc_info = sys.exc_info()
    line = Lines().format(record)
    assert json.loads(line)["raised"] == ["ValueError"]
    assert MARKED not in line


def test_figures_count_requests_by_template(client: TestClient) -> None:
    bearer = signed(client)
    for number in range(3):
        client.get(f"/api/v1/vacancies/V{number}", headers=bearer)
    told = client.get("/metrics").text
    one = 'rengang_requests_total{method="GET",route="/api/v1/vacancies/{key}",status="404"} 3.0'
    assert one in told
    timed = 'rengang_request_seconds_count{method="GET",route="/api/v1/vacancies/{key}"} 3.0'
    assert timed in told
    assert re.search(r'process_resident_memory_bytes\{pid="\d+"\} \d', told)


def test_figures_tell_of_jobs_that_wait(client: TestClient, app: FastAPI) -> None:
    store: Store = app.state.store
    assert "rengang_jobs_waiting 0.0" in client.get("/metrics").text
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    store.jobs.order(Order(JobKind.SEAL, {}, Scope(Role.ADMIN, ("",), "t", "t")), at=an_hour_ago)
    told = client.get("/metrics").text
    assert 'rengang_jobs{kind="seal",state="queued"} 1.0' in told
    assert "rengang_jobs_waiting 1.0" in told
    waited = re.search(r"^rengang_jobs_oldest_wait_seconds (\S+)", told, re.M)
    assert waited is not None
    assert 3_590 < float(waited.group(1)) < 3_700


def test_the_age_of_the_market_is_told_once_one_was_taken(client: TestClient, app: FastAPI) -> None:
    before = datetime.now(UTC).timestamp()
    app.state.markets.of(Scope(Role.ANALYST, ("",), "t", "t"), datetime.now(UTC).date())
    client.get("/healthz")
    text = client.get("/metrics").text
    told = re.search(r"^rengang_snapshot_taken_timestamp_seconds (\S+)", text, re.M)
    assert told is not None
    assert before <= float(told.group(1)) <= datetime.now(UTC).timestamp()


@pytest.mark.parametrize(
    ("caller", "headers", "status"),
    [
        pytest.param(("127.0.0.1", 1), {}, 200, id="this machine"),
        pytest.param(("::1", 1), {}, 200, id="this machine by IPv6"),
        pytest.param(("10.0.0.7", 1), {}, 403, id="another machine"),
        pytest.param(("127.0.0.1", 1), {"x-forwarded-for": "10.0.0.7"}, 403, id="by a proxy here"),
        pytest.param(("127.0.0.1", 1), {"forwarded": "for=10.0.0.7"}, 403, id="RFC 7239"),
        pytest.param(("not an address", 1), {}, 403, id="no address"),
    ],
)
def test_figures_are_for_this_machine(
    app: FastAPI, caller: tuple[str, int], headers: dict[str, str], status: int
) -> None:
    with TestClient(app, client=caller) as opened:
        assert opened.get("/metrics", headers=headers).status_code == status


def test_a_setting_opens_the_figures(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path, metrics_from_anywhere=True, worker_in_process=False)
    with TestClient(create_app(settings), client=("10.0.0.7", 1)) as opened:
        assert opened.get("/metrics").status_code == 200


def test_it_is_ready(client: TestClient) -> None:
    told = client.get("/readyz").json()
    assert told["status"] == "ready"
    assert told["checks"] == {
        **dict.fromkeys(("schema", "worker", "disk", "snapshot"), "ok"),
        "key": "note",
    }


def test_what_is_not_ready_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    settings = Settings(workspace=tmp_path, worker_in_process=False, disk_free_mb=10**9)
    app = create_app(settings)
    order = Order(JobKind.SEAL, {}, Scope(Role.ADMIN, ("",), "t", "t"))
    app.state.store.jobs.order(order, at=datetime.now(UTC) - timedelta(hours=1))
    app.state.markets.fault = "StoreBusy"
    with TestClient(app) as opened:
        answer = opened.get("/readyz", headers={"accept-language": "en"})
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"]
    told = {each["parameter"]: each["detail"] for each in answer.json()["errors"]}
    assert set(told) == {"worker", "key", "disk", "snapshot"}
    assert "60 min" in told["worker"]


def test_a_worker_that_ended_is_not_ready(tmp_path: Path) -> None:
    app = create_app(Settings(workspace=tmp_path, disk_free_mb=1))
    with TestClient(app) as opened:
        assert opened.get("/readyz").status_code == 200
        thread = app.state.worker
        app.state.worker = type(thread)(target=int)  # one that was never started
        assert opened.get("/readyz").status_code == 503
        app.state.worker = thread
        assert opened.get("/healthz").json()["status"] == "ok"


def test_a_stream_that_was_closed_meanwhile_is_not_written_to(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = structlog.get_logger("worker")
    before = io.StringIO()
    try:
        with monkeypatch.context() as captured:
            captured.setattr(sys, "stderr", before)
            captured.setattr(sys, "stdout", before)
            configure("info")
            log.info("while captured")
        before.close()
        log.info("afterwards")
    finally:
        structlog.reset_defaults()
    assert "afterwards" in capsys.readouterr().err
