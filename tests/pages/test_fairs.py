"""A job fair from the first form to the last result: by keys alone, without scripts, on paper."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from playwright.sync_api import CDPSession, Page
from pypdf import PdfReader

from matcher.domain.scope import Role
from tests.pages.site import Site, violations

PATIENCE_MS = 120_000
POINTS_PER_MM = 72 / 25.4
TOP_MM, LEFT_MM = 37, 28


@dataclass(frozen=True)
class Fair:
    """A fair that is planned and laid out: its address, and one pairing of it."""

    path: str
    number: str
    person: str


def pressed(page: Page, key: str) -> None:
    """A key that leads to another page."""
    with page.expect_navigation(timeout=PATIENCE_MS):
        page.keyboard.press(key)


def sent(page: Page, name: str) -> None:
    """A button that sends a form."""
    with page.expect_navigation(timeout=PATIENCE_MS):
        page.get_by_role("button", name=name, exact=True).first.click()


def made(page: Page, name: str) -> str:
    """A new fair with booths and invitees: the address of its first step."""
    page.goto("/fairs/new")
    page.fill("#name", name)
    page.fill("#on", "2026-11-20")
    page.select_option("#area_code", "320613")
    sent(page, "新建，下一步选展位")
    path = re.sub(r"/booths.*", "", page.url)
    for box in page.locator("input[name=employer]").all()[:6]:
        box.check()
    sent(page, "加入所选单位")
    page.goto(f"{path}/invitees?area_code=320613&education=junior_high")
    page.locator("button[value=add_all]").click()
    page.wait_for_load_state()
    return path


def paired(page: Page, path: str) -> None:
    """Order a plan and wait for its board."""
    page.goto(f"{path}/plan")
    sent(page, "开始配对")
    page.wait_for_selector(".levels", timeout=PATIENCE_MS)
    page.wait_for_selector(".running", state="detached", timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def fair(site: Site) -> Fair:
    """A fair of this module's own, of whose talks none has begun."""
    return laid_out(site, "专场一")


def laid_out(site: Site, name: str) -> Fair:
    """A new fair with its timetable."""
    with site.page(Role.ORGANISER) as page:
        path = made(page, name).removeprefix(site.address)
        paired(page, path)
        page.get_by_role("link", name="采用这个方案").click()
        sent(page, "排时段并保存")
        page.goto(f"{path}/day")
        row = page.locator("tbody tr").first
        number, person = row.locator("th code").inner_text(), row.locator("td code").inner_text()
    return Fair(path, number, person)


@pytest.mark.slow
def test_by_keys_alone_a_fair_is_set_up_paired_changed_laid_out_and_brought_to_a_result(
    site: Site,
) -> None:
    with site.page(Role.ORGANISER) as page:
        page.goto("/fairs")
        pressed(page, "n")
        page.focus("#name")
        page.keyboard.type("专场二")
        page.keyboard.press("Tab")
        # The browser's own language says which part of a date is typed first.
        for typed in ("11202026", "20261120"):
            if page.input_value("#on") != "2026-11-20":
                page.focus("#on")
                page.keyboard.type(typed)
        page.focus("#area_code")
        while page.input_value("#area_code") < "320613":
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
        pressed(page, "Enter")
        path = re.sub(r"/booths.*", "", page.url)
        for box in page.locator("input[name=employer]").all()[:6]:
            box.press("Space")
        page.focus("button[value=add]")
        pressed(page, "Enter")
        page.goto(f"{path}/invitees?area_code=320613&education=junior_high")
        page.focus("button[value=add_all]")
        pressed(page, "Enter")
        page.goto(f"{path}/plan")
        page.focus("form[action$='/plan'] button.main")
        pressed(page, "Enter")
        page.wait_for_selector(".levels", timeout=PATIENCE_MS)
        page.wait_for_selector(".running", state="detached", timeout=PATIENCE_MS)
        assert "已证明最优" in page.locator(".levels").inner_text()
        # Ban the first pairing: the effect is shown, then kept.
        page.get_by_role("link", name="已安排").focus()
        pressed(page, "Enter")
        page.keyboard.press("j")
        first = page.locator("tbody tr").first.inner_text()
        pressed(page, "b")
        assert "现在还什么都没有改" in page.locator("main").inner_text()
        assert page.evaluate("document.activeElement.innerText") == "保留这个改动"
        pressed(page, "Enter")
        page.wait_for_selector(".running", state="detached", timeout=PATIENCE_MS)
        page.wait_for_selector("summary:has-text('变动'), .state:has-text('没有人变动')")
        assert page.locator("tbody tr").first.inner_text() != first
        page.focus("a.button.main")
        pressed(page, "Enter")
        page.focus("form.filters button.main")
        pressed(page, "Enter")
        assert "时段已排好" in page.locator("#told").inner_text()
        page.goto(f"{path}/day")
        number = page.locator("tbody th code").first.inner_text()
        page.keyboard.type(number.partition("-")[2].lower())
        pressed(page, "Enter")
        page.focus("button[value=came]")
        pressed(page, "Enter")
        page.focus("button[value=hired]")
        pressed(page, "Enter")
        page.goto(f"{path}/results")
        assert page.locator(".figure:has-text('录用') b").first.inner_text() == "1"


@pytest.mark.slow
def test_without_scripts_a_change_is_tried_dropped_and_kept(site: Site) -> None:
    with site.page(Role.ORGANISER, script=False) as page:
        path = made(page, "专场三")
        page.goto(f"{path}/plan")
        sent(page, "开始配对")
        # The page looks again by itself; a reader may as well.
        for _ in range(100):
            page.goto(f"{path}/plan")
            if page.locator(".levels").count():
                break
        row = page.locator("tbody tr:has(a:text-is('固定'))").first
        person = row.locator("th").inner_text()
        row.get_by_role("link", name="移到").click()
        page.locator("a:text-is('移到这里')").first.click()
        assert person in page.locator("main").inner_text()
        page.get_by_role("link", name="放弃").click()
        assert page.get_by_role("link", name="已固定 0").count() == 1
        page.locator("a:text-is('固定')").first.click()
        sent(page, "保留这个改动")
        for _ in range(100):
            page.goto(f"{path}/plan")
            if not page.locator(".running").count():
                break
        assert page.get_by_role("link", name="已固定 1").count() == 1
        page.get_by_role("link", name="方案书").click()
        assert "主办方固定 1 对" in page.locator("main").inner_text()


def test_a_person_is_drawn_onto_a_post_and_the_effect_comes_first(site: Site, fair: Fair) -> None:
    with site.page(Role.ORGANISER, size=(1366, 1400)) as page:
        page.goto(f"{fair.path}/plan")
        row = page.locator("tr[data-held]:not([data-held=''])").first
        person, held = row.get_attribute("data-person"), row.get_attribute("data-held")
        address = page.url
        row.get_by_role("link", name="移到").click()
        link = page.locator("a:text-is('移到这里')").first.get_attribute("href")
        assert link is not None
        wanted = parse_qs(urlsplit(link).query)["vacancy"][0]
        page.goto(address)
        target = page.locator(f"li[data-vacancy='{wanted}']")
        target.scroll_into_view_if_needed()
        page.locator(f"tr[data-person='{person}'] th").first.hover()
        page.mouse.down()
        target.hover()
        assert target.get_attribute("class") == "here"
        assert page.locator(".ghost").inner_text() == person
        page.mouse.up()
        page.wait_for_url("**/plan/effect?**")
        sent_by_mouse, sent_by_link = (
            parse_qs(urlsplit(page.url).query),
            parse_qs(urlsplit(link).query),
        )
        assert sent_by_mouse == sent_by_link
        assert sent_by_mouse["instead"] == [held]
        assert page.get_by_role("button", name="保留这个改动").count() == 1
        # Whoever has no place yet stands at the left, and is drawn the same way.
        page.goto(address)
        waiting = page.locator("ul.placeless li[data-person]")
        if waiting.count():
            person = waiting.first.get_attribute("data-person")
            waiting.first.hover()
            page.mouse.down()
            page.locator("li[data-vacancy]").first.hover()
            page.mouse.up()
            page.wait_for_url("**/plan/effect?**do=pin**")
            assert f"person={person}" in page.url
        person = sent_by_mouse["person"][0]
        # Dropped on nothing, or on the post that it has, nothing is asked for.
        page.goto(address)
        page.locator(f"tr[data-person='{person}'] th").first.hover()
        page.mouse.down()
        page.locator("h1").hover()
        page.mouse.up()
        assert page.url == address
        assert page.locator(".ghost").count() == 0
        assert violations(page) == []


def finger(screen: CDPSession, kind: str, x: float, y: float) -> None:
    """One finger, as the browser hears of it from a screen."""
    points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
    screen.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def middle(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("by", ["two taps", "drawn by the grip", "two keys"])
def test_on_a_tablet_a_person_is_brought_onto_a_post(site: Site, fair: Fair, by: str) -> None:
    with site.page(Role.ORGANISER, size=(1024, 1366), touch=True) as page:
        page.goto(f"{fair.path}/plan")
        row = page.locator("tr[data-held]:not([data-held=''])").first
        person, held = row.get_attribute("data-person"), row.get_attribute("data-held")
        grip = f"tr[data-person='{person}'] [data-grip]"
        posts = page.locator(f"li[data-vacancy]:not([data-vacancy='{held}'])")
        target = f"li[data-vacancy='{posts.first.get_attribute('data-vacancy')}']"
        page.locator(grip).scroll_into_view_if_needed()
        if by == "drawn by the grip":
            screen, (x, y) = page.context.new_cdp_session(page), middle(page, target)
            finger(screen, "touchStart", *middle(page, grip))
            finger(screen, "touchMove", x - 40, y)
            finger(screen, "touchMove", x, y)
            assert page.locator(".ghost").inner_text() == person
            finger(screen, "touchEnd", x, y)
        elif by == "two taps":
            page.locator(grip).tap()
            assert page.locator("[data-taken]").is_visible()
            assert str(person) in page.locator("[data-taken] [role=status]").inner_text()
            assert violations(page) == []
            # Taken up and put back, a tap on a post is a tap on its link again.
            page.locator("[data-let-go]").tap()
            assert page.locator(f"{grip}[aria-pressed=false]").count() == 1
            page.locator(grip).tap()
            page.locator(f"{target} a").tap()
        else:
            page.locator(grip).press("Enter")
            page.locator(f"{target} a").press("Enter")
        page.wait_for_url("**/plan/effect?**")
        asked = parse_qs(urlsplit(page.url).query)
        assert asked["person"] == [person]
        assert asked["instead"] == [held]


@pytest.mark.slow
def test_who_did_not_come_leaves_and_only_changes_are_listed(site: Site) -> None:
    with site.page(Role.ORGANISER) as page:
        path = made(page, "专场四")
        paired(page, path)
        page.get_by_role("link", name="采用这个方案").click()
        sent(page, "排时段并保存")
        page.goto(f"{path}/day")
        absent = page.locator("tbody tr td code").first.inner_text()
        came = page.locator("tbody tr td code").nth(1).inner_text()
        for person, word in ((absent, "✕ 未到"), (came, "✓ 到场")):
            page.goto(f"{path}/day?number={person}")
            sent(page, word)
        page.goto(f"{path}/plan")
        sent(page, "按现场情况重新配对")
        page.wait_for_selector(".running", state="detached", timeout=PATIENCE_MS)
        moved = page.locator("details:has(summary:has-text('变动'))").inner_text()
        assert absent in moved
        assert came not in moved
        assert "退出（未到或已录用）" in moved


@pytest.mark.slow
def test_a_page_that_is_closed_finds_the_job_again(site: Site) -> None:
    with site.page(Role.ORGANISER) as page:
        path = made(page, "专场五").removeprefix(site.address)
        page.goto(f"{path}/plan")
        sent(page, "开始配对")
    with site.page(Role.ORGANISER) as page:
        page.goto(f"{path}/plan")
        page.wait_for_selector(".levels", timeout=PATIENCE_MS)


def test_a_fair_without_a_name_or_in_a_place_that_is_none_is_refused_at_its_field(
    site: Site,
) -> None:
    with site.page(Role.ORGANISER, script=False) as page:
        page.goto("/fairs/new")
        made_up = "each => each.add(new Option('', '999999', true, true))"
        page.locator("#area_code").evaluate(made_up)
        page.locator("form.narrow").evaluate("form => form.noValidate = true")
        page.get_by_role("button", name="新建，下一步选展位").click()
        assert page.locator("#faults a[href='#name']").count() == 1
        page.fill("#name", "没有这个地方")
        page.fill("#on", "2026-11-20")
        page.get_by_role("button", name="新建，下一步选展位").click()
        assert page.locator(".field.wrong #area_code").count() == 1


@pytest.mark.slow
def test_a_refusal_needs_its_reason_and_a_wrong_number_is_said(site: Site) -> None:
    fair = laid_out(site, "专场六")
    with site.page(Role.ORGANISER, script=False) as page:
        page.goto(f"{fair.path}/day?number=NO-SUCH")
        assert "没有编号 NO-SUCH" in page.locator("main").inner_text()
        page.goto(f"{fair.path}/day?number={fair.number}")
        page.locator("button[value=refused_by_employer]").click()
        assert "请先选择未录用的原因" in page.locator("#faults").inner_text()
        page.locator("select[name=reason]").select_option("distance")
        page.locator("button[value=refused_by_employer]").click()
        page.goto(f"{fair.path}/results")
        assert "距离" in page.locator("aside").inner_text()


@pytest.mark.slow
def test_times_that_are_too_short_are_refused_with_what_to_do(site: Site) -> None:
    fair = laid_out(site, "专场七")  # a plan holds while nobody writes about whom it pairs
    with site.page(Role.ORGANISER) as page:
        page.goto(f"{fair.path}/timetable")
        page.fill("#until", "09:10")
        page.fill("#interviewers", "1")
        sent(page, "按方案重新排时段")
        assert "排不下" in page.locator("#faults").inner_text()


def test_the_export_has_every_talk_and_no_names(site: Site, fair: Fair) -> None:
    with site.page(Role.ORGANISER) as page:
        page.goto(f"{fair.path}/timetable")
        talks = int(page.locator(".figure b").first.inner_text().replace(",", ""))
        with page.expect_download() as coming:
            page.get_by_role("link", name="导出全部面谈").click()
        content = coming.value.path().read_bytes()
    [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) - 1 == talks
    assert "姓名" not in rows[0]


def margins(reader: PdfReader) -> list[tuple[float, float]]:
    """(from the left, from the top) of the first text of each page body, in millimetres."""
    found = []
    for sheet in reader.pages:
        height, seen = float(sheet.mediabox.height), []

        def heard(text: str, cm: list[float], tm: list[float], *_: object) -> None:
            if text.strip():
                x = tm[4] * cm[0] + cm[4]
                y = tm[5] * cm[3] + cm[5]
                seen.append((x / POINTS_PER_MM, (height - y) / POINTS_PER_MM))  # noqa: B023  # called at once

        sheet.extract_text(visitor_text=heard)
        # The number of the page stands in the margin at the foot.
        body = [each for each in seen if each[1] < 265]
        found.append((min(x for x, _ in body), min(y for _, y in body)))
    return found


@pytest.mark.parametrize("paper", ["slips", "sheets", "sign-in"])
def test_papers_print_on_whole_pages_within_the_margins(site: Site, fair: Fair, paper: str) -> None:
    with site.page(Role.ORGANISER) as page:
        page.goto(f"{fair.path}/prints/{paper}")
        people = page.locator("section").count()
        rows = page.locator("tbody tr").count()
        content = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.querySelector('tr')).breakInside") == (
            "avoid"
        )
    reader = PdfReader(io.BytesIO(content))
    size = reader.pages[0].mediabox
    assert (round(size.width), round(size.height)) == (595, 842)
    assert all(x >= LEFT_MM - 0.5 and y >= TOP_MM for x, y in margins(reader))
    text = "".join(sheet.extract_text() for sheet in reader.pages)
    assert f"1 / {len(reader.pages)}" in text.replace("\n", " ")
    if paper == "slips":
        assert len(reader.pages) == people
    else:
        assert rows
    if paper == "sign-in":
        assert "公章" in text


def test_a_booth_sheet_says_nothing_of_status_and_hides_names(site: Site, fair: Fair) -> None:
    with site.page(Role.ORGANISER) as page:
        page.goto(f"{fair.path}/prints/slips?person={fair.person}")
        name = page.locator(".big").first.inner_text().partition("：")[2]
        page.goto(f"{fair.path}/prints/sheets")
        text = page.locator("body").inner_text()
    assert name
    assert name not in text
    assert "零就业" not in text
    assert "第 1 档" not in text
