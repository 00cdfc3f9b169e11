"""Settings of an office that no law sets: how long to wait, how early to warn."""

from __future__ import annotations

from functools import cache

import pandas as pd

from matcher.errors import UnknownCode
from matcher.reference.paths import path


@cache
def _table() -> dict[str, int]:
    table = pd.read_csv(path("casework", "settings.csv"), dtype=str, encoding="utf-8")
    return {str(row.setting): int(str(row.value)) for row in table.itertuples()}


def setting(name: str) -> int:
    """The number of a setting of `data/casework/settings.csv`.

    Raises:
        UnknownCode: there is none of this name.

    Example:
        >>> setting("at_risk_days")
        7
    """
    if name not in _table():
        raise UnknownCode(code=name, table="casework settings", nearest=tuple(_table()))
    return _table()[name]
