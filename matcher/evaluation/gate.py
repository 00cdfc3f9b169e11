"""The promotion gate: who may become the champion, and on what grounds one may not.

The bounds stand in `data/evaluation/limits.yaml`, each with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from matcher.errors import UnreadableFile
from matcher.evaluation.fairness.groups import Grouping
from matcher.evaluation.tally import Interval, Tally, paired_difference
from matcher.reference.paths import path

LIMITS_VERSION = 1
BEATS, GROUP_NDCG, GROUP_ERROR = "beats_champion", "group_ndcg", "group_error"
EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class GateLimits:
    """What the gate asks.

    Attributes:
        list_length: k of the measures.
        confidence: level of the intervals.
        group_ndcg_loss: the largest loss of a group, as a share of what the champion gives it.
        group_error_gain: the largest growth of a group's calibration error.
        smallest_group: groups of fewer people are not judged.
    """

    list_length: int
    confidence: float
    group_ndcg_loss: float
    group_error_gain: float
    smallest_group: int


@dataclass(frozen=True, slots=True)
class ReportLimits:
    """How the fairness report counts.

    Attributes:
        age_bands: where a new band begins.
        least_shown: rows about fewer people are left out.
        permutations, resamples: how often people are shuffled and drawn.
        sampled_posts: how many posts' lists are made.
        learned_proxy: the area above which a trait counts as guessable.
    """

    age_bands: tuple[int, ...]
    least_shown: int
    permutations: int
    resamples: int
    sampled_posts: int
    learned_proxy: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The file of limits."""

    gate: GateLimits
    report: ReportLimits


def read_limits(file: Path) -> Limits:
    """Read a file of limits.

    Raises:
        UnreadableFile: with every problem found in it.
    """
    with file.open(encoding="utf-8") as handle:
        raw = yaml.safe_load(handle)
    problems = list(_problems(raw))
    if problems:
        raise UnreadableFile(
            file=file.name,
            found="; ".join(problems),
            expected="the form of data/evaluation/limits.yaml as shipped",
            do="Correct the file or put the shipped one back.",
        )
    gate = {name: entry["value"] for name, entry in raw["gate"].items()}
    report = {name: entry["value"] for name, entry in raw["report"].items()}
    return Limits(
        GateLimits(**gate), ReportLimits(**report | {"age_bands": tuple(report["age_bands"])})
    )


@cache
def shipped_limits() -> Limits:
    """The limits that travel with the code.

    Example:
        >>> shipped_limits().gate.list_length
        10
    """
    return read_limits(path("evaluation", "limits.yaml"))


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


def _problems(raw: Any) -> Iterator[str]:
    if not isinstance(raw, Mapping) or not {"version", "gate", "report"} <= raw.keys():
        yield "version, gate or report is missing"
        return
    if raw["version"] != LIMITS_VERSION:
        yield f"version {raw['version']}, expected {LIMITS_VERSION}"
    for section, made in (("gate", GateLimits), ("report", ReportLimits)):
        known = set(made.__dataclass_fields__)
        given = set(raw[section])
        yield from (f"{section}.{name} is missing" for name in sorted(known - given))
        yield from (f"{section}.{name} is not known" for name in sorted(given - known))
        for name in sorted(known & given):
            entry = raw[section][name]
            if not isinstance(entry, Mapping) or not entry.get("reason"):
                yield f"{section}.{name} gives no reason"
            elif not _is_number(entry.get("value")):
                yield f"{section}.{name} is not a number or a list of numbers"


def _is_number(value: Any) -> bool:
    given = value if isinstance(value, list) and value else [value]
    return all(
        isinstance(each, int | float) and not isinstance(each, bool) and each > 0 for each in given
    )
