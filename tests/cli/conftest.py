"""An empty office, and one that serves the demo city."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Office


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    """An office with an empty workspace."""
    return Office(tmp_path / "w", capsys)


@pytest.fixture
def city_office(city: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    """The demo city's office; only read."""
    return Office(city, capsys)
