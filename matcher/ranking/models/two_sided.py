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
from scipy.special import expit, logit

from matcher.errors import UnreadableFile
from matcher.ranking.features import FEATURES
from matcher.ranking.models.trained import chord
from matcher.ranking.models.trees import Trees
from matcher.ranking.ranker import check_width

FORMAT = 1
INTEREST, SUCCESS = "interest", "success"
SIDES = (INTEREST, SUCCESS)


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
        if len(features):
            for trees in self.sides.values():
                made *= trees.chance(features)
        return made.astype(np.float32)

    def side_scores(self, features: NDArray[np.float32]) -> SideScores:
        """Each side by itself."""
        check_width(self, features)
        told = {
            side: trees.chance(features).astype(np.float32) for side, trees in self.sides.items()
        }
        return SideScores(told.get(INTEREST), told.get(SUCCESS))

    def contributions(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_pairs, n_groups): exact tree SHAP of both sides, carried to their product.

        With chances p, q and bases b, c: pq - bc = (p - b)(q + c)/2 + (q - c)(p + b)/2, which
        shares what both did together evenly. A row sums to its score less `base`.
        """
        check_width(self, features)
        told = np.zeros((len(features), len(self.groups)))
        if not len(features):
            return told.astype(np.float32)
        start, end = 1.0, np.ones(len(features))
        for side, trees in self.sides.items():
            side_start = float(expit(self._starts[side]))
            side_end = trees.chance(features)
            part = self._of_side(trees, self._starts[side], features)
            told = told * ((side_end + side_start) / 2)[:, None]
            told += part * ((end + start) / 2)[:, None]
            start, end = start * side_start, end * side_end
        return told.astype(np.float32)

    def _of_side(
        self, trees: Trees, start: float, features: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        parts = trees.parts(features)
        of_groups = np.zeros((len(parts), len(self.groups)))
        for column, name in enumerate(self.features):
            of_groups[:, self.groups.index(FEATURES[name].group)] += parts[:, column]
        slope = chord(start, logit(trees.chance(features)))
        return np.asarray(of_groups * slope[:, None])

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


def load_two_sided(folder: Path) -> TwoSidedRanker:
    """The model of a folder that `save` wrote. Whether the files may be trusted is not asked here.

    Raises:
        UnreadableFile: another format, or features this version does not know.
    """
    meta = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    unknown = [name for name in meta.get("features", ()) if name not in FEATURES]
    if meta.get("format") != FORMAT or unknown:
        raise UnreadableFile(
            file="model.json",
            found=f"format {meta.get('format')}, unknown features {unknown}",
            expected=f"format {FORMAT} and features of this version",
            do="Train the model again with this version.",
        )
    sides = {
        side: Trees((folder / f"{side}.ubj").read_bytes(), *meta["calibration"][side])
        for side in SIDES
        if side in meta["calibration"]
    }
    return TwoSidedRanker(meta["name"], tuple(meta["features"]), sides, meta["facts"])
