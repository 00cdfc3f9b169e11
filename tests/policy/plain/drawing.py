"""Random facts for one matter in one place: what its texts look at, with values near its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.policy.plain.days import months_later
from tests.policy.plain.packs import Text, texts
from tests.policy.plain.subjects import LISTS, kinds

BEHIND = {
    "age": ("birth_date",),
    "retirement_date": ("birth_date", "sex", "retirement_category"),
    "registered_unemployed": ("unemployment_registered_on",),
    "zef_member": ("recognised_zero_employment",),
}
"""Facts from which others follow; given or not, they must lead to the same answer."""
LOOKS_BELOW = ("some", "not_one", "how_many", "longest_run")
LEFT_OUT = 0.3
SEASONED = {"of_working_age", "able_to_work", "wants_to_work", "is_public_welfare", "zef_member"}


@dataclass
class Subjects:
    """What may be drawn: facts by the list they stand in ("" for the subject's own), and limits.

    `named` are the facts that the texts name themselves.
    """

    on: date
    named: dict[str, set[str]] = field(default_factory=dict)
    facts: dict[str, set[str]] = field(default_factory=lambda: {"": set()})
    numbers: set[float] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    spans: set[int] = field(default_factory=lambda: {1})
    decisions: set[str] = field(default_factory=set)


def vocabulary(place: str, decision: str, on: date, layer: str) -> Subjects:
    """The facts and limits that the texts of a matter name, in order to draw near them."""
    found = Subjects(on)
    _read(found, place, decision, layer)
    found.named = {where: set(names) for where, names in found.facts.items()}
    for names in found.facts.values():
        for name in sorted(names):
            names.update(BEHIND.get(name, ()))
        found.facts[""] |= {one for one in names if kinds()[one]["subject"] == "household"}
    if decision == "public_welfare_post_tier":
        found.facts[""] |= {"requires_certificate"}
    return found


def _read(found: Subjects, place: str, decision: str, layer: str) -> None:
    if decision in found.decisions:
        return
    found.decisions.add(decision)
    for text in texts(place, decision, found.on, layer):
        _read_limits(found, text)
        tests = [entry["test"] for entry in (text.rule.get("conditions") or {}).values()]
        parts = [*tests, text.rule.get("answers"), text.rule.get("order_within")]
        for where, name in (pair for part in parts for pair in _named(part, "")):
            if where == "decision":
                _read(found, place, name, layer)
            elif name in kinds() and name not in LISTS:
                found.facts.setdefault(where, set()).add(name)
            elif name in LISTS:
                found.facts.setdefault(name, set())


def _read_limits(found: Subjects, text: Text) -> None:
    for entries in (text.pack.get("values") or {}).values():
        for entry in entries:
            value, unit = entry["value"], entry["unit"]
            if isinstance(value, date):
                found.days.add(value)
            elif isinstance(value, int | float):
                found.numbers.add(value)
                months = {"years": 12, "months": 1}.get(unit)
                found.spans |= set() if months is None else {int(value * months)}


def _named(raw: Any, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(raw, str):
        yield where, raw
    elif isinstance(raw, list):
        for part in raw:
            yield from _named(part, where)
    elif isinstance(raw, dict):
        below = next((raw[key] for key in LOOKS_BELOW if key in raw), None)
        for key, part in raw.items():
            inside = below if below is not None and key in ("where", "broken_by") else where
            yield from _named(part, "decision" if key == "decision" else inside)


def draw(seen: Subjects, random: Random, left_out: float, *, candidates: bool = False) -> Any:
    """The facts of one case, each not asked with probability `left_out`."""
    given: dict[str, Any] = {}
    for name in sorted(seen.facts[""]):
        if random.random() >= left_out and not (candidates and _of_a_candidate(name)):
            subject = kinds()[name]["subject"]
            given.setdefault(subject, {})[name] = _value(seen, random, name)
    lists = {name: names for name, names in seen.facts.items() if name}
    if candidates:
        mine = {name for name in seen.facts[""] if _of_a_candidate(name)}
        lists["candidates"] = mine | {"match_score", "holds_required_certificate"}
    for name, names in lists.items():
        if candidates or random.random() >= left_out / 2:
            listed = [
                {
                    one: _value(seen, random, one)
                    for one in sorted(names)
                    if kinds()[one]["subject"] in ("person", "refusals")
                    and random.random() >= left_out
                }
                for _ in range(random.choice((0, 1, 1, 2, 3, 4)))
            ]
            owner = {"members": "household", "candidates": "vacancy"}.get(name)
            if owner is None:
                given[name] = listed
            else:
                given.setdefault(owner, {})[name] = listed
    return given


def _of_a_candidate(name: str) -> bool:
    return kinds()[name]["subject"] == "person"


def _value(seen: Subjects, random: Random, name: str) -> Any:
    kind = kinds()[name]
    match kind["type"]:
        case "bool":
            return random.random() < (0.8 if name in SEASONED else 0.6)
        case "enum":
            return random.choice(kind["values"].split(";"))
        case "list":
            return [one for one in kind["values"].split(";") if random.random() < 0.25]
        case "date":
            return _day(seen, random, name).isoformat()
        case "text":
            return random.choice(("one", "other"))
    return _number(seen, random, name, whole=kind["type"] == "int")


def _number(seen: Subjects, random: Random, name: str, *, whole: bool) -> float:
    if name == "match_score":
        return random.choice((0.25, 0.5, 0.75))
    near = random.choice(sorted(seen.numbers | {0, 1, 2, 3, 6, 12}))
    if name.endswith(("yuan_month", "yuan_year", "_m2")) and random.random() < 0.7:
        near = random.choice((100, 200, 300, 360, 400, 600, 2400)) * random.choice((1, 1, near))
    shifted = max(0, near + random.choice((-1, 0, 0, 1)))
    return int(min(shifted, 600)) if whole else round(float(shifted), 1)


def _day(seen: Subjects, random: Random, name: str) -> date:
    around = random.choice((seen.on, seen.on, *sorted(seen.days), date(seen.on.year, 1, 31)))
    months = random.choice(sorted(seen.spans)) * random.choice((-1, -1, 0, 1))
    if name == "birth_date":
        months = -12 * random.choice((16, 20, 30, 40, 45, 50, 55, 60))
    elif name == "retirement_date":
        months = random.choice(sorted(seen.spans))
    return months_later(around, months) + timedelta(days=random.choice((-30, -1, 0, 0, 1, 14)))
