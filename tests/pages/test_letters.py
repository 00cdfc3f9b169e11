"""Papers as they come out of the printer, and people registered at the desk."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from matcher.domain.scope import Role, Scope
from matcher.store.store import Store
from tests.pages.site import Site, violations

SCOPE = Scope(Role.CASEWORKER, ("3206",), "test", "test")
MM = 72 / 25.4
A4 = (210, 297)


@pytest.fixture(scope="module")
def seekers(site: Site) -> list[str]:
    """People who look for work, of the middle of the list; other tests take its ends."""
    with Store.open(f"sqlite:///{site.workspace / 'rengang.sqlite'}") as store:
        found = store.persons(SCOPE)
    everyone = sorted(found[found["seeks_work"].fillna(value=True)]["person_id"])
    seeking = [each for each in everyone if each[1:].isdigit()]  # not whom tests register
    return seeking[len(seeking) // 2 :][:10]


def printed(page: Page) -> PdfReader:
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))


def left_and_top(pdf: PdfReader, words: str) -> tuple[float, float]:
    """Millimetres of the least left end and the highest line of the first page's text."""
    sides: list[float] = []
    tops: list[float] = []
    height = float(pdf.pages[0].mediabox.height)

    def met(text: str, _cm: list[float], tm: list[float], _font: object, _size: float) -> None:
        if text.strip():
            scale = _cm[0]
            sides.append((_cm[4] + tm[4] * scale) / MM)
            tops.append((height - (_cm[5] + tm[5] * _cm[3])) / MM)

    text = pdf.pages[0].extract_text(visitor_text=met)
    assert words in text.replace(" ", "")
    return min(sides), min(tops)


def refer(page: Page, person: str) -> None:
    page.goto(f"/persons/{person}")
    page.wait_for_selector(".card")
    with page.expect_navigation():
        page.locator(".card").first.get_by_role("button", name="推荐", exact=True).click()
    page.get_by_role("link", name="打印推荐信").click()
    page.wait_for_selector(".slip")


def test_a_letter_is_one_sheet_within_its_margins_with_a_slip(
    site: Site, seekers: list[str]
) -> None:
    with site.page(Role.CASEWORKER) as page:
        refer(page, seekers[0])
        assert violations(page) == []
        pdf = printed(page)
        assert len(pdf.pages) == 1
        box = pdf.pages[0].mediabox
        size = (round(float(box.width) / MM), round(float(box.height) / MM))
        assert size == A4
        left, top = left_and_top(pdf, "回执")
        assert left >= 28 - 1
        assert top >= 37 - 1
        text = pdf.pages[0].extract_text()
        assert re.search(r"R-P\d+-V\d+-1", text)
        assert "盖章处" in text
        assert re.search(r"1\s*/\s*1", text), "the sheet says which of how many it is"
        assert "返回" not in text, "what is for the screen stays on it"


def test_a_letter_never_says_why_the_office_helps(site: Site, seekers: list[str]) -> None:
    with site.page(Role.CASEWORKER) as page:
        refer(page, seekers[1])
        text = page.locator("section").inner_text()
        for word in ("零就业", "困难", "低保", "残疾", "户籍", "失业"):
            assert word not in text


def test_a_referral_taken_back_has_no_letter(site: Site, seekers: list[str]) -> None:
    with site.page(Role.CASEWORKER) as page:
        refer(page, seekers[2])
        address = page.url
        page.go_back()
        page.wait_for_selector(".kept")
        with page.expect_navigation():
            page.get_by_role("button", name="撤回").click()
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 400


def test_the_form_of_registration_is_whole(site: Site, seekers: list[str]) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto(f"/persons/{seekers[3]}/registration")
        pdf = printed(page)
        assert len(pdf.pages) == 1
        left, top = left_and_top(pdf, "求职登记表")
        assert left >= 28 - 1
        assert top >= 37 - 1
        assert "本人签字" in pdf.pages[0].extract_text()


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_somebody_is_registered_after_what_was_wrong_is_corrected(site: Site, script: bool) -> None:
    with site.page(Role.CASEWORKER, script=script) as page:
        page.goto("/persons/new")
        page.fill("#name", "（生成）赵兰" if script else "（生成）赵梅")
        page.fill("#area_code", "320613001")
        page.fill("#id_number", "123")
        page.fill("#occupations_wanted", "保洁员；家政服务员")
        with page.expect_navigation():
            page.get_by_role("button", name="保存").click()
        assert page.locator("#faults a").get_attribute("href") == "#id_number"
        assert page.input_value("#occupations_wanted") == "保洁员；家政服务员"
        page.fill("#id_number", "")
        with page.expect_navigation():
            page.get_by_role("button", name="保存").click()
        assert page.locator(".kept").inner_text() == "已登记"
        assert page.locator(".card").count() > 0
        page.get_by_role("link", name="更正档案").click()
        page.fill("#wage_wanted", "3100")
        with page.expect_navigation():
            page.get_by_role("button", name="保存").click()
        assert page.locator(".kept").inner_text() == "已更正"


def test_a_search_for_a_number_opens_its_file(site: Site, seekers: list[str]) -> None:
    with site.page(Role.CASEWORKER) as page:
        page.goto("/workbench")
        page.keyboard.press("/")
        page.keyboard.type(seekers[4])
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.endswith(f"/persons/{seekers[4]}")
        page.goto("/search?q=wf")
        assert page.locator("tbody th a").count() > 0
        assert violations(page) == []


def test_an_organiser_finds_posts_and_nobody_by_name(site: Site) -> None:
    with site.page(Role.ORGANISER) as page:
        page.goto("/search?q=wf")
        assert page.locator('a[href^="/persons/"]').count() == 0
        page.goto("/search?q=保洁")
        assert page.locator('a[href^="/vacancies/"]').count() > 0
