"""What two records may agree or disagree in, and how much each counts: the table of agreements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from matcher.reference.paths import path

SHOWN_FROM, ASKED_FROM, NEAR_FROM = "shown_from", "asked_from", "near_from"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement or contradiction, its points and its words."""

    name: str
    weight: int
    zh: str
    en: str


@cache
def agreements() -> dict[str, Agreement]:
    """The table by name; `shown_from`, `asked_from` and `near_from` are its limits."""
    table = pd.read_csv(path("casework", "register", "agreements.csv"), encoding="utf-8")
    return {
        str(row["agreement"]): Agreement(
            str(row["agreement"]), int(row["weight"]), str(row["zh"]), str(row["en"])
        )
        for row in table.to_dict("records")
    }


def weight(name: str) -> int:
    """The points of an agreement, or a limit."""
    return agreements()[name].weight
