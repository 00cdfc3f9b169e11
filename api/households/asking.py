"""What the list of households is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

import api.lists.asking as lists
from api.lists.asking import Place, Text, filled
from matcher.domain.kinds import Kind
from matcher.store.lists.listing import Condition, Listing, Test

COLUMNS = ("area_code", "household_kind", "per_capita_income", "dibao", "state", "certified_on")
"""Columns that the list shows."""

EVERY = "every"
"""The state that asks for households of which nobody said a state, too."""

CLOCKS = ("overdue", "coming")


@dataclass(frozen=True)
class Asked(lists.Asked):
    """The list of households.

    Attributes:
        clock: households with a clock that is `overdue`, or `coming`.
    """

    PATH = "/households"
    KIND = Kind.HOUSEHOLDS

    clock: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Is less than everything asked for?"""
        return super().is_narrowed or bool(self.clock)

    def said(self) -> dict[str, Any]:
        """What the address says, by name."""
        return super().said() | {"clock": self.clock}

    def of(self, due: pd.DataFrame) -> Listing:
        """The page asked for; `due` is the day's list, by which clocks are looked up."""
        where = [each for each in self.conditions() if each.value != EVERY]
        if "state" not in self.filters:
            where.append(Condition("state", Test.UNEQUAL, ""))
        ids = None
        if self.clock in CLOCKS:
            late = due["days_left"] < 0
            rows = due[late if self.clock == "overdue" else ~late]
            ids = tuple(rows["household_id"].dropna().unique())
        return self.page(("household",), where, ids)


def asked(
    state: Text = "",
    area_code: Text = "",
    household_kind: Text = "",
    dibao: Text = "",
    clock: Text = "",
    sort: Text = "",
    after: Place = None,
) -> Asked:
    """A dependency: the list that an address asks for."""
    filters = filled(state=state, area_code=area_code, household_kind=household_kind, dibao=dibao)
    return Asked("", filters, sort, after, clock)
