"""How values are written on pages: one way for each kind of thing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

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
