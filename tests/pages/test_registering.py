"""Somebody is not registered twice, and a record is corrected where it is read."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from matcher.domain.scope import Role
from tests.pages.site import Site, violations

BORN = {"script": "1987-03-09", "plain": "1987-04-10"}


def registered(page: Page, **said: Any) -> None:
    """Fill in the form of registration, and send it."""
    page.goto("/persons/new")
    for name, value in said.items():
        page.fill(f"#{name}", value)
    with page.expect_navigation():
        page.locator("form.record button.main").click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_somebody_of_the_same_name_and_birth_is_asked_about_first(site: Site, script: bool) -> None:
    name = "（生成）双有容" if script else "（生成）双无容"
    said = {"name": name, "birth_date": BORN["script" if script else "plain"]}
    with site.page(Role.CASEWORKER, script=script) as page:
        registered(page, area_code="320613001", **said)
        assert page.locator(".kept").inner_text() == "已登记"
        first = page.url.split("/")[-1].split("?")[0]
        registered(page, area_code="320613002", **said)
        assert page.locator(".doubles").get_by_text(first).count() == 1
        assert "姓名相同、出生日期相同" in page.locator(".doubles").inner_text()
        assert page.input_value("#name") == name
        assert not script or violations(page) == []  # axe is a script
        # Sending it again without a word asks again; saying that they are two registers.
        with page.expect_navigation():
            page.locator("form.record button.main").click()
        page.check("input[name=apart]")
        with page.expect_navigation():
            page.get_by_role("button", name="继续登记").click()
        assert page.locator(".kept").inner_text() == "已登记"
        assert first not in page.url


def test_a_number_that_is_registered_leads_to_its_file(site: Site) -> None:
    with site.page(Role.CASEWORKER, language="en") as page:
        number = "320613198805050108"
        registered(page, name="（生成）双号", area_code="320613001", id_number=number)
        first = page.url.split("/")[-1].split("?")[0]
        registered(page, name="（生成）双名", area_code="320613002", id_number=number)
        assert page.locator(".faults a").get_attribute("href") == f"/persons/{first}"
        assert page.locator("input[name=apart]").count() == 0
        assert violations(page) == []
