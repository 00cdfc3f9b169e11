"""Salary wordings: "1-1.5万·13薪", "150元/天", "8千及以上", "面议"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from matcher.text.wordings.words import (
    NUMBER,
    SPAN,
    compact,
    meanings,
    read_number,
    wage_convention,
)

Period = Literal["month", "year", "day", "hour", "piece", "unstated"]

_PERIODS: Final[dict[str, Period]] = {
    **dict.fromkeys(
        ("月", "个月", "month", "月薪", "月工资", "月收入", "底薪", "基本工资"), "month"
    ),
    **dict.fromkeys(("年", "year", "年薪", "年收入"), "year"),
    **dict.fromkeys(("天", "日", "工作日", "day", "日薪", "日结", "日工资"), "day"),
    **dict.fromkeys(("小时", "时", "h", "hour", "钟头", "时薪", "小时工资"), "hour"),
    **dict.fromkeys(("件", "单", "次", "台", "平方米", "个", "计件"), "piece"),
}
_UNITS: Final[dict[str, int]] = {
    **{"万": 10_000, "w": 10_000, "千": 1_000, "k": 1_000, "百": 100, "元": 1, "块": 1, "": 1}
}
_MONTHS_IN_YEAR = 12

_UNIT = r"(?P<{0}>[万千百wk])?(?P<{0}_yuan>元|块钱|块|rmb|人民币)?"
_OR_MORE = r"(?:及|或)?以上|起步|起|\+"
_OR_LESS = r"(?:及|或)?(?:以下|以内)"
_BOUND = rf"(?:(?P<more{{0}}>{_OR_MORE})|(?P<less{{0}}>{_OR_LESS})|(?P<about{{0}}>左右|上下))?"
_PER = "|".join(
    sorted((word for word in _PERIODS if not word.endswith(("薪", "资", "入", "结"))), key=len)[
        ::-1
    ]
)
_WAGE = re.compile(
    r"(?:¥|人民币|rmb)?(?:(?P<lead>[年月日时]薪|[年月]收入|[月日]工资|小时工资|日结|计件|底薪|基本工资)"
    r"|工资|薪资|薪酬|待遇|薪水|保底|无责底薪)?:?¥?"
    r"(?P<least>不低于|至少|不少于|高于)?(?P<most>不超过|最高|低于)?"
    rf"(?P<a>{NUMBER}){_UNIT.format('ua')}(?:{SPAN}¥?(?P<b>{NUMBER}){_UNIT.format('ub')})?"
    rf"{_BOUND.format(1)}(?:(?:/|每|1个|一)(?:人/)?(?P<per>{_PER}))?{_BOUND.format(2)}"
)
_PAY_MONTHS = re.compile(rf"[·•・*x×,]?(\d{{2}}(?:{SPAN}\d{{2}})?)薪")
_THOUSANDS = re.compile(r"(?<=\d)[,，](?=\d{3}(?!\d))")
_DRESSING = re.compile(r"[()（）·,，;；。/]+")


@dataclass(frozen=True, slots=True)
class WageRange:
    """What a salary text states.

    Attributes:
        monthly_min, monthly_max: yuan a month, None where the text sets no such end or the period
            is not one that turns into months without a guess (day, hour, piece, unclear).
        period: as stated; "unstated" where none is.
        low, high: yuan in that period; None as above for an open end or "negotiable".
        note: codes joined by `;`, or None: negotiable, pay_months:13 (months of pay a year; they do
            not change the monthly wage), not_monthly, period_unclear, about, plus_extra, and
            what else `data/text/wordings.csv` names (before_tax, board_lodging, ...).
    """

    monthly_min: int | None = None
    monthly_max: int | None = None
    period: Period = "unstated"
    low: float | None = None
    high: float | None = None
    note: str | None = None


def parse_wage(text: str) -> WageRange | None:
    """The wage a text states, or None when it is not understood.

    A salary without a period is monthly, as on the job sites that write so, below an amount of
    `data/text/wage_conventions.csv`. Yearly pay is divided by twelve and rounded.

    Example:
        >>> parse_wage("6-8千·13薪").monthly_min, parse_wage("20-40万/年").monthly_max
        (6000, 33333)
        >>> daily = parse_wage("150元/天")
        >>> daily.monthly_min, daily.period, daily.low, daily.note
        (None, 'day', 150.0, 'not_monthly')
        >>> parse_wage("优厚") is None
        True
    """
    plain = _THOUSANDS.sub("", compact(text))
    if plain in meanings("wage"):
        return WageRange(note=meanings("wage")[plain])
    plain, notes = _take_notes(plain)
    match = _WAGE.fullmatch(plain)
    return _read(match, notes) if match else None


def _take_notes(plain: str) -> tuple[str, list[str]]:
    notes = []
    months = _PAY_MONTHS.search(plain)
    if months:
        notes.append(f"pay_months:{months.group(1)}")
        plain = plain[: months.start()] + plain[months.end() :]
    head, plus, tail = plain.partition("+")
    if plus and all(part in meanings("wage_plus") for part in tail.split("+")):
        notes.append("plus_extra")
        plain = head + "以上" if SPAN_SIGN.search(head) is None else head
    for wording, meaning in meanings("wage_extra").items():
        if wording in plain:
            plain = plain.replace(wording, "")
            if meaning not in notes:
                notes.append(meaning)
    if notes:
        plain = _DRESSING.sub(lambda found: "/" if found.group() == "/" else "", plain).rstrip("/")
    return plain, notes


SPAN_SIGN = re.compile(SPAN)


def _read(match: re.Match[str], notes: list[str]) -> WageRange | None:
    amounts = _amounts(match)
    if amounts is None:
        return None
    low, high = amounts
    found = match.groupdict()
    if found["more1"] or found["more2"] or found["least"]:
        if high is not None:
            return None
        ends: tuple[float | None, float | None] = (low, None)
    elif found["less1"] or found["less2"] or found["most"]:
        if high is not None:
            return None
        ends = (None, low)
    else:
        ends = (low, low if high is None else high)
    if found["about1"] or found["about2"]:
        notes.append("about")
    period = _PERIODS.get(found["per"] or found["lead"] or "", "unstated")
    is_bare = period == "unstated" and not any(
        found[name] for name in ("ua", "ub", "ua_yuan", "ub_yuan")
    )
    if is_bare and low < wage_convention("bare_number_least"):
        return None
    return _in_months(period, ends, notes)


def _amounts(match: re.Match[str]) -> tuple[float, float | None] | None:
    """The two amounts in yuan; a unit written once is the unit of both where that makes sense."""
    unit_a, unit_b = match["ua"], match["ub"]
    first = read_number(match["a"])
    if match["b"] is None:
        return first * _UNITS[unit_a or ""], None
    second = read_number(match["b"])
    readings = [(unit_a or "", unit_b or "")]
    if unit_a is None and unit_b and not match["ua_yuan"]:
        readings = [(unit_b, unit_b)]
        if first >= wage_convention("yuan_beside_unit_least"):
            readings.append(("", unit_b))
    if unit_b is None and unit_a and not match["ub_yuan"]:
        readings = [(unit_a, unit_a)]
        if second >= wage_convention("yuan_beside_unit_least"):
            readings.insert(0, (unit_a, ""))
    for of_first, of_second in readings:
        low, high = first * _UNITS[of_first], second * _UNITS[of_second]
        if low <= high:
            return low, high
    return None


def _in_months(
    period: Period, ends: tuple[float | None, float | None], notes: list[str]
) -> WageRange:
    low, high = (None if end is None else round(end, 2) for end in ends)
    stated = max(end for end in (low, high) if end is not None)
    monthly = period in ("month", "year", "unstated")
    if period in ("day", "hour", "piece"):
        notes.append("not_monthly")
    elif period == "unstated" and stated >= wage_convention("monthly_when_unstated"):
        notes.append("period_unclear")
        monthly = False
    months = _MONTHS_IN_YEAR if period == "year" else 1
    return WageRange(
        monthly_min=None if low is None or not monthly else round(low / months),
        monthly_max=None if high is None or not monthly else round(high / months),
        period=period,
        low=low,
        high=high,
        note=";".join(notes) or None,
    )
