"""Later days: the same facts as time passes, and the days on which a decision can change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.policy.catalogue import fact_catalogue, fact_kind
from matcher.policy.engine.columns import Above, Column, Derived, Facts, Group
from matcher.policy.engine.days import MONTHS_A_YEAR, add_months, day_number, day_of, full_years
from matcher.policy.engine.kleene import UNKNOWN, Interval
from matcher.policy.facts import with_derived

# The conversion of stored records is one with the ageing of their facts: the same rule must answer.
from matcher.policy.records import _with_working_age, age_days
from matcher.policy.turning.text import Text

AGES_WITH_TIME = ("registered_unemployed", "of_working_age", "retirement_date")
DAYS_AFTER_A_WORKING_DAY = 3
"""Calendar days that one working day may take at most on the long run, holidays included."""
LONGEST_HOLIDAY = 20


def on_later_days(facts: Facts, days: Sequence[date]) -> Facts:
    """Each row of the facts on a later day of its own, all within one law (`of_one_law`).

    Ages and registrations go with time, all else stays as it was told. Counts of months that
    somebody stated (months in work, say) stay as they were: whether they will go on is not known.
    An age stated without a date of birth becomes a range.

    Args:
        facts: n rows, with the lists below them.
        days: (n,), at least one, none before the day of the facts.

    Returns:
        The same rows; `on` is the first of the days.
    """
    numbers = np.array([day_number(day) for day in days])
    aged = _aged(replace(facts, groups={}), days[0], numbers)
    groups: dict[str, Group] = {}
    for name, group in facts.groups.items():
        below = _aged(group.facts, days[0], numbers[group.parent_at])
        groups[name] = replace(group, facts=replace(below, above=Above(aged, group.parent_at)))
    return replace(aged, groups=groups)


def of_one_law(days: Sequence[date], text: Text) -> list[list[date]]:
    """Days in order, parted where law that the decision looks at starts or ends."""
    edges = sorted(text.starts | {day_number(day) for day in age_days()})
    law_of = np.searchsorted(edges, [day_number(day) for day in days], side="right")
    return [[days[int(at)] for at in np.flatnonzero(law_of == law)] for law in np.unique(law_of)]


def _aged(facts: Facts, on: date, days: NDArray[np.float64]) -> Facts:
    columns, derived = dict(facts.columns), dict(facts.derived_from)
    for name in AGES_WITH_TIME:
        if name in derived and name in columns:
            columns[name] = _without(name, columns[name], derived.pop(name))
    columns.pop("age", None)
    born = facts.bounds_of.get("birth_date")
    aging = replace(facts, on=on, days=days, columns=columns, derived_from=derived)
    later = with_derived(aging)
    if "of_working_age" in facts.asked_as:
        later = _with_working_age(later)
    return later if born is None else _of_stated_age(later, born)


def _without(name: str, column: Column, derived: Derived) -> Column:
    blank = UNKNOWN if fact_kind(name).type == "bool" else np.nan
    return np.where(derived.rows, blank, column)


def _of_stated_age(facts: Facts, born: Interval) -> Facts:
    """With the range of ages of people whose birth is only known to lie within a year."""
    today = facts.today
    age = Interval(full_years(born.high, today), full_years(born.low, today))
    bounds = {**facts.bounds_of, "birth_date": born, "age": age}
    return replace(facts, bounds_of=bounds)


def timeless(facts: Facts, text: Text) -> Facts:
    """The facts with all that time can change left open.

    What is decided on them whatever is left open stays so on every day of the same law.
    """
    aside = {name for name in text.facts if name[0] is None}
    open_facts = _opened(replace(facts, groups={}), aside, text)
    groups = {}
    for name, group in facts.groups.items():
        below = replace(group.facts, above=Above(open_facts, group.parent_at))
        looked_at = {one for one in text.facts if one[0] == name}
        groups[name] = replace(group, facts=_opened(below, looked_at | aside, text))
    return replace(open_facts, groups=groups)


def _opened(facts: Facts, looked_at: Iterable[tuple[str | None, str]], text: Text) -> Facts:
    columns, bounds = dict(facts.columns), dict(facts.bounds_of)
    for _, name in looked_at:
        if not _inputs(facts, name, text):
            continue
        bounds.pop(name, None)
        kind = fact_kind(name)
        if kind.type == "date" or name == "age":
            columns[name] = np.array([np.nan])
        elif name in facts.derived_from and name in columns:
            columns[name] = _without(name, columns[name], facts.derived_from[name])
    return replace(facts, columns=columns, bounds_of=bounds)


def law_days(facts: Facts, text: Text, *, years: int) -> list[date]:
    """The day of the facts and the later ones on which law starts or ends."""
    last = _last(facts, years)
    today = day_number(facts.on)
    return [facts.on, *(day_of(day) for day in sorted(text.starts) if today < day <= last)]


def turning_days(facts: Facts, text: Text, *, years: int, acted: bool = False) -> list[date]:
    """The later days on which a decision on the one row can change, in order.

    A comparison of the law changes on a day so many full months after a known day, the day after
    it, or so many days after it as the law names; or with the law itself.

    Args:
        facts: one row.
        text: what the decision looks at.
        years: how far to look.
        acted: whether something is done on the day of the facts, from which times then count.
    """
    today, last = day_number(facts.on), _last(facts, years)
    first = [today] if acted and text.names_the_day else []
    known = np.array([*first, *_known_days(facts, text), *text.numbers("date")])
    spread = [known, *(known + wait for wait in text.numbers("days"))]
    for wait in text.numbers("working_days"):
        until = int(wait * DAYS_AFTER_A_WORKING_DAY) + LONGEST_HOLIDAY
        spread.extend(known + shift for shift in range(int(wait), until))
    bases = np.unique(np.concatenate(spread))
    found = [_monthly(bases, today, last), np.array(sorted(text.starts))]
    days = np.unique(np.concatenate(found))
    return [day_of(day) for day in days if today < day <= last]


def _last(facts: Facts, years: int) -> float:
    today = np.array([day_number(facts.on)])
    return float(add_months(today, np.array([years * MONTHS_A_YEAR]))[0])


def _monthly(bases: NDArray[np.float64], today: float, last: float) -> NDArray[np.float64]:
    """The bases and the days full months after each of them, with the days after these."""
    found = [bases]
    for base in bases:
        first = max(0, int((today - base) / 31) - 1)
        months = np.arange(first, max(first, int((last - base) / 28) + 1) + 1, dtype=np.float64)
        found.append(add_months(np.full(len(months), base), months))
    days = np.concatenate(found)
    return np.concatenate([days, days + 1])


def _known_days(facts: Facts, text: Text) -> list[float]:
    found: list[float] = []
    for group, fact in text.facts:
        if group is not None and group not in facts.groups:
            continue
        subject = facts if group is None else facts.groups[group].facts
        for name in _inputs(subject, fact, text):
            columns: list[Any] = [subject.column(name)]
            if name in subject.bounds_of:
                columns += [subject.bounds_of[name].low, subject.bounds_of[name].high]
            for column in columns:
                if column is not None:
                    found.extend(np.unique(column[np.isfinite(column)]))
    return found


def _inputs(facts: Facts, fact: str, text: Text) -> list[str]:
    """The days by which time changes what is decided on the fact: itself, or what it comes from.

    Days that the law holds only against other days stay as they are, however late it is.
    """
    if fact_kind(fact).type == "date" and not text.names_the_day:
        return []
    derived = facts.derived_from.get(fact)
    source = () if derived is None or derived.source not in fact_catalogue() else (derived.source,)
    names = dict.fromkeys((fact, *facts.asked_as.get(fact, ()), *source))
    return [name for name in names if fact_kind(name).type == "date"]
