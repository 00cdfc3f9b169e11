"""The end of the demo, from its banner to the first sign-in of the office's own administrator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from matcher.domain.scope import Role
from matcher.store.store import Store
from tests.pages.site import Site, served, violations


@pytest.fixture
def own_site(browser: Browser, city: Path, tmp_path: Path) -> Iterator[Site]:
    """A city of its own: it does not outlive the test."""
    with served(city, tmp_path) as (address, workspace, password):
        yield Site(browser, address, workspace, password)


@pytest.mark.slow
def test_the_demo_is_ended_once_and_the_office_begins_with_its_own_administrator(
    own_site: Site,
) -> None:
    with own_site.page(Role.SUPERVISOR) as page:
        assert page.get_by_role("link", name="结束演示").count() == 0
        answer = page.goto("/settings/demo")
        assert answer is not None
        assert answer.status == 403
    with own_site.page(Role.ADMIN) as page:
        page.goto("/settings")
        with page.expect_navigation():
            page.locator(".ribbon").get_by_role("link", name="结束演示").click()
        assert violations(page) == []
        with page.expect_navigation():
            page.get_by_role("button", name="清除演示数据，开始正式使用").click()
        assert violations(page) == []
        assert page.locator(".ribbon").count() == 0
        password = page.locator("#password").inner_text()
        with page.expect_navigation():
            page.get_by_role("link", name="登录").click()
        assert page.locator("#demo").count() == 0
        page.fill("#username", "admin")
        page.fill("#password", password)
        with page.expect_navigation():
            page.locator("main button.main").click()
        assert "/password" in page.url
        page.goto("/settings/demo")
        assert page.locator("button.grave").count() == 0
    with Store.open(f"sqlite:///{own_site.workspace / 'rengang.sqlite'}") as store:
        assert not any(store.counts().values())
        assert store.broken_seals() == ()
        assert [each.username for each in store.accounts.all()] == ["admin"]
