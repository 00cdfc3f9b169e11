"""Trains the title model on titles, names and aliases: `python -m matcher.text.title_training`.

The same tables and library versions give the same bytes. Titles are silver (about one in eight
labels is wrong), so what the calibration calls right is agreement with such labels.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import KFold
from sklearn.svm import LinearSVC

from matcher.reference.occupations import occupations, silver_titles
from matcher.reference.paths import path
from matcher.text.normalise import normalise
from matcher.text.title_model import LEVELS, TitleModel, gram_matrix, grams, level_of, prefix
from matcher.text.title_noise import bare_title

SEED = 20221201
FOLDS = 5
ALIAS_WEIGHT = 0.3
"""Of a name or alias beside a real title: aliases are many and short."""
PENALTY = 1.0
WEIGHTS_PER_CLASS = 150
"""On average; cutting the smallest weights to this costs under a tenth of a point of accuracy."""
SHARPNESS = tuple(np.arange(2.0, 12.5, 0.5).tolist())


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Bare titles with their code and weight; `is_title` marks real titles."""

    titles: NDArray[np.object_]
    codes: NDArray[np.object_]
    weight: NDArray[np.float64]
    is_title: NDArray[np.bool_]

    def at(self, rows: NDArray[np.int64]) -> Examples:
        """Some of the rows."""
        return Examples(self.titles[rows], self.codes[rows], self.weight[rows], self.is_title[rows])


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What the folds showed: share of exact codes, over all titles and over 细类-labelled ones."""

    exact_any_level: float
    exact_leaf: float
    n_titles: int


def examples() -> Examples:
    """Every title of `silver_titles`, every name and alias of a 细类, in a fixed order."""
    table = occupations()
    silver = silver_titles()
    titles = [bare_title(title) for title in silver["title"]]
    codes = silver["occupation_code"].tolist()
    n_titles = len(titles)
    for code, level in zip(table.codes, table.level, strict=True):
        if level == max(LEVELS):
            wordings = dict.fromkeys(map(normalise, (table.names[code], *table.aliases[code])))
            titles.extend(wordings)
            codes.extend([code] * len(wordings))
    is_title = np.arange(len(titles)) < n_titles
    return Examples(
        np.array(titles, dtype=object),
        np.array(codes, dtype=object),
        np.where(is_title, 1.0, ALIAS_WEIGHT),
        is_title,
    )


def fit(shown: Examples) -> TitleModel:
    """The machine of these examples, its small weights cut off, not yet calibrated."""
    words = sorted({gram for title in shown.titles for gram in grams(title)})
    vocabulary = {gram: at for at, gram in enumerate(words)}
    machine = LinearSVC(C=PENALTY, random_state=SEED)
    codes = shown.codes.astype(str)
    machine.fit(gram_matrix(shown.titles.tolist(), vocabulary), codes, sample_weight=shown.weight)
    dense = machine.coef_.astype(np.float32)
    kept = min(WEIGHTS_PER_CLASS * len(dense), dense.size)
    least = np.partition(np.abs(dense), dense.size - kept, axis=None)[dense.size - kept]
    dense[np.abs(dense) < least] = 0.0
    weights = sparse.csr_matrix(dense.T)
    weights.data = weights.data.astype(np.float16).astype(np.float32)
    return TitleModel(
        grams=vocabulary,
        classes=machine.classes_,
        weights=weights,
        intercept=machine.intercept_.astype(np.float32),
        sharpness=1.0,
        calibration={},
        inputs_sha256=inputs_sha256(),
    )


def train() -> tuple[TitleModel, HeldOut]:
    """The model on all examples, calibrated on folds of the titles that it had not seen."""
    shown = examples()
    title_rows = np.flatnonzero(shown.is_title)
    folds = KFold(FOLDS, shuffle=True, random_state=SEED)
    parts = []
    for _, held in folds.split(title_rows):
        rows = np.setdiff1d(np.arange(len(shown.titles)), title_rows[held])
        parts.append(_held_out(fit(shown.at(rows)), shown.at(title_rows[held])))
    sharpness = min(
        SHARPNESS, key=lambda value: sum(_loss(part, value) * len(part.truth) for part in parts)
    )
    calibration = {level: _calibrate(parts, sharpness, level) for level in LEVELS}
    model = replace(fit(shown), sharpness=sharpness, calibration=calibration)
    return model, _measure(parts)


def write_model(model: TitleModel, file: Path) -> None:
    """The model as plain arrays; the same model gives the same bytes."""
    arrays: dict[str, NDArray[np.generic]] = {
        "grams": _text_array(list(model.grams)),
        "classes": _text_array(model.classes.tolist()),
        "weights": model.weights.data.astype(np.float16),
        "columns": model.weights.indices.astype(np.int16),
        "offsets": model.weights.indptr.astype(np.int32),
        "intercept": model.intercept,
        "sharpness": np.array(model.sharpness),
        "inputs_sha256": _text_array([model.inputs_sha256]),
    }
    for level in LEVELS:
        arrays[f"chance_{level}"], arrays[f"right_{level}"] = model.calibration[level]
    with file.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **arrays)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One fold: the model's scores of the titles held out, and their silver codes."""

    model: TitleModel
    scores: NDArray[np.float32]
    truth: NDArray[np.object_]


def _held_out(model: TitleModel, held: Examples) -> _Part:
    return _Part(model, model.scores(held.titles.tolist()), held.codes)


def _loss(part: _Part, sharpness: float) -> float:
    """Mean log loss over the titles whose code is among the best classes."""
    at, chances = replace(part.model, sharpness=sharpness).best(part.scores)
    is_true = part.model.classes[at] == part.truth.astype(str)[:, None]
    return float(-np.log(np.maximum(chances[is_true], 1e-9)).mean())


def _calibrate(
    parts: Sequence[_Part], sharpness: float, level: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve from chance to the share of titles that were right, labelled so deep or deeper."""
    chance, right = [], []
    for part in parts:
        model = replace(part.model, sharpness=sharpness)
        found, of_group = model.groups(*model.best(part.scores), level)
        for at, value, code in zip(found, of_group, part.truth, strict=True):
            if level_of()[code] >= level and at >= 0:
                chance.append(float(value))
                right.append(prefix(str(model.classes[at]), level) == prefix(code, level))
    curve = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip")
    curve.fit(np.array(chance), np.array(right, dtype=np.float64))
    return curve.X_thresholds_.round(6), curve.y_thresholds_.round(6)


def _measure(parts: Sequence[_Part]) -> HeldOut:
    truth = np.concatenate([part.truth for part in parts])
    any_level = np.concatenate([p.model.classes[p.scores.argmax(axis=1)] for p in parts])
    leaf = []
    for part in parts:
        is_leaf = np.array([level_of()[code] == 4 for code in part.model.classes])
        leaf.append(part.model.classes[is_leaf][part.scores[:, is_leaf].argmax(axis=1)])
    told = np.array([level_of()[code] == 4 for code in truth])
    return HeldOut(
        exact_any_level=float((any_level == truth).mean()),
        exact_leaf=float((np.concatenate(leaf) == truth)[told].mean()),
        n_titles=len(truth),
    )


def inputs_sha256() -> str:
    """The hash of the tables that the model is trained on."""
    digest = hashlib.sha256()
    for name in ("csco2022.csv", "titles.csv"):
        digest.update(path("occupations", name).read_bytes())
    digest.update(path("text", "title_noise.csv").read_bytes())
    return digest.hexdigest()


def _text_array(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


if __name__ == "__main__":
    trained, held_out = train()
    write_model(trained, path("text", "title_model.npz"))
    sys.stdout.write(
        f"exact code, {FOLDS} folds of {held_out.n_titles} titles: "
        f"{held_out.exact_any_level:.3f} at any level, "
        f"{held_out.exact_leaf:.3f} of those labelled with a 细类\n"
    )
