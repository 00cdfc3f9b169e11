"""A supervisor and an administrator set the office's days by a form; what does not fit is told."""

from __future__ import annotations

import pytest

from matcher.domain.scope import Role
from tests.pages.site import Site, violations


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_days_are_set_from_a_day_to_come(site: Site, script: bool) -> None:
    area, value = ("320613001", "41") if script else ("320613002", "42")
    with site.page(Role.SUPERVISOR, script=script) as page:
        page.goto("/reports")
        page.get_by_role("link", name="机构设置").click()
        page.wait_for_selector("#name")
        page.select_option("#name", "recheck_days")
        page.fill("#value", "9999")
        page.select_option("#area", area)
        page.fill("#since", "2027-02-01")
        with page.expect_navigation():
            page.get_by_role("button", name="保存").click()
        assert page.locator("#value-told").inner_text() == "请填 1 到 180 的整数"
        assert page.input_value("#area") == area
        assert not script or violations(page) == []
        page.fill("#value", value)
        with page.expect_navigation():
            page.get_by_role("button", name="保存").click()
        assert page.locator(".kept").count() == 1
        row = page.locator("tbody tr", has_text="上岗凭证复核").inner_text()
        assert f"2027-02-01 起 {value} 天" in row
        assert "30" in row
        assert not script or violations(page) == []


def test_an_administrator_finds_the_form_in_english(site: Site) -> None:
    with site.page(Role.ADMIN, language="en", large=True) as page:
        page.goto("/settings")
        page.get_by_role("link", name="Office settings").click()
        page.wait_for_selector("#name")
        assert page.locator("tbody tr").count() == 5
        assert violations(page) == []
