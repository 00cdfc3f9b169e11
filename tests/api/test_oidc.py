"""Signing in by an identity provider: only what it signed for this service and this browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey
from pydantic import SecretStr

from api.app import create_app
from api.auth.callers import SESSION_COOKIE
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.errors import WrongUse
from matcher.settings import Settings
from matcher.store.store import Store
from tests.api.provider import CLIENT, SECRET, Desk, provider

WORD = "three plain words"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Desk]]:
    with provider() as desk:
        settings = Settings(
            workspace=tmp_path_factory.mktemp("oidc"),
            oidc_issuer=desk.issuer,
            oidc_client_id=CLIENT,
            oidc_client_secret=SecretStr(SECRET),
            sign_ins_per_minute=0,
        )
        app = create_app(settings)
        store: Store = app.state.store
        at = datetime.now(UTC)
        for name, disabled in (("wang", False), ("gone", True)):
            account = Account(name, Role.CASEWORKER, ("320613",), disabled=disabled)
            store.accounts.add(account, WORD, actor="test", at=at)
        with TestClient(app, follow_redirects=False) as client:
            yield client, desk


@pytest.fixture
def parties(opened: tuple[TestClient, Desk]) -> Iterator[tuple[TestClient, Desk]]:
    """The service and the provider, both as if nobody had come yet."""
    client, desk = opened
    client.cookies.clear()
    yield opened
    desk.claims, desk.signs_with = {}, None


def went_out(client: TestClient, path: str = "/oidc/begin") -> str:
    answer = client.get(path)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_who_the_provider_knows_comes_in_and_to_the_page_asked_for(
    parties: tuple[TestClient, Desk],
) -> None:
    client, desk = parties
    address = went_out(client, "/oidc/begin?next=/keys")
    assert address.startswith(f"{desk.issuer}/authorize?")
    answer = client.get("/oidc/back", params=desk.agree(address))
    assert (answer.status_code, answer.headers["location"]) == (303, "/keys")
    assert client.get("/api/v1/me").json()["username"] == "wang"


def test_the_sign_in_page_offers_it(parties: tuple[TestClient, Desk]) -> None:
    client, _ = parties
    assert "/oidc/begin?next=/keys" in client.get("/login?next=/keys").text


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"iss": "https://elsewhere.example"}, id="another issuer"),
        pytest.param({"aud": "another service"}, id="for another service"),
        pytest.param({"aud": [CLIENT, "another"], "azp": "another"}, id="handed on by another"),
        pytest.param({"nonce": "of another sign-in"}, id="of another sign-in"),
        pytest.param({"nonce": None}, id="of no sign-in"),
        pytest.param({"exp": 1_600_000_000}, id="too old"),
        pytest.param({"exp": None}, id="that never ends"),
        pytest.param({"preferred_username": "nobody-here"}, id="an unknown account"),
        pytest.param({"preferred_username": "gone"}, id="a disabled account"),
        pytest.param({"preferred_username": ["wang"]}, id="a name that is none"),
        pytest.param({"preferred_username": None}, id="no name"),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(
    parties: tuple[TestClient, Desk], claims: dict[str, Any]
) -> None:
    client, desk = parties
    desk.claims = claims
    answer = client.get("/oidc/back", params=desk.agree(went_out(client)))
    assert answer.status_code == 401
    assert SESSION_COOKIE not in client.cookies


def test_a_token_signed_by_another_opens_nothing(parties: tuple[TestClient, Desk]) -> None:
    client, desk = parties
    desk.signs_with = ECKey.generate_key("P-256", {"kid": "one"})
    assert client.get("/oidc/back", params=desk.agree(went_out(client))).status_code == 401


def test_a_new_key_of_the_provider_is_asked_for(parties: tuple[TestClient, Desk]) -> None:
    client, desk = parties
    desk.key = ECKey.generate_key("P-256", {"kid": "one"})
    assert client.get("/oidc/back", params=desk.agree(went_out(client))).status_code == 303


def test_a_return_of_another_browser_or_a_second_one_opens_nothing(
    parties: tuple[TestClient, Desk],
) -> None:
    client, desk = parties
    brought = desk.agree(went_out(client))
    client.cookies.clear()
    assert client.get("/oidc/back", params=brought).status_code == 401
    brought = desk.agree(went_out(client))
    assert client.get("/oidc/back", params=brought | {"state": "forged"}).status_code == 401
    assert client.get("/oidc/back", params=brought).status_code == 303
    assert client.get("/oidc/back", params=brought).status_code == 401


def test_a_session_from_before_is_not_taken_over(parties: tuple[TestClient, Desk]) -> None:
    client, desk = parties
    client.cookies.set(SESSION_COOKIE, "planted")
    client.get("/oidc/back", params=desk.agree(went_out(client)))
    kept = [cookie.value for cookie in client.cookies.jar if cookie.name == SESSION_COOKIE]
    assert "planted" not in kept[-1:]


def test_the_way_back_leads_nowhere_else(parties: tuple[TestClient, Desk]) -> None:
    client, desk = parties
    brought = desk.agree(went_out(client, "/oidc/begin?next=//evil.example/"))
    answer = client.get("/oidc/back", params=brought)
    assert answer.headers["location"] == "/workbench"


def test_a_provider_that_is_silent_is_named(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path, oidc_issuer="http://127.0.0.1:9", oidc_client_id="x")
    with TestClient(create_app(settings), follow_redirects=False) as client:
        answer = client.get("/oidc/begin", headers={"accept-language": "en"})
    assert answer.status_code == 503
    assert "cannot be used now" in answer.json()["detail"]


def test_without_a_provider_there_is_no_such_door(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(workspace=tmp_path))) as client:
        assert client.get("/oidc/begin").status_code == 404
        assert "/oidc" not in client.get("/login").text


def test_a_provider_without_encryption_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="https"):
        create_app(Settings(workspace=tmp_path, oidc_issuer="http://provider.example"))
