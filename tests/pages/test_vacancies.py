"""An employer's day: a post is written with advice, published, found again; candidates answered."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pandas as pd
import pytest

from api.deps import today_of
from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.pipeline.casework.moving import Desk, move_referral, propose_pairs
from matcher.store.store import Store
from tests.factories import make_frame
from tests.pages.site import Site, tab_to

FORM = {
    "title": "包装工",
    "headcount": "3",
    "wage_min": "1500",
    "wage_max": "1800",
    "description": "限女性，45岁以下，白班包装",
}


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_an_employer_is_advised_and_publishes_a_post(site: Site, script: bool) -> None:
    title = f"包装工{'一' if script else '二'}"
    with site.page(Role.EMPLOYER, script=script) as page:
        page.goto("/vacancies")
        page.get_by_role("link", name="发布岗位").first.click()
        for name, value in (FORM | {"title": title}).items():
            page.fill(f"#{name}", value)
        page.select_option("#area_code", "320613")
        if script:
            page.locator("#description").blur()
            page.wait_for_selector("#advice .told")
        else:
            page.get_by_role("button", name="检查").click()
        told = page.locator("#advice").inner_text()
        assert "限女性" in told
        assert "最低工资" in told
        assert "社会保险补贴" in told
        page.fill("#wage_min", "3200")
        page.fill("#wage_max", "3800")
        page.fill("#description", "白班包装，能搬运 10 公斤以内物品")
        with page.expect_navigation():
            page.get_by_role("button", name="发布", exact=True).click()
        assert page.locator(".kept").inner_text() == "岗位已发布。"
        page.get_by_role("link", name="修改岗位").click()
        page.fill("#headcount", "5")
        with page.expect_navigation():
            page.get_by_role("button", name="保存修改").click()
        page.goto(f"/vacancies?q={title}")
        assert page.locator("tbody tr").count() == 1
        assert "3,200–3,800" in page.locator("tbody tr").inner_text()


def test_a_form_that_is_refused_keeps_what_was_typed_and_leads_to_the_field(site: Site) -> None:
    with site.page(Role.EMPLOYER) as page:
        page.goto("/vacancies/new")
        page.fill("#title", "保管员")
        made_up = "each => each.add(new Option('', '999999', true, true))"
        page.locator("#area_code").evaluate(made_up)
        with page.expect_navigation():
            page.get_by_role("button", name="发布", exact=True).click()
        page.locator(".faults a").first.click()
        assert page.evaluate("document.activeElement.id") == "area_code"
        assert page.input_value("#title") == "保管员"


def test_what_was_typed_outlives_a_reload(site: Site) -> None:
    with site.page(Role.EMPLOYER) as page:
        page.goto("/vacancies/new")
        page.fill("#title", "草稿岗位")
        page.locator("#title").blur()
        page.reload()
        assert page.input_value("#title") == "草稿岗位"


@pytest.fixture(scope="module")
def referred(site: Site) -> str:
    """A jobseeker put forward to the employer of the demo's account: the number of the post."""
    at = datetime.now(UTC)
    with Store.open(f"sqlite:///{site.workspace / 'rengang.sqlite'}") as store:
        employer = store.accounts.find("employer").employer_id
        post: dict[str, Any] = {"vacancy_id": "V-PAGES", "title": "理货员", "employer_id": employer}
        post |= {"area_code": "320613", "posted_on": "2026-11-01", "headcount": 4}
        with store.writing(actor="test", at=at) as batch:
            batch.upsert(Kind.VACANCIES, make_frame(Kind.VACANCIES, [post]))
        everyone = store.persons(Scope.office("test"))
        people = everyone[everyone["seeks_work"].fillna(value=False)]["person_id"].tail(2)
        desk = Desk(store, Scope(Role.SUPERVISOR, ("3206",), "test", "test"), "test", at)
        on = today_of(store)
        pairs = pd.DataFrame({"person_id": people.to_list(), "vacancy_id": "V-PAGES"})
        propose_pairs(desk, pairs, on)
        states = store.states(desk.scope)
        for subject in states[states["vacancy_id"] == "V-PAGES"]["subject_id"]:
            move_referral(desk, subject, "refer", on)
    return "V-PAGES"


def test_by_keys_alone_an_employer_answers_a_candidate(site: Site, referred: str) -> None:
    with site.page(Role.EMPLOYER) as page:
        page.goto(f"/candidates?vacancy={referred}&state=referred")
        waiting = page.locator("li.card").count()
        assert waiting == 2
        page.locator("h1").click()
        page.keyboard.press("j")
        with page.expect_navigation():
            page.keyboard.press("a")
        assert "约面试" in page.locator(".kept").inner_text()
        page.goto(f"/candidates?vacancy={referred}&state=referred")
        page.locator("h1").click()
        page.keyboard.press("j")
        page.keyboard.press("r")
        with page.expect_navigation():
            page.keyboard.press("1")
        assert "不合适" in page.locator(".kept").inner_text()
        page.goto(f"/candidates?vacancy={referred}&state=referred")
        assert page.locator("li.card").count() == 0


def test_an_office_finds_people_for_a_post_and_refers_one(site: Site) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto("/vacancies?q=V000039")
        page.locator("tbody th a").first.click()
        page.wait_for_selector("table.people tbody tr")
        with page.expect_navigation():
            page.locator("table.people button").first.click()
        assert "/persons/" in page.url


def test_the_export_is_exactly_the_view(site: Site) -> None:
    with site.page(Role.ORGANISER) as page:
        page.goto("/vacancies?work_form=part_time&sort=wage_min")
        total = int(page.locator(".pager span").inner_text().split()[1].replace(",", ""))
        with page.expect_download() as coming:
            page.get_by_role("link", name="导出这份清单").click()
        content = coming.value.path().read_bytes()
        first = page.locator("tbody td code").first.inner_text()
    [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) - 1 == total
    assert rows[1][0] == first


def test_by_keys_alone_a_post_is_published(site: Site) -> None:
    with site.page(Role.EMPLOYER) as page:
        page.goto("/vacancies")
        tab_to(page, "a[href='/vacancies/new']")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        for name, value in {"title": "理货员三", "wage_min": "3000"}.items():
            tab_to(page, f"#{name}")
            page.keyboard.type(value)
        tab_to(page, "#area_code")
        while page.input_value("#area_code") < "320613":
            page.keyboard.press("ArrowDown")
        tab_to(page, "form#post button.main")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator(".kept").inner_text() == "岗位已发布。"
