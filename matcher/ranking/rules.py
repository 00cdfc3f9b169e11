"""The rule score: documented weights, nothing trained, and honest about it.

Weights, curves and the reason of each stand in `data/ranking/rules.yaml`; here is only how they
are read and added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.ranking.features import FEATURES
from matcher.ranking.ranker import check_width
from matcher.reference.paths import path, read_form

RULES_VERSION = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule file as arrays.

    Attributes:
        features, groups: names, in the file's order.
        group_of: (n_features,) int32 positions in `groups`.
        feature_weight: (n_features,) float64; only ratios within a group matter.
        group_weight: (n_groups,) float64.
        knots: (n_features, n_knots) float64 feature values, ascending; the last is repeated.
        worths: (n_features, n_knots) float64 in [0, 1], rising or falling along each row.
        prior, prior_weight: worth and weight of what is not known.
    """

    features: tuple[str, ...]
    groups: tuple[str, ...]
    group_of: NDArray[np.int32]
    feature_weight: NDArray[np.float64]
    group_weight: NDArray[np.float64]
    knots: NDArray[np.float64]
    worths: NDArray[np.float64]
    prior: float
    prior_weight: float


def read_rules(file: Path) -> Rules:
    """Read a rule file.

    Raises:
        UnreadableFile: with every problem found in it.
    """
    raw = read_form(file, _problems, "data/ranking/rules.yaml")
    groups = raw["groups"]
    rows = [
        (at, name, entry)
        for at, group in enumerate(groups.values())
        for name, entry in group["features"].items()
    ]
    longest = max(len(entry["points"]) for _, _, entry in rows)
    knots = np.array([_padded(list(entry["points"]), longest) for *_, entry in rows])
    worths = np.array([_padded(list(entry["points"].values()), longest) for *_, entry in rows])
    return Rules(
        features=tuple(name for _, name, _ in rows),
        groups=tuple(groups),
        group_of=np.array([at for at, *_ in rows], dtype=np.int32),
        feature_weight=np.array([float(entry["weight"]) for *_, entry in rows]),
        group_weight=np.array([float(group["weight"]) for group in groups.values()]),
        knots=knots,
        worths=worths,
        prior=float(raw["prior"]["worth"]),
        prior_weight=float(raw["prior"]["weight"]),
    )


def _padded(values: list[float], length: int) -> list[float]:
    return [float(value) for value in values] + [float(values[-1])] * (length - len(values))


def _problems(raw: Any) -> Iterator[str]:
    if not isinstance(raw, Mapping) or not {"version", "prior", "groups"} <= raw.keys():
        yield "version, prior or groups is missing"
        return
    if raw["version"] != RULES_VERSION:
        yield f"version {raw['version']}, expected {RULES_VERSION}"
    prior = raw["prior"]
    if not _in_unit(prior.get("worth")) or not _positive(prior.get("weight")):
        yield "prior needs a worth in [0, 1] and a positive weight"
    if not raw["groups"]:
        yield "no group"
    for name, group in raw["groups"].items():
        if not _positive(group.get("weight")) or not group.get("reason"):
            yield f"group {name} needs a positive weight and a reason"
        for feature, entry in group.get("features", {}).items():
            yield from _feature_problems(name, feature, entry)


def _feature_problems(group: str, name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    if name not in FEATURES:
        yield f"{name} is no registered feature"
    elif FEATURES[name].group != group:
        yield f"{name} belongs to the group {FEATURES[name].group}, not {group}"
    if not _positive(entry.get("weight")) or not entry.get("reason"):
        yield f"{name} needs a positive weight and a reason"
    points = entry.get("points") or {}
    worths = list(points.values())
    if len(points) < 2 or list(points) != sorted(points) or not all(map(_in_unit, worths)):
        yield f"{name} needs at least two ascending points with worths in [0, 1]"
    elif worths not in (sorted(worths), sorted(worths, reverse=True)):
        yield f"{name} rises and falls; a curve may do only one"


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and value > 0


def _in_unit(value: Any) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


@cache
def shipped_rules() -> Rules:
    """The rules that travel with the package."""
    return read_rules(path("ranking", "rules.yaml"))


class RulesRanker:
    """The untrained ranker: a weighted mean of what is known, drawn towards a prior.

    With known groups g of weight w and worth v, prior weight w0 and prior worth v0, the score is
    (w0 v0 + sum w v) / (w0 + sum w), and a group's contribution w (v - v0) / (w0 + sum w). A pair
    of which nothing is known scores v0, so it never passes a known good one.

    Example:
        >>> ranker = RulesRanker()
        >>> nothing = np.full((1, len(ranker.features)), np.nan, dtype=np.float32)
        >>> bool(ranker.score(nothing)[0] == np.float32(ranker.base))
        True
    """

    name = "rules"

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = shipped_rules() if rules is None else rules

    @property
    def features(self) -> tuple[str, ...]:
        """The columns it weighs, in order."""
        return self._rules.features

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups its contributions are told by."""
        return self._rules.groups

    @property
    def base(self) -> float:
        """The prior: the score of a pair of which nothing is known."""
        return self._rules.prior

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs,) float32 in [0, 1].

        Raises:
            FeatureMismatch: another number of columns.
        """
        return self._weigh(features, parts=False)[1]

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs, n_groups) float32; 0 for a group of which nothing is known.

        Raises:
            FeatureMismatch: another number of columns.
        """
        return self._weigh(features, parts=True)[0]

    def _weigh(
        self, features: NDArray[np.float32], *, parts: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        check_width(self, features)
        rules = self._rules
        made: tuple[NDArray[np.float32], NDArray[np.float32]] = _weigh(
            np.ascontiguousarray(features, dtype=np.float32),
            rules.knots,
            rules.worths,
            rules.group_of,
            rules.feature_weight,
            rules.group_weight,
            rules.prior,
            rules.prior_weight,
            parts,
        )
        return made


@njit(cache=True, nogil=True)
def _worth(value: float, knots: NDArray[np.float64], worths: NDArray[np.float64]) -> float:
    if value <= knots[0]:
        return float(worths[0])
    for at in range(1, len(knots)):
        if value < knots[at]:
            along = (value - knots[at - 1]) / (knots[at] - knots[at - 1])
            return float(worths[at - 1] + along * (worths[at] - worths[at - 1]))
    return float(worths[-1])


@njit(cache=True, nogil=True)
def _weigh(  # noqa: PLR0913 - numba takes plain arrays
    features: NDArray[np.float32],
    knots: NDArray[np.float64],
    worths: NDArray[np.float64],
    group_of: NDArray[np.int32],
    feature_weight: NDArray[np.float64],
    group_weight: NDArray[np.float64],
    prior: float,
    prior_weight: float,
    parts: bool,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    n_pairs, n_groups = len(features), len(group_weight)
    contributed = np.zeros((n_pairs if parts else 0, n_groups), np.float32)
    score = np.empty(n_pairs, np.float32)
    worth = np.empty(n_groups)
    known = np.empty(n_groups)
    for pair in range(n_pairs):
        worth[:] = 0.0
        known[:] = 0.0
        for at in range(len(group_of)):
            value = features[pair, at]
            if not np.isnan(value):
                group = group_of[at]
                known[group] += feature_weight[at]
                worth[group] += feature_weight[at] * _worth(value, knots[at], worths[at])
        weight, total = prior_weight, prior_weight * prior
        for group in range(n_groups):
            if known[group] > 0:
                weight += group_weight[group]
                total += group_weight[group] * worth[group] / known[group]
        score[pair] = total / weight
        if parts:
            for group in range(n_groups):
                if known[group] > 0:
                    over = worth[group] / known[group] - prior
                    contributed[pair, group] = group_weight[group] * over / weight
    return contributed, score
