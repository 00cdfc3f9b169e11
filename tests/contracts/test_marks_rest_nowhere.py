"""Who somebody is rests in plain text in no table, whichever way it came in, on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect, text

from api.app import create_app
from matcher.cli.main import run
from matcher.domain.account import Account
from matcher.domain.scope import Role, Scope
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind
from matcher.store.engine import open_engine, resolve
from matcher.store.store import Store
from matcher.store.writes.copying import WORTH_COPYING

SEEN = {
    "name": "标记之名",
    "id_number": "320613197405128880",
    "phone": "13812345678",
    "address": "标记街道七号",
    "health": "体弱或有慢性病",
    "certificate_no": "3206130000889977",
}
CHANGED = {
    "name": "后来标记之名",
    "phone": "13987654321",
    "address": "后来标记之街",
    "health": "不能外出",
    "certificate_no": "3206130000112233",
}
MARKS = (
    *("标记", "\\u6807\\u8bb0", "320613197405128880", "13812345678", "13987654321"),
    *("体弱或有慢性病", "不能外出", "3206130000889977", "3206130000112233"),
)
AT = datetime(2026, 11, 2, 8, tzinfo=UTC)


def cli(workspace: Path, url: str, *words: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["--workspace", str(workspace), "--database", url, "--json", *words])
    assert ended.value.code == 0


@contextmanager
def service(workspace: Path, url: str) -> Iterator[TestClient]:
    app = create_app(Settings(workspace=workspace, database_url=url))
    store: Store = app.state.store
    boss = Account("boss", Role.SUPERVISOR, ("3206",))
    store.accounts.add(boss, "three plain words", actor="t", at=AT)
    secret = store.tokens.issue("boss", TokenKind.BEARER, at=datetime.now(UTC))
    with TestClient(app, headers={"authorization": f"Bearer {secret}"}) as client:
        yield client


def places_of(url: str) -> dict[str, str]:
    """Where each mark stands in plain: every cell of every table, texts and bytes alike."""
    engine, found = open_engine(resolve(url), wait_s=1), {}
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        assert {"person_identity", "job_file", "audit", "person_history"} <= set(names)
        for name in names:
            for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings():
                for column, value in row.items():
                    is_bytes = isinstance(value, bytes | memoryview)
                    told = bytes(value).decode("utf-8", "replace") if is_bytes else str(value)
                    hit = next((mark for mark in MARKS if mark in told), None)
                    if hit is not None:
                        found[f"{name}.{column}"] = hit
    engine.dispose()
    return found


def test_no_table_says_who_somebody_is(store_url: str, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    workspace.mkdir()
    file = tmp_path / "people.csv"
    refused = {"person_id": "", "education": "标记学历"} | SEEN
    rows = [{"person_id": f"P{n}", "education": "高中"} | SEEN for n in range(WORTH_COPYING + 10)]
    heads = ["person_id", "education", "area_code", *SEEN]
    lines = [",".join(str(row.get(head, "320613")) for head in heads) for row in [*rows, refused]]
    file.write_text("\n".join([",".join(heads), *lines]), encoding="utf-8")
    cli(workspace, store_url, "import", "persons", str(file))
    changed = [dict(row) | {"phone": "13987654321"} for row in rows]
    lines = [",".join(str(row.get(head, "320613")) for head in heads) for row in changed]
    file.write_text("\n".join([",".join(heads), *lines]), encoding="utf-8")
    cli(workspace, store_url, "import", "persons", str(file))
    assert places_of(store_url) == {}

    with service(workspace, store_url) as client:
        body = {"values": CHANGED, "why": "标记缘由"}
        answer = client.put("/api/v1/persons/P0/correction", json=body)
        assert answer.status_code == 200, answer.text
        body = {"person_id": "P-new", "area_code": "320613"} | SEEN
        headers = {"idempotency-key": "k" * 20}
        answer = client.post("/api/v1/persons", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        answer = client.get("/api/v1/persons/P0/export")
        assert CHANGED["certificate_no"] in answer.text
        store: Store = client.app.state.store  # type: ignore[attr-defined]  # the app is ours
        scope = Scope.office("test")
        people = store.persons(scope, parts=("status", "identity"), at=AT).set_index("person_id")
        assert people.loc["P0", "certificate_no"] == CHANGED["certificate_no"]
        assert people.loc["P-new", "certificate_no"] == SEEN["certificate_no"]
        assert people.loc["P1", "phone"] == "13987654321"
    assert places_of(store_url) == {}
