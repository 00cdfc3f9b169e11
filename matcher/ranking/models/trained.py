"""The trained ranker: one model for people with a history, one for newcomers, one interface."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from matcher.errors import UnreadableFile
from matcher.ranking.features import FEATURES
from matcher.ranking.models.trees import Line, Trees
from matcher.ranking.ranker import check_width

FORMAT = 1
PARTS = ("warm", "newcomer")
HISTORY = "history"
"""The group that takes what being known, or new, does by itself."""


@dataclass(frozen=True, eq=False)
class TrainedRanker:
    """Scores by boosted trees; who is new is scored by trees that never saw a history.

    Attributes:
        name: the model's name.
        features: the columns, in order; `activity` is among them.
        trees: the trees by part, `warm` and `newcomer`.
        base: the chance of an average candidate.
        facts: what the report says of how it came to be; plain JSON values.
    """

    name: str
    features: tuple[str, ...]
    trees: Mapping[str, Trees]
    base: float
    facts: Mapping[str, Any]

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of its features, in the order in which they first come."""
        return tuple(dict.fromkeys(FEATURES[name].group for name in self.features))

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs,) float32 in (0, 1), calibrated as the report says."""
        check_width(self, features)
        made = np.empty(len(features), np.float32)
        for part, rows in self._rows(features):
            made[rows] = self.trees[part].chance(features[rows])
        return made

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs, n_groups): exact tree SHAP by group, carried from margins to chances.

        The margin's parts are scaled by one number a row, the slope of the chord from the base to
        the score, so that a row sums to its score less `base`.
        """
        check_width(self, features)
        group_of = [self.groups.index(FEATURES[name].group) for name in self.features]
        told = np.zeros((len(features), len(self.groups)))
        start = float(logit(self.base))
        for part, rows in self._rows(features):
            parts = self.trees[part].parts(features[rows])
            of_groups = np.zeros((len(parts), len(self.groups)))
            for column, group in enumerate(group_of):
                of_groups[:, group] += parts[:, column]
            of_groups[:, self.groups.index(HISTORY)] += parts[:, -1] - start
            told[rows] = of_groups * chord(start, parts.sum(axis=1))[:, None]
        return told.astype(np.float32)

    def _rows(self, features: NDArray[np.float32]) -> list[tuple[str, NDArray[np.bool_]]]:
        known = features[:, self.features.index("activity")] > 0
        parts = [("warm", known), ("newcomer", ~known)]
        return [(part, rows) for part, rows in parts if rows.any()]

    def save(self, folder: Path) -> None:
        """Write the model into a folder: the trees, and a JSON file that names them."""
        folder.mkdir(parents=True, exist_ok=True)
        for part, trees in self.trees.items():
            (folder / f"{part}.ubj").write_bytes(trees.raw)
        meta = {
            "format": FORMAT,
            "name": self.name,
            "features": list(self.features),
            "base": self.base,
            "calibration": {p: [t.slope, t.offset] for p, t in self.trees.items()},
            "lines": {p: t.line.as_json() for p, t in self.trees.items() if t.line is not None},
            "facts": dict(self.facts),
        }
        text = json.dumps(meta, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")


def read_meta(folder: Path) -> dict[str, Any]:
    """What `model.json` of a folder says, where this version can read it.

    Raises:
        UnreadableFile: another format, or features this version does not know.
    """
    meta: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    unknown = [name for name in meta.get("features", ()) if name not in FEATURES]
    if meta.get("format") != FORMAT or unknown:
        raise UnreadableFile(
            file="model.json",
            found=f"format {meta.get('format')}, unknown features {unknown}",
            expected=f"format {FORMAT} and features of this version",
            do="Train the model again with this version.",
        )
    return meta


def load(folder: Path) -> TrainedRanker:
    """The model of a folder that `save` wrote. Whether the files may be trusted is not asked here.

    Raises:
        UnreadableFile: another format, or features this version does not know.
    """
    meta = read_meta(folder)
    lines = {part: Line.from_json(told) for part, told in meta.get("lines", {}).items()}
    trees = {
        part: Trees(
            (folder / f"{part}.ubj").read_bytes(),
            slope=meta["calibration"][part][0],
            offset=meta["calibration"][part][1],
            line=lines.get(part),
        )
        for part in PARTS
    }
    return TrainedRanker(meta["name"], tuple(meta["features"]), trees, meta["base"], meta["facts"])


def chord(start: float, end: NDArray[np.float64]) -> NDArray[np.float64]:
    """The slope of the logistic curve's chord between two margins, its tangent where they meet."""
    apart = end - start
    near = np.abs(apart) < 1e-9
    at = expit(start)
    rise = np.where(near, at * (1 - at), expit(end) - at)
    return np.asarray(rise / np.where(near, 1.0, apart))
