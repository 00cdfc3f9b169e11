"""Pages speak both languages whole, and only through the files of words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.web.pages import templates
from api.web.words import API, UnknownWord, said, words

TEMPLATES = sorted(API.glob("*/templates/*.html"))
CHINESE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")
ASKED = re.compile(r"""\bt\(\s*(['"])([^'"]+)\1\s*([,)~])""")
BLANK = re.compile(r"\{(\w+)\}")


def asked(text: str) -> list[str]:
    """The words that a template asks for by their whole name."""
    return [name for _, name, end in ASKED.findall(text) if end != "~"]


def test_both_languages_have_the_same_words_with_the_same_blanks() -> None:
    zh, en = words("zh"), words("en")
    assert zh.keys() == en.keys()
    other = [name for name in zh if set(BLANK.findall(zh[name])) != set(BLANK.findall(en[name]))]
    assert other == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: f"{file.parts[-3]}/{file.name}")
def test_a_template_can_be_read_and_its_words_are_there(file: Path) -> None:
    text = file.read_text("utf-8")
    templates().get_template(f"{file.parts[-3]}/{file.name}")
    assert [name for name in asked(text) if name not in words("zh")] == []
    without_remarks = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    assert CHINESE.findall(without_remarks) == []


def test_words_that_are_missing_are_named_with_their_file() -> None:
    with pytest.raises(UnknownWord, match=r"api/persons/wording/en\.yaml"):
        said("en", "persons.nothing_of_that_name")


def test_a_page_that_asks_for_no_words_is_seen() -> None:
    assert asked("{{ t('web.nothing') }} {{ t('web.menu.' ~ name) }}") == ["web.nothing"]
