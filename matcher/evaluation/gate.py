"""The promotion gate: who may become the champion, and on what grounds one may not.

The bounds stand in `data/evaluation/limits.yaml`, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.evaluation.fairness.groups import Grouping
from matcher.evaluation.limits import GateLimits
from matcher.evaluation.tally import Interval, Tally, paired_difference

BEATS, GROUP_NDCG, GROUP_ERROR = "beats_champion", "group_ndcg", "group_error"
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What one ranking reached on outcomes it had not seen.

    Attributes:
        name: of the model.
        ndcg: over people.
        error: its calibration error over the same people; None where outcomes tell no chances.
    """

    name: str
    ndcg: Tally
    error: Tally | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition of the gate.

    Attributes:
        check: `beats_champion`, `group_ndcg` or `group_error`.
        attribute, group: whom it is about.
        champion, challenger: what each reached.
        difference: challenger less champion, with its interval over people.
        bound: what the difference, or the low end of its interval, was held against.
        passed: does it hold.
    """

    check: str
    attribute: str
    group: str
    champion: float
    challenger: float
    difference: Interval
    bound: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the challenger may take the champion's place, condition by condition."""

    champion: str
    challenger: str
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Do all conditions hold."""
        return all(each.passed for each in self.findings)

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The conditions that do not."""
        return tuple(each for each in self.findings if not each.passed)


def judge(
    challenger: Judged,
    champion: Judged,
    groupings: Sequence[Grouping],
    limits: GateLimits,
    rng: np.random.Generator,
) -> Judgement:
    """Hold a challenger against the champion on the same people.

    It must be better beyond noise: the low end of the interval of the paired difference in NDCG
    lies above 0. No group of enough people may lose more of its NDCG, or gain more calibration
    error, than the limits allow. Calibration is judged where both tell it.

    Args:
        challenger: measured in the same run,
        champion: on the same people.
        groupings: of these people.
        limits: the bounds.
        rng: draws the people.

    Example:
        >>> from matcher.evaluation.limits import shipped_limits
        >>> from matcher.evaluation.tally import mean
        >>> rng = np.random.default_rng(0)
        >>> new, old = Judged("b", mean("n", [0.5] * 60)), Judged("a", mean("n", [0.4] * 60))
        >>> limits = shipped_limits().gate
        >>> judge(new, old, (), limits, rng).passed, judge(old, new, (), limits, rng).passed
        (True, False)
    """
    found = paired_difference(challenger.ndcg, champion.ndcg, rng, level=limits.confidence)
    findings = [
        Finding(
            check=BEATS,
            attribute=EVERYONE,
            group=EVERYONE,
            champion=champion.ndcg.value,
            challenger=challenger.ndcg.value,
            difference=found,
            bound=0.0,
            passed=found.low > 0,
        )
    ]
    for groups in groupings:
        for at, name in enumerate(groups.names):
            own = groups.group_of == at
            findings += _of_group(challenger, champion, (groups.attribute, name, own), limits, rng)
    return Judgement(champion.name, challenger.name, tuple(findings))


def _of_group(
    challenger: Judged,
    champion: Judged,
    group: tuple[str, str, Any],
    limits: GateLimits,
    rng: np.random.Generator,
) -> Iterator[Finding]:
    attribute, name, own = group
    measures = [(GROUP_NDCG, challenger.ndcg, champion.ndcg)]
    if challenger.error is not None and champion.error is not None:
        measures.append((GROUP_ERROR, challenger.error, champion.error))
    for check, new, old in measures:
        first, second = new.take(own), old.take(own)
        if min(first.counted, second.counted) < limits.smallest_group:
            continue
        found = paired_difference(first, second, rng, level=limits.confidence)
        loses = check == GROUP_NDCG
        bound = -limits.group_ndcg_loss * second.value if loses else limits.group_error_gain
        passed = found.value >= bound if loses else found.value <= bound
        yield Finding(
            check=check,
            attribute=attribute,
            group=name,
            champion=second.value,
            challenger=first.value,
            difference=found,
            bound=bound,
            passed=passed,
        )
