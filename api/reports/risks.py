"""Clocks at risk by office, as bars of one scale."""

from __future__ import annotations

from typing import Any

import pandas as pd

from api.protocol.language import Language
from api.web.formats import NOTHING, place
from matcher.casework.deadlines.agenda import at_risk, matter_words

OFFICE_DIGITS = 9
"""Digits of a street's code: each street has an office."""

BAR = 400
"""Units of the longest bar."""

PARTS = ("overdue", "today", "coming")


def risk_lines(
    due: pd.DataFrame, language: Language, *, most: int | None = None
) -> list[dict[str, Any]]:
    """A line for each office with what is overdue, due today and coming; the worst first.

    Args:
        due: as `casework.deadlines.agenda.agenda` gives it.
        language: of the matters' names.
        most: lines at most; None for all.

    Returns:
        `code`, `name`, the three counts, `bars` (name, x, width) on the scale of `BAR`, and
        `worst`: the matter of which most is overdue, in words, None where nothing is.
    """
    counted = at_risk(due, digits=OFFICE_DIGITS)
    counted["area_code"] = (
        counted["area_code"].astype(object).where(counted["area_code"].notna(), "")
    )
    whole = counted.groupby("area_code", sort=False)[list(PARTS)].sum()
    whole = whole.sort_values([*PARTS], ascending=False, kind="stable")
    whole = whole if most is None else whole.head(most)
    worst = counted.sort_values("overdue", kind="stable").groupby("area_code").tail(1)
    matter = worst[worst["overdue"] > 0].set_index("area_code")["matter"].to_dict()
    longest = max(int(whole.sum(axis=1).max()) if len(whole) else 0, 1)
    names = matter_words(language)
    return [
        {
            "code": code,
            "name": place(str(code)) if str(code) else NOTHING,
            **{part: int(row[part]) for part in PARTS},
            "bars": _bars([int(row[part]) for part in PARTS], longest),
            "worst": names.get(matter[code], matter[code]) if code in matter else None,
        }
        for code, row in whole.set_axis(whole.index.astype(str)).iterrows()
    ]


def _bars(counts: list[int], longest: int) -> list[tuple[str, int, int]]:
    """Where each part of a bar begins and how wide it is.

    Example:
        >>> _bars([1, 0, 3], 4)
        [('overdue', 0, 100), ('today', 100, 0), ('coming', 100, 300)]
    """
    widths = [round(BAR * n / longest) for n in counts]
    starts = [sum(widths[:at]) for at in range(len(widths))]
    return list(zip(PARTS, starts, widths, strict=True))
