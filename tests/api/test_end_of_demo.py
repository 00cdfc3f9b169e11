"""The end of a demo over the interface: by whom, of what, and that the service goes on empty."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store
from tests.api.serving import Service, serving

END = "/settings/demo/ended"
SURE = {"sure": "yes"}


@pytest.fixture(scope="module")
def demo(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(city, tmp_path_factory.mktemp("ended")) as served:
        yield served


def test_only_an_administrator_who_is_sure_ends_a_demo(demo: Service) -> None:
    before = demo.store.counts()
    assert demo.visit("supervisor-own", "POST", END, data=SURE).status_code == 403
    assert demo.visit("admin-own", "POST", END).status_code == 422
    assert demo.store.counts() == before


def test_after_it_the_service_goes_on_without_anybody(demo: Service) -> None:
    assert demo.call("caseworker-own", "GET", "/vacancies").json()["total"] > 0
    answer = demo.visit("admin-own", "POST", END, data=SURE)
    while answer.status_code == 409:  # a job of the night is at work: it says so, and is soon done
        assert "job" in answer.text
        time.sleep(0.2)
        answer = demo.visit("admin-own", "POST", END, data=SURE)
    assert answer.status_code == 200
    assert demo.visit("admin-own", "GET", "/settings/demo").status_code in (401, 303)
    store = demo.store
    head = Account("head", Role.SUPERVISOR, ("",))
    at = datetime.now(UTC)
    store.accounts.add(head, "three plain words", actor="t", at=at)
    token = store.tokens.issue("head", TokenKind.BEARER, at=at)
    client = demo.client
    for path in ("/vacancies", "/persons", "/referrals"):
        answer = client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200, path
        assert answer.json().get("total", 0) == 0


def test_outside_a_demo_there_is_nothing_to_end(tmp_path: Path) -> None:
    app = create_app(Settings(workspace=tmp_path, worker_in_process=False))
    store: Store = app.state.store
    at = datetime.now(UTC)
    boss = Account("boss", Role.ADMIN, ("",))
    store.accounts.add(boss, "three plain words", actor="t", at=at)
    token = store.tokens.issue("boss", TokenKind.BEARER, at=at)
    with TestClient(app, headers={"authorization": f"Bearer {token}"}) as client:
        assert client.get("/settings/demo").status_code == 404
        assert client.post(END, data=SURE).status_code == 404
        assert "结束演示" not in client.get("/settings").text
    assert [each.username for each in store.accounts.all()] == ["boss"]
