"""What pages say, in two languages: one file of words in each folder that has pages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from api.protocol.language import Language

API = Path(__file__).resolve().parent.parent
PROTOCOL = "protocol"
"""The folder whose words are sentences of problems, read by themselves."""


class UnknownWord(LookupError):
    """A page asks for words that the language's files do not have: a fault of the page."""

    def __init__(self, name: str, language: Language) -> None:
        folder = name.partition(".")[0]
        super().__init__(f"no words '{name}': add them to api/{folder}/wording/{language}.yaml")


@cache
def words(language: Language) -> Mapping[str, str]:
    """Every text of the pages by its name, `folder.key` with dots for what is nested.

    Example:
        >>> words("zh")["web.product"], words("en")["web.product"]
        ('人岗', 'Rengang')
    """
    found: dict[str, str] = {}
    for file in sorted(API.glob(f"*/wording/{language}.yaml")):
        folder = file.parent.parent.name
        if folder != PROTOCOL:
            found.update(_flat(yaml.safe_load(file.read_text("utf-8")) or {}, folder))
    return found


def said(language: Language, name: str, /, **facts: Any) -> str:
    """One text with its facts put in.

    Raises:
        UnknownWord: there is none of that name.

    Example:
        >>> said("zh", "web.list.total", n=1284)
        '共 1284 条'
    """
    text = words(language).get(name)
    if text is None:
        raise UnknownWord(name, language)
    return text.format_map(facts) if facts else text


def _flat(told: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in told.items():
        path = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            found.update(_flat(value, path))
        else:
            found[path] = str(value)
    return found
