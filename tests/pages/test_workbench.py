"""The workbench: figures that filter, visits planned together, and the day's task by keys alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from matcher.domain.scope import Role
from tests.pages.site import Site

LIMIT_MS = 300


def number(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found, text
    return int(found.group().replace(",", ""))


def test_each_figure_is_the_list_of_those_it_counts(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto("/workbench")
        for name in ("today", "overdue"):
            page.goto("/workbench")
            figure = page.locator(f'.figure[href="/workbench?show={name}"]')
            told = number(figure.inner_text())
            figure.click()
            page.wait_for_url(f"**/workbench?show={name}")
            assert number(page.locator(".pager").inner_text()) == told > 0
            clocks = page.locator("tbody tr td:nth-child(2)").all_inner_texts()
            wanted = "今天到期" if name == "today" else "超"
            assert all(wanted in each for each in clocks)
        page.wait_for_selector('.figure[href="/workbench/fresh"]:not([hx-get])')


def test_the_most_urgent_is_first_and_says_by_which_text(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto("/workbench?ahead=30")
        left = [number(each) for each in page.locator(".state.overdue").all_inner_texts()]
        assert left == sorted(left, reverse=True)
        first = page.locator("tbody tr").first
        first.locator("summary").click()
        assert len(first.locator(".law details").inner_text()) > 10
        assert "*" in first.locator("th").inner_text(), "names on lists are masked"


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_visits_are_planned_for_all_who_were_chosen(site: Site, script: bool) -> None:
    offset = "&offset=40" if script else "&offset=80"
    with site.page(Role.CASEWORKER, script=script) as page:
        page.goto(f"/workbench?show=overdue{offset}")
        boxes = page.locator('tbody input[name="person"]')
        chosen = [boxes.nth(at).get_attribute("value") for at in (0, 1)]
        for at in (0, 1):
            boxes.nth(at).check()
        with page.expect_navigation():
            page.get_by_role("button", name="安排走访", exact=True).click()
        assert "2" in page.locator(".kept").inner_text()
        page.goto("/workbench?show=visits")
        planned = page.locator('tbody input[name="person"]').evaluate_all(
            "each => each.map(one => one.value)"
        )
        assert set(chosen) <= set(planned)


def walk_by_keys(page: Page) -> None:
    """From the list of the day to a printed letter, with no pointer."""
    page.goto("/workbench?ahead=30&offset=150")
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("a")
    page.wait_for_selector(".card")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("a")
    page.wait_for_selector(".kept")
    with page.expect_navigation():
        page.keyboard.press("p")
    page.wait_for_selector(".slip")


def test_by_keys_alone_from_the_day_to_the_letter(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        walk_by_keys(page)
        assert "/letter?referral=R-" in page.url
        page.goto("/workbench")
        assert page.locator(".recent li").count() >= 1, "the file was opened just now"
        page.goto("/workbench/month?step=refer")
        assert page.locator("tbody tr").count() >= 1


def test_the_view_is_taken_along_as_a_workbook(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto("/workbench?show=today")
        with page.expect_download() as taken:
            page.get_by_role("link", name="导出").click()
        assert re.fullmatch(r"workbench-[\d-]+\.xlsx", taken.value.suggested_filename)
