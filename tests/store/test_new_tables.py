"""What the suite opens its stores with is what the migrations make."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from matcher.store.engine import open_engine, reading, resolve
from matcher.store.migrations import differences, upgrade
from tests.store.new_tables import make_tables, tables_in


def rows_of(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    names = [name for kind, name, _ in tables_in(connection) if kind == "table"]
    return {
        name: [tuple(row) for row in connection.execute(text(f'SELECT * FROM "{name}"'))]
        for name in names
    }


@pytest.mark.parametrize("twice", [pytest.param(False, id="once"), pytest.param(True, id="twice")])
def test_tables_made_for_tests_are_those_of_the_migrations(tmp_path: Path, twice: bool) -> None:
    found = []
    for make in (upgrade, make_tables):
        url = f"sqlite:///{tmp_path / make.__name__}"
        for _ in range(1 + twice):
            make(url)
        opened = open_engine(resolve(url), wait_s=1)
        assert differences(opened) == []
        with reading(opened, wait_s=1) as connection:
            found.append((sorted(tables_in(connection)), rows_of(connection)))
        opened.dispose()
    assert found[0] == found[1]
    assert len(found[0][0]) > 50
