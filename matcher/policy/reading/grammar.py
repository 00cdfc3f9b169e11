"""The words a pack may use in a formula, and how they become nodes.

    a fact                  wants_to_work | {fact: employed, is: false} | {fact: sex, is: female}
                            {fact: household_kind, in: [urban, rural]} | {fact: items, includes: x}
    an order                {compare: [age, at_least, {value: age_women}]}
    by an enum              {choose: sex, female: ..., male: ...}
    joined                  {all: [...]} | {any: [...]} | {none: [...]}
    over a list             {some: members, where: ...} | {not_one: members, where: ...}
    what is known           {asked: fact} | {surely: formula}: never open themselves
    a value of the text     {stated: name}: open while the text leaves the value to the place
    another decision        {decision: older_worker_4050}
    numbers and days        a fact, `the_day`, {value: name}, {full_years: [from, to]},
                            {full_months: [from, to]}, {add_months: [day, n]}, {add_days: [day, n]},
                            {add_working_days: [day, n]}, {day_of_month: [day, n]},
                            {month_end: [day]}, {year_end: [day]},
                            {times: [...]}, {smaller_of: [...]}, {larger_of: [...]},
                            {how_many: members, where: ...}, `not_stated`,
                            {longest_run: refusals, where: ..., broken_by: ...}

A number never stands in a formula: it is a value of the pack, with its day and its source.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from matcher.policy.catalogue import GROUPS, decision_catalogue, fact_catalogue
from matcher.policy.engine.expressions import (
    Combined,
    Elapsed,
    FactNumber,
    HowMany,
    Limit,
    Literal,
    LongestRun,
    NotStated,
    PeriodEnd,
    Shifted,
    TheDay,
)
from matcher.policy.engine.formulas import (
    Among,
    Asked,
    Choose,
    Compare,
    Decision,
    Holds,
    Includes,
    Joined,
    Named,
    OneOf,
    Stated,
    Surely,
)
from matcher.policy.engine.kleene import OPERATORS
from matcher.policy.engine.scene import Expression, Formula

NUMERIC = ("int", "decimal", "date")
TWO = 2


@dataclass(frozen=True)
class Reader:
    """Reads formulas of one place in a file and collects what is wrong with them.

    Attributes:
        where: the key path in the file, for messages.
        values: the names of the pack's values.
        conditions: the names of conditions that may be used here.
        facts_by_name: whether a bare word may also be a yes/no fact.
        literals: whether bare numbers may stand here (places in an order only).
        problems: collects the messages.
    """

    where: str
    values: frozenset[str]
    conditions: frozenset[str] = frozenset()
    facts_by_name: bool = True
    literals: bool = False
    problems: list[str] = field(default_factory=list)

    def at(self, where: str | int) -> Reader:
        """The same reader one key deeper."""
        return replace(self, where=f"{self.where}.{where}")

    def problem(self, found: str, expected: str) -> None:
        """Note one mistake."""
        self.problems.append(f"{self.where}: {found}; expected {expected}")

    def fact(self, name: Any, types: Iterable[str]) -> str | None:
        """The name, if it is a fact of one of the types."""
        known = fact_catalogue()
        types = tuple(types)
        if not isinstance(name, str) or name not in known:
            nearest = difflib.get_close_matches(str(name), known, n=1)
            hint = f" (nearest: {nearest[0]})" if nearest else ""
            self.problem(f"unknown fact '{name}'{hint}", "a fact of data/policy/facts.csv")
            return None
        if known[name].type not in types:
            self.problem(f"fact '{name}' is {known[name].type}", " or ".join(types))
            return None
        return name

    def formula(self, raw: Any) -> Formula | None:
        """The formula, or None with the problems noted."""
        if isinstance(raw, str):
            return self._word(raw)
        if not isinstance(raw, dict):
            self.problem(f"'{raw}'", "a name or a mapping such as {fact: employed, is: false}")
            return None
        for key, read in (
            ("fact", self._of_fact),
            ("compare", self._compare),
            ("choose", self._choose),
            ("some", self._among),
            ("not_one", self._among),
            ("decision", self._decision),
            ("asked", self._asked),
            ("surely", self._surely),
            ("stated", self._stated),
        ):
            if key in raw:
                return read(raw)
        if len(raw) == 1 and next(iter(raw)) in ("all", "any", "none"):
            by, parts = next(iter(raw.items()))
            return self._joined(by, parts)
        self.problem(
            f"unknown key in {sorted(map(str, raw))}", "fact, compare, choose, all, any ..."
        )
        return None

    def _word(self, name: str) -> Formula | None:
        if name in self.conditions:
            return Named(name)
        if not self.facts_by_name:
            self.problem(f"no condition '{name}'", f"one of {', '.join(sorted(self.conditions))}")
            return None
        fact = self.fact(name, ("bool",))
        return None if fact is None else Holds(fact)

    def _of_fact(self, raw: dict[str, Any]) -> Formula | None:
        rest = {key: value for key, value in raw.items() if key != "fact"}
        if len(rest) > 1 or not set(rest) <= {"is", "in", "includes"}:
            self.problem(f"keys {sorted(rest)} beside 'fact'", "one of: is, in, includes")
            return None
        fact = self.fact(raw["fact"], ("list",) if "includes" in rest else ("bool", "enum"))
        if fact is None:
            return None
        kind = fact_catalogue()[fact]
        if kind.type == "bool":
            if not isinstance(rest.get("is", True), bool):
                self.problem(
                    f"'{rest['is']}' for the yes/no fact '{fact}'", "is: true or is: false"
                )
                return None
            return Holds(fact, rest.get("is", True))
        wanted = rest.get("in", [value for key, value in rest.items() if key != "in"])
        strange = [value for value in wanted if value not in kind.values]
        if strange or not wanted:
            self.problem(f"{strange} for fact '{fact}'", f"some of {', '.join(kind.values)}")
            return None
        codes = tuple(kind.values.index(value) for value in wanted)
        return (
            Includes(fact, codes[0])
            if kind.type == "list"
            else OneOf(fact, codes, len(kind.values))
        )

    def _compare(self, raw: dict[str, Any]) -> Formula | None:
        parts = raw["compare"]
        if len(raw) > 1 or not isinstance(parts, list) or len(parts) != TWO + 1:
            self.problem(f"{raw}", "{compare: [number, operator, number]}")
            return None
        left, operator, right = parts
        if operator not in OPERATORS:
            self.problem(f"operator '{operator}'", ", ".join(OPERATORS))
            return None
        one, other = self.expression(left), self.expression(right)
        return None if one is None or other is None else Compare(one, operator, other)

    def _choose(self, raw: dict[str, Any]) -> Formula | None:
        fact = self.fact(raw["choose"], ("enum",))
        if fact is None:
            return None
        kind = fact_catalogue()[fact]
        if set(raw) - {"choose"} != set(kind.values):
            self.problem(
                f"branches {sorted(set(raw) - {'choose'})}", f"one each: {', '.join(kind.values)}"
            )
            return None
        branches = [self.at(value).formula(raw[value]) for value in kind.values]
        found = tuple(branch for branch in branches if branch is not None)
        return Choose(fact, found) if len(found) == len(branches) else None

    def _group(self, name: Any, raw: dict[str, Any]) -> tuple[str, Formula] | None:
        if name not in GROUPS:
            self.problem(f"list '{name}'", f"one of {', '.join(GROUPS)}")
            return None
        inside = replace(self.at("where"), conditions=frozenset(), facts_by_name=True)
        where = inside.formula(raw.get("where"))
        return None if where is None else (str(name), where)

    def _among(self, raw: dict[str, Any]) -> Formula | None:
        some = "some" in raw
        found = self._group(raw["some" if some else "not_one"], raw)
        return None if found is None else Among(*found, some=some)

    def _decision(self, raw: dict[str, Any]) -> Formula | None:
        if raw["decision"] not in decision_catalogue():
            self.problem(
                f"unknown decision '{raw['decision']}'", "one of data/policy/decisions.csv"
            )
            return None
        return Decision(raw["decision"])

    def _asked(self, raw: dict[str, Any]) -> Formula | None:
        fact = self.fact(raw["asked"], ("bool", "enum", "list", "text", *NUMERIC))
        return None if fact is None else Asked(fact)

    def _surely(self, raw: dict[str, Any]) -> Formula | None:
        part = self.at("surely").formula(raw["surely"])
        return None if part is None else Surely(part)

    def _stated(self, raw: dict[str, Any]) -> Formula | None:
        name = self._value_name(raw["stated"])
        return None if name is None else Stated(name)

    def _joined(self, by: str, parts: Any) -> Formula | None:
        if not isinstance(parts, list) or not parts:
            self.problem(f"'{by}' of {parts}", "a list of at least one part")
            return None
        read = [self.at(f"{by}[{at}]").formula(part) for at, part in enumerate(parts)]
        found = tuple(part for part in read if part is not None)
        return Joined(by, found) if len(found) == len(read) else None

    def expression(self, raw: Any) -> Expression | None:
        """The number or day, or None with the problems noted."""
        if isinstance(raw, str):
            if raw in ("the_day", "not_stated"):
                return TheDay() if raw == "the_day" else NotStated()
            fact = self.fact(raw, NUMERIC)
            return None if fact is None else FactNumber(fact)
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            if self.literals:
                return Literal(float(raw))
            self.problem(f"the bare number {raw}", "{value: name} with the number under 'values'")
            return None
        if not isinstance(raw, dict) or not raw:
            self.problem(f"'{raw}'", "a fact, the_day, or a mapping such as {value: name}")
            return None
        return self._arithmetic(raw)

    def _arithmetic(self, raw: dict[str, Any]) -> Expression | None:
        key = next(iter(raw))
        if key in ("value", "how_many", "longest_run"):
            return self._value_or_count(key, raw)
        if key not in _ARITHMETIC or len(raw) > 1 or not isinstance(raw[key], list):
            self.problem(f"{raw}", f"value, how_many, or {', '.join(_ARITHMETIC)} of a list")
            return None
        read = [self.at(key).expression(part) for part in raw[key]]
        parts = tuple(part for part in read if part is not None)
        return None if len(parts) < len(read) else self._combined(key, parts)

    def _combined(self, key: str, parts: tuple[Expression, ...]) -> Expression | None:
        if key in ("times", "smaller_of", "larger_of"):
            return Combined(key, parts)
        if key in ("month_end", "year_end") and len(parts) == 1:
            return PeriodEnd(key.removesuffix("_end"), parts[0])
        if len(parts) != TWO or key.endswith("_end"):
            self.problem(f"'{key}' of {len(parts)} parts", "two parts")
            return None
        unit = key.split("_", 1)[1]
        return Elapsed(unit, *parts) if key.startswith("full") else Shifted(unit, *parts)

    def _value_or_count(self, key: str, raw: dict[str, Any]) -> Expression | None:
        if key == "value":
            name = self._value_name(raw["value"])
            return None if name is None else Limit(name)
        found = self._group(raw[key], raw)
        if found is None or key == "how_many":
            return None if found is None else HowMany(*found)
        broken = self._group(raw[key], {"where": raw.get("broken_by")})
        return None if broken is None else LongestRun(*found, broken[1])

    def _value_name(self, raw: Any) -> str | None:
        """The name, if the pack has such a value."""
        if raw not in self.values:
            self.problem(f"no value '{raw}'", f"one of {', '.join(sorted(self.values))}")
            return None
        return str(raw)


_ARITHMETIC = (
    *("full_years", "full_months", "add_months", "add_days", "add_working_days"),
    *("day_of_month", "month_end", "year_end"),
    *("times", "smaller_of", "larger_of"),
)
