"""Import, from a file to its result: looked at, mapped, mended, taken in, given back."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page

from matcher.domain.scope import Role
from tests.pages.site import WAIT_S, Site, violations

HEADS = ["职位", "月薪", "招聘人数", "工作地", "本厂编号"]


def posts(folder: Path, name: str, *, heads: list[str] = HEADS) -> Path:
    """A workbook as offices have them: a title above the headings, one row that cannot pass."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "十一月"
    sheet.append([f"{name}岗位表"])
    sheet.append(heads)
    for at, title in enumerate(("保洁员", "仓库保管员", "电工")):
        places = "2" if at else None  # which is warned of
        sheet.append([f"{name}{title}", "3200-4000元/月", places, "南通市崇川区", f"A{at}"])
    sheet.append([f"{name}门卫", "3000元/月", "负三", "南通市崇川区", "A9"])
    file = folder / f"{name}.xlsx"
    book.save(file)
    return file


def give(page: Page, file: Path) -> None:
    page.goto("/imports")
    page.select_option("#kind", "vacancies")
    page.set_input_files("#file", file)
    with page.expect_navigation():
        page.get_by_role("button", name="检查文件").click()


def await_end(page: Page, *, script: bool = True) -> None:
    """Until the job has ended: the page asks by itself; without scripts by its own link."""
    ended = ".figures, main .faults, main .empty"
    for _ in range(0 if script else WAIT_S * 4):
        if page.locator(ended).count():
            return
        page.wait_for_timeout(250)
        with page.expect_navigation():
            page.get_by_role("link", name="刷新").click()
    page.wait_for_selector(ended, timeout=WAIT_S * 1000)


def figures(page: Page) -> dict[str, str]:
    found = page.locator(".figure")
    return {
        found.nth(at).locator("span").inner_text(): found.nth(at).locator("b").inner_text()
        for at in range(found.count())
    }


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_an_employer_takes_a_file_in_and_mends_what_did_not_pass(
    site: Site, tmp_path: Path, script: bool
) -> None:
    with site.page(Role.EMPLOYER, script=script) as page:
        give(page, posts(tmp_path, f"某厂{script}"))
        await_end(page, script=script)
        assert "表头在第 2 行" in page.content()
        assert "工作表“十一月”" in page.content()
        assert figures(page) == {
            **{"可导入": "3", "需修正": "1", "疑似重复": "0"},
            "已有记录，将更新": "0",
        }
        page.locator("a.figure").first.click()
        assert page.locator("tbody tr").count() == 3
        page.go_back()
        assert page.locator("td.wrong input").input_value() == "负三"
        page.locator("td.wrong input").fill("3")
        with page.expect_navigation():
            page.get_by_role("button", name="保存修改并重新检查").click()
        await_end(page, script=script)
        assert figures(page)["可导入"] == "4"
        assert page.get_by_role("link", name="改动前").count() == 1
        with page.expect_navigation():
            page.get_by_role("button", name="确认导入 4 行").click()
        await_end(page, script=script)
        assert figures(page)["新增"] == "4"
        page.goto("/imports")
        assert page.locator("tbody tr").first.locator("td.number").nth(1).inner_text() == "4"


@pytest.mark.slow
def test_rows_that_did_not_pass_come_back_with_their_reasons(site: Site, tmp_path: Path) -> None:
    with site.page(Role.SUPERVISOR) as page:
        give(page, posts(tmp_path, "退表厂"))
        await_end(page)
        with page.expect_navigation():
            page.get_by_role("button", name="确认导入 3 行").click()
        await_end(page)
        assert figures(page)["未通过"] == "1"
        with page.expect_download() as started:
            page.locator("a[href*='/files/refused-0']").click()
        content = started.value.path().read_bytes()
        [sheet] = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        [heads, row] = list(sheet.iter_rows(values_only=True))
        assert (row[0], heads[-1]) == ("退表厂门卫", "校验结果")
        assert "招聘人数" in str(row[-1])


@pytest.mark.slow
def test_by_keys_alone_headings_are_mapped_and_remembered(site: Site, tmp_path: Path) -> None:
    strange = ["活计", "月薪", "招聘人数", "工作地", "本厂编号"]
    with site.page(Role.ORGANISER) as page:
        give(page, posts(tmp_path, "生词厂", heads=strange))
        await_end(page)
        assert "缺少必需的列" in page.content()
        page.focus("#heading-0")
        while page.locator("#heading-0").input_value() != "title":
            page.keyboard.press("ArrowDown")
        while page.evaluate("document.activeElement.tagName") != "BUTTON":
            page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        await_end(page)
        assert figures(page)["可导入"] == "3"
        give(page, posts(tmp_path, "又一厂", heads=strange))
        await_end(page)
        assert figures(page)["可导入"] == "3"


def test_a_file_that_is_none_is_told_by_the_field(site: Site) -> None:
    with site.page(Role.EMPLOYER, script=False) as page:
        page.goto("/imports")
        page.locator("#file").evaluate("each => each.removeAttribute('required')")
        page.get_by_role("button", name="检查文件").click()
        assert page.locator(".faults a[href='#file']").count() == 1


@pytest.mark.slow
def test_what_is_no_table_fails_and_another_sees_nothing_of_it(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "picture.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    with site.page(Role.EMPLOYER) as page:
        give(page, file)
        await_end(page)
        assert page.locator("h1").inner_text() == "导入失败"
        assert "没有写入任何数据" in page.content()
        address = page.url
    with site.page(Role.SUPERVISOR) as other:
        answer = other.goto(address)
        assert answer is not None
        assert answer.status == 404


@pytest.mark.slow
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_the_pages_of_an_import_have_no_violations(site: Site, tmp_path: Path, large: bool) -> None:
    with site.page(Role.CASEWORKER, large=large) as page:
        page.goto("/imports")
        assert violations(page) == []
        give(page, posts(tmp_path, f"无障碍{large}"))
        await_end(page)
        assert violations(page) == []
        with page.expect_navigation():
            page.get_by_role("button", name="确认导入").click()
        await_end(page)
        assert violations(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_an_import_is_undone_after_it_was_told_what_goes(
    site: Site, tmp_path: Path, script: bool
) -> None:
    with site.page(Role.EMPLOYER, script=script) as page:
        give(page, posts(tmp_path, f"撤销厂{script}"))
        await_end(page, script=script)
        with page.expect_navigation():
            page.get_by_role("button", name="确认导入 3 行").click()
        await_end(page, script=script)
        with page.expect_navigation():
            page.get_by_role("link", name="撤销导入").click()
        told = {"收回（新增的）": "3", "恢复原值（更新的）": "0", "保持不动": "0"}
        assert figures(page) == told
        if script:
            assert violations(page) == []
        with page.expect_navigation():
            page.get_by_role("button", name="撤销 3 条").click()
        await_end(page, script=script)
        assert page.locator("h1").inner_text() == "导入已撤销"
        assert figures(page) == told
        assert page.get_by_role("button", name="撤销 3 条").count() == 0
        page.goto(f"/vacancies?q=撤销厂{script}")
        assert f"撤销厂{script}电工" not in page.locator("main").inner_text()
