"""What those who watch over the service do: ledger, law, audit, accounts, models, fairness."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pypdf
import pytest

from matcher.domain.scope import Role
from tests.pages.site import Site, tab_to, violations

MM = 72 / 25.4
"""Points of a millimetre."""

MONTH = "?month=2026-11&area=3206"


@pytest.fixture(scope="module")
def ledger(site: Site) -> Site:
    """The site with its households brought into the ledger, by the button of the page."""
    with site.page(Role.SUPERVISOR, script=False) as page:
        page.goto("/reports")
        if page.locator("form.open").count():
            with page.expect_navigation():
                page.click("form.open button")
    return site


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_equation_of_the_ledger_holds_and_each_number_is_its_list(ledger: Site) -> None:
    with ledger.page(Role.SUPERVISOR) as page:
        page.goto(f"/reports{MONTH}")
        start, appeared, returned, cleared, left, removed, end = (
            number(page.inner_text(f".equation .{name} b"))
            for name in ("start", "appeared", "returned", "cleared", "left", "removed", "end")
        )
        assert start + appeared + returned - cleared - left - removed == end > 0
        with page.expect_navigation():
            page.click(".equation .appeared a")
        assert page.locator("tbody[data-rows] tr").count() == appeared
        to = page.locator("tbody th a").first.get_attribute("href")
        assert to is not None
        assert to.startswith("/households/")


def test_by_keys_alone_a_number_is_followed_to_a_household(ledger: Site) -> None:
    with ledger.page(Role.SUPERVISOR) as page:
        page.goto(f"/reports{MONTH}")
        tab_to(page, ".equation .end a")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.keyboard.press("j")
        tab_to(page, "tbody th a")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "/households/" in page.url


def test_who_may_not_see_households_sees_numbers_without_lists(ledger: Site) -> None:
    with ledger.page(Role.ANALYST, script=False) as page:
        page.goto(f"/reports{MONTH}")
        assert page.locator(".equation a").count() == 0
        answer = page.request.get("/reports/behind/total/end")
        assert answer.status == 403
        content = page.request.get(f"/reports/monthly.xlsx{MONTH}").body()
        assert len(openpyxl.load_workbook(io.BytesIO(content)).sheetnames) == 1


def test_the_workbook_of_a_supervisor_has_the_cases_behind_the_numbers(ledger: Site) -> None:
    with ledger.page(Role.SUPERVISOR, script=False) as page:
        content = page.request.get(f"/reports/monthly.xlsx{MONTH}").body()
        page.goto(f"/reports{MONTH}")
        end = number(page.inner_text(".equation .end b"))
    book = openpyxl.load_workbook(io.BytesIO(content))
    measures = [row[2] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)]
    assert measures.count("期末户数") == end


def test_the_table_prints_on_one_lying_sheet_within_its_margins(
    ledger: Site, tmp_path: Path
) -> None:
    with ledger.page(Role.SUPERVISOR) as page:
        page.goto(f"/reports/print{MONTH}")
        rows = page.locator("tbody tr").count()
        page.pdf(path=tmp_path / "m.pdf", prefer_css_page_size=True)
    sheets = pypdf.PdfReader(tmp_path / "m.pdf").pages
    assert len(sheets) == 1
    box = sheets[0].mediabox
    assert (round(box.width / MM), round(box.height / MM)) == (297, 210)
    spots: list[tuple[float, float]] = []

    def seen(text: str, _cm: object, at: list[float], *_: object) -> None:
        if text.strip():
            spots.append((at[4], at[5]))

    told = sheets[0].extract_text()
    sheets[0].extract_text(visitor_text=lambda t, cm, tm, *_: seen(t, cm, place(cm, tm)))
    assert all(35 * MM - 2 <= x <= box.width - 37 * MM + 2 for x, _ in spots)
    assert all(26 * MM - 2 <= y <= box.height - 28 * MM + 2 for _, y in spots)
    assert told.count("3206") >= rows - 1


def place(cm: list[float], tm: list[float]) -> list[float]:
    """Where text stands on the sheet: its own matrix within the page's."""
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    return [*tm[:4], x, y]


def test_offices_with_clocks_at_risk_come_worst_first(ledger: Site) -> None:
    with ledger.page(Role.SUPERVISOR, script=False) as page:
        page.goto("/reports/risks")
        cells = page.locator("tbody td:nth-child(2)").all_inner_texts()
        late = [number(each) for each in cells]
        assert late
        assert late == sorted(late, reverse=True)


def test_a_matter_of_the_law_is_found_read_and_compared(site: Site) -> None:
    with site.page(Role.AUDITOR, script=False) as page:
        page.goto("/policies?place=cn/jiangsu/nantong&on=2026-11-02&q=零就业家庭认定")
        page.click("tbody th a")
        assert page.locator("#conditions").count() == 1
        assert "《" in page.inner_text("main")
        page.goto("/policies/diff?a=cn/jiangsu&b=cn/jiangsu")
        assert page.locator("section.sheet").count() == 0
        page.goto("/policies/diff?a=cn/jiangsu&b=cn/shanxi")
        assert page.locator("section.sheet").count() > 0


def test_anyone_reads_how_recommendations_come_about(site: Site) -> None:
    with site.page(None, script=False) as page:
        page.goto("/algorithm")
        told = page.inner_text("main")
        assert "不使用个性化推荐" in told
        assert "提出异议" in told
        assert "demo-city" in told


def test_an_account_is_made_signs_in_and_is_locked_out(site: Site) -> None:
    with site.page(Role.ADMIN) as page:
        page.goto("/users")
        page.fill("#username", "zhou-overview")
        page.fill("#areas", "abc")
        with page.expect_navigation():
            page.click("form.sheet button.main")
        assert page.locator("#areas[aria-invalid]").count() == 1
        page.fill("#areas", "320613")
        with page.expect_navigation():
            page.click("form.sheet button.main")
        password = page.inner_text("code.once")
        assert sign_in(site, "zhou-overview", password).endswith("/password")
        with page.expect_navigation():
            page.click("tr:has-text('zhou-overview') button.grave")
        assert sign_in(site, "zhou-overview", password).endswith("/login")
        page.goto("/audit?kind=accounts&actor=admin")
        assert page.locator("tbody[data-rows] tr").count() >= 2


def sign_in(site: Site, name: str, password: str) -> str:
    """Where somebody stands after trying to sign in."""
    with site.page(None, script=False) as page:
        page.goto("/login")
        page.fill("#username", name)
        page.fill("#password", password)
        page.click("form:has(#username) button")
        page.wait_for_load_state()
        return page.url


def test_the_audit_is_narrowed_by_a_click_and_its_seals_hold(site: Site) -> None:
    with site.page(Role.AUDITOR, script=False) as page:
        page.goto("/audit")
        actor = page.inner_text("tbody th a >> nth=0")
        page.click("tbody th a >> nth=0")
        assert set(page.locator("tbody th a").all_inner_texts()) == {actor}
        page.click(".actions a.main")
        assert page.locator(".state.done").count() == 1


def test_settings_say_where_they_come_from_and_keep_secrets(site: Site) -> None:
    with site.page(Role.ADMIN, script=False) as page:
        page.goto("/settings")
        row = page.inner_text("tr:has(code:text-is('port'))")
        assert "环境变量" in row
        assert (
            page.locator("tr:has(code:text-is('oidc_client_secret')) td").first.inner_text() == "—"
        )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_fairness_is_measured_by_a_job_and_drawn_with_its_tables(site: Site) -> None:
    with site.page(Role.SUPERVISOR) as page:
        page.goto("/fairness")
        with page.expect_navigation():
            page.click("form[action='/fairness/measured'] button")
        page.wait_for_selector(".state.done", timeout=240_000)
        assert violations(page) == []
        page.goto("/fairness")
        page.wait_for_selector("#exposure canvas")
        assert page.locator(".chart table").count() >= 3
        assert violations(page) == []
        page.goto("/models")
        page.wait_for_selector("#drift canvas")
        assert violations(page) == []


def test_an_office_may_always_go_back_to_the_rules(site: Site) -> None:
    with site.page(Role.SUPERVISOR, script=False) as page:
        page.goto("/models")
        with page.expect_navigation():
            page.click("form[action='/models/rules/promoted'] button")
        assert "rules" in page.inner_text("tr[aria-selected] th")
        # And forth again by the gate, which says in words where it refuses.
        with page.expect_navigation():
            page.click("form[action='/models/demo-city/promoted'] button")
        assert page.locator("#told .faults li, tr[aria-selected] th a").count() >= 1
