"""Days that law counts in: working days of China, and calendar months."""

from __future__ import annotations

from matcher.reference.calendar.months import add_months, add_months_to
from matcher.reference.calendar.working_days import (
    DayKind,
    DueDay,
    DueDays,
    add_working_days,
    add_working_days_to,
    day_kind,
    is_working_day,
    published_until,
)

__all__ = [
    "DayKind",
    "DueDay",
    "DueDays",
    "add_months",
    "add_months_to",
    "add_working_days",
    "add_working_days_to",
    "day_kind",
    "is_working_day",
    "published_until",
]
