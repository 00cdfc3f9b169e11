"""The linear title model: character pairs and triples of a bare title to scores of occupations.

A one-against-the-rest support vector machine with its small weights cut off; the first stage of
linking. It ships as `data/text/title_model.npz`, plain arrays, with the weights of the second stage
(`matcher.text.titles.reranking`), and is rebuilt by `matcher.text.titles.training`.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.errors import UnreadableFile
from matcher.reference.occupations import occupations
from matcher.reference.paths import path
from matcher.text.titles.major import MajorModel

LEVELS = (1, 2, 3, 4)
"""Of the classification: 大类, 中类, 小类, 细类."""
N_BEST = 20
"""Classes of a title that are looked at closer."""


@dataclass(frozen=True, slots=True, eq=False)
class TitleModel:
    """The weights; `scores` and `best` are what is asked of them.

    Attributes:
        grams: gram to its row of `weights`.
        classes: (n_classes,) occupation codes, sorted, groups among them.
        weights: (n_grams, n_classes) sparse float32.
        intercept: (n_classes,) float32.
        frequency: (n_classes,) float32, log(1 + number of titles labelled so).
        major: the second linear model, of 大类 alone.
        signs: (n_signs,) weights of the second stage.
        pull: (2 + n_major,) weights of what both models say of the 大类, then one start for each.
        calibration: level to (x, y): chance by the second stage, share found right at that chance.
        inputs_sha256: of the table and titles it was trained on.
    """

    grams: dict[str, int]
    classes: NDArray[np.str_]
    weights: sparse.csr_matrix
    intercept: NDArray[np.float32]
    frequency: NDArray[np.float32]
    major: MajorModel
    signs: NDArray[np.float64]
    pull: NDArray[np.float64]
    calibration: dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]]
    inputs_sha256: str
    _kept: dict[str, NDArray[np.float32]] = field(default_factory=dict, repr=False)

    def scores(self, titles: Sequence[str]) -> NDArray[np.float32]:
        """(n_titles, n_classes) float32 margins; higher is likelier."""
        return self.scores_of(gram_matrix(titles, self.grams))

    def scores_of(self, found: sparse.csr_matrix) -> NDArray[np.float32]:
        """The scores of titles by their grams, as `gram_matrix` gives them."""
        scores: NDArray[np.float32] = (found @ self.weights).toarray()
        scores += self.intercept
        return scores

    def knows(self, found: sparse.csr_matrix) -> NDArray[np.bool_]:
        """(n_titles,) has the title any gram of two characters that the model has seen?"""
        known: NDArray[np.bool_] = found @ self._tells() > 0
        return known

    def _tells(self) -> NDArray[np.float32]:
        """(n_grams,) 1 for a gram of two characters or more that are no blanks."""
        if "tells" not in self._kept:
            lengths = [len(gram.strip()) > 1 for gram in self.grams]
            self._kept["tells"] = np.array(lengths, dtype=np.float32)
        return self._kept["tells"]

    def best(self, scores: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The `N_BEST` classes of each title, best first, ties by code, and their margins.

        Returns:
            (n_titles, N_BEST) positions in `classes`, and margins that fall along a row.
        """
        n_best = min(N_BEST, len(self.classes))
        at = np.sort(np.argpartition(-scores, n_best - 1, axis=1)[:, :n_best], axis=1)
        of_best = np.take_along_axis(scores, at, axis=1).astype(np.float64)
        order = np.argsort(-of_best, axis=1, kind="stable")
        return np.take_along_axis(at, order, axis=1), np.take_along_axis(of_best, order, axis=1)

    def groups(
        self, at: NDArray[np.int64], chances: NDArray[np.float64], level: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The likeliest group of a level for each title, among its best classes.

        A class that is itself a wider group speaks for no group of the level.

        Returns:
            (n_titles,) a class of that group, -1 where none of the best is deep enough; and the
            summed chance of the group.
        """
        group = class_groups(tuple(self.classes.tolist()), level)[at]
        same = (group[:, :, None] == group[:, None, :]) & (group >= 0)[:, None, :]
        summed = (same * chances[:, None, :]).sum(axis=2) * (group >= 0)
        likeliest = summed.argmax(axis=1)
        rows = np.arange(len(at))
        of_group = summed[rows, likeliest]
        return np.where(of_group > 0, at[rows, likeliest], -1), of_group

    def calibrated(self, chance: NDArray[np.float64], level: int) -> NDArray[np.float64]:
        """The share of held-out titles that were right at this level with such a chance."""
        x, y = self.calibration[level]
        return np.interp(chance, x, y)


def grams(title: str) -> set[str]:
    """The grams of one to three characters of a bare title, each once.

    Each word carries one blank before and after, so that its ends are seen.

    Example:
        >>> sorted(grams("焊工"))
        [' ', ' 焊', ' 焊工', '工', '工 ', '焊', '焊工', '焊工 ']
    """
    found: set[str] = set()
    for word in title.split():
        padded = f" {word} "
        found.update(padded)
        found.update(map(operator.add, padded, padded[1:]))
        found.update(map(operator.add, map(operator.add, padded, padded[1:]), padded[2:]))
    return found


def gram_matrix(titles: Sequence[str], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """(n_titles, n_grams) float32, 1 where the title has the gram, rows of length 1 (L2)."""
    known = vocabulary.keys()
    rows = [sorted([vocabulary[g] for g in grams(t) & known]) for t in titles]
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    columns = np.fromiter((at for row in rows for at in row), np.int32, int(offsets[-1]))
    values = np.repeat(1.0 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
    shape = (len(titles), len(vocabulary))
    return sparse.csr_matrix((values, columns, offsets), shape=shape, copy=False)


def prefix(code: str, level: int) -> str:
    """The leading parts of a code that name its group of a level.

    Example:
        >>> prefix("6-22-02-01", 3)
        '6-22-02'
    """
    return "-".join(code.split("-")[:level])


@cache
def is_leaf(classes: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which classes are 细类."""
    return np.array([level_of()[code] == max(LEVELS) for code in classes], dtype=bool)


@cache
def class_groups(classes: tuple[str, ...], level: int) -> NDArray[np.int64]:
    """The group of a level that each class belongs to, as a number; -1 for a wider group."""
    own = level_of()
    names = sorted({prefix(code, level) for code in classes})
    place = {name: at for at, name in enumerate(names)}
    return np.array([place[prefix(c, level)] if own[c] >= level else -1 for c in classes], np.int64)


@cache
def level_of() -> dict[str, int]:
    """Code to its level; a 小类 of one 细类 counts as 细类."""
    return dict(zip(occupations().codes, occupations().level.tolist(), strict=True))


@cache
def title_model() -> TitleModel:
    """The shipped model, read once.

    Raises:
        UnreadableFile: the file is missing or not one that the training wrote.
    """
    return read_model(path("text", "title_model.npz"))


def read_model(file: Path) -> TitleModel:
    """A model from a file that `titles.training.write_model` wrote; plain arrays, no pickles."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        vocabulary = arrays["grams"].tobytes().decode().split("\n")
        classes = np.array(arrays["classes"].tobytes().decode().split("\n"))
    except (OSError, ValueError, KeyError) as problem:
        raise UnreadableFile(
            file=file.name,
            found=f"not readable as a title model ({type(problem).__name__})",
            expected="the arrays that the training writes",
            do="Run 'make models' to rebuild it.",
        ) from problem
    return TitleModel(
        grams={gram: at for at, gram in enumerate(vocabulary)},
        classes=classes,
        weights=sparse.csr_matrix(
            (
                arrays["weights"].astype(np.float32),
                arrays["columns"].astype(np.int32),
                arrays["offsets"].astype(np.int32),
            ),
            shape=(len(vocabulary), len(classes)),
        ),
        intercept=arrays["intercept"],
        frequency=arrays["frequency"],
        major=MajorModel(
            np.array(arrays["major"].tobytes().decode().split("\n")),
            arrays["major_weights"].astype(np.float32),
            arrays["major_intercept"],
        ),
        signs=arrays["signs"],
        pull=arrays["pull"],
        calibration={
            level: (arrays[f"chance_{level}"], arrays[f"right_{level}"]) for level in LEVELS
        },
        inputs_sha256=arrays["inputs_sha256"].tobytes().decode(),
    )
