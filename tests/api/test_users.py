"""Accounts over the interface: made, given another password, locked out; what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store

GIVEN = "given at the desk, once"
NEW = {"username": "zhou", "password": GIVEN, "role": "supervisor", "areas": ["3206"]}


class Office:
    """A service with an administrator, whose requests these are unless another token is given."""

    def __init__(self, client: TestClient, store: Store) -> None:
        self.client, self.store, at = client, store, datetime.now(UTC)
        store.accounts.add(Account("chief", Role.ADMIN, ("",)), GIVEN, actor="test", at=at)
        self.token = store.tokens.issue("chief", TokenKind.BEARER, at=at)

    def call(self, method: str, path: str, body: Any, *, token: str | None = None) -> Any:
        headers = {"authorization": f"Bearer {token or self.token}"}
        return self.client.request(method, f"/api/v1{path}", json=body, headers=headers)

    def token_of(self, name: str, password: str) -> str:
        made = self.call("POST", "/tokens", {"username": name, "password": password})
        assert made.status_code == 201, made.text
        token: str = made.json()["access_token"]
        return token


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    app = create_app(Settings(workspace=tmp_path, worker_in_process=False))
    with TestClient(app) as client:
        yield Office(client, app.state.store)


@pytest.mark.parametrize(
    ("public", "secure"),
    [
        pytest.param("https://jobs.example", True, id="behind a proxy with TLS"),
        pytest.param(None, False, id="on this machine"),
    ],
)
def test_a_session_is_sent_over_tls_alone_where_browsers_come_by_it(
    tmp_path: Path, public: str | None, secure: bool
) -> None:
    app = create_app(Settings(workspace=tmp_path, worker_in_process=False, public_url=public))
    with TestClient(app, follow_redirects=False) as client:
        Office(client, app.state.store)
        answer = client.post("/login", data={"username": "chief", "password": GIVEN})
    assert answer.status_code == 303
    assert ("secure" in answer.headers["set-cookie"].lower()) is secure


def test_a_name_that_is_taken_is_told_as_such(office: Office) -> None:
    assert office.call("POST", "/users", NEW).status_code == 201
    again = office.call("POST", "/users", NEW)
    assert again.status_code == 409
    assert again.json()["type"] == "urn:rengang:problem:AlreadyThere"


def test_a_first_password_is_changed_for_another_one_before_anything_else(office: Office) -> None:
    office.call("POST", "/users", NEW)
    token = office.token_of("zhou", GIVEN)
    early = office.call("GET", "/persons", None, token=token)
    assert early.status_code == 403
    assert early.json()["type"] == "urn:rengang:problem:PasswordToChange"
    assert "/api/v1/me/password" in early.json()["detail"]
    same = {"current": GIVEN, "new": GIVEN}
    refused = office.call("PUT", "/me/password", same, token=token)
    assert refused.status_code == 400
    assert refused.json()["type"] == "urn:rengang:problem:WeakPassword"
    assert office.call("GET", "/me", None, token=token).json()["must_change"] is True
    other = {"current": GIVEN, "new": "four of my own words"}
    assert office.call("PUT", "/me/password", other, token=token).status_code == 204
    token = office.token_of("zhou", "four of my own words")
    assert office.call("GET", "/persons", None, token=token).status_code == 200


def test_a_change_that_is_refused_changes_nothing(office: Office) -> None:
    office.call("POST", "/users", NEW)
    half = office.call("PATCH", "/users/zhou", {"disabled": True, "password": "short"})
    assert half.status_code == 400
    assert not office.store.accounts.find("zhou").disabled


def test_administrators_do_not_lock_themselves_out(office: Office) -> None:
    answer = office.call("PATCH", "/users/chief", {"disabled": True})
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:rengang:problem:OwnAccount"
    assert not office.store.accounts.find("chief").disabled
