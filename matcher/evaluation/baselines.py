"""What any ranking is held against in the same run: chance, popularity and item-item.

Each is a scorer of the whole pool made from the outcomes that a ranking may learn from. The fourth
baseline, the untrained rules, is a ranker like any other.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from matcher.evaluation.full_pool import Positions, Scorer, Scores

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


def _mixed(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014)."""
    key = key + np.uint64(0x9E3779B97F4A7C15)
    key = (key ^ (key >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    key = (key ^ (key >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return key ^ (key >> np.uint64(31))
