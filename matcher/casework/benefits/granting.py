"""The ledger of benefits: what a grant says, which month may be paid, what is left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from matcher.casework.benefits.quoting import A_YEAR, Quote, months_later
from matcher.errors import WrongUse

STREAM = "benefit"
RUNNING = ("granted", "suspended")
HAD = ("granted", "suspended", "ended")
"""States in which a benefit was received: what was reclaimed was not."""


def benefit_id(person_id: str, benefit: str, number: int) -> str:
    """The subject of a person's n-th matter of one kind.

    Example:
        >>> benefit_id("P1", "post_subsidy", 1)
        'B-P1-post_subsidy-1'
    """
    return f"B-{person_id}-{benefit}-{number}"


@dataclass(frozen=True, slots=True)
class Granted:
    """Where a granted benefit stands.

    Attributes:
        months: that were granted; None for a benefit that is not of months.
        paid: months paid, as `2026-11`, in order.
        yuan_paid: what was paid so far.
    """

    subject_id: str
    benefit: str
    state: str
    first_month: str | None
    months: int | None
    yuan_month: float | None
    paid: tuple[str, ...]
    yuan_paid: float

    @property
    def remaining(self) -> int | None:
        """Months not paid yet; None where it is not of months."""
        return None if self.months is None else self.months - len(self.paid)

    @property
    def last_month(self) -> str | None:
        """The last month of the term."""
        if self.first_month is None or self.months is None:
            return None
        return month_after(self.first_month, self.months - 1)

    @property
    def next_month(self) -> str | None:
        """The first month of the term that is not paid; None when all are."""
        if self.first_month is None or self.months is None:
            return None
        term = (month_after(self.first_month, at) for at in range(self.months))
        return next((month for month in term if month not in self.paid), None)


def granted_of(state: pd.Series, events: pd.DataFrame) -> Granted:
    """Where one matter stands, from its state and its own events."""
    said = json.loads(state["data"]) if state["data"] else {}
    pays = [json.loads(text) for text in events.loc[events["event"] == "pay", "data"]]
    return Granted(
        subject_id=str(state["subject_id"]),
        benefit=str(said["benefit"]),
        state=str(state["state"]),
        first_month=said.get("first_month"),
        months=said.get("months"),
        yuan_month=said.get("yuan_month"),
        paid=tuple(sorted(each["month"] for each in pays if each.get("month"))),
        yuan_paid=sum(float(each["yuan"]) for each in pays),
    )


def grant_data(quote: Quote, first_day: date) -> dict[str, Any]:
    """What a grant writes down: the term and the sum, and the rules they rest on."""
    return {
        "yuan": quote.yuan,
        "yuan_month": quote.yuan_month,
        "months": quote.months,
        "first_month": month_of(first_day) if quote.months else None,
        "ends_on": quote.ends_on.isoformat() if quote.ends_on else None,
        "rules": ";".join(quote.rules),
        "as_of": quote.as_of.isoformat(),
    }


def month_to_pay(granted: Granted, month: str | None, on: date) -> str | None:
    """The month that a payment is for: the one asked for, else the first that is not paid.

    Returns:
        None for a benefit that is paid once.

    Raises:
        WrongUse: outside of the term, paid before, or not begun yet.
    """
    if granted.months is None:
        _refuse_second(granted)
        return None
    wanted = month or granted.next_month
    if wanted is None:
        raise _wrong(granted, "every month of its term is paid", "a benefit with months left")
    if not (granted.first_month or "") <= wanted <= (granted.last_month or ""):
        raise _wrong(
            granted,
            f"{wanted} is not in its term",
            f"a month from {granted.first_month} to {granted.last_month}",
        )
    if wanted in granted.paid:
        raise _wrong(granted, f"{wanted} was paid before", f"{granted.next_month or 'no month'}")
    if wanted > month_of(on):
        raise _wrong(granted, f"{wanted} has not begun", "a month that has begun")
    return wanted


def _refuse_second(granted: Granted) -> None:
    if granted.yuan_paid > 0:
        raise _wrong(granted, "it is paid once and was paid", "a benefit not paid yet")


def _wrong(granted: Granted, what: str, expected: str) -> WrongUse:
    return WrongUse(
        what=f"benefit {granted.subject_id}: {what}",
        expected=expected,
        do="Look at 'benefits list' for what is paid and left.",
    )


def month_of(day: date) -> str:
    """The month of a day.

    Example:
        >>> month_of(date(2026, 11, 2))
        '2026-11'
    """
    return day.isoformat()[:7]


def month_after(month: str, count: int) -> str:
    """The month so many later.

    Example:
        >>> month_after("2026-11", 2)
        '2027-01'
    """
    return month_of(months_later(date.fromisoformat(f"{month}-01"), count))


def months_between(first: str, last: str) -> int:
    """How many months from the first to the last, both counted.

    Example:
        >>> months_between("2026-11", "2027-01")
        3
    """
    one, other = (date.fromisoformat(f"{month}-01") for month in (first, last))
    return (other.year - one.year) * A_YEAR + other.month - one.month + 1


def due_after(granted: Granted) -> str | None:
    """The day by which the next payment is due: the last of the first month not paid."""
    following = granted.next_month
    if following is None:
        return None
    first = date.fromisoformat(f"{following}-01")
    return (months_later(first, 1) - timedelta(days=1)).isoformat()
