"""Attacks, each tried against the running service."""

from __future__ import annotations

import io
import statistics
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from api.auth.callers import SESSION_COOKIE
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.store.accounts import passwords
from matcher.store.accounts.tokens import TokenKind
from tests.api.serving import WORD, Service

OF_AN_OFFICE = passwords.HASHER

INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE person; --",
    '" UNION SELECT * FROM account --',
    "%",
    "_",
)


@pytest.mark.parametrize("text", INJECTIONS)
def test_sql_in_filters_and_ids_is_text(reading: Service, text: str) -> None:
    before = reading.call("caseworker-own", "GET", "/persons").json()["total"]
    for asked in ({"filter": f"area_name={text}"}, {"filter": f"skills~{text}"}):
        answer = reading.call("caseworker-own", "GET", "/persons", params=asked)
        assert (answer.status_code, answer.json()["total"]) == (200, 0)
    assert reading.call("caseworker-own", "GET", f"/persons/{text}").status_code == 404
    assert reading.call("caseworker-own", "GET", "/persons").json()["total"] == before


def test_formulas_come_back_as_text(service: Service) -> None:
    row = '=HYPERLINK("http://evil")'
    files = [
        (
            "files",
            ("v.csv", f'岗位名称,招聘人数\n"{row.replace(chr(34), chr(34) * 2)}",没有\n'.encode()),
        )
    ]
    ordered = service.call("caseworker-own", "POST", "/imports/vacancies", files=files).json()
    job = service.ended("caseworker-own", ordered["job_id"])
    [returned] = job["files"]
    content = service.call("caseworker-own", "GET", returned["url"].removeprefix("/api/v1")).content
    cells = content.decode("utf-8-sig").splitlines()[1]
    assert not cells.lstrip('"').startswith("=")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.csv", "..\\..\\x.csv", "/etc/cron.d/x.csv", "a\x00b.csv", "con.csv"]
)
def test_a_files_name_leads_nowhere(service: Service, name: str) -> None:
    files = [("files", (name, "岗位名称\n门卫\n".encode()))]
    answer = service.call("caseworker-own", "POST", "/imports/vacancies", files=files)
    assert answer.status_code in (202, 422), answer.text
    if answer.status_code == 202:
        job = service.ended("caseworker-own", answer.json()["job_id"])
        assert job["state"] in ("done", "failed")
        assert "etc" not in str(job["files"])


@pytest.mark.parametrize(
    "path",
    [
        "/jobs/../../etc/passwd",
        "/jobs/" + "0" * 32 + "/files/..%2f..%2fetc%2fpasswd",
        "/models/..%2f..%2fkey/card",
        "/models/....//card",
        "/imports/..%2fpersons/template",
    ],
)
def test_paths_do_not_leave_the_service(reading: Service, path: str) -> None:
    assert reading.call("supervisor-own", "GET", path).status_code in (404, 422)


def bomb() -> bytes:
    """An XLSX that unpacks to more than the service opens."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("[Content_Types].xml", "<Types/>")
        with pack.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _ in range(700):
                sheet.write(b"0" * 2**20)
    return made.getvalue()


def test_a_zip_bomb_is_refused_by_its_directory(service: Service) -> None:
    files = [("files", ("people.xlsx", bomb()))]
    began = time.monotonic()
    ordered = service.call("caseworker-own", "POST", "/imports/persons", files=files).json()
    job = service.ended("caseworker-own", ordered["job_id"])
    assert (job["state"], job["problem"]["type"]) == (
        "failed",
        "urn:rengang:problem:UnreadableFile",
    )
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\x80\x04\x95cos\nsystem\n(S'id'\ntR.", id="a pickle"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", id="XXE"),
        pytest.param(b"\x00" * 4096, id="zeros"),
        pytest.param(b"PK\x03\x04 no zip", id="half a zip"),
    ],
)
@pytest.mark.parametrize("name", ["x.xlsx", "x.csv", "x.json"])
def test_what_is_no_table_ends_one_job_and_nothing_else(
    service: Service, name: str, content: bytes
) -> None:
    files = [("files", (name, content))]
    ordered = service.call("caseworker-own", "POST", "/imports/persons", files=files)
    assert ordered.status_code == 202, ordered.text
    job = service.ended("caseworker-own", ordered.json()["job_id"])
    assert job["state"] == "failed" or job["result"]["created"] == 0
    assert (job["problem"] or {}).get("type") != "urn:rengang:problem:ServerError", job["problem"]
    assert "root:" not in str(job)


def test_a_model_file_that_was_changed_is_not_loaded(service: Service) -> None:
    app: Any = service.client.app
    folder = app.state.settings.models
    files = [
        file for file in folder.rglob("*") if file.is_file() and file.suffix in (".ubj", ".json")
    ]
    assert files
    kept = {file: file.read_bytes() for file in files}
    try:
        for file in files:
            file.write_bytes(kept[file][:-1] + b"x")
        answer = service.call(
            "caseworker-own",
            "GET",
            "/explanations",
            params={"person_id": "P000003", "vacancy_id": "V000001"},
        )
        assert answer.status_code >= 400
        assert answer.json()["type"].rsplit(":", 1)[1] in ("ModelNotTrusted", "NotFound")
        models = service.call("supervisor-own", "GET", "/models").json()
        assert not all(model["usable"] for model in models)
    finally:
        for file, content in kept.items():
            file.write_bytes(content)


def test_a_session_that_was_handed_in_is_never_taken_over(service: Service) -> None:
    planted = "rengang_" + "A" * 43
    headers = {"cookie": f"{SESSION_COOKIE}={planted}"}
    body = {"username": "caseworker-own", "password": WORD}
    answer = service.client.post("/api/v1/tokens", json=body, headers=headers)
    assert answer.status_code == 201
    assert answer.json()["access_token"] != planted
    assert service.client.get("/api/v1/me", headers=headers).status_code == 401


def test_guessing_locks_the_account_and_the_right_word_does_not_help(service: Service) -> None:
    new = Account("guessed", Role.CASEWORKER, ("320613",))
    service.store.accounts.add(new, WORD, actor="test", at=datetime.now(UTC))
    for at in range(6):
        wrong = {"username": "guessed", "password": f"wrong word {at}"}
        assert service.client.post("/api/v1/tokens", json=wrong).status_code == 401
    right = {"username": "guessed", "password": WORD}
    assert service.client.post("/api/v1/tokens", json=right).status_code == 401
    told = service.store.audit_rows(kind=None)
    assert (told["kind"] == "accounts").any()


@pytest.fixture
def costly_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What an office's passwords cost: beside the tests' cheap ones every other step shows."""
    monkeypatch.setattr(passwords, "HASHER", OF_AN_OFFICE)
    passwords.of_nobody.cache_clear()
    yield
    passwords.of_nobody.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("costly_passwords")
def test_time_does_not_tell_whether_a_name_exists(service: Service) -> None:
    now = datetime.now(UTC)
    names = [f"known-{at}" for at in range(12)]
    for name in names:
        service.store.accounts.add(
            Account(name, Role.CASEWORKER, ("320613",)), WORD, actor="admin-own", at=now
        )

    def took(name: str) -> float:
        began = time.perf_counter()
        service.client.post("/api/v1/tokens", json={"username": name, "password": "no word"})
        return time.perf_counter() - began

    took("nobody")  # what nobody's password costs to make, once
    pairs = [(took(name), took(f"un{name}")) for name in names]  # in turns: as busy for both
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.67 < known / unknown < 1.5


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_another_sites_page_can_change_nothing_with_a_session(
    service: Service, method: str
) -> None:
    secret = service.store.tokens.issue("supervisor-own", TokenKind.SESSION, at=datetime.now(UTC))
    headers = {"cookie": f"{SESSION_COOKIE}={secret}", "origin": "http://evil.example"}
    answer = service.client.request(method, "/api/v1/vacancies/x", headers=headers, json={})
    assert answer.status_code in (403, 405)


def test_numbers_of_jobs_and_pseudonyms_cannot_be_counted_through(reading: Service) -> None:
    answers = {
        reading.call("employer-own", "GET", f"/jobs/{at:032x}").status_code for at in range(20)
    }
    assert answers == {404}
