"""Experience wordings: "3-4年", "1年及以上", "无需经验", "在校生/应届生"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.text.wordings.words import NUMBER, SPAN, compact, meanings, read_number

_MONTHS_IN_YEAR = 12
_WORDS = (
    r"(?:的?(?:相关|相应|同岗位|本行业|同行业|行业)?(?:工作|从业|岗位)?"
    r"(?:经验|经历|年限)(?:要求)?)?"
)
_EXPERIENCE = re.compile(
    r"(?:工作|从业)?(?:经验|年限)?(?:要求)?:?(?P<least>至少|不少于|不低于|具有|具备)?"
    rf"(?P<a>{NUMBER}|半)(?P<unit_a>个月|月|年)?(?:{SPAN}(?P<b>{NUMBER})(?P<unit_b>个月|月|年))?"
    rf"{_WORDS}(?:(?P<more>\+|\(?含?\)?(?:及|或)?以上)|(?P<less>(?:及|或)?(?:以下|以内)))?{_WORDS}"
)


@dataclass(frozen=True, slots=True)
class Experience:
    """How much experience is asked.

    Attributes:
        months_min: months; 0 where the text says that none is needed.
        months_max: months, None where the text sets no upper end.
        note: "none", "student" (pupils and fresh graduates are meant) or None.
    """

    months_min: int
    months_max: int | None = None
    note: str | None = None


def parse_experience(text: str) -> Experience | None:
    """The experience a text asks for, or None when it is not understood.

    Example:
        >>> parse_experience("3-4年"), parse_experience("10年以上工作经验").months_min
        (Experience(months_min=36, months_max=48, note=None), 120)
        >>> parse_experience("在校生/应届生")
        Experience(months_min=0, months_max=None, note='student')
        >>> parse_experience("本科") is None
        True
    """
    plain = compact(text)
    if plain in meanings("any"):
        return Experience(0, note="none")
    if plain in meanings("experience"):
        return Experience(0, note=meanings("experience")[plain])
    match = _EXPERIENCE.fullmatch(plain)
    if not match or not (match["unit_a"] or match["unit_b"]):
        return None
    first = _months(match["a"], match["unit_a"] or match["unit_b"])
    if match["less"]:
        return None if match["b"] else Experience(0, first)
    if match["b"] is None:
        return Experience(first)
    second = _months(match["b"], match["unit_b"])
    return Experience(first, second) if first <= second else None


def _months(number: str, unit: str) -> int:
    value = 0.5 if number == "半" else read_number(number)
    return round(value * (_MONTHS_IN_YEAR if unit == "年" else 1))
