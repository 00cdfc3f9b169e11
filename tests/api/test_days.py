"""Days at the ends of the calendar are refused as input; none of them breaks a route."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from matcher.domain.account import Account
from matcher.domain.scope import Role
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind

ASKED = [
    ("/deadlines", "on"),
    ("/deadlines/risks", "on"),
    ("/jobs", "before"),
    ("/reports/monthly", "month"),
    ("/reports/overrides", "since"),
    ("/reports/scorecard", "on"),
    ("/policies/diff?a=cn&b=cn", "a_on"),
]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(Settings(workspace=tmp_path_factory.mktemp("days"), worker_in_process=False))
    store, at = app.state.store, datetime.now(UTC)
    store.accounts.add(
        Account("head", Role.SUPERVISOR, ("3206",)), "three plain words", actor="test", at=at
    )
    token = store.tokens.issue("head", TokenKind.BEARER, at=at)
    with TestClient(app, headers={"authorization": f"Bearer {token}"}) as opened:
        yield opened


@pytest.mark.parametrize(("path", "name"), [pytest.param(*each, id=each[0]) for each in ASKED])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_refused(
    client: TestClient, path: str, name: str, day: str
) -> None:
    said: dict[str, Any] = {"month": day[:7], "before": f"{day}T23:59:59-14:00"}
    join = "&" if "?" in path else "?"
    answer = client.get(f"/api/v1{path}{join}{name}={said.get(name, day)}")
    assert answer.status_code == 422, answer.text
    [fault] = answer.json()["errors"]
    assert fault["parameter"] == name


def test_moments_of_our_time_are_taken_with_and_without_a_zone(client: TestClient) -> None:
    for moment in ("2026-11-02T08:00:00Z", "2026-11-02T08:00:00", "2026-11-02T08:00:00%2B08:00"):
        assert client.get(f"/api/v1/jobs?before={moment}").status_code == 200
