"""The bounds of trials, the promotion gate and the fairness report, each with its reason.

They stand in `data/evaluation/limits.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from matcher.reference.codes import code_list
from matcher.reference.paths import path, read_form

LIMITS_VERSION = 1


@dataclass(frozen=True, slots=True)
class TrialLimits:
    """How outcomes are held out.

    Attributes:
        held_share: of the pairs.
        people_share: of the people, held out whole.
        measured_people: at most so many, drawn by lot; the pool of posts is always whole.
    """

    held_share: float
    people_share: float
    measured_people: int


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
        four_fifths: the ratio of selection rates below which a pair of groups is marked.
        learned_proxy: the area above which a trait counts as guessable.
    """

    age_bands: tuple[int, ...]
    least_shown: int
    permutations: int
    resamples: int
    sampled_posts: int
    four_fifths: float
    learned_proxy: float


@dataclass(frozen=True, slots=True)
class OverrideLimits:
    """How rates of overrides are told.

    Attributes:
        days: of the period that is counted.
        least: referrals of one caseworker below which no tail is marked.
        nearly_always: the share from which on somebody overrides nearly always.
    """

    days: int
    least: int
    nearly_always: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The file of limits; `gains` tells what finding each stage of an outcome is worth."""

    trial: TrialLimits
    gains: Mapping[str, int]
    gate: GateLimits
    report: ReportLimits
    overrides: OverrideLimits


SECTIONS = ("trial", "gains", "gate", "report", "overrides")


def read_limits(file: Path) -> Limits:
    """Read a file of limits.

    Raises:
        UnreadableFile: with every problem found in it.
    """
    raw = read_form(file, _problems, "data/evaluation/limits.yaml")
    given = {
        section: {name: entry["value"] for name, entry in raw[section].items()}
        for section in SECTIONS
    }
    report = given["report"] | {"age_bands": tuple(given["report"]["age_bands"])}
    return Limits(
        TrialLimits(**given["trial"]),
        dict(given["gains"]),
        GateLimits(**given["gate"]),
        ReportLimits(**report),
        OverrideLimits(**given["overrides"]),
    )


@cache
def shipped_limits() -> Limits:
    """The limits that travel with the code.

    Example:
        >>> shipped_limits().gate.list_length
        10
    """
    return read_limits(path("evaluation", "limits.yaml"))


MADE: Mapping[str, Any] = {
    "trial": TrialLimits,
    "gains": None,
    "gate": GateLimits,
    "report": ReportLimits,
    "overrides": OverrideLimits,
}
"""What each section is read into; gains are of stages, and a stage left out is worth nothing."""


def _problems(raw: Any) -> Iterator[str]:
    if not isinstance(raw, Mapping) or not {"version", *SECTIONS} <= raw.keys():
        yield f"one of version, {', '.join(SECTIONS)} is missing"
        return
    if raw["version"] != LIMITS_VERSION:
        yield f"version {raw['version']}, expected {LIMITS_VERSION}"
    for section, made in MADE.items():
        known = set(made.__dataclass_fields__) if made else set(code_list("stage").codes)
        given = set(raw[section])
        if made:
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
