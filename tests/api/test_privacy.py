"""A person's rights over the wire: who may, within which area, and what never travels."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.domain.account import Account
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.settings import Settings
from matcher.store.store import Store
from tests.factories import make_frame
from tests.store.privacy.test_resting import MARKED, MARKS, marks_in

WORD = "three plain words"
AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
ACCOUNTS = {
    "here": Account("here", Role.CASEWORKER, ("320602",)),
    "boss": Account("boss", Role.SUPERVISOR, ("3206",)),
    "there": Account("there", Role.SUPERVISOR, ("33",)),
    "firm": Account("firm", Role.EMPLOYER, (), "E1"),
    "admin": Account("admin", Role.ADMIN, ("",)),
}
ERASE = {"why": "consent_withdrawn"}
DOORS: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "export": ("GET", "export", None),
    "correction": ("PUT", "correction", {"values": {"phone": "13900001111"}, "why": "w"}),
    "wish": ("PUT", "wish", {"personalised": False}),
    "contest": ("POST", "contests", {"reason": "other"}),
    "contests": ("GET", "contests", None),
    "answer": ("POST", "contests/K-P1-ranking-1/answers", {"answer": "uphold"}),
    "erasure": ("POST", "erasure", ERASE),
}


@pytest.fixture
def client(tmp_path: Any) -> Iterator[TestClient]:
    app = create_app(Settings(workspace=tmp_path))
    store: Store = app.state.store
    with store.writing(actor="import", at=AT) as batch:
        batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [MARKED]))
    for account in ACCOUNTS.values():
        store.accounts.add(account, WORD, actor="test", at=AT)
    with TestClient(app) as opened:
        yield opened


def call(client: TestClient, name: str, door: str, person: str = "P1", **more: Any) -> Any:
    method, path, body = DOORS[door]
    token = client.post("/api/v1/tokens", json={"username": name, "password": WORD}).json()
    headers = {"authorization": f"Bearer {token['access_token']}"}
    url = f"/api/v1/persons/{person}/{path}"
    return client.request(method, url, headers=headers, **({"json": body} | more))


@pytest.mark.parametrize("door", DOORS)
def test_who_is_elsewhere_looks_like_who_is_not(client: TestClient, door: str) -> None:
    there = call(client, "there", door)
    nobody = call(client, "boss", door, person="P9")
    assert (there.status_code, nobody.status_code) == (404, 404)
    assert there.json()["detail"] == nobody.json()["detail"].replace("P9", "P1")


@pytest.mark.parametrize("door", DOORS)
def test_an_employer_and_an_administrator_have_no_business_here(
    client: TestClient, door: str
) -> None:
    assert call(client, "firm", door).status_code == 403
    assert call(client, "admin", door).status_code == 403


def test_a_copy_says_everything_to_whom_it_may(client: TestClient) -> None:
    answer = call(client, "here", "export")
    assert answer.status_code == 200
    (person,) = answer.json()["person"]
    assert person["name"] == MARKED["name"]
    again = call(client, "boss", "export").json()["read_by"]
    assert ("here", "subject_export") in {(row["actor"], row.get("purpose")) for row in again}


def test_a_contest_is_listed_answered_once_and_not_taken_twice(client: TestClient) -> None:
    assert call(client, "here", "contests").json() == []
    made = call(client, "here", "contest").json()
    again = call(client, "here", "contest")
    assert (again.status_code, again.json()["type"]) == (409, "urn:rengang:problem:AlreadyThere")
    assert call(client, "here", "contests").json() == [made]
    assert call(client, "here", "answer").status_code == 409, "the desk does not decide"
    done = call(client, "boss", "answer")
    assert (done.status_code, done.json()["state"], done.json()["due_on"]) == (201, "upheld", None)
    assert call(client, "boss", "answer").status_code == 409, "once"
    assert call(client, "here", "contest").json()["contest"] == "K-P1-ranking-2"
    states = [each["state"] for each in call(client, "here", "contests").json()]
    assert states == ["upheld", "filed"]


def test_a_correction_a_wish_and_a_contest_are_written_down(client: TestClient) -> None:
    assert call(client, "here", "correction").json()["version"] == 2
    assert call(client, "here", "wish").json()["wish"] == "not_personalised"
    made = call(client, "here", "contest")
    assert made.status_code == 201
    assert made.json()["due_on"] > datetime.now(UTC).date().isoformat()


def test_only_a_supervisor_erases_and_an_open_contest_stands_in_the_way(
    client: TestClient,
) -> None:
    assert call(client, "here", "erasure").status_code == 403
    call(client, "here", "contest")
    assert call(client, "boss", "erasure").status_code == 400


def test_erased_is_gone(client: TestClient) -> None:
    assert call(client, "boss", "erasure").json()["state"] == "erased"
    assert call(client, "boss", "export").status_code == 404


@pytest.mark.parametrize(
    ("door", "body", "status"),
    [
        pytest.param("correction", {"values": {"phone": "标记"}, "why": "w"}, 400, id="value"),
        pytest.param("correction", {"values": {}, "why": "w"}, 422, id="nothing"),
        pytest.param("correction", {"values": {"phone": 7}, "why": "w"}, 422, id="number"),
        pytest.param("erasure", {"why": "标记"}, 409, id="no-code"),
        pytest.param("erasure", {"why": "unlawful", "more": "标记"}, 422, id="more"),
        pytest.param("contest", {"reason": "other", "vacancy_id": "V9"}, 404, id="no-post"),
        pytest.param("wish", {"personalised": "标记"}, 422, id="no-wish"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_marked_comes_back(
    client: TestClient,
    tmp_path: Any,
    caplog: pytest.LogCaptureFixture,
    door: str,
    body: dict[str, Any],
    status: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = call(client, "boss", door, json=body)
    assert answer.status_code == status, answer.text
    assert [mark for mark in MARKS if mark in answer.text.replace('标记":', "") + caplog.text] == []
    assert marks_in(tmp_path) == []


def test_what_stood_in_refused_rows_is_in_no_result_of_a_job(client: TestClient) -> None:
    words = {"username": "boss", "password": WORD}
    token = client.post("/api/v1/tokens", json=words).json()["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    rows = (
        "人员编号,居住地区划,公民身份号码,身体状况,出生日期\nP7,320602,标记之号,标记病情,标记之日\n"
    )
    files = {"files": ("people.csv", rows.encode(), "text/csv")}
    answer = client.post("/api/v1/imports/persons", files=files, headers=bearer)
    assert answer.status_code == 202, answer.text
    path = answer.headers["location"]
    for _ in range(200):
        job = client.get(path, headers=bearer).json()
        if job["state"] == "done":
            break
        time.sleep(0.05)
    (example,) = job["result"]["examples"]
    assert example["row"] == 2
    assert "health：“…”" in example["reason"] or "身体状况：“…”" in example["reason"]
    assert "标记" not in str(job)
    assert "汉" not in str(job)
