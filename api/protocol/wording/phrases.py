"""Sentences of the library's errors in the reader's language, found by their English form.

The library says what happened, what was expected and what to do in English, with facts filled in.
Whoever uses the service reads Chinese: each sentence has its own in `phrases.zh.yaml`, and
a test holds the library's sentences against it. A sentence that is not there stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SLOT = re.compile(r"\{\d*\}")


@cache
def phrases(language: str) -> Mapping[str, str]:
    """English form to that of the language, `{}` for each fact; empty where there is no file."""
    file = Path(__file__).parent / f"phrases.{language}.yaml"
    if not file.exists():
        return {}
    told: Mapping[str, str] = yaml.safe_load(file.read_text("utf-8"))
    return told


def phrased(text: str, language: str) -> str:
    """A sentence of an error in a language; itself where the language has no words for it.

    Of several forms that fit, the one that fixes most of the text is meant.

    Example:
        >>> phrased("at most 20", "zh"), phrased("at most 20", "en")
        ('最多 20', 'at most 20')
        >>> phrased("P1: no 'hire' from referred; there is refer, lapse", "zh")
        'P1 现在是“referred”，不能办“hire”；可办：refer, lapse'
    """
    known = phrases(language)
    if text in known:
        return known[text]
    for form, said in _forms(language):
        found = form.fullmatch(text)
        if found is not None:
            return said.format(*found.groups())
    return text


def phrased_facts(facts: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Facts of an error with their sentences in a language; numbers and codes stay."""
    return {name: _phrased_value(value, language) for name, value in facts.items()}


def _phrased_value(value: Any, language: str) -> Any:
    if isinstance(value, str):
        return phrased(value, language)
    if isinstance(value, tuple | list):
        return [_phrased_value(each, language) for each in value]
    return value


@cache
def _forms(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Forms with slots, those with most fixed text first."""
    slotted = [(form, said) for form, said in phrases(language).items() if SLOT.search(form)]
    slotted.sort(key=lambda each: -len(SLOT.sub("", each[0])))
    return tuple((_pattern(form), said) for form, said in slotted)


def _pattern(form: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in SLOT.split(form)), re.DOTALL)
