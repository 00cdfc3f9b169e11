"""The service as people see it: a real server, a real browser, one signed-in page per role."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from matcher.cli.commands.service.demo_accounts import demo_accounts
from matcher.domain.scope import Role
from matcher.store.store import Store

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "no Chromium on this machine: the pages are not looked at. "
    "On Debian: apt-get install -y chromium fonts-wqy-microhei"
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WAIT_S = 60


@cache
def chromium() -> str | None:
    """Where a Chromium is installed; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@dataclass
class Looked:
    """What a browser said of a page: errors of its console, and requests that left the host."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@dataclass
class Site:
    """A served workspace and the browser that looks at it."""

    browser: Browser
    address: str
    workspace: Path
    password: str

    @contextmanager
    def page(
        self,
        role: Role | None,
        *,
        script: bool = True,
        large: bool = False,
        size: tuple[int, int] = (1366, 768),
        language: str = "zh-CN",
        touch: bool = False,
    ) -> Iterator[Page]:
        """A page of a new browser window, signed in as the demo's account of this role.

        Whatever the console or the network says against the page fails the test that closes it.
        """
        window = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=language,
            java_script_enabled=script,
            has_touch=touch,
            base_url=self.address,
        )
        looked = self._watch(window)
        if large:
            window.add_cookies([{"name": "rengang_type", "value": "large", "url": self.address}])
        opened = window.new_page()
        if role is not None:
            opened.goto("/login")
            opened.fill("#username", role.value)
            opened.fill("#password", self.password)
            opened.click("form:has(#username) button")
            opened.wait_for_load_state()
        yield opened
        window.close()
        assert looked.errors == []
        assert looked.outside == []

    def _watch(self, window: BrowserContext) -> Looked:
        looked = Looked()

        def heard(message: Any) -> None:
            # A refusal that a test asks for is told by the browser as an error of its own.
            if message.type == "error" and "status of 4" not in message.text:
                looked.errors.append(message.text)

        def asked(request: Any) -> None:
            if not request.url.startswith((self.address, "data:", "blob:")):
                looked.outside.append(request.url)

        window.on("console", heard)
        window.on("weberror", lambda wrong: looked.errors.append(str(wrong.error)))
        window.on("request", asked)
        return looked


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA: rule, and where."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
    return [
        f"{each['id']}: {json.dumps([node['target'] for node in each['nodes'][:3]])}"
        for each in found.response["violations"]
    ]


@contextmanager
def served(city: Path, folder: Path) -> Iterator[tuple[str, Path, str]]:
    """`rengang serve` on a copy of the city: its address, its workspace, the demo's password."""
    workspace = folder / "w"
    shutil.copytree(city, workspace)
    with Store.open(f"sqlite:///{workspace / 'rengang.sqlite'}") as store:
        password = demo_accounts(store, at=datetime.now(UTC))
    assert password is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "matcher.cli.main", "--workspace", str(workspace), "serve"]
    log = (folder / "serve.log").open("wb")
    told = os.environ | {
        "RENGANG_PORT": str(port),
        "OMP_NUM_THREADS": "1",
        "RENGANG_WORKERS": "1",
        # Every test signs in from one address.
        "RENGANG_SIGN_INS_PER_MINUTE": "0",
        "RENGANG_REQUESTS_PER_MINUTE": "0",
    }
    server = subprocess.Popen(command, env=told, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", server)
        yield f"http://127.0.0.1:{port}", workspace, password
    finally:
        server.terminate()
        server.wait(timeout=60)
        log.close()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        assert server.poll() is None, "the service ended at once: see serve.log"
        try:
            with urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} did not answer within {WAIT_S} s")


def tab_to(page: Page, selector: str, *, most: int = 120) -> None:
    """Press Tab until what the selector names has the focus, as one who has no mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("which => document.activeElement.matches(which)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} times Tab")
