"""Somebody is not registered twice, and a record is corrected where it is read."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

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


def opened(page: Page, person: str, name: str) -> Any:
    """A field of a person's file, opened to be corrected; its input."""
    page.goto(f"/persons/{person}")
    page.wait_for_selector(f"#fact-{name}")
    page.locator(f"#fact-{name} a.edit").click()
    page.wait_for_selector(f"#in-{name}")
    return page.locator(f"#in-{name}")


@pytest.fixture(scope="module")
def person(site: Site) -> str:
    """Somebody whose record these tests correct."""
    with site.page(Role.CASEWORKER) as page:
        registered(page, name="（生成）正就地", area_code="320613003", wage_wanted="2800")
        return page.url.split("/")[-1].split("?")[0]


def test_a_field_is_corrected_in_place_by_keys(site: Site, person: str) -> None:
    with site.page(Role.CASEWORKER) as page:
        field = opened(page, person, "wage_wanted")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        page.wait_for_selector("#fact-wage_wanted a.edit")
        assert "2,800" in page.locator("#fact-wage_wanted").inner_text()
        expect(page.locator("#fact-wage_wanted a.edit")).to_be_focused()
        page.keyboard.press("Enter")  # the focus is where it was
        expect(page.locator("#in-wage_wanted")).to_be_focused()
        page.keyboard.press("Control+A")
        page.keyboard.type("3150")
        assert violations(page) == []
        page.keyboard.press("Enter")
        page.wait_for_selector("#fact-wage_wanted .done")
        assert "3,150" in page.locator("#fact-wage_wanted").inner_text()
        assert field.count() == 0
        # What an import refuses is told at the field, which keeps what was typed.
        refused = opened(page, person, "experience_months")
        refused.fill("-3")
        refused.press("Enter")
        page.wait_for_selector("#in-experience_months-told.wrong")
        assert page.input_value("#in-experience_months") == "-3"
        assert violations(page) == []


def test_who_changed_a_record_meanwhile_is_not_written_over(site: Site, person: str) -> None:
    with site.page(Role.CASEWORKER) as page, site.page(Role.CASEWORKER) as other:
        mine = opened(page, person, "major")
        theirs = opened(other, person, "major")
        theirs.fill("会计")
        theirs.press("Enter")
        other.wait_for_selector("#fact-major .done")
        mine.fill("护理")
        mine.press("Enter")
        page.wait_for_selector("#in-major-told.wrong")
        page.keyboard.press("Escape")
        page.wait_for_selector("#fact-major a.edit")
        assert "会计" in page.locator("#fact-major").inner_text()


def test_a_field_is_corrected_without_scripts(site: Site, person: str) -> None:
    with site.page(Role.CASEWORKER, script=False, language="en") as page:
        page.goto(f"/persons/{person}/record")
        page.locator("#fact-max_commute_km a.edit").click()
        page.fill("#in-max_commute_km", "7")
        with page.expect_navigation():
            page.get_by_role("button", name="Save").click()
        assert "7" in page.locator("#fact-max_commute_km").inner_text()
        assert page.locator("#fact-max_commute_km .done").count() == 1
