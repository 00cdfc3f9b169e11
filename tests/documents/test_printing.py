"""Printed pages: what people typed never becomes markup, a page stands whole, codes can be read."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.documents.printing.markup import Markup, element, joined
from matcher.documents.printing.page import a4, table, write_page
from matcher.documents.printing.qr import qr_png, qr_svg


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"])))
def test_text_is_text_again_when_the_page_is_read(text: str) -> None:
    made = element("p", element("b", text), text, title=text)
    read = ElementTree.fromstring(made)
    assert "".join(read.itertext()) == text + text
    assert read.get("title") == text
    assert [each.tag for each in read.iter()] == ["p", "b"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<script>alert(1)</script>", id="an element"),
        pytest.param('" onload="x', id="an attribute"),
        pytest.param("&lt;", id="an entity"),
    ],
)
def test_what_was_typed_does_not_run(text: str) -> None:
    page = a4(text, "zh-CN", [joined(text), table([text], [[element("td", text, title=text)]])])
    assert "<script" not in page
    assert '" onload="x' not in page
    assert page.count("<section>") == 2


def test_only_our_own_markup_is_left_as_it_is() -> None:
    assert joined(Markup("<br>"), "<br>", None) == "<br>&lt;br&gt;"


def test_a_page_is_written_whole(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "slip.html"
    write_page(file, a4("名单", "zh-CN", [element("h1", "名单")]))
    assert file.read_text(encoding="utf-8").startswith('<!doctype html>\n<html lang="zh-CN">')
    assert [each.name for each in file.parent.iterdir()] == ["slip.html"]


def test_codes_are_pictures_of_their_text() -> None:
    one, other = qr_svg("F0001-7K3M9", "slip"), qr_svg("F0001-7K3MA", "slip")
    assert one != other
    assert ElementTree.fromstring(one).tag.endswith("svg")
    assert "&lt;" in qr_svg("x", "<")
    assert qr_png("F0001").getvalue().startswith(b"\x89PNG")
