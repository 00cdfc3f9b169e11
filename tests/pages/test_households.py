"""Households: the list with its clocks, one household's file, and its ledger moved by the desk."""

from __future__ import annotations

import re

import pytest

from matcher.domain.scope import Role, Scope
from matcher.store.events.reading import Wanted
from matcher.store.store import Store
from tests.pages.site import Site

SCOPE = Scope(Role.CASEWORKER, ("3206",), "test", "test")


def opened(site: Site) -> Store:
    return Store.open(f"sqlite:///{site.workspace / 'rengang.sqlite'}")


@pytest.fixture(scope="module")
def certified(site: Site) -> list[str]:
    """Certified households, the last first; other tests take the first ones."""
    with opened(site) as store:
        homes = store.households(SCOPE)
    return sorted(homes[homes["state"] == "certified"]["household_id"], reverse=True)


def test_the_list_filters_by_state_and_clock_and_sorts(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto("/households?state=certified")
        states = page.locator("tbody tr td:nth-child(7)").all_inner_texts()
        assert set(states) == {"已认定"}
        page.select_option("#clock", "overdue")
        with page.expect_navigation():
            page.get_by_role("button", name="查看").click()
        assert page.locator("tbody tr").count() > 0
        assert page.locator("tbody .state.overdue").count() == page.locator("tbody tr").count()
        page.goto("/households?state=certified&sort=certified_on")
        days = page.locator("tbody tr td:nth-child(8)").all_inner_texts()
        assert days == sorted(days)
        assert "*" in page.locator("tbody th").first.inner_text()
        total = page.locator(".pager span").inner_text()
        page.goto("/households")
        assert page.locator(".pager span").inner_text() != total


def test_a_file_says_how_far_it_came_and_why(site: Site, certified: list[str]) -> None:
    key = certified[0]
    with site.page(Role.CASEWORKER) as page:
        page.goto(f"/households/{key}")
        steps = page.locator(".way li")
        assert steps.count() == 7
        assert re.search(r"认定\s+\d{4}-\d\d-\d\d", steps.nth(3).inner_text())
        assert page.locator(".conditions li").count() > 0
        assert page.locator("table").first.locator("tbody tr").count() > 0
        assert "*" in page.locator("h1").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_household_on_record_is_brought_to_the_ledger_by_its_first_move(
    site: Site, certified: list[str], script: bool
) -> None:
    key = certified[1 if script else 2]
    with site.page(Role.CASEWORKER, script=script) as page:
        page.goto(f"/households/{key}")
        with page.expect_navigation():
            page.get_by_role("button", name="援助", exact=True).click()
        assert "记入家庭台账" in page.locator(".kept").inner_text()
        assert "援助" in page.locator("h2", has_text="可以办的事").inner_text()
    with opened(site) as store:
        moved = store.events(SCOPE, Wanted(["household"], ids=[key]))
    assert moved["event"].tolist() == ["find", "apply", "certify", "aid"]
    assert moved["actor"].iloc[-1] == "caseworker"


def test_leaving_asks_for_a_reason_and_work_is_named(site: Site, certified: list[str]) -> None:
    key = certified[3]
    with site.page(Role.CASEWORKER) as page:
        page.goto(f"/households/{key}")
        page.locator("summary", has_text="其他原因退出").click()
        page.select_option('form:has(input[value="leave"]) select', "moved_away")
        with page.expect_navigation():
            page.locator('form:has(input[value="leave"]) button').click()
        assert page.locator(".kept").count() == 1
        page.goto(f"/households/{key}")
        assert (
            page.get_by_role("button", name="返回", exact=True)
            .or_(page.locator("summary", has_text="返回"))
            .count()
            == 1
        )


def test_the_plan_refers_the_best_pair(site: Site, certified: list[str]) -> None:
    with site.page(Role.CASEWORKER) as page:
        for key in certified[4:10]:
            page.goto(f"/households/{key}/plan")
            if page.locator("tbody tr").count():
                break
        with page.expect_navigation():
            page.locator("tbody button").first.click()
        page.wait_for_selector(".kept")
        assert "/persons/" in page.url
