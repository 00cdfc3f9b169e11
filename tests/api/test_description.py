"""What the interface says of itself: who may ask, and which refusals are an operation's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from matcher.settings import Settings
from tests.api.test_access import PUBLIC


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    workspace: Path = tmp_path_factory.mktemp("told")
    described: dict[str, Any] = create_app(Settings(workspace=workspace)).openapi()
    return described


def operations(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{verb.upper()} {path}": operation
        for path, verbs in told["paths"].items()
        for verb, operation in verbs.items()
    }


def test_every_operation_says_whether_it_asks_who_calls(told: dict[str, Any]) -> None:
    assert set(told["components"]["securitySchemes"]) == {"token", "session"}
    assert told["security"] == [{"token": []}, {"session": []}]
    doors = operations(told)
    unlocked = {door for door, each in doors.items() if each.get("security") == []}
    assert unlocked == PUBLIC & doors.keys()


def test_a_refusal_is_named_only_where_it_can_come(told: dict[str, Any]) -> None:
    for door, operation in operations(told).items():
        headers = {each["name"] for each in operation.get("parameters", [])}
        assert ("428" in operation["responses"]) is ("If-Match" in headers), door
        assert ("413" in operation["responses"]) is ("requestBody" in operation), door
    alive = operations(told)["GET /healthz"]["responses"]
    assert set(alive) == {"200", "405", "500", "503"}
