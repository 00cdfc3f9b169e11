"""Who passes which door: every route, every role; signing in, and every way in that is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth.callers import SESSION_COOKIE
from api.auth.csrf import HEADER, csrf_token
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store
from tests.api.access import Door, doors

WORD = "three plain words"

PUBLIC = {
    "GET /healthz",
    "GET /readyz",
    # Answers callers on this machine alone.
    "GET /metrics",
    "GET /api/v1/algorithm",
    "GET /algorithm",
    "POST /api/v1/tokens",
    # Files of the pages hold nothing of anybody; signing in comes before an account.
    "GET /static/{name}",
    "GET /",
    "GET /login",
    "POST /login",
    "POST /preferences",
    # Nothing but a name that the office's identity provider signed for opens anything here.
    "GET /oidc/begin",
    "GET /oidc/back",
}
"""Doors without a lock, on purpose: whoever adds one adds it here, and says why in review."""


NAMES = {"kind": "vacancies", "job_id": "0" * 32, "number": "1", "row": "total", "name": "plan"}
"""What stands for a parameter of a path; every other one is an id."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    workspace = tmp_path_factory.mktemp("access")
    app = create_app(Settings(workspace=workspace, sign_ins_per_minute=0, requests_per_minute=0))
    store: Store = app.state.store
    for role in Role:
        employer = "E1" if role is Role.EMPLOYER else None
        areas = () if employer else ("320613",)
        new = Account(f"the-{role.value}", role, areas, employer)
        store.accounts.add(new, WORD, actor="test", at=datetime.now(UTC))
    # A door that changes the account is tried on one that no other test signs in with.
    desk = Account("at-a-desk", Role.SUPERVISOR, ("320613",))
    store.accounts.add(desk, WORD, actor="test", at=datetime.now(UTC))
    late = Account("newcomer", Role.CASEWORKER, ("320613",), must_change=True)
    store.accounts.add(late, WORD, actor="test", at=datetime.now(UTC))
    with TestClient(app) as opened:
        yield opened


def token(client: TestClient, name: str) -> str:
    store: Store = client.app.state.store  # type: ignore[attr-defined]  # the app is ours
    return store.tokens.issue(name, TokenKind.BEARER, at=datetime.now(UTC))


def issued(client: TestClient, name: str) -> str:
    """A token without signing in, as the store hands it out after that."""
    store: Store = client.app.state.store  # type: ignore[attr-defined]  # the app is ours
    return store.tokens.issue(name, TokenKind.BEARER, at=datetime.now(UTC))


def call(client: TestClient, door: Door, name: str | None, **more: Any) -> int:
    path = re.sub(r"\{(\w+)\}", lambda named: NAMES.get(named[1], "V1"), door.path)
    headers = {"authorization": f"Bearer {issued(client, name)}"} if name else {}
    return client.request(door.method, path, headers=headers, **more).status_code


def test_every_door_is_in_the_interface_and_the_other_way_round(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"]
    told = {f"{method.upper()} {path}" for path, item in described.items() for method in item}
    assert {door.name for door in doors() if not door.is_page} == told


def test_a_door_without_a_lock_is_one_of_those_agreed() -> None:
    assert {door.name for door in doors() if door.allow is None} == PUBLIC


@pytest.mark.parametrize("door", [d for d in doors() if d.allow], ids=lambda door: door.name)
def test_nobody_passes_unknown(client: TestClient, door: Door) -> None:
    assert call(client, door, None) == 401
    # Who is unknown learns nothing, not even what is wrong with the request.
    assert (
        call(client, door, None, params={"filter": "?", "on": "x", "after": "?", "model": "?"})
        == 401
    )


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("door", [d for d in doors() if d.allow], ids=lambda door: door.name)
def test_a_role_passes_where_it_may_and_nowhere_else(
    client: TestClient, door: Door, role: Role
) -> None:
    assert door.allow is not None
    status = call(client, door, f"the-{role.value}")
    if role in door.allow.roles:
        assert status not in (401, 403)
    else:
        assert status == 403


def test_a_first_password_must_be_changed_before_anything_else(client: TestClient) -> None:
    bearer = {"authorization": f"Bearer {token(client, 'newcomer')}"}
    assert client.get("/api/v1/me", headers=bearer).json()["must_change"] is True
    assert client.get("/api/v1/vacancies", headers=bearer).status_code == 403
    body = {"current": WORD, "new": "quite another sentence"}
    assert client.put("/api/v1/me/password", headers=bearer, json=body).status_code == 204
    assert client.get("/api/v1/me", headers=bearer).status_code == 401
    again = {"username": "newcomer", "password": "quite another sentence"}
    fresh = client.post("/api/v1/tokens", json=again).json()["access_token"]
    bearer = {"authorization": f"Bearer {fresh}"}
    assert client.get("/api/v1/vacancies", headers=bearer).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        pytest.param("Bearer wrong", id="a token that never was"),
        pytest.param("Bearer ", id="no token"),
        pytest.param("Basic dGhlLWFkbWluOng=", id="another scheme"),
    ],
)
def test_what_is_no_token_is_refused(client: TestClient, header: str) -> None:
    assert client.get("/api/v1/me", headers={"authorization": header}).status_code == 401


def test_refusals_of_known_and_unknown_names_look_alike(client: TestClient) -> None:
    answers = [
        client.post("/api/v1/tokens", json={"username": name, "password": "no such words"})
        for name in ("the-auditor", "nobody-here")
    ]
    assert {answer.status_code for answer in answers} == {401}
    told = [answer.json() | {"instance": ""} for answer in answers]
    assert told[0] == told[1]


def test_a_token_that_was_ended_is_good_no_more(client: TestClient) -> None:
    bearer = {"authorization": f"Bearer {token(client, 'the-analyst')}"}
    assert client.delete("/api/v1/tokens/current", headers=bearer).status_code == 204
    assert client.get("/api/v1/me", headers=bearer).status_code == 401


def test_a_session_reads_with_its_cookie_and_changes_with_its_own_token_alone(
    client: TestClient,
) -> None:
    store: Store = client.app.state.store  # type: ignore[attr-defined]  # the app is ours
    secret = store.tokens.issue("at-a-desk", TokenKind.SESSION, at=datetime.now(UTC))
    cookie = {"cookie": f"{SESSION_COOKIE}={secret}"}
    assert client.get("/api/v1/me", headers=cookie).status_code == 200
    body = {"current": WORD, "new": "quite another sentence"}
    change = "/api/v1/me/password"
    assert client.put(change, headers=cookie, json=body).status_code == 403
    forged = cookie | {HEADER: csrf_token("another session")}
    assert client.put(change, headers=forged, json=body).status_code == 403
    own = cookie | {HEADER: csrf_token(secret)}
    assert client.put(change, headers=own, json=body).status_code == 204
