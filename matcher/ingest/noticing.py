"""What an import noticed about a file as a whole: how it was read, what of it was not used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from matcher.domain import Language

_FOLDER = Path(__file__).parent / "wording"


@dataclass(frozen=True, slots=True)
class Noticed:
    """One thing about one file, in both languages.

    Attributes:
        file: its name.
        code: what it is, one word for programs: `encoding`, `formulas` or `unused`.
    """

    file: str
    code: str
    zh: str
    en: str


def noticed(file: str, code: str, value: str) -> Noticed:
    """One thing in words.

    Example:
        >>> noticed("t.csv", "encoding", "gb18030").zh
        '文件编码是 gb18030，已按它读取'
    """
    chinese, english = (_words(each)[code].format(value=value) for each in ("zh", "en"))
    return Noticed(file, code, chinese, english)


@cache
def _words(language: Language) -> Mapping[str, str]:
    with (_FOLDER / f"{language}.yaml").open(encoding="utf-8") as handle:
        read: Mapping[str, str] = yaml.safe_load(handle)
    return read
