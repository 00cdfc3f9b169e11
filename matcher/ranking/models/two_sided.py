"""A ranker of two sides: would the person take the post, would the employer take the person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from matcher.ranking.features import FEATURES
from matcher.ranking.models.trained import chord, read_meta
from matcher.ranking.models.trees import Trees
from matcher.ranking.ranker import check_width

FORMAT = 1
INTEREST, SUCCESS = "interest", "success"
SIDES = (INTEREST, SUCCESS)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SideScores:
    """Both chances of some pairs; None for a side that no outcome told of.

    Attributes:
        interest: (n_pairs,) float32, that the person takes the post.
        success: (n_pairs,) float32, that the employer takes the person who wants it.
    """

    interest: NDArray[np.float32] | None
    success: NDArray[np.float32] | None


@dataclass(frozen=True, eq=False)
class TwoSidedRanker:
    """Orders by the product of two calibrated chances: the expected success of a referral.

    Attributes:
        name: the model's name.
        features: the columns, in order.
        sides: the trees of `interest` and `success`; a side that is missing counts as 1.
        facts: what the report says of how it came to be; plain JSON values.
    """

    name: str
    features: tuple[str, ...]
    sides: Mapping[str, Trees]
    facts: Mapping[str, Any]

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The groups of its features, in the order in which they first come."""
        return tuple(dict.fromkeys(FEATURES[name].group for name in self.features))

    @cached_property
    def base(self) -> float:
        """The product of what each side says of an average pair."""
        return float(np.prod([expit(start) for start in self._starts.values()]))

    @cached_property
    def _starts(self) -> dict[str, float]:
        nothing = np.full((1, len(self.features)), np.nan, np.float32)
        return {side: float(trees.parts(nothing)[0, -1]) for side, trees in self.sides.items()}

    def score(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs,) float32 in (0, 1), the product of both sides."""
        check_width(self, features)
        made = np.ones(len(features))
        for chance in self._chances(features).values():
            made *= chance
        return made.astype(np.float32)

    def side_scores(self, features: NDArray[np.float32]) -> SideScores:
        """Each side by itself."""
        check_width(self, features)
        return _sides(self._chances(features))

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs, n_groups): exact tree SHAP of both sides, carried to their product.

        With chances p, q and bases b, c: pq - bc = (p - b)(q + c)/2 + (q - c)(p + b)/2, which
        shares what both did together evenly. A row sums to its score less `base`.
        """
        return self.told(features)[1]

    def told(
        self, features: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], SideScores]:
        """`score`, `contributions` and `side_scores` of the same pairs, each tree asked once.

        Chances are read off the contributions' sums, equal to `score` but for rounding (1e-6).
        """
        check_width(self, features)
        if not len(features):
            none = np.empty(0, np.float32)
            return (
                none,
                np.zeros((0, len(self.groups)), np.float32),
                _sides(self._chances(features)),
            )
        margins = {side: trees.parts(features) for side, trees in self.sides.items()}
        chances = {side: expit(parts.sum(axis=1)) for side, parts in margins.items()}
        told = np.zeros((len(features), len(self.groups)))
        start, end = 1.0, np.ones(len(features))
        for side, parts in margins.items():
            side_start, side_end = float(expit(self._starts[side])), chances[side]
            slope = chord(self._starts[side], parts.sum(axis=1))
            part = parts[:, :-1] @ self._group_of * slope[:, None]
            told = told * ((side_end + side_start) / 2)[:, None]
            told += part * ((end + start) / 2)[:, None]
            start, end = start * side_start, end * side_end
        return end.astype(np.float32), told.astype(np.float32), _sides(chances)

    def _chances(self, features: NDArray[np.float32]) -> dict[str, Floats]:
        if not len(features):
            return {side: np.empty(0) for side in self.sides}
        return {side: trees.chance(features) for side, trees in self.sides.items()}

    @cached_property
    def _group_of(self) -> Floats:
        """(n_features, n_groups): 1 where a feature is of a group."""
        at = [self.groups.index(FEATURES[name].group) for name in self.features]
        return np.eye(len(self.groups))[at]

    def save(self, folder: Path) -> None:
        """Write the trees of each side into a folder, and a JSON file that names them."""
        folder.mkdir(parents=True, exist_ok=True)
        for side, trees in self.sides.items():
            (folder / f"{side}.ubj").write_bytes(trees.raw)
        meta = {
            "format": FORMAT,
            "name": self.name,
            "features": list(self.features),
            "calibration": {side: [t.slope, t.offset] for side, t in self.sides.items()},
            "facts": dict(self.facts),
        }
        text = json.dumps(meta, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "model.json").write_text(text + "\n", encoding="utf-8")


def _sides(chances: Mapping[str, Floats]) -> SideScores:
    told = {side: chance.astype(np.float32) for side, chance in chances.items()}
    return SideScores(told.get(INTEREST), told.get(SUCCESS))


def load_two_sided(folder: Path) -> TwoSidedRanker:
    """The model of a folder that `save` wrote. Whether the files may be trusted is not asked here.

    Raises:
        UnreadableFile: another format, or features this version does not know.
    """
    meta = read_meta(folder)
    sides = {
        side: Trees((folder / f"{side}.ubj").read_bytes(), *meta["calibration"][side])
        for side in SIDES
        if side in meta["calibration"]
    }
    return TwoSidedRanker(meta["name"], tuple(meta["features"]), sides, meta["facts"])
