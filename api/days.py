"""Days and moments that may be asked about: those a calendar can count on from."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

FIRST, LAST = date(1900, 1, 1), date(2199, 12, 31)
"""Far from the ends of the calendar: periods of the law are counted from a day, and back."""

Day = Annotated[date, Field(ge=FIRST, le=LAST)]

MONTH = r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$"
"""A month of these days, as 2026-10."""


def _told(moment: datetime) -> datetime:
    """The moment with its zone; this machine's where none is given.

    Example:
        >>> _told(datetime(2026, 11, 2, 8, tzinfo=UTC)).year
        2026
    """
    if not FIRST.year < moment.year < LAST.year:
        raise ValueError(f"a moment between {FIRST.year} and {LAST.year}")
    return moment.astimezone() if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_told)]
