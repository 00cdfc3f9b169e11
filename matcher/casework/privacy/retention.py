"""For how long a record outlives the erasure of its person, and until which day that is.

The table `data/casework/retention.csv` says months by kind of record. A record counts from the
last day that it bears; one without any counts from the day of the erasure.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from matcher.domain.kinds import Kind
from matcher.reference.paths import path

DAYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.REFUSALS: ("offered_on",),
    Kind.CASES: ("opened_on", "filed_on", "last_visit_on"),
    Kind.PLACEMENTS: ("start_date", "ended_on", "base_si_subsidy_ended_on"),
    Kind.OUTCOMES: ("on",),
    Kind.PAIRINGS: (),
}
"""The columns whose latest day a record counts from."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long records of a kind are kept once their person is erased, and why.

    `basis` is `law` or `office_setting`; `law` and `article` stand behind the duty to erase.
    """

    kind: Kind
    months: int
    basis: str
    law: str
    article: str
    zh: str
    en: str


@cache
def retentions() -> Mapping[Kind, Retention]:
    """Every kind of record about one person, and how long it is kept.

    Example:
        >>> retentions()[Kind.OUTCOMES].months
        0
    """
    with path("casework", "retention.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {
        Kind(row["record"]): Retention(
            kind=Kind(row["record"]),
            months=int(row["months"]),
            basis=row["basis"],
            law=row["law"],
            article=row["article"],
            zh=row["zh"],
            en=row["en"],
        )
        for row in rows
    }


def kept_until(kind: Kind, records: pd.DataFrame, on: date) -> date | None:
    """The day on which the last of these records may go; None where there is none to keep.

    Args:
        kind: theirs.
        records: all of one person.
        on: the day of the erasure.

    Example:
        >>> offers = pd.DataFrame({"offered_on": ["2026-01-31"]})
        >>> kept_until(Kind.REFUSALS, offers, date(2026, 2, 1))
        datetime.date(2029, 1, 31)
    """
    months = retentions()[kind].months
    if records.empty or months == 0:
        return None
    days = [records[name].dropna() for name in DAYS[kind]]
    last = max((str(each.max()) for each in days if len(each)), default=on.isoformat())
    until = (pd.Timestamp(last) + pd.DateOffset(months=months)).date()
    return until if until > on else None


def remembered_until(on: date) -> date:
    """Until when an old file does not bring back who was erased on this day: the longest period.

    Example:
        >>> remembered_until(date(2026, 11, 2))
        datetime.date(2036, 11, 2)
    """
    months = max(each.months for each in retentions().values())
    return (pd.Timestamp(on) + pd.DateOffset(months=months)).date()
