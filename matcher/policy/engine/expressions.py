"""The expressions of the law: numbers and days of the subject, limits of the pack, arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from matcher.policy.engine.days import (
    MONTHS_A_YEAR,
    add_months,
    add_working_days,
    day_of_month,
    full_months,
    full_years,
    month_end,
    year_end,
)
from matcher.policy.engine.kleene import Interval, Numbers, Truth, compare, negate
from matcher.policy.engine.scene import Expression, Formula, Gap, Node, Scene, gap_below


@dataclass(frozen=True, slots=True)
class HowMany(Expression):
    """How many of a list below each row hold a formula."""

    group: str
    where: Formula

    def _interval(self, scene: Scene) -> Interval:
        group = scene.facts.groups.get(self.group)
        if group is None:
            return Interval(np.array([0.0]), np.array([np.inf]))
        return group.counts(scene.of(group.facts).truth(self.where))

    def _gap(self, scene: Scene) -> Gap:
        return gap_below(scene, self.group, self.where)

    def _facts(self) -> Iterable[str]:
        return (self.group,)

    def _parts(self) -> Iterable[Node]:
        return (self.where,)


@dataclass(frozen=True, slots=True)
class LongestRun(Expression):
    """The longest row of a list below that holds a formula; others count only where they break it.

    One that neither holds nor breaks (a refusal with just cause) is passed over.
    """

    group: str
    where: Formula
    broken_by: Formula

    def _interval(self, scene: Scene) -> Interval:
        group = scene.facts.groups.get(self.group)
        if group is None:
            return Interval(np.array([0.0]), np.array([np.inf]))
        inside = scene.of(group.facts)
        return group.runs(inside.truth(self.where), inside.truth(self.broken_by))

    def _gap(self, scene: Scene) -> Gap:
        gap = gap_below(scene, self.group, self.where)
        return gap | gap_below(scene, self.group, self.broken_by)

    def _facts(self) -> Iterable[str]:
        return (self.group,)

    def _parts(self) -> Iterable[Node]:
        return (self.where, self.broken_by)


@dataclass(frozen=True, slots=True)
class FactNumber(Expression):
    """A number or day of the subject."""

    fact: str

    def _interval(self, scene: Scene) -> Interval:
        return scene.facts.interval(self.fact)

    def _gap(self, scene: Scene) -> Gap:
        interval = self.interval(scene)
        if interval.known[0]:
            return Gap()
        return Gap(scene.facts.ask_for(self.fact, 0)) if interval.stated else Gap(unstated=True)

    def _facts(self) -> Iterable[str]:
        return (self.fact,)


@dataclass(frozen=True, slots=True)
class Limit(Expression):
    """A value of the pack in force on the day."""

    name: str

    def _interval(self, scene: Scene) -> Interval:
        return scene.limits[self.name]

    def _gap(self, scene: Scene) -> Gap:
        return Gap(unstated=not self.interval(scene).stated)

    def _limits(self) -> Iterable[str]:
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A place in an order that is no limit of law: a tier, or none at all."""

    value: float

    def _interval(self, _scene: Scene) -> Interval:
        return Interval.exactly(np.array([self.value]))


@dataclass(frozen=True, slots=True)
class NotStated(Expression):
    """A value that the text leaves to the place."""

    def _interval(self, _scene: Scene) -> Interval:
        return Interval(np.array([-np.inf]), np.array([np.inf]), stated=False)

    def _gap(self, _scene: Scene) -> Gap:
        return Gap(unstated=True)


@dataclass(frozen=True, slots=True)
class TheDay(Expression):
    """The day of the decision."""

    def _interval(self, scene: Scene) -> Interval:
        return Interval.exactly(scene.facts.today)


@dataclass(frozen=True, slots=True)
class Elapsed(Expression):
    """Full calendar months or years from one day to another: an age, a time without work."""

    unit: str
    start: Expression
    end: Expression

    def _interval(self, scene: Scene) -> Interval:
        start, end = self.start.interval(scene), self.end.interval(scene)
        count = full_years if self.unit == "years" else full_months
        return Interval(count(start.high, end.low), count(start.low, end.high))

    def against(self, scene: Scene, operator: str, limit: Interval) -> Truth | None:
        """The comparison as one of days, which is quicker; None unless end and limit are single.

        So many months are full exactly when the start is not after the end moved back as far: the
        end of a shorter month is held at its last day, which no start of that month passes.
        """
        end = self.end.interval(scene)
        if operator == "equals" or len(end.low) != 1 or len(limit.low) != 1:
            return None
        if not (end.known[0] and limit.known[0]):
            return None
        whole = np.floor(limit.low) if operator in ("more_than", "at_most") else np.ceil(limit.low)
        needed = whole + (1 if operator in ("more_than", "at_most") else 0)
        months = needed * MONTHS_A_YEAR if self.unit == "years" else needed
        latest_start = Interval.exactly(add_months(end.low, -months))
        full = compare(self.start.interval(scene), "at_most", latest_start)
        return full if operator in ("at_least", "more_than") else negate(full)

    def _parts(self) -> Iterable[Node]:
        return (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Shifted(Expression):
    """A day so many calendar months or days later."""

    unit: str
    start: Expression
    by: Expression

    def _interval(self, scene: Scene) -> Interval:
        start, by = self.start.interval(scene), self.by.interval(scene)
        shift = _SHIFTS[self.unit]
        stated = start.stated and by.stated
        return Interval(shift(start.low, by.low), shift(start.high, by.high), stated)

    def _gap(self, scene: Scene) -> Gap:
        return gap_of_parts((self.start, self.by), scene)

    def _parts(self) -> Iterable[Node]:
        return (self.start, self.by)


@dataclass(frozen=True, slots=True)
class PeriodEnd(Expression):
    """The last day of the month or year of a day."""

    unit: str
    day: Expression

    def _interval(self, scene: Scene) -> Interval:
        day = self.day.interval(scene)
        end = month_end if self.unit == "month" else year_end
        return Interval(end(day.low), end(day.high), day.stated)

    def _parts(self) -> Iterable[Node]:
        return (self.day,)


@dataclass(frozen=True, slots=True)
class Combined(Expression):
    """Numbers not below nought multiplied, or the smaller or larger of several."""

    by: str
    parts: tuple[Expression, ...]

    def _interval(self, scene: Scene) -> Interval:
        parts = [part.interval(scene) for part in self.parts]
        combine = _COMBINE[self.by]
        return Interval(
            reduce(combine, (part.low for part in parts)),
            reduce(combine, (part.high for part in parts)),
            all(part.stated for part in parts),
        )

    def _gap(self, scene: Scene) -> Gap:
        return gap_of_parts(self.parts, scene)

    def _parts(self) -> Iterable[Node]:
        return self.parts


def gap_of_parts(parts: Iterable[Expression], scene: Scene) -> Gap:
    """What is missing of the parts; where the text leaves one open, no fact can help."""
    found = Gap()
    for part in parts:
        interval = part.interval(scene)
        if not interval.known[0]:
            found = found | part.gap(scene)
    return Gap(unstated=True) if found.unstated else found


def _product(one: Numbers, other: Numbers) -> Numbers:
    """The product where nought times anything unknown is nought; free of binary residue."""
    with np.errstate(invalid="ignore"):
        return np.where((one == 0) | (other == 0), 0.0, np.round(one * other, PRODUCT_DIGITS))


PRODUCT_DIGITS = 6
"""Digits kept of a product: sums of money have two, and 10% of 150 persons is 15."""

_SHIFTS: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "months": add_months,
    "days": np.add,
    "working_days": add_working_days,
    "of_month": day_of_month,
}


_COMBINE: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "times": _product,
    "smaller_of": np.minimum,
    "larger_of": np.maximum,
}
