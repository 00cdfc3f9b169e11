"""What any ranking is held against in the same run: chance, popularity, item-item and ridge.

Each is a scorer of the whole pool made from the outcomes that a ranking may learn from. The
untrained rules are a ranker like any other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from matcher.evaluation.full_pool import Positions, Scorer, Scores

Columns = Callable[[Positions, Positions], NDArray[np.float32]]
"""Positions of people and posts of pairs to (n_pairs, n_columns) float32, NaN where missing."""

DRAWN = 8
"""Posts drawn from the pool for each pair that somebody wanted."""

SHRINKAGE = 10.0
_CONSTANT = 1e-3
"""A column that varies less says nothing of pairs it has not met."""

_LEAST = 1e-6
"""Share of popularity in an item-item score: it orders what item-item leaves equal."""


def random_scorer(n_pool: int, seed: int) -> Scorer:
    """A list by lot; a person's lot does not depend on who else is asked about.

    Example:
        >>> score = random_scorer(4, seed=1)
        >>> bool((score(np.array([7]))[0] == score(np.array([3, 7]))[1]).all())
        True
    """
    posts = np.arange(n_pool, dtype=np.uint64)[None, :]

    def score(people: Positions) -> Scores:
        key = (people.astype(np.uint64)[:, None] << np.uint64(32)) ^ posts
        mixed = _mixed(key + _mixed(np.full((1, 1), seed, np.uint64)))
        return np.asarray((mixed >> np.uint64(40)) / (1 << 24), np.float32)

    return score


def popularity_scorer(vacancy_at: Positions, n_pool: int) -> Scorer:
    """The same list for everyone: the posts that most people acted upon.

    Args:
        vacancy_at: (n,) the post of each outcome that may be learned from.
        n_pool: how many posts there are.

    Example:
        >>> popularity_scorer(np.array([2, 2, 0]), 3)(np.array([5]))
        array([[1., 0., 2.]], dtype=float32)
    """
    counts = np.bincount(vacancy_at, minlength=n_pool).astype(np.float32)

    def score(people: Positions) -> Scores:
        return np.repeat(counts[None, :], len(people), axis=0)

    return score


def item_item_scorer(
    person_at: Positions, vacancy_at: Positions, *, n_people: int, n_pool: int
) -> Scorer:
    """Posts that the same people acted upon: cosine of the posts' people, summed over one's own.

    A person without outcomes gets the popular posts.

    Args:
        person_at: (n,) of the pairs that may be learned from.
        vacancy_at: (n,) likewise.
        n_people: how many people there are.
        n_pool: how many posts there are.

    Source:
        Sarwar, Karypis, Konstan, Riedl: Item-based collaborative filtering, WWW 2001.

    Example:
        >>> pairs = np.array([0, 0, 1]), np.array([0, 1, 0])
        >>> score = item_item_scorer(*pairs, n_people=2, n_pool=3)
        >>> int(score(np.array([1]))[0].argmax())
        1
    """
    ones = np.ones(len(person_at), np.float32)
    acted = sp.csr_matrix((ones, (person_at, vacancy_at)), shape=(n_people, n_pool))
    acted.data[:] = 1  # a pair told twice is one pair
    norms = np.sqrt(np.asarray(acted.sum(axis=0), np.float64)[0])
    scaled = acted @ sp.diags_array(np.divide(1, norms, out=np.zeros(n_pool), where=norms > 0))
    alike = sp.csr_matrix(scaled.T @ scaled)
    alike.setdiag(0)
    popular = norms**2 / max(float((norms**2).max(initial=0)), 1)

    def score(people: Positions) -> Scores:
        near = np.asarray((acted[people] @ alike).toarray(), np.float64)
        return np.asarray(near + _LEAST * popular, np.float32)

    return score


def ridge_scorer(
    columns: Columns, person_at: Positions, vacancy_at: Positions, *, n_pool: int, seed: int
) -> Scorer:
    """A straight line through the facts of a pair: wanted pairs against posts drawn by lot.

    Columns are standardised; a missing fact counts as 0 and is a column of its own.

    Args:
        columns: what is known of pairs.
        person_at: (n,) of the pairs that may be learned from.
        vacancy_at: (n,) likewise.
        n_pool: how many posts there are.
        seed: of the draw.

    Returns:
        A scorer; where there is nothing to learn from, all its scores are equal.

    Example:
        >>> fit = lambda person, post: (post[:, None] % 2).astype(np.float32)
        >>> score = ridge_scorer(fit, np.array([0, 1]), np.array([1, 3]), n_pool=4, seed=0)
        >>> score(np.array([7]))[0].argsort(kind="stable").tolist()
        [0, 2, 1, 3]
    """
    if not len(person_at):
        return lambda people: np.zeros((len(people), n_pool), np.float32)
    lots = np.random.default_rng(seed).integers(0, n_pool, DRAWN * len(person_at))
    at = np.concatenate([person_at, np.repeat(person_at, DRAWN)])
    given = _whole(columns(at, np.concatenate([vacancy_at, lots])))
    spread = given.std(axis=0)
    middle, width = given.mean(axis=0), np.where(spread > _CONSTANT, spread, np.inf)
    label = (np.arange(len(at)) < len(person_at)).astype(np.float64)
    line = Ridge(alpha=SHRINKAGE).fit((given - middle) / width, label)

    def score(people: Positions) -> Scores:
        posts = np.tile(np.arange(n_pool), len(people))
        asked = _whole(columns(np.repeat(people, n_pool), posts))
        told = line.predict((asked - middle) / width)
        return np.asarray(told.reshape(len(people), n_pool), np.float32)

    return score


def _whole(given: NDArray[np.float32]) -> NDArray[np.float64]:
    missing = np.isnan(given)
    return np.hstack([np.where(missing, 0, given), missing]).astype(np.float64)


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    key = key + np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))
