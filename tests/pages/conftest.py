"""One browser and one served city for all tests of pages; a city of its own for who changes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.pages.site import MISSING, Site, chromium, served


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    found = chromium()
    if found is None:
        pytest.skip(MISSING)
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def site(browser: Browser, city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demo city as served; tests that change it leave others' people alone."""
    with served(city, tmp_path_factory.mktemp("site")) as (address, workspace, password):
        yield Site(browser, address, workspace, password)
