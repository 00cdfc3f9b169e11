"""The code lists of the column catalogue: code, Chinese and English name, accepted wordings."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from matcher.errors import UnknownCode
from matcher.reference.paths import path


@dataclass(frozen=True, slots=True)
class CodeList:
    """One code list: its codes in order, names, and every wording that means a code."""

    name: str
    codes: tuple[str, ...]
    zh: dict[str, str]
    en: dict[str, str]
    wordings: dict[str, str]

    def position(self, code: str) -> int:
        """Where the code stands in the list, from 0; the form that arrays carry."""
        try:
            return self.codes.index(code)
        except ValueError:
            raise UnknownCode(code=code, table=self.name, nearest=self.codes) from None


@cache
def _lists() -> dict[str, CodeList]:
    found: dict[str, list[dict[str, str]]] = {}
    for file, single in (("codes.csv", None), ("education.csv", "education")):
        with path("schema", file).open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                found.setdefault(single or row["codes"], []).append(row)
    return {
        name: CodeList(
            name=name,
            codes=tuple(row["code"] for row in rows),
            zh={row["code"]: row["zh"] for row in rows},
            en={row["code"]: row["en"] for row in rows},
            wordings={
                wording.casefold(): row["code"]
                for row in rows
                for wording in (row["code"], row["zh"], *row["wordings"].split(";"))
            },
        )
        for name, rows in found.items()
    }


def code_list(name: str) -> CodeList:
    """The code list of this name.

    Raises:
        UnknownCode: no list has the name; the message lists those that exist.

    Example:
        >>> code_list("sex").wordings["女"]
        'female'
    """
    lists = _lists()
    if name not in lists:
        raise UnknownCode(code=name, table="code lists", nearest=sorted(lists))
    return lists[name]
