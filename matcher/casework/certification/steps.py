"""The steps of certification in a place: who acts, who decides, when it is shown, when reviewed.

Who acts and by when is decided by the law packs (`certification_steps`, `publicity_days`); what
those decisions do not say stands in dated tables under `data/casework/certification`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pandas as pd

from matcher.errors import WrongUse
from matcher.policy.catalogue import wider_places
from matcher.reference.paths import path

COMMUNITY, STREET, COUNTY = "community", "street", "county"
ORDER = (COMMUNITY, STREET, COUNTY)
"""Offices that a file passes, in their order; who applies and who only keeps a copy is left out."""

BEFORE, AFTER = "before", "after"
ENTERS = {STREET: "to_street", COUNTY: "to_county"}
"""The move by which a file comes to an office."""


@dataclass(frozen=True, slots=True)
class Route:
    """The offices that a file passes in a place.

    Attributes:
        offices: in their order.
        moment: "before" or "after" recognition, when the names are shown; None where no text says.
        notice_rule: the rule that says so; None where none does.
    """

    offices: tuple[str, ...]
    moment: str | None
    notice_rule: str | None

    @property
    def decides(self) -> str:
        """The office that decides: the last one."""
        return self.offices[-1]

    def after(self, office: str) -> str | None:
        """The next office behind this one; None where it is the last.

        Example:
            >>> Route(("community", "street"), None, None).after("community")
            'street'
        """
        rest = ORDER[ORDER.index(office) + 1 :]
        return next((each for each in rest if each in self.offices), None)


def route(place: str, actors: Collection[str], on: date) -> Route:
    """The route of a file in a place on a day.

    Args:
        place: whose law governs.
        actors: who acts by the law of the place; offices that no text names are passed over, and
            where none is named the community decides as the one that takes the application.
        on: the day.
    """
    offices = tuple(office for office in ORDER if office in actors) or (COMMUNITY,)
    row = _in_force("notices", place, on)
    if row is None:
        return Route(offices, None, None)
    return Route(offices, row["moment"], row["rule"])


@dataclass(frozen=True, slots=True)
class ReviewRhythm:
    """How often a certificate is reviewed, and by which rule."""

    rule: str
    months: int

    def next(self, last: date) -> date:
        """The day by which the next review is due."""
        moved = pd.Timestamp(last) + pd.DateOffset(months=self.months)
        return moved.date()


def review_rhythm(place: str, on: date) -> ReviewRhythm | None:
    """The rhythm of reviews in a place; None where no text sets one."""
    row = _in_force("reviews", place, on)
    return None if row is None else ReviewRhythm(row["rule"], int(row["months"]))


@dataclass(frozen=True, slots=True)
class ContestPeriod:
    """For how long somebody may contest, and by when they are answered; where that stands."""

    rule: str
    days_to_file: int
    days_to_answer: int
    document: str
    articles: str
    grade: str

    def may_file_until(self, told_on: date) -> date:
        """The last day on which to contest what somebody was told on a day."""
        return told_on + timedelta(days=self.days_to_file)

    def answer_due(self, filed_on: date) -> date:
        """The last day on which to answer."""
        return filed_on + timedelta(days=self.days_to_answer)


def contest_period(place: str, on: date) -> ContestPeriod:
    """The period of contests in a place on a day.

    Raises:
        WrongUse: no text in force sets one.
    """
    row = _in_force("contests", place, on)
    if row is None:
        raise WrongUse(
            what=f"no text in force in {place} on {on.isoformat()} sets a period to contest",
            expected="a day on which one is in force",
            do="Correct the day.",
        )
    return ContestPeriod(
        rule=row["rule"],
        days_to_file=int(row["days_to_file"]),
        days_to_answer=int(row["days_to_answer"]),
        document=row["document"],
        articles=row["articles"],
        grade=row["grade"],
    )


def _in_force(table: str, place: str, on: date) -> Mapping[str, str] | None:
    """The row of the nearest place that governs, the latest begun there by the day."""
    for wider in wider_places(place):
        found = [
            row
            for row in _table(table)
            if row["place"] == wider
            and (row["inheritable"] == "1" or wider == place)
            and (row["since"] == "unknown" or date.fromisoformat(row["since"]) <= on)
        ]
        if found:
            return max(found, key=lambda row: (row["since"] != "unknown", row["since"]))
    return None


@cache
def _table(name: str) -> tuple[Mapping[str, str], ...]:
    table = pd.read_csv(
        path("casework", "certification", f"{name}.csv"),
        dtype=str,
        keep_default_na=False,
        encoding="utf-8",
    )
    rows = table.to_dict("records")
    return tuple({str(key): str(cell) for key, cell in row.items()} for row in rows)
