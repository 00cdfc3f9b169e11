"""What the list of households is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import Query

from api.protocol.pages import place_of
from matcher.domain.kinds import Kind
from matcher.store.lists.listing import Condition, Listing, Test, order_of

PAGE = 50
COLUMNS = ("area_code", "household_kind", "per_capita_income", "dibao", "state", "certified_on")
"""Columns that the list shows."""

EVERY = "every"
"""The state that asks for households of which nobody said a state, too."""

CLOCKS = ("overdue", "coming")


@dataclass(frozen=True)
class Asked:
    """The list as its address says it.

    Attributes:
        filters: by column, what its cells equal or begin with.
        clock: households with a clock that is `overdue`, or `coming`.
        sort: one column, with a minus where it falls.
        after: the place to go on from.
    """

    filters: Mapping[str, str] = field(default_factory=dict)
    clock: str = ""
    sort: str = ""
    after: str | None = None

    def address(self, path: str = "/households", **changed: Any) -> str:
        """The address of this list with something changed; None takes it away."""
        said: dict[str, Any] = {**self.filters, "clock": self.clock}
        said |= {"sort": self.sort, "after": self.after} | changed
        kept = {name: value for name, value in said.items() if value not in (None, "")}
        return path + (f"?{urlencode(kept)}" if kept else "")

    def listing(self, due: pd.DataFrame) -> Listing:
        """The page asked for; `due` is the day's list, by which clocks are looked up."""
        where = [
            Condition(name, Test.BEGINS if name == "area_code" else Test.EQUAL, value)
            for name, value in self.filters.items()
            if value != EVERY
        ]
        if "state" not in self.filters:
            where.append(Condition("state", Test.UNEQUAL, ""))
        ids = None
        if self.clock in CLOCKS:
            late = due["days_left"] < 0
            rows = due[late if self.clock == "overdue" else ~late]
            ids = tuple(rows["household_id"].dropna().unique())
        order, after = order_of(self.sort), place_of(self.after)
        return Listing(Kind.HOUSEHOLDS, ("household",), tuple(where), order, after, PAGE, ids)


Text = Annotated[str, Query(max_length=40)]


def asked(
    state: Text = "",
    area_code: Text = "",
    household_kind: Text = "",
    dibao: Text = "",
    clock: Text = "",
    sort: Text = "",
    after: Annotated[str | None, Query(max_length=1000)] = None,
) -> Asked:
    """A dependency: the list that an address asks for."""
    given = {
        "state": state,
        "area_code": area_code,
        "household_kind": household_kind,
        "dibao": dibao,
    }
    filters = {name: value.strip() for name, value in given.items() if value.strip()}
    return Asked(filters, clock, sort, after)
