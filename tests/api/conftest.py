"""One service for each module of tests, and one that is only read for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.serving import Service, serving


@pytest.fixture(scope="session")
def reading(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that no test changes."""
    with serving(city, tmp_path_factory.mktemp("reading")) as service:
        yield service


@pytest.fixture(scope="module")
def service(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of this module's own."""
    with serving(city, tmp_path_factory.mktemp("service")) as opened:
        yield opened
