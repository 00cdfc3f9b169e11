"""A running service for tests: the demo city's copy, and an account for every role and place."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from api.app import create_app
from matcher.domain.account import Account
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role
from matcher.settings import Settings
from matcher.store.accounts.tokens import TokenKind
from matcher.store.store import Store

API = "/api/v1"
OWN, OTHER = "320613", "320682"
"""Two counties of the demo city: one office serves the one, another the other."""

WORD = "three plain words"


@dataclass(frozen=True)
class Service:
    """The client, the store behind it, and a token for each account."""

    client: TestClient
    store: Store
    tokens: dict[str, str]
    employers: tuple[str, str]

    def call(self, name: str | None, method: str, path: str, **more: Any) -> Any:
        """One request to the interface for programs as this account; nobody's without a name."""
        address = path if path.startswith("/healthz") else API + path
        return self.visit(name, method, address, **more)

    def visit(self, name: str | None, method: str, path: str, **more: Any) -> Any:
        """One request to any address, pages too, as this account; nobody's without a name."""
        headers = dict(more.pop("headers", {}))
        if name is not None:
            headers["authorization"] = f"Bearer {self.tokens[name]}"
        return self.client.request(method, path, headers=headers, **more)

    def ended(self, name: str, job_id: str, *, within_s: float = 60) -> dict[str, Any]:
        """The job once it has ended."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            job: dict[str, Any] = self.call(name, "GET", f"/jobs/{job_id}").json()
            if job["state"] in ("done", "failed", "cancelled"):
                return job
            time.sleep(0.1)
        raise AssertionError(f"the job did not end within {within_s} s: {job}")


def account_names() -> list[str]:
    """One account of each role in the own area, and one in the other."""
    return [f"{role.value}-{where}" for role in Role for where in ("own", "other")]


@contextmanager
def serving(city: Path, folder: Path) -> Iterator[Service]:
    """The service on a copy of the city."""
    workspace = folder / "w"
    shutil.copytree(city, workspace)
    app = create_app(Settings(workspace=workspace, sign_ins_per_minute=0, requests_per_minute=0))
    store: Store = app.state.store
    at = datetime.now(UTC)
    employers = busy_employers(store)
    for role in Role:
        for area, where, employer in zip((OWN, OTHER), ("own", "other"), employers, strict=True):
            is_employer = role is Role.EMPLOYER
            new = Account(
                f"{role.value}-{where}",
                role,
                () if is_employer else (area,),
                employer if is_employer else None,
            )
            store.accounts.add(new, WORD, actor="test", at=at)
    tokens = {
        each.username: store.tokens.issue(each.username, TokenKind.BEARER, at=at)
        for each in store.accounts.all()
    }
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Service(client, store, tokens, employers)


def busy_employers(store: Store) -> tuple[str, str]:
    """The two employers with the most vacancies."""
    counted = store.frame(Kind.VACANCIES, columns=["employer_id"])["employer_id"].value_counts()
    return str(counted.index[0]), str(counted.index[1])
