"""One subject's facts as a dictionary, with those that follow from others."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from tests.policy.plain.days import DATA, full_years, months_later, retirement

Number = Decimal | float
LISTS = ("members", "candidates", "refusals")
CATEGORIES = {"male": ("man",), "female": ("woman_55", "woman_50")}


@cache
def kinds() -> dict[str, dict[str, str]]:
    """Each fact's row of the table of facts."""
    with (DATA / "facts.csv").open(encoding="utf-8", newline="") as handle:
        return {row["fact"]: row for row in csv.DictReader(handle)}


@dataclass(frozen=True)
class Span:
    """A number, or a day as its ordinal, between two bounds; equal where it is known.

    `open_text` tells that the text or the place has not set it, so that asking cannot help.
    """

    low: Number
    high: Number
    open_text: bool = False

    @property
    def known(self) -> bool:
        return self.low == self.high


def exactly(value: float | Decimal | date) -> Span:
    number: Number = Decimal(value.toordinal() if isinstance(value, date) else str(value))
    return Span(number, number)


@dataclass
class Subject:
    """The facts of one subject; `lists` are the subjects below, None where not asked."""

    on: date
    facts: dict[str, Any]
    lists: dict[str, list[Subject] | None] = field(default_factory=dict)
    born: tuple[date | None, date | None] = (None, None)
    retires: tuple[date | None, date | None] = (None, None)

    def get(self, fact: str) -> Any:
        return self.facts.get(fact)

    def known(self, fact: str) -> bool:
        if fact in LISTS:
            return self.lists.get(fact) is not None
        return self.get(fact) is not None

    def span(self, fact: str) -> Span:
        value, kind = self.get(fact), kinds()[fact]
        if value is not None:
            return exactly(value)
        bounds = {"birth_date": self.born, "retirement_date": self.retires}.get(fact)
        if bounds is not None:
            low, high = bounds
            return Span(
                -math.inf if low is None else Decimal(low.toordinal()),
                math.inf if high is None else Decimal(high.toordinal()),
            )
        lowest = -math.inf if kind["type"] == "date" else Decimal(0)
        return Span(lowest, math.inf, open_text=kind["absent"] == "not_set")

    def to_ask(self, fact: str) -> set[str]:
        """What to ask so that the fact is known: never one that is worked out."""
        if fact == "age":
            return {"birth_date"}
        if fact != "retirement_date":
            return {fact}
        open_ones = {"birth_date"} if self.get("birth_date") is None else set()
        if self.get("retirement_category") is None:
            open_ones |= {"retirement_category"}
            open_ones |= {"sex"} if self.get("sex") is None else set()
        return open_ones


def subject_of(given: Mapping[str, Any], on: date) -> Subject:
    """The facts of a law case: those of all its subjects in one dictionary."""
    flat: dict[str, Any] = {}
    for name, stated in given.items():
        flat.update({"refusals": stated} if name == "refusals" else stated)
    below = {name: flat.pop(name, None) for name in LISTS}
    stated = _read(flat)
    if "zef_member" in stated:
        stated.setdefault("recognised_zero_employment", stated["zef_member"])
    top = _with_derived(Subject(on, stated))
    around = {name: top.get(name) for name in top.facts if kinds()[name]["subject"] != "person"}
    for name, listed in below.items():
        top.lists[name] = (
            None
            if listed is None
            else [_with_derived(Subject(on, {**around, **_read(one)})) for one in listed]
        )
    return top


def _read(facts: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, str) and kinds()[name]["type"] == "date":
            found[name] = date.fromisoformat(value)
        elif value is not None:
            found[name] = value
    return found


def _with_derived(subject: Subject) -> Subject:
    facts, on = subject.facts, subject.on
    born, age = facts.get("birth_date"), facts.get("age")
    if born is not None:
        subject.born = (born, born)
        facts.setdefault("age", full_years(born, on))
    elif age is not None:
        first = months_later(on, -12 * (int(age) + 1)) + timedelta(days=1)
        subject.born = (first, months_later(on, -12 * int(age)))
    registered = facts.get("unemployment_registered_on")
    if registered is not None and registered <= on:
        facts.setdefault("registered_unemployed", True)
    if facts.get("recognised_zero_employment") is not None:
        facts.setdefault("zef_member", facts["recognised_zero_employment"])
    if facts.get("sex") == "male":
        facts.setdefault("retirement_category", "man")
    if "retirement_date" not in facts and born is not None:
        stated = facts.get("retirement_category")
        anyone = CATEGORIES["male"] + CATEGORIES["female"]
        names = (stated,) if stated else CATEGORIES.get(facts.get("sex") or "", anyone)
        days = [retirement(born, name, on) for name in names]
        subject.retires = (min(days), max(days))
        if min(days) == max(days):
            facts["retirement_date"] = min(days)
    return subject
