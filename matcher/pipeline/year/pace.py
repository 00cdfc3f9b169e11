"""How fast the scripted year goes: shares and days that the script assumes, seeded chances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from matcher.reference.calendar.working_days import day_kind

Task = Callable[[date], None]


@dataclass(frozen=True, slots=True)
class Pace:
    """What the script assumes; it decides nothing outside the script.

    Attributes:
        proposals_a_day: referrals that the office can make in a working day.
        appear_a_day: households that appear in a working day, on average.
        silent: share of referrals that nobody answers.
        works_for_days: mean days until work ends.
        visits_a_day: visits that the office can make in a working day.
    """

    proposals_a_day: int = 40
    appear_a_day: float = 0.5
    silent: float = 0.08
    works_for_days: float = 420.0
    visits_a_day: int = 25


@dataclass(slots=True)
class Diary:
    """What is to happen on which day, in the order in which it was written down."""

    _of: dict[date, list[Task]] = field(default_factory=lambda: defaultdict(list))

    def write(self, day: date, task: Task) -> None:
        """Let something happen on a day, or on the first working day after it."""
        self._of[next_working_day(day)].append(task)

    def take(self, day: date) -> Iterator[Task]:
        """What is to happen on a day; tasks written meanwhile for it as well."""
        while self._of[day]:
            yield self._of[day].pop(0)


def is_working_day(day: date) -> bool:
    """Is the office open?"""
    return day_kind(day).is_working


def begins_month(day: date) -> bool:
    """Is it the first working day of its month?

    Example:
        >>> begins_month(date(2026, 11, 2)), begins_month(date(2026, 11, 3))
        (True, False)
    """
    return is_working_day(day) and next_working_day(day.replace(day=1)) == day


def next_working_day(day: date) -> date:
    """The day itself where the office is open, else the first one after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def after(day: date, rng: np.random.Generator, least: int, most: int) -> date:
    """A day by chance, so many days after another one."""
    return day + timedelta(days=int(rng.integers(least, most + 1)))
