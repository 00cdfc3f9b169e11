"""The jobseeker's file: read, refer, set aside, take back; by mouse, by keys, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.store.store import Store
from tests.pages.site import Site


@pytest.fixture(scope="module")
def seekers(site: Site) -> list[str]:
    """People who look for work, of the end of the list; other tests take the beginning."""
    scope = Scope(Role.CASEWORKER, ("3206",), "test", "test")
    with Store.open(f"sqlite:///{site.workspace / 'rengang.sqlite'}") as store:
        found = store.persons(scope)
        assert store.counts()[Kind.PERSONS] >= 3000
    seeking = sorted(found[found["seeks_work"].fillna(value=True)]["person_id"])
    # Whom tests register has another kind of number, and next to nothing on file.
    return [each for each in seeking if each[1:].isdigit()][-40:]


@pytest.fixture
def seeker(seekers: list[str]) -> str:
    """A person whom no test has met before."""
    return seekers.pop()


def open_file(page: Page, person: str) -> None:
    page.goto(f"/persons/{person}")
    page.wait_for_selector(".card")


def test_a_file_shows_who_it_is_masked_and_what_to_ask(site: Site, seeker: str) -> None:
    with site.page(Role.CASEWORKER) as page:
        open_file(page, seeker)
        assert "*" in page.locator("h1").inner_text()
        page.wait_for_selector("#clear .ask, #clear .clear")
        number = page.locator(".reveal").first
        assert "****" in number.inner_text()
        number.locator("button").click()
        page.wait_for_selector("dd > b")
        assert re.fullmatch(r"[\d-]+", page.locator("dd > b").first.inner_text())


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_post_is_referred_and_taken_back(site: Site, seeker: str, script: bool) -> None:
    with site.page(Role.CASEWORKER, script=script) as page:
        open_file(page, seeker)
        page.locator(".card").first.get_by_role("button", name="推荐").click()
        page.wait_for_selector(".kept")
        assert "已推荐" in page.locator(".kept").inner_text()
        page.get_by_role("button", name="撤回").click()
        page.wait_for_selector("text=已撤回")


def test_by_keys_alone_a_post_is_referred_and_another_set_aside(site: Site, seeker: str) -> None:
    with site.page(Role.CASEWORKER) as page:
        open_file(page, seeker)
        first = page.locator(".card").first.get_attribute("id")
        page.keyboard.press("j")
        page.keyboard.press("a")
        page.wait_for_selector(".kept")
        assert page.locator(f"#{first}").count() == 0, "a referred post is proposed no more"
        second = page.locator(".card").first.get_attribute("id")
        page.keyboard.press("j")
        page.keyboard.press("r")
        page.keyboard.press("3")
        page.wait_for_selector("text=已记为本人不接受")
        assert page.locator(f"#{second}").count() == 0
        page.goto(f"/persons/{seeker}/history")
        told = page.locator("main table").first.inner_text()
        for post in (first, second):
            assert str(post).removeprefix("post-") in told


def test_who_passes_over_a_condition_gives_a_reason(site: Site, seeker: str) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto(f"/persons/{seeker}/out-of-reach")
        page.locator("main table a").first.click()
        vacancy = page.url.rsplit("/", 1)[1]
        page.goto(f"/persons/{seeker}/why?vacancy={vacancy}")
        assert "不能推荐" in page.locator("main").inner_text()
        page.fill("#override", "单位同意放宽，已电话确认")
        page.get_by_role("button", name="越过条件推荐").click()
        page.wait_for_selector("text=已推荐")


def test_verdicts_are_read_by_the_law_of_another_day(site: Site, seekers: list[str]) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto(f"/persons/{seekers[0]}/decisions")
        now = page.locator(".verdict").count()
        page.fill("#on", "2000-01-01")
        page.get_by_role("button", name="重新判定").click()
        page.wait_for_url("**on=2000-01-01")
        assert page.locator(".verdict").count() < now


def test_a_person_of_another_area_is_not_there(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        answer = page.goto("/persons/P999999")
        assert answer is not None
        assert answer.status == 404
        assert "没有找到" in page.locator("h1").inner_text()
