"""The word lists of the parsers, and how a number is written in a cell."""

from __future__ import annotations

import csv
from functools import cache

from matcher.reference.paths import path
from matcher.text.normalise import normalise

BROKEN_CHARACTER = "\ufffd"

NUMBER = r"(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十]{1,3})"
SPAN = r"(?:-|~|〜|–|—|−|至|到)+"
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}


@cache
def meanings(field: str) -> dict[str, str]:
    """Every wording of a field and what it means, from `data/text/wordings.csv`.

    Example:
        >>> meanings("wage")["面议"]
        'negotiable'
    """
    with path("text", "wordings.csv").open(encoding="utf-8", newline="") as file:
        return {
            compact(row["wording"]): row["meaning"]
            for row in csv.DictReader(file)
            if row["field"] == field
        }


@cache
def wage_convention(name: str) -> int:
    """A convention of reading salaries, from `data/text/wage_conventions.csv`, with its reason."""
    with path("text", "wage_conventions.csv").open(encoding="utf-8", newline="") as file:
        return {row["convention"]: int(row["value"]) for row in csv.DictReader(file)}[name]


def compact(text: str) -> str:
    """The normalised text without spaces, a line end as `;`.

    Empty where a character was lost in an earlier decoding: the rest could mean anything.

    Example:
        >>> compact(" 8千 － 1.2万 "), compact("9\ufffd-1.5万")
        ('8千-1.2万', '')
    """
    if BROKEN_CHARACTER in text:
        return ""
    return ";".join(filter(None, map(normalise, text.splitlines()))).replace(" ", "")


def read_number(text: str) -> float:
    """The value of a number that `NUMBER` matched, in digits or in Chinese up to 99.

    Example:
        >>> read_number("1.5"), read_number("两"), read_number("十五"), read_number("三十")
        (1.5, 2.0, 15.0, 30.0)
    """
    if text[0].isdigit():
        return float(text)
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return float("".join(str(_DIGITS[sign]) for sign in text))
    return float(10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0))
