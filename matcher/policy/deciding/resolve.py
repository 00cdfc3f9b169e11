"""Which text answers each subject, and what it answers, for all subjects at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.policy.catalogue import decision_kind
from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import (
    MET,
    NOT_MET,
    UNKNOWN,
    Interval,
    Truth,
    all_of,
    met_everywhere,
)
from matcher.policy.engine.scene import Formula, Gap, Scene
from matcher.policy.law import InForce, Law
from matcher.policy.reading.rules import Answer

TIER = "tier"
NO_TIER = 0.0
"""The tier of a post for which the law sets no order."""
NOBODY = -1


@dataclass(frozen=True)
class Part:
    """One text held against the facts: the part of the subjects it covers, and its answers there.

    Attributes:
        applies: MET where the text covers the subject.
        outcome: what it says where it applies.
        answers: further values where it applies, as intervals.
    """

    in_force: InForce
    scene: Scene
    applies: Truth
    outcome: Truth
    answers: Mapping[str, Interval]

    def gap(self) -> Gap:
        """What is missing of the one row: of the cover first, then of the answer."""
        rule, found = self.in_force.rule, Gap()
        if rule.applies_when is not None and self.applies[0] == UNKNOWN:
            found = rule.applies_when.gap(self.scene)
        if self.outcome[0] == NOT_MET:
            return found
        if rule.met_when is not None and self.scene.truth(rule.met_when)[0] == UNKNOWN:
            found = found | rule.met_when.gap(self.scene)
        for name, cases in rule.answers.items():
            if name in rule.needs or name == TIER:
                found = found | _gap_of_cases(cases, self.scene)
        return found


def _gap_of_cases(cases: tuple[Answer, ...], scene: Scene) -> Gap:
    found = Gap()
    for case in cases:
        truth = MET if case.when is None else scene.truth(case.when)[0]
        if truth == UNKNOWN and case.when is not None:
            found = found | case.when.gap(scene)
        if truth != NOT_MET and not case.value.interval(scene).known[0]:
            found = found | case.value.gap(scene)
        if truth == MET:
            break
    return found


@dataclass(frozen=True)
class Resolved:
    """The answer of a decision for n subjects.

    Attributes:
        outcome: (n,) truth column.
        answers: further values, (n,) intervals.
        set_by: (n,) int8, the part that answers; -1 where several texts may, or none does.
        parts: the texts in force, the nearest first, as far as they are needed.
    """

    outcome: Truth
    answers: Mapping[str, Interval]
    set_by: NDArray[np.int8]
    parts: tuple[Part, ...]

    def gap(self) -> Gap:
        """What is missing of the one row where the outcome is unknown."""
        found = Gap()
        for part in self.parts:
            if part.applies[0] == NOT_MET:
                continue
            found = found | part.gap()
            if part.applies[0] == MET and not part.in_force.rule.beside_wider:
                break
        return found


@dataclass
class Resolver:
    """Resolves decisions of one law over facts; the same question is worked out once."""

    law: Law
    _known: dict[tuple[str, int], tuple[Facts, Resolved]] = field(default_factory=dict)

    def resolve(self, decision: str, facts: Facts) -> Resolved:
        """The answer for every row of the facts."""
        key = (decision, id(facts))
        if key not in self._known:
            self._known[key] = (facts, self._resolve(decision, facts))
        return self._known[key][1]

    def _resolve(self, decision: str, facts: Facts) -> Resolved:
        parts: list[Part] = []
        for in_force in self.law.rules(decision):
            parts.append(self.part(in_force, facts))
            if (parts[-1].applies == MET).all() and not in_force.rule.beside_wider:
                break
        if not parts:
            nothing = np.full(facts.n, UNKNOWN, np.int8)
            return Resolved(nothing, {}, np.full(facts.n, -1, np.int8), ())
        answer = decision_kind(decision).answer
        return _combine(parts, facts.n, outside=NOT_MET if answer == TIER else UNKNOWN)

    def part(self, in_force: InForce, facts: Facts) -> Part:
        """One text held against the facts."""
        rule = in_force.rule
        named = {name: condition.test for name, condition in rule.conditions.items()}
        scene = Scene(facts, in_force.limits(self.law.on), named, self._other)
        answers = {name: _first_met(name, cases, scene) for name, cases in rule.answers.items()}
        known = [np.where(answers[name].known, MET, UNKNOWN) for name in rule.needs]
        return Part(
            in_force=in_force,
            scene=scene,
            applies=_truth(rule.applies_when, scene),
            outcome=all_of([_truth(rule.met_when, scene), *known]),
            answers=answers,
        )

    def _other(self, decision: str, facts: Facts) -> tuple[Truth, Callable[[], Gap]]:
        resolved = self.resolve(decision, facts)
        return resolved.outcome, resolved.gap


def _truth(formula: Formula | None, scene: Scene) -> Truth:
    return met_everywhere() if formula is None else scene.truth(formula)


def _first_met(name: str, cases: tuple[Answer, ...], scene: Scene) -> Interval:
    """The value of the first case that is met; open between those that still may be."""
    found = _without(name)
    for case in reversed(cases):
        value = case.value.interval(scene)
        found = value if case.when is None else _blend(scene.truth(case.when), value, found)
    return found


def _blend(truth: Truth, met: Interval, not_met: Interval) -> Interval:
    """One interval where MET, the other where NOT_MET, both together where unknown."""
    low, high = np.minimum(met.low, not_met.low), np.maximum(met.high, not_met.high)
    stated = met.stated and not_met.stated
    if len(low) == 1:
        lows = np.array([not_met.low[0], low[0], met.low[0]])
        highs = np.array([not_met.high[0], high[0], met.high[0]])
        return Interval(lows[truth], highs[truth], stated)
    return Interval(
        np.where(truth == MET, met.low, np.where(truth == NOT_MET, not_met.low, low)),
        np.where(truth == MET, met.high, np.where(truth == NOT_MET, not_met.high, high)),
        stated,
    )


def _combine(parts: list[Part], n: int, outside: np.int8) -> Resolved:
    """The parts joined, the nearest first: a wider text answers where a nearer does not apply.

    A text that stands beside the wider one adds its answers to the wider text's, and without
    conditions of its own leaves the outcome to it. Outside all texts the outcome is `outside`.
    """
    outcome: Truth = np.array([outside])
    answers: dict[str, Interval] = {}
    set_by = np.array([NOBODY], np.int8)
    for at in reversed(range(len(parts))):
        part = parts[at]
        rule = part.in_force.rule
        own = outcome if rule.beside_wider and rule.met_when is None else part.outcome
        kept = answers if rule.beside_wider else {}
        if (part.applies == MET).all():
            outcome, set_by = own, np.array([at], np.int8)
            answers = {**kept, **part.answers}
            continue
        agreed = np.where(own == outcome, outcome, UNKNOWN)
        outcome = _pick(part.applies, own, agreed, outcome)
        set_by = _pick(part.applies, np.int8(at), np.int8(NOBODY), set_by)
        here = {**kept, **part.answers}
        answers = {
            name: _blend(
                part.applies, here.get(name, _without(name)), answers.get(name, _without(name))
            )
            for name in dict.fromkeys((*here, *answers))
        }
    if TIER in answers:
        outcome = _outcome_of_tier(answers[TIER])
    return Resolved(
        np.broadcast_to(outcome, (n,)), answers, np.broadcast_to(set_by, (n,)), tuple(parts)
    )


def _pick(truth: Truth, met: Any, unknown: Any, not_met: Any) -> NDArray[np.int8]:
    picked = np.where(truth == MET, met, np.where(truth == NOT_MET, not_met, unknown))
    return np.asarray(picked, np.int8)


def _outcome_of_tier(tier: Interval) -> Truth:
    """MET where the tier is known, NOT_MET where the law sets none, unknown between."""
    known = tier.known
    return np.where(known, np.where(tier.low > NO_TIER, MET, NOT_MET), UNKNOWN)


_NOTHING = Interval.exactly(np.array([NO_TIER]))
_NO_ANSWER = Interval.exactly(np.array([np.nan]))


def _without(name: str) -> Interval:
    """What stands where no case is met: no tier, or no such answer (NaN)."""
    return _NOTHING if name == TIER else _NO_ANSWER
