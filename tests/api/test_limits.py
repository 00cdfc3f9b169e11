"""How much one address or account may ask for in a minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import create_app
from api.limits.budgets import Budget
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.errors import TooManyTries
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store

TRIES, REQUESTS = 3, 5


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(
        workspace=tmp_path_factory.mktemp("limits"),
        sign_ins_per_minute=TRIES,
        requests_per_minute=REQUESTS,
        trusted_proxies=["10.0.0.0/8"],
    )
    app = create_app(settings)
    store: Store = app.state.store
    for name in ("busy", "calm"):
        account = Account(name, Role.ANALYST, ("320613",))
        store.accounts.add(account, "three plain words", actor="test", at=datetime.now(UTC))
    with TestClient(app, client=("192.0.2.1", 50000)) as opened:
        yield opened


def bearer(client: TestClient, name: str) -> dict[str, str]:
    store: Store = client.app.state.store  # type: ignore[attr-defined]  # the app is ours
    secret = store.tokens.issue(name, TokenKind.BEARER, at=datetime.now(UTC))
    return {"authorization": f"Bearer {secret}"}


@pytest.mark.parametrize("path", ["/api/v1/tokens", "/login"])
def test_an_address_that_tries_too_often_waits_whatever_it_tries(
    client: TestClient, path: str
) -> None:
    with TestClient(client.app, client=(f"192.0.2.{len(path)}", 50000)) as other:
        said = {"username": "nobody", "password": "no such words"}
        kind = {"data": said} if path == "/login" else {"json": said}
        answers = [other.post(path, **kind) for _ in range(TRIES + 1)]
    assert [each.status_code for each in answers] == [401] * TRIES + [429]
    assert int(answers[-1].headers["retry-after"]) in range(1, 61)
    assert answers[-1].json()["type"].endswith("TooManyTries")


def test_an_account_that_asks_too_much_waits_and_no_other_does(client: TestClient) -> None:
    busy, calm = bearer(client, "busy"), bearer(client, "calm")
    answers = [client.get("/api/v1/me", headers=busy).status_code for _ in range(REQUESTS + 1)]
    assert answers == [200] * REQUESTS + [429]
    assert client.get("/api/v1/me", headers=calm).status_code == 200


def test_a_forwarded_address_is_believed_of_a_trusted_proxy_alone(client: TestClient) -> None:
    said = {"username": "nobody", "password": "no such words"}

    def status(near: str, told: str) -> int:
        with TestClient(client.app, client=(near, 50000)) as other:
            answer = other.post("/api/v1/tokens", json=said, headers={"x-forwarded-for": told})
            return answer.status_code

    trusted = [status("10.1.2.3", f"198.51.100.{at}") for at in range(TRIES + 1)]
    assert trusted == [401] * (TRIES + 1), "each told address has a budget of its own"
    claimed = [status("203.0.113.9", f"198.51.100.{at}") for at in range(TRIES + 1)]
    assert claimed == [401] * TRIES + [429], "who is no proxy cannot say where it comes from"


@given(st.lists(st.floats(0, 90), min_size=1, max_size=60), st.integers(1, 20))
def test_no_minute_ever_lets_more_through_than_twice_the_limit(
    pauses: list[float], limit: int
) -> None:
    now = [0.0]
    budget = Budget("tries", limit, clock=lambda: now[0])
    let_in: list[float] = []
    waits: list[int] = []
    for pause in pauses:
        now[0] += pause / 10
        try:
            budget.spend("a")
        except TooManyTries as refused:
            waits.append(refused.wait_s)
        else:
            let_in.append(now[0])
    assert all(1 <= wait_s <= 60 for wait_s in waits)
    for moment in let_in:
        within = [each for each in let_in if moment <= each < moment + 60]
        assert len(within) <= 2 * limit
