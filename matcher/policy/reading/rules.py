"""What a law pack holds once it is read: sources, dated values, named conditions, dated rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from matcher.domain.decision import Citation
from matcher.policy.engine.scene import Expression, Formula

LAYERS = ("current", "source")
"""Later law that the service needs today, and the law of the source documents: the first wins."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of the law from its first day on.

    Attributes:
        number: the value, days as a count since 1970; None where repealed or not stated.
        stated: False where the text leaves the value to the place.
        repealed: whether there is no such value any more from `since` on.
        since: the first day, None where the text bears none.
    """

    number: float | None
    unit: str
    since: date | None
    source: str
    stated: bool = True
    repealed: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One named test with the sentences that read it out and the source it rests on.

    The sentences may name limits of the pack and facts of the subject in braces.
    """

    name: str
    zh: str
    en: str
    source: str
    test: Formula


@dataclass(frozen=True, slots=True)
class Answer:
    """One case of a further value: it holds where `when` is the first that is met."""

    value: Expression
    when: Formula | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One decision as a place's text takes it, from its first day on.

    Attributes:
        since: the first day, None where the document bears none (then in force on any day).
        until: the last day, None while it lasts.
        repealed: from `since` on the place has no rule of its own on the matter.
        governed_by: `residence`, `registration` or `post`: whose area's law answers.
        applies_when: the part of all subjects that the text covers; elsewhere the wider rule
            answers.
        met_when: the conditions joined; None for decisions that answer by a value alone.
        answers: further values by the names of the answer catalogue, each the first case that is
            met; what a set holds stands under `set.item`, one where it does and nought where not.
        needs: the answers without which the outcome is not known although the conditions are met.
        kept_when_not_met: the answers that are told also where the outcome is not met.
        beside_wider: the wider text's answers stand beside these, and without conditions here
            its outcome too.
        cites: further sources that the answer rests on, beside those of the conditions.
        order_within: numbers of which the larger goes first within one tier, before the score;
            where one has a `when`, among those who surely meet it.
        order_beside_wider: inside a tier the wider text's order stands beside this one.
        review: conditions of the wider text that a person should look at when they are not met.
    """

    decision: str
    since: date | None
    until: date | None
    source: str
    repealed: bool = False
    governed_by: str | None = None
    conditions: Mapping[str, Condition] = field(default_factory=dict)
    applies_when: Formula | None = None
    met_when: Formula | None = None
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    kept_when_not_met: tuple[str, ...] = ()
    beside_wider: bool = False
    cites: tuple[str, ...] = ()
    order_within: tuple[Answer, ...] = ()
    order_beside_wider: bool = False
    review: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        """Whether the rule has begun and not ended on the day; undated counts as begun."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Pack:
    """One file of law: a place and a programme, with its sources, values and rules."""

    file: str
    place: str
    area_code: str | None
    programme: str
    layer: str
    inheritable: bool
    sources: Mapping[str, Citation]
    values: Mapping[str, tuple[Value, ...]]
    rules: Mapping[str, tuple[Rule, ...]]

    def rule(self, decision: str, on: date) -> Rule | None:
        """The rule of the latest first day in force, which may be a repeal; None without one."""
        begun = [rule for rule in self.rules.get(decision, ()) if rule.in_force(on)]
        return max(begun, key=lambda rule: rule.since or date.min, default=None)

    def value(self, name: str, on: date) -> Value | None:
        """The value of the latest first day that has come."""
        begun = [value for value in self.values[name] if value.since is None or value.since <= on]
        return max(begun, key=lambda value: value.since or date.min, default=None)
