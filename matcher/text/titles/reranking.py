"""The second stage: the best classes of a title weighed again beside their names.

A conditional logit over the `N_BEST` classes that the linear model likes most. It sees the margin,
how the chances add up along the classification, how often a class is met among real titles, and
how near (rapidfuzz) the title stands to the nearest name of the class.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy import sparse
from scipy.optimize import minimize

from matcher.reference.occupations import occupations
from matcher.text.normalise import normalise
from matcher.text.titles.major import pulled
from matcher.text.titles.model import TitleModel, class_groups, is_leaf

SIGNS = (
    *("margin", "lead", "log_chance", "chance", "chance_squared"),
    *("group_2", "group_3", "group_3_chance", "likeness", "likeness_squared", "likeness_margin"),
    *("frequency", "frequency_squared", "leaf", "leaf_margin", "leaf_lead"),
)
"""What is weighed, in the order of the weights."""
_SHARP = 5.0
_SOFT = 3.0
_PENALTY = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """The best classes of titles and what tells about them.

    Attributes:
        at: (n_titles, n_best) positions in the classes of the model, best margin first.
        signs: (n_titles, n_best, len(SIGNS)) float64.
        group: (n_titles, n_best) place of the 大类 of each among those of the second linear model.
        major: (n_titles, n_major) log chance of every 大类, by the second linear model.
    """

    at: NDArray[np.int64]
    signs: NDArray[np.float64]
    group: NDArray[np.int64]
    major: NDArray[np.float64]


def candidates(model: TitleModel, titles: list[str], found: sparse.csr_matrix) -> Candidates:
    """The classes worth a second look, with their signs.

    Args:
        model: the first stage.
        titles: bare.
        found: their grams, as `gram_matrix` gives them.
    """
    at, margin = model.best(model.scores_of(found))
    lead = margin - margin[:, :1]
    chance, soft = _softmax(_SHARP * lead), _softmax(_SOFT * lead)
    classes = tuple(model.classes.tolist())
    likeness = _likeness(classes, titles, at)
    frequency = model.frequency[at].astype(np.float64)
    leaf = is_leaf(classes)[at].astype(np.float64)
    group_3 = class_groups(classes, 3)[at]
    columns = (
        *(margin, lead, np.log(soft), chance, chance**2),
        np.log(summed_by_group(soft, class_groups(classes, 2)[at])),
        *(np.log(summed_by_group(soft, group_3)), summed_by_group(chance, group_3)),
        *(likeness, likeness**2, likeness * margin),
        *(frequency, frequency**2, leaf, leaf * margin, leaf * lead),
    )
    group = model.major.places(model.classes)[at]
    return Candidates(at, np.stack(columns, axis=2), group, model.major.log_chances(found))


def chances(weights: NDArray[np.float64], seen: Candidates) -> NDArray[np.float64]:
    """(n_titles, n_best) chance of each candidate; a row sums to 1."""
    # einsum adds in one order whatever the number of rows, so a title alone is weighed the same
    return _softmax(np.einsum("nkf,f->nk", seen.signs, weights))


def fit_weights(seen: Candidates, right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(len(SIGNS),) weights that make the right candidate likeliest.

    Args:
        seen: candidates by a linear model that was not shown these titles.
        right: (n_titles, n_best), True at the silver label; titles without one are left out.
    """
    told = right.any(axis=1)
    signs, truth = seen.signs[told], right[told].argmax(axis=1)
    scale = np.maximum(signs.std(axis=(0, 1)), 1e-9)
    scaled = signs / scale
    rows = np.arange(len(truth))
    of_truth = scaled[rows, truth].sum(axis=0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        chance = _softmax(np.einsum("nkf,f->nk", scaled, weights))
        slope = np.einsum("nk,nkf->f", chance, scaled) - of_truth
        lost = -np.log(np.maximum(chance[rows, truth], 1e-12)).sum()
        return lost + _PENALTY * weights @ weights, slope + 2 * _PENALTY * weights

    found = minimize(loss, np.zeros(len(SIGNS)), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x / scale
    return weights.round(6)


def summed_by_group(chance: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """The chance of each candidate's whole group; of its own alone where it has none (-1)."""
    same = (group[:, :, None] == group[:, None, :]) & (group >= 0)[:, None, :]
    same |= np.eye(group.shape[1], dtype=bool)
    summed: NDArray[np.float64] = np.einsum("nkj,nj->nk", same, chance)
    return summed


def leaves_first(
    model: TitleModel, seen: Candidates, chance: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The candidates with the 细类 before the groups, best first.

    A 细类 gains by the chance of its 大类 (`matcher.text.titles.major.pulled`): where the likeliest
    candidate is a group, the code should lie in it or near it.

    Returns:
        (n_titles, n_best) columns of `at`; and the chance of each among the 细类 alone, 0 for a
        group.
    """
    classes = tuple(model.classes.tolist())
    leaf = is_leaf(classes)[seen.at]
    gained = np.take_along_axis(pulled(model.pull, seen, chance), seen.group, axis=1)
    wish = np.log(np.maximum(chance, 1e-12)) + gained
    order = np.argsort(-np.where(leaf, wish, -np.inf), axis=1, kind="stable")
    of_leaf = np.where(leaf, chance, 0.0)
    of_leaf /= np.maximum(of_leaf.sum(axis=1, keepdims=True), 1e-12)
    return order, np.take_along_axis(of_leaf, order, axis=1)


def nearest_wording(title: str, code: str) -> tuple[str, float]:
    """The name or alias of an occupation that a bare title is nearest to, and how near (0..100).

    Example:
        >>> nearest_wording("超市收银员", "4-01-02-04")
        ('收银员', 75.0)
    """
    wordings = _wordings()[code]
    found = process.extractOne(title.replace(" ", ""), wordings, scorer=fuzz.ratio)
    return str(found[0]), float(found[1])


def _likeness(
    classes: tuple[str, ...], titles: list[str], at: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Ratio (0..1) of each title to the nearest wording of each of its candidates."""
    wordings, offsets = _wordings_of(classes)
    counts = np.diff(offsets)[at.ravel()]
    starts = np.concatenate([[0], np.cumsum(counts)])[:-1]
    within = np.arange(int(counts.sum())) - np.repeat(starts, counts)
    which = np.repeat(offsets[at.ravel()], counts) + within
    bare = np.array([title.replace(" ", "") for title in titles], dtype=object)
    asked = np.repeat(np.repeat(bare, at.shape[1]), counts)
    if not len(asked):
        return np.zeros(at.shape)
    ratio = process.cpdist(
        asked.tolist(), wordings[which].tolist(), scorer=fuzz.ratio, dtype=np.float32, workers=1
    )
    return np.maximum.reduceat(ratio, starts).reshape(at.shape).astype(np.float64) / 100


@cache
def _wordings() -> dict[str, tuple[str, ...]]:
    """Code to its name, then its aliases, in one spelling; groups have their name alone."""
    table = occupations()
    return {
        code: tuple(dict.fromkeys(map(normalise, (table.names[code], *table.aliases[code]))))
        for code in table.codes
    }


@cache
def _wordings_of(classes: tuple[str, ...]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    rows = [_wordings()[code] for code in classes]
    flat = np.array([wording for row in rows for wording in row], dtype=object)
    return flat, np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    chance: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return chance
