"""What a decision looks at in a place, over all days: facts, the law's own days and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from matcher.policy.catalogue import GROUPS, wider_places
from matcher.policy.engine.days import day_number
from matcher.policy.engine.expressions import TheDay
from matcher.policy.engine.formulas import Decision, Named
from matcher.policy.engine.scene import Node
from matcher.policy.law import Law
from matcher.policy.reading.rules import LAYERS, Pack, Rule


@dataclass(slots=True)
class Text:
    """All rules on a matter, and on the matters it refers to, in a place and the wider ones.

    Attributes:
        facts: the facts looked at, each with the list it is looked at in (None: the subject's own).
        starts: the days on which law starts, or the day after it ends.
        units: the numbers and days that its tests name, by unit.
        names_the_day: whether some test counts from or up to the day of the decision.
        decisions: the matters read so far.
    """

    facts: set[tuple[str | None, str]] = field(default_factory=set)
    starts: set[float] = field(default_factory=set)
    units: dict[str, set[float]] = field(default_factory=dict)
    names_the_day: bool = False
    decisions: set[str] = field(default_factory=set)

    def numbers(self, unit: str) -> list[float]:
        """The limits of a unit, smallest first."""
        return sorted(self.units.get(unit, ()))

    def read(self, law: Law, decision: str) -> Text:
        """With the rules on a decision and on those that it refers to."""
        if decision in self.decisions:
            return self
        self.decisions.add(decision)
        around = set(wider_places(law.place))
        layers = LAYERS[LAYERS.index(law.layer) :]
        for pack in law.packs.packs:
            own = pack.place == law.place or (pack.inheritable and pack.place in around)
            if own and pack.layer in layers:
                for rule in pack.rules.get(decision, ()):
                    self._read_rule(law, pack, rule)
        return self

    def _read_rule(self, law: Law, pack: Pack, rule: Rule) -> None:
        self.starts |= {day_number(rule.since)} if rule.since else set()
        self.starts |= {day_number(rule.until) + 1} if rule.until else set()
        for node in _tests(rule):
            for name in node.looks_at()[1]:
                self._read_value(pack, name)
            for group, part in _walk(node, None):
                self.names_the_day |= isinstance(part, TheDay)
                if isinstance(part, Decision):
                    self.read(law, part.decision)
                self.facts |= {(group, fact) for fact in part.own()[0] - set(GROUPS)}

    def _read_value(self, pack: Pack, name: str) -> None:
        for value in pack.values.get(name, ()):
            self.starts |= {day_number(value.since)} if value.since else set()
            if value.number is not None:
                self.units.setdefault(value.unit, set()).add(value.number)


def _tests(rule: Rule) -> Iterator[Node]:
    yield from (condition.test for condition in rule.conditions.values())
    for formula in (rule.applies_when, rule.met_when):
        if formula is not None:
            yield formula
    for cases in rule.answers.values():
        for case in cases:
            yield case.value
            if case.when is not None:
                yield case.when


def _walk(node: Node, group: str | None) -> Iterator[tuple[str | None, Node]]:
    """The node and those below it, each with the list that it looks into."""
    if isinstance(node, Named):
        return
    yield group, node
    inside = next(iter(node.own()[0] & set(GROUPS)), group)
    for part in node.below():
        yield from _walk(part, inside)
