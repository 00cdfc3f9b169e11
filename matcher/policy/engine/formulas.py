"""The formulas of the law: tests of facts, and how named tests are joined.

A pack's YAML is read into these nodes (`matcher/policy/reading/grammar.py`). Each answers its truth
for every row at once, what is missing of one row where it is unknown, and what it looks at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matcher.policy.engine import kleene
from matcher.policy.engine.columns import NOT_THERE
from matcher.policy.engine.expressions import Elapsed
from matcher.policy.engine.kleene import MET, UNKNOWN, Truth
from matcher.policy.engine.scene import Expression, Formula, Gap, Node, Scene, gap_below


@dataclass(frozen=True, slots=True)
class Holds(Formula):
    """A yes/no fact is as expected."""

    fact: str
    expected: bool = True

    def _truth(self, scene: Scene) -> Truth:
        truth = scene.facts.truth(self.fact)
        return truth if self.expected else kleene.negate(truth)

    def _gap(self, scene: Scene) -> Gap:
        return Gap(scene.facts.ask_for(self.fact, 0))

    def _facts(self) -> Iterable[str]:
        return (self.fact,)


@dataclass(frozen=True, slots=True)
class Asked(Formula):
    """A fact is known, whatever it says: tells which question is put, and is itself never open."""

    fact: str

    def _truth(self, scene: Scene) -> Truth:
        return scene.facts.asked(self.fact)

    def _facts(self) -> Iterable[str]:
        return (self.fact,)


@dataclass(frozen=True, slots=True)
class Surely(Formula):
    """A formula is met already; while it is open it does not hold up the answer."""

    part: Formula

    def _truth(self, scene: Scene) -> Truth:
        return np.where(scene.truth(self.part) == MET, MET, kleene.NOT_MET)

    def _parts(self) -> Iterable[Node]:
        return (self.part,)


@dataclass(frozen=True, slots=True)
class Stated(Formula):
    """The text states a value; where it leaves it to the place, the answer stays open."""

    name: str

    def _truth(self, scene: Scene) -> Truth:
        return np.where(scene.limits[self.name].stated, kleene.met_everywhere(), UNKNOWN)

    def _gap(self, _scene: Scene) -> Gap:
        return Gap(unstated=True)

    def _limits(self) -> Iterable[str]:
        return (self.name,)


@dataclass(frozen=True, slots=True)
class OneOf(Formula):
    """An enum fact is one of some values; all of its values are met even when not asked."""

    fact: str
    codes: tuple[int, ...]
    of: int

    def _truth(self, scene: Scene) -> Truth:
        by_code = np.zeros(self.of + 1, np.int8)
        by_code[list(self.codes)] = MET
        by_code[NOT_THERE] = MET if len(self.codes) == self.of else UNKNOWN
        return by_code[scene.facts.codes(self.fact)]

    def _gap(self, scene: Scene) -> Gap:
        return Gap(scene.facts.ask_for(self.fact, 0))

    def _facts(self) -> Iterable[str]:
        return (self.fact,)


@dataclass(frozen=True, slots=True)
class Includes(Formula):
    """A list of values includes one of them."""

    fact: str
    code: int

    def _truth(self, scene: Scene) -> Truth:
        column = scene.facts.column(self.fact)
        return kleene.unknown_everywhere() if column is None else column[:, self.code]

    def _gap(self, scene: Scene) -> Gap:
        return Gap(scene.facts.ask_for(self.fact, 0))

    def _facts(self) -> Iterable[str]:
        return (self.fact,)


@dataclass(frozen=True, slots=True)
class Compare(Formula):
    """A number or day stands in an order to a limit."""

    left: Expression
    operator: str
    right: Expression

    def _truth(self, scene: Scene) -> Truth:
        right = self.right.interval(scene)
        if isinstance(self.left, Elapsed):
            shortcut = self.left.against(scene, self.operator, right)
            if shortcut is not None:
                return shortcut
        return kleene.compare(self.left.interval(scene), self.operator, right)

    def _gap(self, scene: Scene) -> Gap:
        """What is missing; where the text leaves the limit open, no fact can help."""
        sides = (self.left, self.right)
        if all(side.interval(scene).stated for side in sides):
            return self.left.gap(scene) | self.right.gap(scene)
        return Gap(unstated=True)

    def _parts(self) -> Iterable[Node]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Choose(Formula):
    """A test that depends on an enum fact; not asked, it is settled where all branches agree."""

    fact: str
    branches: tuple[Formula, ...]

    def _truth(self, scene: Scene) -> Truth:
        codes = scene.facts.codes(self.fact)
        truths = np.broadcast_arrays(*(scene.truth(branch) for branch in self.branches))
        low, high = np.minimum.reduce(truths), np.maximum.reduce(truths)
        unasked = np.where(low == high, low, UNKNOWN)
        return np.choose(np.where(codes < 0, len(truths), codes), [*truths, unasked])

    def _gap(self, scene: Scene) -> Gap:
        code = int(scene.facts.codes(self.fact)[0])
        if code >= 0:
            return self.branches[code].gap(scene)
        gap = Gap(scene.facts.ask_for(self.fact, 0))
        for branch in self.branches:
            if scene.truth(branch)[0] == UNKNOWN:
                gap = branch.gap(scene) | gap
        return gap

    def _facts(self) -> Iterable[str]:
        return (self.fact,)

    def _parts(self) -> Iterable[Node]:
        return self.branches

    def chosen(self, scene: Scene) -> tuple[Formula, ...]:
        """The branches that count for the one row of the scene."""
        code = int(scene.facts.codes(self.fact)[0])
        return self.branches if code < 0 else (self.branches[code],)


@dataclass(frozen=True, slots=True)
class Named(Formula):
    """A condition of the pack, by its name."""

    name: str

    def _truth(self, scene: Scene) -> Truth:
        return scene.truth(scene.named[self.name])

    def _gap(self, scene: Scene) -> Gap:
        return scene.named[self.name].gap(scene)


@dataclass(frozen=True, slots=True)
class Joined(Formula):
    """Formulas joined by `all`, `any` or `none`."""

    by: str
    parts: tuple[Formula, ...]

    def _truth(self, scene: Scene) -> Truth:
        truths = [scene.truth(part) for part in self.parts]
        if self.by == "all":
            return kleene.all_of(truths)
        met = kleene.any_of(truths)
        return met if self.by == "any" else kleene.negate(met)

    def _gap(self, scene: Scene) -> Gap:
        open_parts = [part for part in self.parts if scene.truth(part)[0] == UNKNOWN]
        gaps = sorted((part.gap(scene) for part in open_parts), key=lambda gap: len(gap.ask))
        found = Gap()
        for gap in gaps:
            found = found | gap
        return found

    def _parts(self) -> Iterable[Node]:
        return self.parts


@dataclass(frozen=True, slots=True)
class Among(Formula):
    """Some, or none, of a list below each row hold a formula."""

    group: str
    where: Formula
    some: bool

    def _truth(self, scene: Scene) -> Truth:
        group = scene.facts.groups.get(self.group)
        if group is None:
            return kleene.unknown_everywhere()
        found = group.some(scene.of(group.facts).truth(self.where))
        return found if self.some else kleene.negate(found)

    def _gap(self, scene: Scene) -> Gap:
        return gap_below(scene, self.group, self.where)

    def _facts(self) -> Iterable[str]:
        return (self.group,)

    def _parts(self) -> Iterable[Node]:
        return (self.where,)


@dataclass(frozen=True, slots=True)
class Decision(Formula):
    """Another decision of the same law on the same subject is met."""

    decision: str

    def _truth(self, scene: Scene) -> Truth:
        return scene.decision(self.decision, scene.facts)[0]

    def _gap(self, scene: Scene) -> Gap:
        return scene.decision(self.decision, scene.facts)[1]()
