"""Trains the title model on titles, names and aliases: `make models`.

The same tables and library versions give the same bytes. Titles are silver (about one in eight
labels is wrong), so what the calibration calls right is agreement with such labels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.isotonic import IsotonicRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

from matcher.reference.occupations import occupations, silver_titles
from matcher.reference.paths import path
from matcher.text.normalise import normalise
from matcher.text.titles.major import fit_major, fit_pull, no_pull
from matcher.text.titles.model import LEVELS, TitleModel, gram_matrix, grams, level_of, prefix
from matcher.text.titles.noise import bare_title
from matcher.text.titles.reranking import (
    SIGNS,
    Candidates,
    candidates,
    chances,
    fit_weights,
    leaves_first,
)

SEED = 20221201
FOLDS = 5
ALIAS_WEIGHT = 0.3
"""Of a name or alias beside a real title: aliases are many and short."""
PENALTY = 1.0
WEIGHTS_PER_CLASS = 150
"""On average; cutting the smallest weights to this costs under a tenth of a point of accuracy."""


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Bare titles with their code and weight; `is_title` marks real titles.

    `spelling` is the title normalised, before noise is stripped.
    """

    titles: NDArray[np.object_]
    spelling: NDArray[np.object_]
    codes: NDArray[np.object_]
    weight: NDArray[np.float64]
    is_title: NDArray[np.bool_]

    def at(self, rows: NDArray[np.int64]) -> Examples:
        """Some of the rows."""
        return Examples(
            self.titles[rows],
            self.spelling[rows],
            self.codes[rows],
            self.weight[rows],
            self.is_title[rows],
        )


def examples() -> Examples:
    """Every title of `silver_titles`, every name and alias of a 细类, in a fixed order.

    Everyday titles stay out: taught beside these they lowered agreement with held-out labels by a
    fifth of a point, they are looked up instead.
    """
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
        np.array([*map(normalise, silver["title"]), *titles[n_titles:]], dtype=object),
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
    found = gram_matrix(shown.titles.tolist(), vocabulary)
    machine.fit(found, codes, sample_weight=shown.weight)
    dense = machine.coef_.astype(np.float32)
    kept = min(WEIGHTS_PER_CLASS * len(dense), dense.size)
    least = np.partition(np.abs(dense), dense.size - kept, axis=None)[dense.size - kept]
    dense[np.abs(dense) < least] = 0.0
    weights = sparse.csr_matrix(dense.T)
    weights.data = weights.data.astype(np.float16).astype(np.float32)
    major = fit_major(found, codes.tolist(), shown.weight, SEED)
    return TitleModel(
        grams=vocabulary,
        classes=machine.classes_,
        weights=weights,
        intercept=machine.intercept_.astype(np.float32),
        frequency=np.log1p(
            [np.count_nonzero(codes[shown.is_title] == code) for code in machine.classes_]
        ).astype(np.float32),
        major=major,
        signs=np.zeros(len(SIGNS)),
        pull=no_pull(major),
        calibration={},
        inputs_sha256=inputs_sha256(),
    )


def train(
    groups: NDArray[np.object_] | None = None, *, fold_seed: int = SEED
) -> tuple[TitleModel, list[Fold]]:
    """The model on all examples, and what its folds said of titles they had not seen.

    Args:
        groups: titles of one group fall into one fold; each normalised title is one without.
        fold_seed: of the lots that part the folds.

    Returns:
        The model with the second stage and the calibration of the folds; the folds, in which the
        second stage of a fold is fitted on the other folds.
    """
    with threadpool_limits(limits=1):  # sums in another order give other bytes
        return _train(groups, fold_seed)


def _train(groups: NDArray[np.object_] | None, seed: int) -> tuple[TitleModel, list[Fold]]:
    shown = examples()
    title_rows = np.flatnonzero(shown.is_title)
    together = shown.spelling[title_rows] if groups is None else groups
    folds = GroupKFold(FOLDS, shuffle=True, random_state=seed)
    parts = []
    for _, held in folds.split(title_rows, groups=together):
        rows = np.setdiff1d(np.arange(len(shown.titles)), title_rows[held])
        parts.append(_held_out(fit(shown.at(rows)), shown.at(title_rows[held])))
    told = [_judged(part, [p for p in parts if p is not part]) for part in parts]
    calibration = {level: _calibrate(told, level) for level in LEVELS}
    signs, pull = _second_stage(parts)
    return replace(fit(shown), signs=signs, pull=pull, calibration=calibration), told


def write_model(model: TitleModel, file: Path) -> None:
    """The model as plain arrays; the same model gives the same bytes."""
    arrays: dict[str, NDArray[np.generic]] = {
        "grams": _text_array(list(model.grams)),
        "classes": _text_array(model.classes.tolist()),
        "weights": model.weights.data.astype(np.float16),
        "columns": model.weights.indices.astype(np.int16),
        "offsets": model.weights.indptr.astype(np.int32),
        "intercept": model.intercept,
        "frequency": model.frequency,
        "major": _text_array(model.major.names.tolist()),
        "major_weights": model.major.weights.astype(np.float16),
        "major_intercept": model.major.intercept,
        "signs": model.signs,
        "pull": model.pull,
        "inputs_sha256": _text_array([model.inputs_sha256]),
    }
    for level in LEVELS:
        arrays[f"chance_{level}"], arrays[f"right_{level}"] = model.calibration[level]
    with file.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **arrays)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One fold: the linear model, candidates of the titles held out, and their silver codes."""

    model: TitleModel
    seen: Candidates
    truth: NDArray[np.str_]

    def right(self) -> NDArray[np.bool_]:
        """Which candidate is the silver label."""
        return np.asarray(self.model.classes[self.seen.at] == self.truth[:, None], dtype=np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """What linking says of the titles of one fold.

    Attributes:
        model: the linear model of the other folds, its second stage fitted on them too.
        at, chance: candidates of each title and their chances.
        truth: (n,) silver codes.
        leaf: (n,) the best 细类.
        leaf_chance: (n,) its chance among the 细类 of the title.
    """

    model: TitleModel
    at: NDArray[np.int64]
    chance: NDArray[np.float64]
    truth: NDArray[np.str_]
    leaf: NDArray[np.str_]
    leaf_chance: NDArray[np.float64]


def _held_out(model: TitleModel, held: Examples) -> _Part:
    titles = held.titles.tolist()
    found = gram_matrix(titles, model.grams)
    return _Part(model, candidates(model, titles, found), held.codes.astype(np.str_))


def _second_stage(parts: Sequence[_Part]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weights of the signs and the pull of the 大类, learnt from these folds."""
    seen = Candidates(
        np.concatenate([part.seen.at for part in parts]),
        np.concatenate([part.seen.signs for part in parts]),
        np.concatenate([part.seen.group for part in parts]),
        np.concatenate([part.seen.major for part in parts]),
    )
    signs = fit_weights(seen, np.concatenate([part.right() for part in parts]))
    true_major = np.concatenate([part.model.major.places(part.truth) for part in parts])
    return signs, fit_pull(seen, chances(signs, seen), true_major)


def _judged(part: _Part, others: Sequence[_Part]) -> Fold:
    signs, pull = _second_stage(others)
    model = replace(part.model, signs=signs, pull=pull)
    chance = chances(signs, part.seen)
    order, of_leaf = leaves_first(model, part.seen, chance)
    leaf = model.classes[part.seen.at[np.arange(len(order)), order[:, 0]]]
    return Fold(model, part.seen.at, chance, part.truth, leaf, of_leaf[:, 0])


def _calibrate(
    folds: Sequence[Fold], level: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve from chance to the share of titles that were right, labelled so deep or deeper."""
    chance, right = map(np.concatenate, zip(*(said(fold, level) for fold in folds), strict=True))
    curve = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip")
    curve.fit(chance, right.astype(np.float64))
    return curve.X_thresholds_.round(6), curve.y_thresholds_.round(6)


def said(fold: Fold, level: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Chance of what is said at a level, and whether it is so, of titles labelled so deep."""
    deep = np.array([level_of()[code] >= level for code in fold.truth.tolist()], dtype=bool)
    if level == max(LEVELS):
        return fold.leaf_chance[deep], fold.leaf[deep] == fold.truth[deep]
    found, of_group = fold.model.groups(fold.at, fold.chance, level)
    codes = fold.model.classes[found].tolist()
    right = [
        prefix(code, level) == prefix(true, level)
        for code, true in zip(codes, fold.truth.tolist(), strict=True)
    ]
    kept = deep & (found >= 0)
    return of_group[kept], np.array(right, dtype=bool)[kept]


def inputs_sha256() -> str:
    """The hash of the tables that the model is trained on."""
    digest = hashlib.sha256()
    for name in ("csco2022.csv", "titles.csv"):
        digest.update(path("occupations", name).read_bytes())
    digest.update(path("text", "title_noise.csv").read_bytes())
    return digest.hexdigest()


def _text_array(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)
