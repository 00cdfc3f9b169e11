"""Posting titles to occupations of CSCO 2022.

A title that the table of real titles has, or that is the official or an everyday name of one 细类,
takes that code; every other goes through two stages: the linear model of `model` names twenty
classes, `reranking` weighs them again beside their names. Aliases are not looked up but learned
from: of held-out titles that equal an alias the model is right on four in five, the alias
on two in three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from matcher.errors import UnknownCode
from matcher.reference.occupations import occupations, silver_titles
from matcher.text.normalise import distinct, normalise
from matcher.text.titles.model import (
    LEVELS,
    TitleModel,
    gram_matrix,
    is_leaf,
    level_of,
    prefix,
    title_model,
)
from matcher.text.titles.noise import bare_title, everyday_titles
from matcher.text.titles.reranking import candidates, chances, leaves_first

SURE = 0.7
"""Least confidence of a level that is called sure."""
DICTIONARY_TRUST = 0.875
"""Confidence of a dictionary hit: about one label in eight of the real titles is wrong."""
N_ALTERNATIVES = 3

_CHUNK = 2048
_LEAST_ALTERNATIVE = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class LinkedTitles:
    """One row per title given.

    Attributes:
        code: (n,) object, the best 细类; None where the title is missing, or says nothing known
            and no guess was asked for.
        confidence: (n,) float64 in [0, 1], share of held-out titles with such a score whose silver
            label was this code; the labels being about one eighth wrong, the truth is rather
            higher. Rough: from 4,491 titles. NaN where there is no code.
        backoff_code: (n,) object, the deepest code whose confidence reaches `SURE`, a group as
            `6-22-02-00`; the best 大类 where no level does. It need not contain `code`.
        alternatives: (n,) object, up to three next 细类 as `code:confidence` joined by `;`.
    """

    code: NDArray[np.object_]
    confidence: NDArray[np.float64]
    backoff_code: NDArray[np.object_]
    alternatives: NDArray[np.object_]

    def at(self, rows: NDArray[np.int64]) -> LinkedTitles:
        """Some of the rows, copied."""
        return LinkedTitles(
            self.code[rows], self.confidence[rows], self.backoff_code[rows], self.alternatives[rows]
        )


def link_titles(titles: Sequence[str | None], *, always: bool = False) -> LinkedTitles:
    """The occupation of each title; equal titles are worked on once.

    Args:
        titles: as postings write them; None or blank for no title.
        always: give a code to a title that says nothing known too: the 细类 met most often among
            real titles, with its share of them as confidence. A list for a person to go through
            wants that; records do not, there an unknown word stays unknown.

    Example:
        >>> linked = link_titles(["小区保洁员（包吃住）", "???", None])
        >>> linked.code.tolist()
        ['4-09-08-01', None, None]
        >>> linked = link_titles(["???", None], always=True)
        >>> linked.code[0], bool(linked.confidence[0] < 0.1), linked.code[1]
        ('2-06-07-02', True, None)
    """
    codes, titles_once = distinct(titles)
    bare = [bare_title(title) for title in titles_once]
    bare_codes, bare_once = distinct(bare)
    parts = [
        _link_once(bare_once[start : start + _CHUNK]) for start in range(0, len(bare_once), _CHUNK)
    ]
    linked = _stacked([part[0] for part in parts]).at(bare_codes)
    is_known = np.concatenate([*(part[1] for part in parts), [False]])[bare_codes]
    _put_unknown(linked, ~is_known, [always and bool(title.strip()) for title in titles_once])
    _put_told(linked, titles_once, bare)
    return _stacked([linked]).at(codes)


def _stacked(parts: Sequence[LinkedTitles]) -> LinkedTitles:
    """The rows of all parts, and a last one that says nothing, for a code of -1."""
    none = np.array([None], dtype=object)
    return LinkedTitles(
        code=np.concatenate([*(p.code for p in parts), none]),
        confidence=np.concatenate([*(p.confidence for p in parts), [np.nan]]),
        backoff_code=np.concatenate([*(p.backoff_code for p in parts), none]),
        alternatives=np.concatenate([*(p.alternatives for p in parts), none]),
    )


def _link_once(bare: list[str]) -> tuple[LinkedTitles, NDArray[np.bool_]]:
    """What both stages say of bare titles, and whether these say anything known."""
    model = title_model()
    found = gram_matrix(bare, model.grams)
    seen = candidates(model, bare, found)
    chance = chances(model.signs, seen)
    order, of_leaf = leaves_first(model, seen, chance)
    leaf_at = np.take_along_axis(seen.at, order, axis=1)[:, : N_ALTERNATIVES + 1]
    of_leaf = of_leaf[:, : N_ALTERNATIVES + 1]
    code = model.classes[leaf_at[:, 0]].astype(object)
    confidence = model.calibrated(of_leaf[:, 0], max(LEVELS))
    backoff = np.where(confidence >= SURE, code, _backoff(model, seen.at, chance))
    alternatives = _as_texts(model, leaf_at, of_leaf, confidence)
    return LinkedTitles(code, confidence, backoff, alternatives), model.knows(found)


def _put_unknown(linked: LinkedTitles, unknown: NDArray[np.bool_], guessed: Sequence[bool]) -> None:
    """No answer for unknown titles; the most frequent 细类 for those to be guessed."""
    code, share, major = _most_frequent()
    guess = unknown & np.array(guessed, dtype=bool)
    for column, value in (
        (linked.code, code),
        (linked.backoff_code, major),
        (linked.alternatives, None),
    ):
        column[unknown] = None
        column[guess] = value
    linked.confidence[unknown] = np.nan
    linked.confidence[guess] = share


def _put_told(linked: LinkedTitles, titles: list[str], bare: list[str]) -> None:
    """What the dictionary says goes before what the model says."""
    told = [_told_code(title, name) for title, name in zip(titles, bare, strict=True)]
    rows = [row for row, said in enumerate(told) if said is not None]
    model = title_model()
    for row in rows:
        said, best = str(told[row]), linked.code[row]
        linked.backoff_code[row] = said
        if level_of()[said] < max(LEVELS):
            linked.code[row] = _leaf_of(model, bare[row], said)
        else:
            linked.code[row], linked.confidence[row] = said, DICTIONARY_TRUST
        if linked.code[row] != best:
            linked.alternatives[row] = _without_code(linked.alternatives[row], linked.code[row])
        if np.isnan(linked.confidence[row]):
            linked.confidence[row] = model.calibrated(np.zeros(1), max(LEVELS))[0]


def _without_code(alternatives: str | None, code: str) -> str | None:
    kept = [a for a in (alternatives or "").split(";") if a and not a.startswith(code)]
    return ";".join(kept) or None


def _leaf_of(model: TitleModel, bare: str, group: str) -> str:
    """The best 细类 of a group; of all where the model knows none in it."""
    start = prefix(group, level_of()[group]) + "-"
    leaf = is_leaf(tuple(model.classes.tolist()))
    inside = np.char.startswith(model.classes, start) & leaf
    allowed = inside if inside.any() else leaf
    return str(model.classes[int(np.where(allowed, model.scores([bare])[0], -np.inf).argmax())])


def _backoff(
    model: TitleModel, at: NDArray[np.int64], chance: NDArray[np.float64]
) -> NDArray[np.object_]:
    """The deepest group that is sure; the best 大类 where none is."""
    backoff = np.full(len(at), None, dtype=object)
    for level in (1, 2, 3):
        found, of_group = model.groups(at, chance, level)
        sure = model.calibrated(of_group, level) >= SURE
        take = (found >= 0) & (sure | (level == 1))
        backoff[take] = [
            _group_code(prefix(code, level)) for code in model.classes[found[take]].tolist()
        ]
    return backoff


@cache
def _most_frequent() -> tuple[str, float, str]:
    """The 细类 of most real titles, its share of those labelled with one, and its 大类."""
    labels = silver_titles()["occupation_code"]
    labels = labels[[level_of()[code] == max(LEVELS) for code in labels]]
    counts = labels.value_counts()
    code = min(counts.index[counts == counts.max()])
    return code, float(counts.max() / len(labels)), _group_code(prefix(code, 1))


@cache
def _group_code(name: str) -> str:
    """A prefix as a code; the group above where the classification does not name the group."""
    parts = name.split("-")
    for kept in range(len(parts), 0, -1):
        code = "-".join([*parts[:kept], *["00"] * (4 - kept)])
        if code in occupations().names:
            return code
    raise UnknownCode(code=name, table="CSCO 2022 occupations")


def _as_texts(
    model: TitleModel,
    leaf_at: NDArray[np.int64],
    of_leaf: NDArray[np.float64],
    confidence: NDArray[np.float64],
) -> NDArray[np.object_]:
    """The next 细类 as text; what the best one leaves of 1 is shared out by their chances."""
    left = np.maximum(1.0 - of_leaf[:, :1], 1e-9)
    others = of_leaf[:, 1:] / left * (1.0 - confidence[:, None])
    texts = np.full(len(leaf_at), None, dtype=object)
    for row, (codes, values) in enumerate(
        zip(model.classes[leaf_at[:, 1:]].tolist(), others.tolist(), strict=True)
    ):
        kept = [
            f"{code}:{value:.2f}"
            for code, value in zip(codes, values, strict=True)
            if value >= _LEAST_ALTERNATIVE
        ]
        texts[row] = ";".join(kept) or None
    return texts


def _told_code(title: str, bare: str) -> str | None:
    """What the dictionary says: a real title's label, or the one 细类 commonly called so."""
    return (
        _known_titles().get(normalise(title))
        or _official_names().get(bare)
        or everyday_titles().get(bare)
    )


@cache
def _known_titles() -> dict[str, str]:
    """Normalised real titles to their label; a title with two labels is left to the model."""
    silver = silver_titles()
    labels: dict[str, set[str]] = {}
    for title, code in zip(silver["title"], silver["occupation_code"], strict=True):
        labels.setdefault(normalise(title), set()).add(code)
    return {title: next(iter(codes)) for title, codes in labels.items() if len(codes) == 1}


@cache
def _official_names() -> dict[str, str]:
    table = occupations()
    return {
        bare_title(table.names[code]): code
        for code, level in zip(table.codes, table.level, strict=True)
        if level == max(LEVELS)
    }
