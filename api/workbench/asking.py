"""What the list of the day is asked for, and the figures that are its filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

import pandas as pd
from fastapi import Query

from matcher.pipeline.casework.days import AHEAD_DAYS

PAGE = 40
AHEAD = 7
"""Days that the list looks ahead unless asked for others."""

VISITS = ("visit", "visit_person")
WAITING = ("asked", "referred", "interviewed", "offered")
"""States of a referral in which somebody owes an answer."""

LAST_WEEKDAY = 6


@dataclass(frozen=True)
class Asked:
    """The list as its address says it.

    Attributes:
        show: a figure of `SHOWN`, or empty for everything.
        matter: one clock or stream, or empty.
        area: first digits of an area code.
        ahead: days to look ahead.
        offset: rows before this page.
    """

    show: str = ""
    matter: str = ""
    area: str = ""
    ahead: int = AHEAD
    offset: int = 0

    def address(self, path: str = "/workbench", **changed: Any) -> str:
        """The address of this list with something changed; None takes it away."""
        said: dict[str, Any] = {"show": self.show, "matter": self.matter, "area": self.area}
        said |= {"ahead": None if self.ahead == AHEAD else self.ahead}
        said |= {"offset": self.offset or None} | changed
        kept = {name: value for name, value in said.items() if value not in (None, "")}
        return path + (f"?{urlencode(kept)}" if kept else "")

    def among(self, due: pd.DataFrame, on: date) -> pd.DataFrame:
        """The rows of the day's list that are asked for."""
        kept = pd.Series(data=True, index=due.index)
        if self.show in SHOWN:
            kept &= shown(due, self.show, on)
        else:
            kept &= due["days_left"] <= self.ahead
        if self.matter:
            kept &= due["matter"] == self.matter
        if self.area:
            kept &= due["area_code"].astype("str").str.startswith(self.area)
        return due[kept]


SHOWN = ("today", "overdue", "visits", "answers")
"""The figures above the list; each is a filter of it."""


def shown(due: pd.DataFrame, show: str, on: date) -> pd.Series[bool]:
    """Which rows a figure counts."""
    if show == "today":
        return due["days_left"] == 0
    if show == "overdue":
        return due["days_left"] < 0
    if show == "visits":
        week = due["days_left"] <= LAST_WEEKDAY - on.weekday()
        return due["matter"].isin(VISITS) & week
    return (due["matter"] == "referral") & due["state"].isin(WAITING)


def figures(due: pd.DataFrame, on: date) -> Mapping[str, int]:
    """How many rows each figure counts."""
    return {show: int(shown(due, show, on).sum()) for show in SHOWN}


Text = Annotated[str, Query(max_length=40)]


def asked(
    show: Text = "",
    matter: Text = "",
    area: Text = "",
    ahead: Annotated[int, Query(ge=0, le=AHEAD_DAYS)] = AHEAD,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Asked:
    """A dependency: the list that an address asks for."""
    return Asked(show, matter, area.strip(), ahead, offset)
