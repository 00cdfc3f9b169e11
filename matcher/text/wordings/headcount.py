"""How many people: posts to fill ("招2名", "若干人") and staff of an employer ("150-500人")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matcher.text.wordings.words import NUMBER, SPAN, compact, meanings, read_number

_HEADCOUNT = re.compile(
    rf"(?:招聘|招收|招|需|诚聘|聘)?(?:人数)?:?(?P<a>{NUMBER})(?:人|名|个)?"
    rf"(?:{SPAN}(?P<b>{NUMBER})(?:人|名|个)?)?(?P<more>\+|(?:及|或)?以上)?(?:人|名)?"
)
_SIZE = re.compile(
    rf"(?:规模|员工)?:?(?P<under>少于|不足|小于|低于)?(?P<a>\d+)人?(?:{SPAN}(?P<b>\d+)人?)?"
    r"(?:(?P<more>\+|(?:及|或)?以上)|(?P<less>(?:及|或)?(?:以下|以内)))?人?"
)


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many posts are open.

    Attributes:
        count: the number that is sure (the lower end of a range), None where none is given.
        note: "several", "unlimited", "range:3-5", "or_more" or None.
    """

    count: int | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class EmployerSize:
    """How many staff an employer has, both ends included; None is an open end."""

    low: int | None
    high: int | None

    @property
    def representative(self) -> int:
        """One number for sorting and features: the middle of a range, else the end that is known.

        Example:
            >>> EmployerSize(150, 500).representative, EmployerSize(10000, None).representative
            (325, 10000)
        """
        if self.low is not None and self.high is not None:
            return (self.low + self.high) // 2
        return self.low or self.high or 0


def parse_headcount(text: str) -> Headcount | None:
    """The number of posts a text states, or None when it is not understood.

    Example:
        >>> parse_headcount("招2名"), parse_headcount("若干人")
        (Headcount(count=2, note=None), Headcount(count=None, note='several'))
    """
    plain = compact(text)
    if plain in meanings("headcount"):
        return Headcount(None, meanings("headcount")[plain])
    match = _HEADCOUNT.fullmatch(plain)
    first = read_number(match["a"]) if match else 0
    if not match or first < 1 or first != int(first):
        return None
    if match["b"] is None:
        return Headcount(int(first), "or_more" if match["more"] else None)
    second = read_number(match["b"])
    if second < first or match["more"] or second != int(second):
        return None
    return Headcount(int(first), f"range:{int(first)}-{int(second)}")


def parse_employer_size(text: str) -> EmployerSize | None:
    """The staff of an employer that a text states, or None when it is not understood.

    Example:
        >>> parse_employer_size("150-500人"), parse_employer_size("少于50人")
        (EmployerSize(low=150, high=500), EmployerSize(low=None, high=49))
    """
    match = _SIZE.fullmatch(compact(text))
    if not match:
        return None
    first = int(match["a"])
    if match["under"]:
        return None if match["b"] or match["more"] or first < 1 else EmployerSize(None, first - 1)
    if match["b"]:
        second = int(match["b"])
        if second < first or match["more"] or match["less"]:
            return None
        return EmployerSize(first, second)
    if match["more"]:
        return EmployerSize(first, None)
    return EmployerSize(None, first) if match["less"] else EmployerSize(first, first)
