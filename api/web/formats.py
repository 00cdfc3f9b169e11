"""How values are written on pages: one way for each kind of thing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from api.protocol.language import Language
from matcher.domain.kinds import Column, ColumnType
from matcher.reference.areas import areas
from matcher.reference.codes import code_list
from matcher.reference.occupations import occupations

OF_A_CITY = 4
"""Digits of a city's code."""

NOTHING = "—"
"""What stands for a value that nobody has asked for; never for a no."""


def count(value: Any) -> str:
    """A number of things, thousands apart.

    Example:
        >>> count(12840), count(None)
        ('12,840', '—')
    """
    return NOTHING if _missing(value) else f"{value:,.0f}"


def wage(lowest: Any, highest: Any, unit: str) -> str:
    """A range of pay by the month.

    Example:
        >>> wage(3500, 5000, "元/月"), wage(2490, 2490, "元/月"), wage(None, None, "元/月")
        ('3,500–5,000 元/月', '2,490 元/月', '—')
    """
    ends = [f"{each:,.0f}" for each in (lowest, highest) if not _missing(each)]
    if not ends:
        return NOTHING
    return f"{'–'.join(dict.fromkeys(ends))} {unit}"


def day(value: Any) -> str:
    """A day as ISO 8601 writes it.

    Example:
        >>> day(date(2026, 11, 2)), day("2026-11-02T09:30:00"), day(None)
        ('2026-11-02', '2026-11-02', '—')
    """
    if _missing(value):
        return NOTHING
    return value.isoformat()[:10] if isinstance(value, date) else str(value)[:10]


def share(value: Any) -> str:
    """A part of one, in percent with one place.

    Example:
        >>> share(0.1234), share(None)
        ('12.3%', '—')
    """
    return NOTHING if _missing(value) else f"{value:.1%}"


def plain(value: Any) -> str:
    """Any cell as text.

    Example:
        >>> plain(pd.NA), plain(3.0), plain("x")
        ('—', '3', 'x')
    """
    if _missing(value):
        return NOTHING
    return f"{value:g}" if isinstance(value, float) else str(value)


def head(column: Column, language: Language) -> str:
    """What a column of records is called.

    Example:
        >>> from matcher.domain.kinds import Kind
        >>> from matcher.reference.columns import columns
        >>> head(columns(Kind.PERSONS)[0], "zh"), head(columns(Kind.PERSONS)[0], "en")
        ('人员编号', 'person id')
    """
    return column.zh if language == "zh" else column.name.replace("_", " ")


def cell(column: Column, value: Any, language: Language) -> str:
    """A cell of a record in words: codes by their list, places by name, the rest as it stands.

    Example:
        >>> from matcher.domain.kinds import Kind
        >>> from matcher.reference.columns import columns
        >>> by_name = {each.name: each for each in columns(Kind.PERSONS)}
        >>> cell(by_name["seeks_work"], True, "zh"), cell(by_name["education"], None, "en")
        ('是', '—')
        >>> cell(by_name["wage_wanted"], 3700, "zh")
        '3,700'
    """
    if _missing(value):
        return NOTHING
    if column.type is ColumnType.BOOL:
        return ("是" if value else "否") if language == "zh" else ("yes" if value else "no")
    if column.type is ColumnType.AREA:
        return place(str(value))
    if is_number(column) and (column.unit or "").startswith("yuan"):
        return f"{value:,g}" if isinstance(value, float) else f"{value:,}"
    parts = str(value).split(";") if column.type is ColumnType.LIST else [plain(value)]
    if column.codes is not None:
        listed = code_list(column.codes)
        names = listed.zh if language == "zh" else listed.en
        parts = [names.get(part, part) for part in parts]
    elif column.type in (ColumnType.LIST, ColumnType.OCCUPATION):
        parts = [occupations().names.get(part, part) for part in parts]
    return ("、" if language == "zh" else ", ").join(parts)


def place(code: str) -> str:
    """A place as people of its city say it: without the province and the city.

    Example:
        >>> place("320613001"), place("3206"), place("999")
        ('崇川区城东街道', '江苏省南通市', '999')
    """
    known = areas()
    if not known.exists(code):
        return code
    whole = known.full_name(code)
    city = code[:OF_A_CITY]
    around = known.full_name(city) if len(code) > OF_A_CITY and known.exists(city) else ""
    return whole.removeprefix(around) or whole


def is_number(column: Column) -> bool:
    """Does a column hold numbers, which stand at the right?"""
    return column.type in (ColumnType.INT, ColumnType.DECIMAL)


def codes(column: Column, language: Language) -> list[tuple[str, str]]:
    """The codes that a column may hold, each with its words."""
    if column.codes is None:
        return []
    listed = code_list(column.codes)
    names = listed.zh if language == "zh" else listed.en
    return [(code, names.get(code, code)) for code in listed.codes]


def _missing(value: Any) -> bool:
    return value is None or bool(pd.api.types.is_scalar(value) and pd.isna(value)) or value == ""


def km(value: Any) -> str:
    """A distance with one place.

    Example:
        >>> km(2.06), km(float("nan"))
        ('2.1', '—')
    """
    return NOTHING if _missing(value) else f"{value:.1f}"


FILTERS = {"km": km, "count": count, "day": day, "share": share, "plain": plain}
