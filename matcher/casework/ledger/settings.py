"""Settings of an office that no law sets: how long to wait, how early to warn.

The table `data/casework/settings.csv` has the defaults and the bounds; an office may set its own
from a day on, and the nearest area's holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from matcher.errors import UnknownCode
from matcher.reference.paths import path
from matcher.store.offices.kept import Kept


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting: its default, between which numbers it may lie, its words."""

    name: str
    value: int
    least: int
    most: int
    unit: str
    zh: str
    en: str
    source: str


@cache
def settings() -> dict[str, SettingRow]:
    """Every setting by name, in the order of the table."""
    table = pd.read_csv(path("casework", "settings.csv"), dtype=str, encoding="utf-8")
    return {
        row["setting"]: SettingRow(
            *(row["setting"], int(row["value"]), int(row["least"]), int(row["most"])),
            *(row["unit"], row["zh"], row["en"], row["source"]),
        )
        for row in table.to_dict("records")
    }


def setting(name: str) -> int:
    """The default of a setting.

    Raises:
        UnknownCode: there is none of this name.

    Example:
        >>> setting("at_risk_days")
        7
    """
    if name not in settings():
        raise UnknownCode(code=name, table="casework settings", nearest=tuple(settings()))
    return settings()[name].value


def setting_in(kept: Iterable[Kept], name: str, area: str | None, on: date) -> int:
    """The number that holds in an area on a day: the nearest area's latest, else the default.

    Args:
        kept: what offices set.
        name: of the setting.
        area: of the person or office; None is nowhere, where only what holds for all does.
        on: the day.

    Raises:
        UnknownCode: there is none of this name.

    Example:
        >>> kept = [Kept("recheck_days", "320613", date(2026, 12, 1), 45)]
        >>> [setting_in(kept, "recheck_days", "320613001", date(2026, n, 1)) for n in (11, 12)]
        [30, 45]
    """
    usual = setting(name)
    holding = [
        each
        for each in kept
        if each.name == name and each.since <= on and (area or "").startswith(each.area)
    ]
    if not holding:
        return usual
    return max(holding, key=lambda each: (len(each.area), each.since)).value
