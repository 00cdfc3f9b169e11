"""The monthly table of zero-employment aid (调度表): month, to date, by area, with its households.

The notice that asks for the table leaves its form out and names what the first report totals:
households, households cleared, members employed. The columns here are those and the flows that
lead from one to the next.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pandas as pd

from matcher.casework.households.spells import MEASURES, TOTAL, counts, entries, rows_by_area
from matcher.errors import NotFound, WrongUse
from matcher.reference.areas import areas
from matcher.reference.calendar import DueDay, add_months, add_working_days
from matcher.reference.paths import path

DIGITS_BELOW = {0: 6, 2: 4, 4: 6, 6: 9, 9: 12}
"""By the digits of the area asked about, those of its rows; the whole is told by county."""

MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Form:
    """A table that a rule asks for, and in how many working days after the period."""

    report: str
    since: date
    due_working_days: int
    rule: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Monthly:
    """The table of a month.

    Attributes:
        month: its first day.
        area: the code asked about; empty for all that the reader's scope covers.
        digits: of the area codes of its rows.
        table: a row per area and a row `total`; columns `MEASURES`, int64.
        entries: what the numbers count; see `households.spells.entries`.
        form: the form it fills.
        due: by when it is to be reported; None before the form's first month.
    """

    month: date
    area: str
    digits: int
    table: pd.DataFrame
    entries: pd.DataFrame
    form: Form
    due: DueDay | None

    def behind(self, row: str, measure: str) -> pd.DataFrame:
        """The households (and members) that a cell counts.

        Args:
            row: an area of the table, or `total`.
            measure: a column.

        Raises:
            NotFound: there is no such cell.
        """
        if row not in self.table.index or measure not in self.table.columns:
            raise NotFound(kind="cell", key=f"{row}/{measure}")
        found = self.entries[self.entries["measure"] == measure]
        if row != TOTAL:
            found = found[rows_by_area(found, self.digits) == row]
        return found.reset_index(drop=True)


@cache
def forms() -> dict[str, Form]:
    """The forms by report."""
    with path("casework", "reports.csv").open(encoding="utf-8", newline="") as handle:
        return {
            row["report"]: Form(
                row["report"],
                date.fromisoformat(row["since"]),
                int(row["due_working_days"]),
                row["rule"],
                row["zh"],
                row["en"],
            )
            for row in csv.DictReader(handle)
        }


def month_of(text: str) -> date:
    """The first day of the month written as `2026-10`.

    Raises:
        WrongUse: another form.

    Example:
        >>> month_of("2026-10")
        datetime.date(2026, 10, 1)
    """
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise WrongUse(
            what=f"'{text}' is not a month",
            expected="a month such as 2026-10",
            do="Correct what follows --month.",
        ) from None


def monthly(events: pd.DataFrame, month: date, *, area: str = "") -> Monthly:
    """The table of a month.

    Args:
        events: all moves of households within the reader's scope.
        month: any day of it.
        area: only households of this area, one row for each area below it; empty for all, one row
            for each county.
    """
    first = month.replace(day=1)
    last = add_months(first, 1) - timedelta(days=1)
    found = entries(events, first, last)
    if area:
        within = found["area_code"].fillna("").astype(str).str.startswith(area)
        found = found[within].reset_index(drop=True)
    digits = DIGITS_BELOW.get(len(area), MOST_DIGITS)
    form = forms()["monthly"]
    due = add_working_days(last, form.due_working_days) if first >= form.since else None
    rows = _rows(area, digits)
    table = counts(found, digits, MEASURES, rows=rows)
    return Monthly(first, area, digits, table, found, form, due)


def _rows(area: str, digits: int) -> tuple[str, ...]:
    """An area's own parts, so that months have the same rows; of all places none are known."""
    known = areas().exists(area) if area else False
    return tuple(code for code in areas().children(area) if len(code) == digits) if known else ()
