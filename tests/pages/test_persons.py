"""The list of people: found, narrowed, kept as a view, taken along."""

from __future__ import annotations

import io

import openpyxl
import pytest

from matcher.domain.scope import Role, Scope
from matcher.pipeline.fairs.papers.words import masked
from matcher.store.privacy.tokens import initials
from matcher.store.store import Store
from tests.pages.site import Site, violations


@pytest.fixture(scope="module")
def known(site: Site) -> tuple[str, str]:
    """A person in the middle of the list: number and name."""
    scope = Scope(Role.CASEWORKER, ("3206",), "test", "test")
    with Store.open(f"sqlite:///{site.workspace / 'rengang.sqlite'}") as store:
        found = store.persons(scope, parts=("profile", "identity"))
    row = found.iloc[len(found) // 2]
    return str(row["person_id"]), str(row["name"])


def test_by_keys_alone_a_person_is_found_by_initials_and_opened(
    site: Site, known: tuple[str, str]
) -> None:
    person, name = known
    with site.page(Role.CASEWORKER) as page:
        page.goto("/persons")
        page.keyboard.press("Tab")
        page.focus("#q")
        page.keyboard.type(initials(name))
        page.keyboard.press("Enter")
        page.wait_for_url("**q=*")
        listed = page.locator("tbody th a").all_inner_texts()
        assert masked(name) in listed
        page.fill("#q", person)
        page.keyboard.press("Enter")
        page.wait_for_selector(f"text={person}")
        page.keyboard.press("Escape")
        page.locator("h1").click()
        page.keyboard.press("j")
        page.locator("tbody th a").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/persons/{person}")


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_a_view_is_kept_opened_and_removed(site: Site, script: bool) -> None:
    with site.page(Role.CASEWORKER, script=script) as page:
        page.goto("/persons?seeks_work=true&education=junior_high&sort=-wage_wanted")
        page.get_by_text("存为视图").click()
        page.fill("#name", f"初中求职 {script}")
        with page.expect_navigation():
            page.get_by_role("button", name="保存").click()
        page.goto("/persons")
        page.get_by_role("link", name=f"初中求职 {script}").click()
        assert "sort=-wage_wanted" in page.url
        assert page.locator("th[aria-sort=descending]").count() == 1
        with page.expect_navigation():
            page.get_by_role("button", name=f"删除视图 初中求职 {script}").click()
        assert page.get_by_role("link", name=f"初中求职 {script}").count() == 0


def test_a_facet_counts_the_list_that_it_opens(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto("/persons?seeks_work=true")
        page.wait_for_selector(".facet li")
        row = page.locator(".facet li").first
        number = row.locator(".number").inner_text()
        row.locator("a").click()
        page.wait_for_url("**area_code=*")
        assert f"共 {number} 条" in page.locator(".pager").inner_text()


def test_the_export_is_exactly_the_view(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto("/persons?education=senior_high&seeks_work=true&sort=wage_wanted")
        shown = page.locator("tbody tr").count()
        total = int(page.locator(".pager span").inner_text().split()[1].replace(",", ""))
        with page.expect_download() as coming:
            page.get_by_role("link", name="导出这份名单").click()
        content = coming.value.path().read_bytes()
        first = page.locator("tbody td code").first.inner_text()
    [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) - 1 == total >= shown
    assert rows[1][0] == first


def test_columns_are_chosen_and_stay_in_the_address(site: Site) -> None:
    with site.page(Role.CASEWORKER, script=False) as page:
        page.goto("/persons?education=primary")
        page.get_by_text("显示哪些列").click()
        page.get_by_label("技能特长").check()
        page.get_by_role("button", name="显示", exact=True).click()
        assert "skills" in page.url
        assert "技能特长" in page.locator("thead").inner_text()


def test_an_organiser_sees_no_names_and_no_status(site: Site) -> None:
    with site.page(Role.ORGANISER) as page:
        page.goto("/persons?show=education,dibao,health")
        text = page.locator("table").inner_text()
        assert "低保" not in text
        assert "身体状况" not in text
        assert page.locator("tbody th").first.inner_text().startswith("—")


@pytest.mark.parametrize("path", ["/persons?q=zzzzzz"])
def test_the_list_has_nothing_against_it(site: Site, path: str) -> None:
    for large in (False, True):
        with site.page(Role.CASEWORKER, large=large) as page:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            assert violations(page) == []
