"""A store of each engine: a new one joins STORES and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from matcher.store.store import Store
from tests.contracts.store.stores import STORES
from tests.postgres import Databases


@pytest.fixture(params=[*STORES, "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with ExitStack() as kept:
        if request.param == "postgresql":
            databases: Databases = request.getfixturevalue("databases")
            url = kept.enter_context(databases.lent())
        else:
            url = STORES[request.param](tmp_path)
        yield kept.enter_context(Store.open(url, wait_s=0.3))
