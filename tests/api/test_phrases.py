"""Errors speak the reader's language: every sentence of the library has its words."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.protocol.problems import said_again
from api.protocol.wording.phrases import SLOT, phrased, phrases
from tests.api.serving import Service

ROOT = Path(__file__).parents[2]
NOT_SERVED = (
    "cli",
    "demo",
    "pipeline/year",
    "pipeline/simulating.py",
    "pipeline/cluster",
    "store/migrations",
)
SENTENCES = {"what", "expected", "do", "found"}
OF = {"WrongUse", "UnreadableFile"}


def forms(node: ast.expr) -> list[str]:
    """The forms of an expression, a slot for each fact; none of what is not written there."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(p.value if isinstance(p, ast.Constant) else "{}" for p in parts)]
        case ast.IfExp(body=one, orelse=other):
            return forms(one) + forms(other)
        case ast.BinOp(left=left, right=right):
            return [a + b for a in forms(left) for b in forms(right)]
    return []


def code() -> Iterator[tuple[str, ast.AST]]:
    """Every node of the code that serves requests, with its file."""
    for top in ("matcher", "api"):
        for file in sorted((ROOT / top).rglob("*.py")):
            place = file.relative_to(ROOT / top).as_posix()
            if not (top == "matcher" and place.startswith(NOT_SERVED)):
                yield from ((place, node) for node in ast.walk(ast.parse(file.read_text("utf-8"))))


@pytest.fixture(scope="module")
def nodes() -> list[tuple[str, ast.AST]]:
    return list(code())


def test_every_sentence_of_the_library_has_its_chinese(nodes: list[tuple[str, ast.AST]]) -> None:
    found = {
        form: place
        for place, node in nodes
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in OF
        for given in node.keywords
        if given.arg in SENTENCES
        for form in forms(given.value)
    }
    assert len(found) > 300
    assert {form: place for form, place in found.items() if form not in phrases("zh")} == {}


def test_no_chinese_is_left_of_a_sentence_that_is_gone(nodes: list[tuple[str, ast.AST]]) -> None:
    written = {form for _, node in nodes if isinstance(node, ast.expr) for form in forms(node)}
    assert [form for form in phrases("zh") if form not in written] == []


@pytest.mark.parametrize("form", sorted(phrases("zh")))
def test_facts_stand_in_their_place_in_both(form: str) -> None:
    said = phrases("zh")[form]
    n = len(SLOT.findall(form))
    facts = [f"F{at}" for at in range(n)]
    made = phrased(form.format(*facts) if n else form, "zh")
    assert n == 0 or made == said.format(*facts)
    assert all(made.count(fact) == 1 for fact in facts)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in made) or not SLOT.sub("", form).strip()


def test_what_nobody_wrote_down_stays() -> None:
    assert phrased("something quite new", "zh") == "something quite new"
    assert phrases("en") == {}


def test_a_refusal_and_a_failed_job_speak_chinese_to_their_last_word(service: Service) -> None:
    answer = service.call("caseworker-own", "GET", "/vacancies?after=nonsense")
    assert answer.status_code == 400
    assert (
        answer.json()["detail"]
        == "翻页参数 after：应为 同一名单上一页给出的 next。请去掉它，从头读起。"
    )
    kept = {
        "type": "WrongUse",
        "detail": "…",
        "facts": {"what": "k is 0", "expected": "at least 1"},
    }
    told = said_again(kept | {"facts": {**kept["facts"], "do": "Ask for one or more."}}, "zh")
    assert told["detail"] == "数量为 0：应为 至少 1。请要一个或更多。"
