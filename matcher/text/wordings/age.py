"""Age wordings: "35周岁及以下", "18-45周岁", "1985年9月15日以后出生"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from matcher.text.wordings.words import SPAN, compact, meanings

_CLAUSES = re.compile(r"[,，;；。()（）\n]+")
_RELAXED = re.compile(r"放宽|优先|除外")
_LABEL = re.compile(
    r"^(?:大学|普通)?(?P<label>专科|大专|本科|研究生|硕士研究生|博士研究生|硕士|博士)"
    r"(?:研究生)?(?:及以上)?(?:学历|学位|学历学位)?(?:人员)?(?:一般)?:?"
)
_SEX_LABEL = re.compile(r"(男|女)(?:性)?:?(?=\d)")
_YEARS = r"(?:周岁|岁|周及岁)"
_LEAD = r"(?:年龄)?(?:要求)?(?:一般)?(?:应|须|需)?(?:在|为)?:?"
_SPAN_OF_AGES = re.compile(
    rf"{_LEAD}(?P<low>\d{{2}}){_YEARS}?(?:及?以上)?(?:{SPAN}|,|(?<=上))(?P<high>\d{{2}}){_YEARS}?(?:之间|以下|以内|及以下)?"
)
_AT_MOST = re.compile(
    rf"{_LEAD}(?:(?P<not_over>不超过|不大于|最大)(?P<a>\d{{2}}){_YEARS}?|(?P<under>不满|未满|小于)(?P<b>\d{{2}}){_YEARS}?"
    rf"|(?P<c>\d{{2}})(?P<typo>周及岁|周岁|岁)?(?:\(?含\)?)?(?:及|或)?(?:以下|以内|之内|下))(?:人员)?"
)
_AT_LEAST = re.compile(
    rf"{_LEAD}(?:(?:年满|满|不低于|至少)(?P<a>\d{{2}}){_YEARS}?(?:及?以上)?|(?P<b>\d{{2}}){_YEARS}?(?:及|或)?以上)(?:人员)?"
)
_BORN = re.compile(
    r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日(?:\(含\)|含)?(?:及|含|之)?"
    r"(?:以|之)?(?P<side>后|前)(?:\(含\))?(?:出生|生)(?:的?人员)?"
)
_NOT_INCLUDED = re.compile(rf"\(不含(?:本数|\d{{2}}{_YEARS}?)?\)|不含本数")
_INCLUDED = re.compile(r"\(含(?:本数|\d{2}(?:周岁|岁)?)?\)")


@dataclass(frozen=True, slots=True)
class AgeLimit:
    """Which ages a post asks for, on the day the question was put; every end is included.

    Attributes:
        age_min, age_max: completed years, None where the text sets no such end.
        born_from, born_until: birth date on or after, on or before, where the text gives dates;
            they are the exact limit, the ages then follow from them for that day.
        note: codes joined by `;`: any, relaxed (some people may be older: named, not applied),
            differs_by_sex (the widest limits are given), preferred (a wish); or None.
        relaxations: the clauses not applied, as written.
    """

    age_min: int | None = None
    age_max: int | None = None
    born_from: date | None = None
    born_until: date | None = None
    note: str | None = None
    relaxations: tuple[str, ...] = ()


def parse_age(text: str, on: date) -> AgeLimit | None:
    """The age limit of a text on a day, or None when it is not understood.

    "以下" and "以内" include the number unless the text says "不含"; "不满" does not.

    Args:
        text: one cell.
        on: the day that birth dates are turned into ages for.

    Example:
        >>> parse_age("18-45周岁", date(2026, 11, 2))
        AgeLimit(age_min=18, age_max=45, born_from=None, born_until=None, note=None, relaxations=())
        >>> limit = parse_age("1985年9月15日以后出生", date(2025, 10, 1))
        >>> limit.born_from, limit.age_max
        (datetime.date(1985, 9, 15), 40)
    """
    plain = compact(text)
    if plain in meanings("any") or plain in ("年龄不限", "不限年龄"):
        return AgeLimit(note="any")
    exclusive = bool(_NOT_INCLUDED.search(plain))
    plain = _INCLUDED.sub("", _NOT_INCLUDED.sub("", plain))
    limits, others = _read_clauses(plain, on, exclusive)
    if not limits:
        only_wishes = bool(others) and all("优先" in clause for clause in others)
        return AgeLimit(note="preferred", relaxations=tuple(others)) if only_wishes else None
    if others and not any(_RELAXED.search(clause) or _LABEL.match(clause) for clause in others):
        return None
    joined = _join(limits, widest=bool(_SEX_LABEL.search(plain)))
    notes = ["differs_by_sex"] if _SEX_LABEL.search(plain) else []
    if others:
        notes.append("relaxed")
    return replace(joined, note=";".join(notes) or None, relaxations=tuple(others))


def _read_clauses(plain: str, on: date, exclusive: bool) -> tuple[list[AgeLimit], list[str]]:
    """The limits for everyone, then the clauses that only some people may use."""
    limits: list[AgeLimit] = []
    others: list[str] = []
    seen_label = False
    for clause in filter(None, _CLAUSES.split(plain)):
        label = _LABEL.match(clause)
        body = _SEX_LABEL.sub("", clause[label.end() :] if label else clause)
        limit = _read_limit(body, on, exclusive)
        if limit is None or others or _RELAXED.search(clause) or (label and seen_label):
            others.append(clause)
        else:
            limits.append(limit)
        seen_label = seen_label or label is not None
    return limits, others


def _read_limit(clause: str, on: date, exclusive: bool) -> AgeLimit | None:
    if match := _BORN.fullmatch(clause):
        return _born(match, on)
    if match := _SPAN_OF_AGES.fullmatch(clause):
        low, high = int(match["low"]), int(match["high"])
        return AgeLimit(low, high) if low <= high else None
    if match := _AT_MOST.fullmatch(clause):
        age = int(match["a"] or match["b"] or match["c"])
        return AgeLimit(age_max=age - 1 if match["under"] or exclusive else age)
    if match := _AT_LEAST.fullmatch(clause):
        return AgeLimit(age_min=int(match["a"] or match["b"]))
    return None


def _born(match: re.Match[str], on: date) -> AgeLimit | None:
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return None
    if day > on:
        return None
    age = on.year - day.year - ((on.month, on.day) < (day.month, day.day))
    if match["side"] == "后":
        return AgeLimit(age_max=age, born_from=day)
    return AgeLimit(age_min=age, born_until=day)


def _join(limits: list[AgeLimit], *, widest: bool) -> AgeLimit:
    """One limit of several: a birth date wins over an age; men's and women's make the widest."""
    low = [limit.age_min for limit in limits if limit.age_min is not None]
    high = [limit.age_max for limit in limits if limit.age_max is not None]
    dated = next((limit for limit in limits if limit.born_from), None)
    until = next((limit for limit in limits if limit.born_until), None)
    pick_low, pick_high = (min, max) if widest else (max, min)
    return AgeLimit(
        age_min=until.age_min if until else pick_low(low, default=None),
        age_max=dated.age_max if dated else pick_high(high, default=None),
        born_from=dated.born_from if dated else None,
        born_until=until.born_until if until else None,
    )
