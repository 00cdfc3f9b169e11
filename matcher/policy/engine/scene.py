"""What a formula of the law is held against, and what it answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from matcher.policy.engine.columns import Facts
from matcher.policy.engine.kleene import UNKNOWN, Interval, Truth


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing where a node is unknown.

    Attributes:
        ask: the facts that can still change it, those of the shortest way first.
        unstated: whether a limit that the text leaves open stands in the way.
    """

    ask: tuple[str, ...] = ()
    unstated: bool = False

    def __or__(self, other: Gap) -> Gap:
        return Gap(tuple(dict.fromkeys(self.ask + other.ask)), self.unstated or other.unstated)


@dataclass(frozen=True)
class Scene:
    """The facts a formula is held against, with the limits and named conditions of its pack.

    Attributes:
        facts: the rows.
        limits: the pack's values on the day by name, as one-row columns.
        named: the named conditions' formulas.
        decision: the truth of another decision of the same law over some facts, and its gap.
        memo: truths already worked out over these facts, by node.
        scenes: the same law over the facts of lists below, by facts.
    """

    facts: Facts
    limits: Mapping[str, Interval]
    named: Mapping[str, Formula]
    decision: Callable[[str, Facts], tuple[Truth, Callable[[], Gap]]]
    memo: dict[int, Truth] = field(default_factory=dict)
    scenes: dict[int, Scene] = field(default_factory=dict)

    def truth(self, formula: Formula) -> Truth:
        """The formula's truth over all rows, worked out once."""
        key = id(formula)
        if key not in self.memo:
            self.memo[key] = formula.truth(self)
        return self.memo[key]

    def of(self, facts: Facts) -> Scene:
        """The same law over other facts, remembered while this scene lives."""
        key = id(facts)
        if key not in self.scenes:
            self.scenes[key] = Scene(facts, self.limits, self.named, self.decision)
        return self.scenes[key]


class Node:
    """A part of the law's text that a computer can work out; it answers what it looks at."""

    def looks_at(self) -> tuple[set[str], set[str]]:
        """The facts of the subject itself and the limits that the node may use."""
        facts, limits = self.own()
        for part in self._parts():
            below = part.looks_at()
            facts |= below[0]
            limits |= below[1]
        return facts, limits

    def own(self) -> tuple[set[str], set[str]]:
        """The facts and the limits that this node names itself."""
        return set(self._facts()), set(self._limits())

    def gap(self, scene: Scene) -> Gap:
        """What is missing; the scene has one row and the node is unknown there."""
        return self._gap(scene)

    def below(self) -> tuple[Node, ...]:
        """The nodes directly below."""
        return tuple(self._parts())

    def _facts(self) -> Iterable[str]:
        return ()

    def _limits(self) -> Iterable[str]:
        return ()

    def _parts(self) -> Iterable[Node]:
        return ()

    def _gap(self, scene: Scene) -> Gap:
        found = Gap()
        for part in self._parts():
            found = found | part.gap(scene)
        return found


class Formula(Node, ABC):
    """A node that is met, not met or unknown."""

    def truth(self, scene: Scene) -> Truth:
        """The truth column: n rows, or one for all."""
        return self._truth(scene)

    @abstractmethod
    def _truth(self, scene: Scene) -> Truth:
        """The truth column of this kind of node."""


class Expression(Node, ABC):
    """A node that is a number or a day."""

    def interval(self, scene: Scene) -> Interval:
        """The column as an interval: n rows, or one for all."""
        return self._interval(scene)

    @abstractmethod
    def _interval(self, scene: Scene) -> Interval:
        """The interval of this kind of node."""


def gap_below(scene: Scene, name: str, where: Formula) -> Gap:
    """What is missing of the list below the one row of the scene."""
    group = scene.facts.groups.get(name)
    if group is None:
        return Gap((name,))
    found = Gap()
    truth = np.broadcast_to(scene.of(group.facts).truth(where), (group.facts.n,))
    for row in group.rows_below(0):
        if truth[row] == UNKNOWN:
            found = found | where.gap(scene.of(group.facts.take(np.array([row]))))
    return found if group.complete[0] else found | Gap((name,))
