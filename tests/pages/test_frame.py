"""Signing in, and what is around every page."""

from __future__ import annotations

import pytest

from matcher.domain.scope import Role
from tests.pages.site import Site, violations


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_who_is_unknown_signs_in_and_comes_to_the_page_asked_for(site: Site, script: bool) -> None:
    with site.page(None, script=script) as page:
        page.goto("/keys")
        assert "/login" in page.url
        page.fill("#username", "caseworker")
        page.fill("#password", site.password)
        page.press("#password", "Enter")
        page.wait_for_url("**/keys")
        assert page.locator("h1").inner_text() == "键盘用法"


def test_a_wrong_password_is_told_without_saying_which_was_wrong(site: Site) -> None:
    with site.page(None) as page:
        page.goto("/login")
        page.fill("#username", "nobody-at-all")
        page.fill("#password", "no such words")
        page.press("#password", "Enter")
        page.wait_for_selector(".faults")
        assert "账号暂时锁定" in page.locator(".faults").inner_text()
        assert page.input_value("#username") == "nobody-at-all"
        assert page.input_value("#password") == ""


def test_language_and_type_size_stay_with_the_browser(site: Site) -> None:
    with site.page(Role.AUDITOR) as page:
        page.goto("/keys")
        page.click("button[name=language]")
        assert page.locator("h1").inner_text() == "Keyboard"
        page.click("button[name=large]")
        assert page.locator("html.large").count() == 1
        page.goto("/help")
        assert page.locator("html.large[lang=en]").count() == 1


def test_signing_out_ends_the_session(site: Site) -> None:
    with site.page(Role.ANALYST) as page:
        page.goto("/keys")
        page.click("text=退出")
        page.goto("/keys")
        assert "/login" in page.url


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("path", ["/no-such-page"])
def test_the_frame_has_nothing_against_it(site: Site, path: str, large: bool) -> None:
    with site.page(Role.ADMIN, large=large) as page:
        page.goto(path)
        assert violations(page) == []
