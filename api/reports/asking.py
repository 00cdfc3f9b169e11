"""Which month and area a table is of, read once for the routes and the pages."""

from __future__ import annotations

from datetime import date, timedelta

from matcher.casework.reports.monthly import Monthly, month_of, monthly
from matcher.domain.scope import Scope
from matcher.pipeline.casework.ledgers.households import ledger_events
from matcher.reference.calendar import add_months
from matcher.store.store import Store

MONTHS = 13
"""Months to choose from: a year back from the running one."""


def month_table(store: Store, scope: Scope, month: str | None, area: str, today: date) -> Monthly:
    """The monthly table within a scope; of the last whole month where none is named.

    Raises:
        WrongUse: the month is none.
    """
    first = month_of(month) if month else today.replace(day=1) - timedelta(days=1)
    return monthly(ledger_events(store, scope), first, area=area)


def months_until(today: date) -> list[str]:
    """The months to choose from, newest first.

    Example:
        >>> months_until(date(2026, 1, 5))[:2]
        ['2026-01', '2025-12']
    """
    first = today.replace(day=1)
    return [f"{add_months(first, -back):%Y-%m}" for back in range(MONTHS)]
