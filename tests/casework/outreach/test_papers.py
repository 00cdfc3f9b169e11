"""Papers say what was kept, on A4 pages whose rows and receipts are not cut."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from matcher.casework.outreach.letters import cards
from matcher.casework.outreach.papers import Paper, pages, sign_off
from matcher.casework.outreach.words import documents_of, value_lines, words
from matcher.documents.printing.page import write_page
from matcher.domain.decision import Citation, Finding, Outcome, Verdict
from matcher.policy.catalogue import answer_catalogue, decision_kind

ON = date(2026, 11, 2)
LAW = Citation("js-zef-definition", "关于<零就业>家庭的意见", "苏政发1号", None, "第一条")
CHROMIUM = shutil.which("chromium")


def verdict(decision: str, outcome: Outcome, **more: Any) -> Verdict:
    given: dict[str, Any] = {"citations": (LAW,)} | more
    return Verdict(decision, "cn/jiangsu", ON, outcome, "cn/jiangsu", **given)


AGAINST = Finding("old_enough", Outcome.NOT_MET, "女满40周岁、男满50周岁", "old enough")
VERDICTS = (
    verdict("zero_employment_household", Outcome.MET),
    verdict("first_job_due", Outcome.MET, values={"date": "2026-10-01", "unit": "household"}),
    verdict("hard_to_employ", Outcome.UNKNOWN, ask_for=("recognised_hard_to_employ",)),
    verdict("older_worker_4050", Outcome.NOT_MET, findings=(AGAINST,)),
    verdict("aided_member", Outcome.UNKNOWN, reason="no_rule_in_force", citations=()),
)


def paper(kind: str = "policy_card", *verdicts: Verdict) -> Paper:
    return Paper("2026-00001", kind, "<b>王芳", ON, "崇川区就业中心", verdicts or VERDICTS)


def test_a_card_tells_results_reasons_questions_and_law_of_the_day() -> None:
    page = pages([paper()], "zh")
    for told in (
        *("编号：2026-00001", "按 2026年11月2日 登记情况", "您符合", "2026年10月1日（已过）"),
        *("请向工作人员说明：已认定就业困难人员", "未满足：女满40周岁、男满50周岁", "①第一条"),
        *("①《关于&lt;零就业&gt;家庭的意见》 苏政发1号", "回　执", "盖章处", "&lt;b&gt;王芳"),
    ):
        assert told in page, told
    assert decision_kind("aided_member").zh not in page
    assert "<b>王" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", [*cards(), "notice"])
def test_every_kind_of_paper_prints_in_both_languages(kind: str, language: str) -> None:
    page = pages([paper(kind)], language)
    assert words(language)["kinds"][kind]["title"] in page
    assert words(language)["paper"]["receipt"] in page
    assert "None" not in page


def test_a_notice_says_in_full_what_does_not_hold_and_that_it_takes_nothing_away() -> None:
    page = pages([paper("notice", VERDICTS[3])], "zh")
    assert "未满足的条件：女满40周岁、男满50周岁" in page
    assert "本告知书不改变您正在享受的待遇" in page


def test_a_card_without_any_rule_says_so() -> None:
    assert words("zh")["paper"]["none"] in pages([paper("policy_card", VERDICTS[4])], "zh")


def test_every_answer_that_a_card_may_give_has_words() -> None:
    for language in ("zh", "en"):
        said = words(language)
        for name, kind in answer_catalogue().items():
            if name in said["values"] and language == "zh":
                assert set(kind.values) <= set(said["words"]), name


def test_lists_and_promises_are_read_out() -> None:
    told = verdict(
        "service_promise_due",
        Outcome.MET,
        values={"promises": {"registration": "2026-11-02"}, "includes": ["training"], "x": 1},
    )
    assert list(value_lines(told, "zh")) == [
        "承诺：登记：2026年11月2日前",
        "可以选择：培训",
    ]
    assert list(documents_of([told, told]).values()) == ["①"]


def issued(rows: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "number": [f"2026-{at:05d}" for at in range(rows)],
            "name": "（生成）王芳",
            "kind": "policy_card",
            "issued_on": "2026-11-02",
            "signed_on": ["2026-11-03" if at % 2 else "" for at in range(rows)],
        }
    )


def test_the_sheet_counts_who_signed_and_who_did_not() -> None:
    page = sign_off(issued(5), area="崇川区", on=ON, language="zh")
    assert "应送达 5 份，已签收 2 份，尚未签收 3 份" in page
    assert words("zh")["sign_off"]["nothing"] in sign_off(issued(0), area="", on=ON, language="zh")


def test_rows_receipts_and_signatures_are_kept_whole_by_the_style() -> None:
    page = pages([paper()], "zh")
    assert re.search(r"@page \{ size: A4; margin: 37mm 26mm 35mm 28mm", page)
    for kept_whole in ("tr", r"\.receipt", r"\.parties"):
        assert re.search(rf"{kept_whole} \{{[^}}]*break-inside: avoid", page), kept_whole
    assert "thead { display: table-header-group; }" in page


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to print")
@pytest.mark.parametrize(
    ("rows", "wanted"),
    [pytest.param(1, 1, id="a short sheet"), pytest.param(60, 4, id="a long one")],
)
def test_a_printed_sheet_has_whole_rows_on_a4(tmp_path: Path, rows: int, wanted: int) -> None:
    """Rows of 10 mm below a heading on each page: 60 of them cannot stand on fewer than 3."""
    file, printed = tmp_path / "sheet.html", tmp_path / "sheet.pdf"
    write_page(file, sign_off(issued(rows), area="崇川区", on=ON, language="zh"))
    _print(file, printed)
    boxes, count = _boxes(printed)
    assert boxes == {(210, 297)}
    assert count in (wanted - 1, wanted)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium to print")
def test_each_card_is_one_page(tmp_path: Path) -> None:
    file, printed = tmp_path / "cards.html", tmp_path / "cards.pdf"
    write_page(file, pages([paper(kind) for kind in (*cards(), "notice")], "zh"))
    _print(file, printed)
    assert _boxes(printed) == ({(210, 297)}, len(cards()) + 1)


def _print(file: Path, printed: Path) -> None:
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command = [str(CHROMIUM), *options, f"--print-to-pdf={printed}", file.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


def _boxes(printed: Path) -> tuple[set[tuple[int, int]], int]:
    """The sizes of the pages in millimetres, and how many there are."""
    raw = printed.read_bytes()
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", raw)
    sizes = {(round(float(w) * 25.4 / 72), round(float(h) * 25.4 / 72)) for w, h in found}
    return sizes, len(re.findall(rb"/Type /Page\b", raw))
