"""Take the pictures of docs/screens anew: the demo city's pages as each role sees them.

`make screens` builds a demo city in a temporary folder, serves it, and looks at it with Chromium.
The pictures differ from run to run where the clock shows; look at them before they are committed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

from matcher.domain.scope import Role

FOLDER = Path(__file__).resolve().parent.parent / "screens"
SIZE = (1366, 768)
WAIT_S = 120
PERSON, FAIR = "P000032", "F0001"


def nothing(_: Page) -> None:
    """Nothing to be done before the picture."""


def paired(page: Page) -> None:
    """Have the fair paired, and wait for its plan."""
    if page.get_by_role("link", name="方案书").count():
        return
    with page.expect_navigation():
        page.get_by_role("button", name="配对").first.click()
    page.get_by_role("link", name="方案书").wait_for(timeout=WAIT_S * 1000)


def certified(page: Page) -> None:
    """Open what the plan proves."""
    paired(page)
    page.get_by_role("link", name="方案书").click()


@dataclass(frozen=True)
class Screen:
    """One picture: its file, who looks at what, and what is done before."""

    name: str
    role: Role | None
    path: str
    before: Callable[[Page], None] = nothing


def advised(page: Page) -> None:
    """Write a post as an employer might, and wait for what is said of it."""
    post = {
        "title": "包装工",
        "headcount": "3",
        "wage_min": "1800",
        "wage_max": "2200",
        "contract_months": "24",
        "description": "限女性，45岁以下，白班包装",
    }
    for name, value in post.items():
        page.fill(f"#{name}", value)
    page.select_option("#area_code", "320613")
    page.locator("#description").blur()
    page.wait_for_selector("#advice .told")


def opened(page: Page) -> None:
    """Bring the households into the ledger, by the button of the page."""
    if page.locator("form.open button").count():
        with page.expect_navigation():
            page.click("form.open button")


def listed(page: Page) -> None:
    """Wait for the people of a post."""
    page.wait_for_selector("table.people tbody tr", timeout=WAIT_S * 1000)


def previewed(page: Page) -> None:
    """Give a file of vacancies, and wait for what would become of its rows."""
    rows = ["职位,月薪,招聘人数,工作地点,本厂编号"]
    for at, title in enumerate(("保洁员", "仓库保管员", "电工", "叉车司机", "包装工")):
        rows.append(f"{title},3200-4000元/月,{at + 1},南通市崇川区,A{at}")
    rows.append("门卫,3000元/月,负三,南通市崇川区,A9")
    content = "\n".join(rows).encode("utf-8-sig")
    page.select_option("#kind", "vacancies")
    given: Any = {"name": "十一月岗位.csv", "mimeType": "text/csv", "buffer": content}
    page.set_input_files("#file", given)
    with page.expect_navigation():
        page.get_by_role("button", name="检查文件").click()
    page.wait_for_selector(".figures", timeout=WAIT_S * 1000)


SCREENS = (
    Screen("01-login", None, "/login"),
    Screen("02-workbench", Role.CASEWORKER, "/workbench"),
    Screen("03-persons", Role.CASEWORKER, "/persons?seeks_work=true"),
    Screen("04-person", Role.CASEWORKER, f"/persons/{PERSON}"),
    Screen("05-verdicts", Role.CASEWORKER, f"/persons/{PERSON}/decisions"),
    Screen("06-household", Role.CASEWORKER, "/households/H00002"),
    Screen("07-fair-plan", Role.ORGANISER, f"/fairs/{FAIR}/plan", paired),
    Screen("08-fair-certificate", Role.ORGANISER, f"/fairs/{FAIR}/plan", certified),
    Screen("09-fair-invitees", Role.ORGANISER, f"/fairs/{FAIR}/invitees"),
    Screen("10-vacancy-form", Role.EMPLOYER, "/vacancies/new", advised),
    Screen("11-vacancies", Role.CASEWORKER, "/vacancies"),
    Screen("12-people-for-a-post", Role.CASEWORKER, "/vacancies/V000039", listed),
    Screen("13-import", Role.CASEWORKER, "/imports", previewed),
    Screen("14-reports", Role.SUPERVISOR, "/reports", opened),
    Screen("15-policies", Role.SUPERVISOR, "/policies"),
    Screen("16-models", Role.ANALYST, "/models"),
    Screen("17-algorithm", None, "/algorithm"),
    Screen("18-candidates", Role.EMPLOYER, "/candidates"),
    Screen("19-office-settings", Role.SUPERVISOR, "/settings/office"),
)


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """The demo city behind `rengang serve`, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "matcher.cli.main", "--workspace", str(workspace)]
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([*command, "demo", "--worked", "32"], check=True, **quiet)
    told = os.environ | {"RENGANG_PORT": str(port), "RENGANG_SIGN_INS_PER_MINUTE": "0"}
    server = subprocess.Popen([*command, "serve"], env=told, **quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            try:
                urlopen(f"{address}/healthz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(60)


def taken(browser: Browser, address: str, screens: tuple[Screen, ...]) -> None:
    """Take the pictures; a role signs in once."""
    for role in dict.fromkeys(screen.role for screen in screens):
        window = browser.new_context(
            viewport={"width": SIZE[0], "height": SIZE[1]}, locale="zh-CN", base_url=address
        )
        page = window.new_page()
        if role is not None:
            page.goto("/login")
            with page.expect_navigation():
                page.click(f'form:has(input[value="{role.value}"]) button')
        for screen in (each for each in screens if each.role == role):
            page.goto(screen.path)
            screen.before(page)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{screen.name}.png")
            print(f"{screen.name}.png  {page.title()}")
        window.close()


def main() -> int:
    """Take all pictures, or those whose names begin as given."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("no Chromium on this machine: run 'make browser' first")
        return 1
    begins = tuple(sys.argv[1:]) or ("",)
    screens = tuple(each for each in SCREENS if each.name.startswith(begins))
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="rengang-screens-") as folder,
        served(Path(folder) / "demo") as address,
        sync_playwright() as started,
    ):
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        taken(browser, address, screens)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
