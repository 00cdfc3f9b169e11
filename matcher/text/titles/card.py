"""What the title model was trained on and how good it is: `data/text/title_model.json`.

`python -m matcher.text.titles.card 2026-11-22` (`make models`) trains the model and writes both
files; the same tables, library versions and date give the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from matcher.reference.paths import path
from matcher.text.titles.model import LEVELS, TitleModel, level_of, prefix
from matcher.text.titles.training import FOLDS, SEED, Fold, examples, said, train, write_model

MODEL, CARD = "title_model.npz", "title_model.json"
BINS = 10
_NORMAL_95 = 1.96


def card(model: TitleModel, folds: Sequence[Fold], trained_on: date) -> dict[str, Any]:
    """The card of a model: data, scores on held-out titles with intervals, calibration."""
    shown = examples()
    return {
        "what": "occupation of a posting title, CSCO 2022; linear model and re-ranking",
        "trained_on": trained_on.isoformat(),
        "command": f"make models MODELS_ON={trained_on.isoformat()}",
        "data": {
            "titles": int(shown.is_title.sum()),
            "names_and_aliases": int((~shown.is_title).sum()),
            "labels": "silver, about one in eight wrong; one in seven names a group only",
            "inputs_sha256": model.inputs_sha256,
        },
        "held_out": {
            "scheme": f"{FOLDS} folds, equal normalised titles in one fold; "
            "trained on four fifths, dictionary of titles not used",
            **scores(folds),
        },
        "calibration": reliability(folds),
        "seed": SEED,
        "versions": {
            "scikit-learn": sklearn.__version__,
            "scipy": scipy.__version__,
            "numpy": np.__version__,
        },
    }


def scores(folds: Sequence[Fold]) -> dict[str, Any]:
    """Share of held-out titles that agree with their silver label, with 95 % intervals."""
    truth = np.concatenate([fold.truth for fold in folds]).tolist()
    leaf = np.concatenate([fold.leaf for fold in folds]).tolist()
    any_level = np.concatenate(
        [f.model.classes[f.at[np.arange(len(f.at)), f.chance.argmax(axis=1)]] for f in folds]
    ).tolist()
    deep = np.array([level_of()[code] == max(LEVELS) for code in truth])
    exact = np.array([a == b for a, b in zip(leaf, truth, strict=True)])
    same_group = np.array(
        [
            prefix(a, level_of()[b]) == prefix(b, level_of()[b])
            for a, b in zip(leaf, truth, strict=True)
        ]
    )
    major = np.array([a[0] == b[0] for a, b in zip(leaf, truth, strict=True)])
    best = np.array([a == b for a, b in zip(any_level, truth, strict=True)])
    return {
        "exact_code_of_titles_labelled_with_a_leaf": share(exact[deep]),
        "major_group_of_titles_labelled_with_a_leaf": share(major[deep]),
        "major_group_of_all_titles": share(major),
        "code_lies_in_the_labelled_group_of_all_titles": share(same_group),
        "likeliest_class_of_any_level_is_the_label": share(best),
    }


def reliability(folds: Sequence[Fold]) -> dict[str, Any]:
    """Confidence of the code against the share found right, each fold by a curve of the others."""
    told = [said(fold, max(LEVELS)) for fold in folds]
    confidence, right = [], []
    for at, (chance, is_right) in enumerate(told):
        others = [pair for place, pair in enumerate(told) if place != at]
        confidence.append(_curve(others, chance))
        right.append(is_right)
    return binned(np.concatenate(confidence), np.concatenate(right))


def binned(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    """Expected calibration error over ten equal bins of confidence, and the bins.

    Example:
        >>> binned(np.array([0.95, 0.95]), np.array([True, True]))["ece"]
        0.05
    """
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    rows = []
    for each in np.unique(bins).tolist():
        inside = bins == each
        rows.append(
            {
                "titles": int(inside.sum()),
                "confidence": round(float(confidence[inside].mean()), 4),
                "right": round(float(right[inside].mean()), 4),
            }
        )
    gap = sum(row["titles"] * abs(row["confidence"] - row["right"]) for row in rows)
    return {"ece": round(gap / max(len(right), 1), 4), "bins": rows}


def share(right: NDArray[np.bool_]) -> dict[str, Any]:
    """A share with its 95 % interval (normal) and the number of titles."""
    value = float(right.mean())
    half = _NORMAL_95 * float(np.sqrt(value * (1 - value) / len(right)))
    return {
        "share": round(value, 4),
        "interval": [round(value - half, 4), round(value + half, 4)],
        "titles": len(right),
    }


def _curve(
    told: Sequence[tuple[NDArray[np.float64], NDArray[np.bool_]]], chance: NDArray[np.float64]
) -> NDArray[np.float64]:
    curve = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip")
    x, y = (np.concatenate(parts) for parts in zip(*told, strict=True))
    fitted: NDArray[np.float64] = curve.fit(x, y.astype(np.float64)).predict(chance)
    return fitted


def as_text(told: dict[str, Any]) -> str:
    """The card as the file holds it."""
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    trained, judged = train()
    write_model(trained, path("text", MODEL))
    text = as_text(card(trained, judged, date.fromisoformat(sys.argv[1])))
    path("text", MODEL).with_name(CARD).write_text(text, encoding="utf-8")
    sys.stdout.write(text)
