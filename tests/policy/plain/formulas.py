"""A formula of a pack held against one subject: True, False, or None where it is not known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

from tests.policy.plain import days
from tests.policy.plain.packs import Text
from tests.policy.plain.subjects import Number, Span, Subject, exactly, kinds

Truth = bool | None
NOT_STATED = "(not stated)"
"""Stands among the facts to ask where the text, not a fact, is what is missing."""
ANYTHING = Span(-math.inf, math.inf, open_text=True)


def both(parts: Iterable[Truth]) -> Truth:
    """All of them: one that fails settles it."""
    found = list(parts)
    if False in found:
        return False
    return None if None in found else True


def either(parts: Iterable[Truth]) -> Truth:
    found = list(parts)
    if True in found:
        return True
    return None if None in found else False


def opposite(part: Truth) -> Truth:
    return None if part is None else not part


@dataclass(frozen=True)
class Reading:
    """The formulas of one text.

    Attributes:
        decided: whether another matter is met for a subject, and what is missing there.
    """

    text: Text
    on: date
    decided: Callable[[str, Subject], tuple[Truth, set[str]]]

    def truth(self, raw: Any, one: Subject) -> Truth:
        if isinstance(raw, str):
            named = (self.text.rule.get("conditions") or {}).get(raw)
            return one.get(raw) if named is None else self.truth(named["test"], one)
        if "fact" in raw:
            return _of_fact(raw, one)
        if "compare" in raw:
            left, operator, right = raw["compare"]
            return _compare(self.number(left, one), operator, self.number(right, one))
        if "choose" in raw:
            return self._choice(raw, one)
        if "some" in raw or "not_one" in raw:
            found = self._some(raw.get("some") or raw["not_one"], raw["where"], one)
            return found if "some" in raw else opposite(found)
        if "decision" in raw:
            return self.decided(raw["decision"], one)[0]
        if "asked" in raw:
            return one.known(raw["asked"])
        if "surely" in raw:
            return self.truth(raw["surely"], one) is True
        if "stated" in raw:
            return None if self.text.value(raw["stated"], self.on) is None else True
        ((by, parts),) = raw.items()
        truths = [self.truth(part, one) for part in parts]
        if by == "all":
            return both(truths)
        return either(truths) if by == "any" else opposite(either(truths))

    def _choice(self, raw: dict[str, Any], one: Subject) -> Truth:
        value = one.get(raw["choose"])
        if value is not None:
            return self.truth(raw[value], one)
        truths = {self.truth(part, one) for key, part in raw.items() if key != "choose"}
        return truths.pop() if len(truths) == 1 else None

    def _some(self, name: str, where: Any, one: Subject) -> Truth:
        listed = one.lists.get(name)
        return None if listed is None else either(self.truth(where, each) for each in listed)

    def number(self, raw: Any, one: Subject) -> Span:
        """The number or day as a span."""
        if raw == "the_day":
            return exactly(self.on)
        if raw == "not_stated":
            return ANYTHING
        if isinstance(raw, str):
            return one.span(raw)
        if isinstance(raw, int | float):
            return exactly(raw)
        if "value" in raw:
            value = self.text.value(raw["value"], self.on)
            return ANYTHING if value is None else exactly(value)
        if "how_many" in raw or "longest_run" in raw:
            return self._count(raw, one)
        ((by, parts),) = raw.items()
        spans = [self.number(part, one) for part in parts]
        open_text = any(span.open_text for span in spans)
        if by.startswith("full_"):
            start, end = spans
            count = days.full_years if by == "full_years" else days.full_months
            return Span(
                _elapsed(count, start.high, end.low),
                _elapsed(count, start.low, end.high),
                open_text,
            )
        low = [span.low for span in spans]
        high = [span.high for span in spans]
        return Span(_worked_out(by, low), _worked_out(by, high), open_text)

    def _count(self, raw: dict[str, Any], one: Subject) -> Span:
        listed = one.lists.get(raw.get("how_many") or raw["longest_run"])
        if listed is None:
            return Span(Decimal(0), math.inf)
        held = [self.truth(raw["where"], each) for each in listed]
        if "how_many" in raw:
            surely = sum(truth is True for truth in held)
            return Span(Decimal(surely), Decimal(surely + sum(truth is None for truth in held)))
        broken = [self.truth(raw["broken_by"], each) for each in listed]
        least = _run([truth is True for truth in held], [truth is not False for truth in broken])
        most = _run([truth is not False for truth in held], [truth is True for truth in broken])
        return Span(Decimal(least), Decimal(most))

    def missing(self, raw: Any, one: Subject) -> set[str]:
        """The facts that can still settle an unknown formula; `NOT_STATED` where the text can."""
        if isinstance(raw, str):
            named = (self.text.rule.get("conditions") or {}).get(raw)
            return one.to_ask(raw) if named is None else self.missing(named["test"], one)
        if "fact" in raw:
            return one.to_ask(raw["fact"])
        if "compare" in raw:
            return self._missing_of_numbers([raw["compare"][0], raw["compare"][2]], one)
        if "choose" in raw:
            return self._missing_of_choice(raw, one)
        if "some" in raw or "not_one" in raw:
            return self._missing_below(raw.get("some") or raw["not_one"], raw["where"], one)
        if "decision" in raw:
            return self.decided(raw["decision"], one)[1]
        if "stated" in raw:
            return {NOT_STATED}
        ((_, parts),) = raw.items()
        return {
            name
            for part in parts
            if self.truth(part, one) is None
            for name in self.missing(part, one)
        }

    def _missing_of_choice(self, raw: dict[str, Any], one: Subject) -> set[str]:
        fact = raw["choose"]
        if one.get(fact) is not None:
            return self.missing(raw[one.get(fact)], one)
        branches = [part for key, part in raw.items() if key != "choose"]
        open_ones = [part for part in branches if self.truth(part, one) is None]
        return one.to_ask(fact).union(*(self.missing(part, one) for part in open_ones))

    def _missing_below(self, name: str, where: Any, one: Subject) -> set[str]:
        listed = one.lists.get(name)
        if listed is None:
            return {name}
        open_ones = [each for each in listed if self.truth(where, each) is None]
        return set().union(*(self.missing(where, each) for each in open_ones))

    def missing_of_number(self, raw: Any, one: Subject) -> set[str]:
        span = self.number(raw, one)
        if span.known:
            return set()
        if span.open_text:
            return {NOT_STATED}
        if isinstance(raw, str):
            return one.to_ask(raw)
        if "how_many" in raw:
            return self._missing_below(raw["how_many"], raw["where"], one)
        if "longest_run" in raw:
            name = raw["longest_run"]
            inside = self._missing_below(name, raw["where"], one)
            return inside | self._missing_below(name, raw["broken_by"], one)
        ((_, parts),) = raw.items()
        return self._missing_of_numbers(parts, one)

    def _missing_of_numbers(self, parts: list[Any], one: Subject) -> set[str]:
        if any(self.number(part, one).open_text for part in parts):
            return {NOT_STATED}
        return set[str]().union(*(self.missing_of_number(part, one) for part in parts))


def _of_fact(raw: dict[str, Any], one: Subject) -> Truth:
    value, kind = one.get(raw["fact"]), kinds()[raw["fact"]]
    if "includes" in raw:
        return None if value is None else raw["includes"] in value
    if kind["type"] == "bool":
        return None if value is None else bool(value) is raw.get("is", True)
    wanted = raw["in"] if "in" in raw else [raw["is"]]
    if value is None:
        return True if set(wanted) == set(kind["values"].split(";")) else None
    return value in wanted


def _compare(left: Span, operator: str, right: Span) -> Truth:
    match operator:
        case "at_least":
            return _order(left.low >= right.high, left.high >= right.low)
        case "more_than":
            return _order(left.low > right.high, left.high > right.low)
        case "at_most":
            return _order(left.high <= right.low, left.low <= right.high)
        case "less_than":
            return _order(left.high < right.low, left.low < right.high)
        case _:
            if left.known and right.known:
                return left.low == right.low
            return None if left.low <= right.high and right.low <= left.high else False


def _order(surely: bool, possibly: bool) -> Truth:
    return True if surely else (None if possibly else False)


def _elapsed(count: Callable[[date, date], int], start: Number, end: Number) -> Number:
    if math.isinf(start) or math.isinf(end):
        return math.inf if start == -math.inf or end == math.inf else -math.inf
    return Decimal(count(date.fromordinal(int(start)), date.fromordinal(int(end))))


def _worked_out(by: str, parts: list[Number]) -> Number:
    match by:
        case "times":
            return reduce(_times, parts)
        case "smaller_of":
            return min(parts)
        case "larger_of":
            return max(parts)
    unbounded = [part for part in parts if math.isinf(part)]
    if unbounded:
        return parts[0] if by == "day_of_month" else unbounded[0]
    day = date.fromordinal(int(parts[0]))
    match by:
        case "month_end":
            day = days.end_of_month(day)
        case "year_end":
            day = date(day.year, 12, 31)
        case "add_months":
            day = days.months_later(day, int(parts[1]))
        case "add_days":
            day = date.fromordinal(int(parts[0]) + int(parts[1]))
        case "add_working_days":
            day = days.working_days_later(day, int(parts[1]))
        case "day_of_month":
            day = days.day_of_month(day, int(parts[1]))
    return Decimal(day.toordinal())


def _times(one: Number, other: Number) -> Number:
    if one == 0 or other == 0:
        return Decimal(0)
    if math.isinf(one) or math.isinf(other):
        return math.inf
    return Decimal(one) * Decimal(other)


def _run(held: list[bool], broken: list[bool]) -> int:
    longest = run = 0
    for holds, breaks in zip(held, broken, strict=True):
        run = (0 if breaks else run) + holds
        longest = max(longest, run)
    return longest
