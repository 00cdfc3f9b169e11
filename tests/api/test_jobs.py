"""Jobs over the interface: who sees them, how they are watched, stopped, and what they leave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.domain.account import Account
from matcher.domain.job import JobKind, JobState, Order
from matcher.domain.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store

API = "/api/v1"
STAFF = {
    "asker": (Role.CASEWORKER, "320613"),
    "colleague": (Role.CASEWORKER, "320613"),
    "head": (Role.SUPERVISOR, "3206"),
    "other-head": (Role.SUPERVISOR, "320682"),
}


class Office:
    """A service without a worker of its own: jobs stand still until a test moves them."""

    def __init__(self, client: TestClient, store: Store) -> None:
        self.client, self.store = client, store
        at = datetime.now(UTC)
        for name, (role, area) in STAFF.items():
            account = Account(name, role, (area,))
            store.accounts.add(account, "three plain words", actor="test", at=at)
        self._tokens = {name: store.tokens.issue(name, TokenKind.BEARER, at=at) for name in STAFF}

    def headers(self, name: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self._tokens[name]}"}

    def get(self, name: str, path: str) -> Any:
        return self.client.get(API + path, headers=self.headers(name))

    def order(self, name: str = "asker") -> str:
        role, area = STAFF[name]
        order = Order(JobKind.SEAL, {"on": "2026-11-02"}, Scope(role, (area,), "seal", name))
        return self.store.jobs.order(order, at=datetime.now(UTC)).job_id

    def end(self, worker: str = "w1", **told: Any) -> None:
        job = self.store.jobs.claim(worker, at=datetime.now(UTC))
        assert job is not None
        assert self.store.jobs.end(job, worker, JobState.DONE, told, at=datetime.now(UTC))

    def events(self, job_id: str, last: int | None = None) -> list[tuple[int, str, Any]]:
        """(id, name, data) of every event until the line is closed."""
        headers = self.headers("asker")
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        said = self.client.get(f"{API}/jobs/{job_id}/events", headers=headers)
        assert said.headers["content-type"].startswith("text/event-stream")
        found = []
        for block in said.text.split("\n\n"):
            lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "id" in lines:
                found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
        return found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    app = create_app(Settings(workspace=tmp_path, worker_in_process=False))
    with TestClient(app) as client:
        yield Office(client, app.state.store)


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        pytest.param("asker", True, id="its own"),
        pytest.param("head", True, id="of the area watched over"),
        pytest.param("colleague", False, id="a colleague's"),
        pytest.param("other-head", False, id="of another area"),
    ],
)
def test_who_sees_a_job(office: Office, reader: str, sees: bool) -> None:
    job_id = office.order()
    listed = [job["job_id"] for job in office.get(reader, "/jobs").json()["items"]]
    assert listed == ([job_id] if sees else [])
    for path in (f"/jobs/{job_id}", f"/jobs/{job_id}/events"):
        if path.endswith("events") and sees:
            continue
        assert office.get(reader, path).status_code == (200 if sees else 404)
    answer = office.client.delete(f"{API}/jobs/{job_id}", headers=office.headers(reader))
    assert answer.status_code == (202 if sees else 404)
    state = office.store.jobs.find(job_id).state
    assert state is (JobState.CANCELLED if sees else JobState.QUEUED)


def test_jobs_are_listed_by_their_state_newest_first_page_by_page(office: Office) -> None:
    first = office.order()
    office.end()
    later = [office.order() for _ in range(3)]
    assert [job["job_id"] for job in office.get("asker", "/jobs?state=done").json()["items"]] == [
        first
    ]
    page = office.get("asker", "/jobs?limit=2").json()
    assert [job["job_id"] for job in page["items"]] == [later[2], later[1]]
    rest = office.client.get(
        f"{API}/jobs", params={"before": page["next"]}, headers=office.headers("asker")
    ).json()
    assert [job["job_id"] for job in rest["items"]] == [later[0], first]


def test_events_end_with_the_final_state_and_go_on_where_the_line_broke(office: Office) -> None:
    job_id = office.order()
    office.end(sealed=3)
    told = office.events(job_id)
    assert [name for _, name, _ in told] == ["end"]
    number, _, data = told[0]
    assert (data["state"], data["result"]) == ("done", {"sealed": 3})
    assert number == office.store.jobs.find(job_id).revision
    assert office.events(job_id, last=number) == told


def test_a_watcher_hears_of_every_state_until_the_end(office: Office) -> None:
    job_id = office.order()
    heard: list[tuple[int, str, Any]] = []
    watcher = threading.Thread(target=lambda: heard.extend(office.events(job_id)))
    watcher.start()
    time.sleep(1.0)
    office.end()
    watcher.join(timeout=20)
    names, states = [name for _, name, _ in heard], [data["state"] for *_, data in heard]
    # A look may fall between the job's being taken and its end.
    assert names in (["progress", "end"], ["progress", "progress", "end"])
    assert states in (["queued", "done"], ["queued", "running", "done"])
    revisions = [revision for revision, *_ in heard]
    assert revisions == sorted(set(revisions))


def test_why_a_job_failed_is_told_in_the_readers_language(office: Office) -> None:
    job_id = office.order()
    taken = office.store.jobs.claim("w1", at=datetime.now(UTC))
    assert taken is not None
    kept = {"type": "UnknownModel", "detail": "no model 'm1'", "facts": {"name": "m1"}}
    assert office.store.jobs.end(taken, "w1", JobState.FAILED, kept, at=datetime.now(UTC))
    told = office.get("asker", f"/jobs/{job_id}").json()["problem"]
    assert told["type"] == "urn:rengang:problem:UnknownModel"
    assert told["detail"] == "没有名为“m1”的模型。"
    english = office.headers("asker") | {"Accept-Language": "en"}
    told = office.client.get(f"{API}/jobs/{job_id}", headers=english).json()["problem"]
    assert told["detail"] == "no model 'm1'"


def test_a_service_with_its_worker_does_an_import_by_itself(tmp_path: Path) -> None:
    app = create_app(Settings(workspace=tmp_path))
    with TestClient(app) as client:
        office = Office(client, app.state.store)
        rows = (
            "岗位编号,岗位名称,用人单位,薪资,工作地点,人数\nV1,保洁员,（生成）单位,4000,320613,2\n"
        )
        answer = client.post(
            f"{API}/imports/vacancies",
            files={"files": ("岗位.csv", rows.encode(), "text/csv")},
            headers=office.headers("asker") | {"Idempotency-Key": "k1"},
        )
        assert answer.status_code == 202, answer.text
        where = answer.headers["location"]
        job = office.events(where.rsplit("/", 1)[1])[-1][2]
        assert (job["state"], job["result"]["created"]) == ("done", 1), job
        assert client.get(where, headers=office.headers("asker")).json() == job
