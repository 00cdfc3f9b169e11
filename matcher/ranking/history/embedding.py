"""Posts as points: near each other where the walks of people lead from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # it ships no types

from matcher.ranking.history.regression import MOST_POSTS

STEPS = 8
"""Longest walk, in steps from post to post; of 2, 4, 6, 8 and 16 shorter ones were worse."""

RANK = 192
BY_WORDS = 0.05
"""Share of the steps that go to a post of like words and not through a person."""

LIKE = 30
"""Posts of the likest words that such a step may lead to."""

FAME = 0.5
"""Power of a post's popularity that its score is multiplied by."""

Block = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PostEmbedding:
    """The factors of how much oftener than by chance walks lead from post to post.

    Attributes:
        start: (n_posts, rank) float32, a post as where a walk begins.
        end: (n_posts, rank) float32, a post as where it leads, longer for a popular post.

    Source:
        Qiu et al.: Network Embedding as Matrix Factorization, WSDM 2018 (NetMF); the walk is that
        of Cooper et al.: Random Walks in Recommender Systems, WWW 2014.
    """

    start: Block
    end: Block

    def score(self, taken: Any) -> Block:
        """(n, n_posts) how near all posts are to those each person went for, on average.

        Args:
            taken: (n, n_posts) CSR rows of `Past.taken`; a row without posts scores 0.
        """
        count = np.maximum(np.diff(taken.indptr), 1).astype(np.float32)[:, None]
        score: Block = np.asarray(taken @ self.start, np.float32) / count @ self.end.T
        return score


def post_embedding(taken: Any, wordings: Any, *, rank: int = RANK) -> PostEmbedding | None:
    """The embedding of these posts; None where there are more than `MOST_POSTS`, or fewer than two.

    Linear algebra runs on one thread, so that the same past gives the same bytes.

    Args:
        taken: (n_persons, n_posts) CSR of 0 and 1, no column empty.
        wordings: (n_posts, n_terms) CSR of the posts' words, rows of length 1.
        rank: dimensions; never more than there are posts.
    """
    n_posts = taken.shape[1]
    if not 1 < n_posts <= MOST_POSTS:
        return None
    popularity = np.asarray(taken.sum(axis=0), np.float32).ravel()
    with threadpool_limits(1):
        lift = _walked(_step(taken, wordings, popularity))
        lift *= float(popularity.sum()) / np.maximum(popularity, 1)[None, :]
        np.log(np.maximum(lift, 1, out=lift), out=lift)
        left, strength, right = randomized_svd(
            lift, min(rank, n_posts), n_iter=3, random_state=0, flip_sign=True
        )
    even = np.sqrt(strength)
    end = (right * even[:, None]).T * (popularity**FAME)[:, None]
    return PostEmbedding((left * even).astype(np.float32), end.astype(np.float32))


def _step(taken: Any, wordings: Any, popularity: NDArray[np.float32]) -> Any:
    """(n_posts, n_posts) CSR: chances of one step, through a person or by words; rows sum to 1."""
    activity = np.maximum(np.diff(taken.indptr), 1).astype(np.float32)
    by_people = taken.T.tocsr() @ sparse.diags(1 / activity) @ taken
    by_people = sparse.diags(1 / np.maximum(popularity, 1)) @ by_people
    words = _like(wordings, popularity)
    total = np.asarray(words.sum(axis=1)).ravel()
    words = sparse.diags(BY_WORDS * (total > 0) / np.where(total > 0, total, 1)) @ words
    by_people = sparse.diags(1 - BY_WORDS * (total > 0)) @ by_people
    return (by_people + words).tocsr().astype(np.float32)


def _like(wordings: Any, popularity: NDArray[np.float32], at_once: int = 512) -> Any:
    """(n_posts, n_posts) CSR: cosines of each post with the likest others times who went for them.

    Postings of one wording tie by the hundred: of those the more sought stay.
    """
    n_posts = wordings.shape[0]
    sought = 1e-3 * popularity / max(float(popularity.max()), 1.0)
    rows = []
    for start in range(0, n_posts, at_once):
        block = (wordings[start : start + at_once] @ wordings.T).toarray()
        here = np.arange(len(block))
        block[here, start + here] = 0
        if n_posts > LIKE:
            others = np.argpartition(block * (1 + sought), n_posts - LIKE, axis=1)[:, :-LIKE]
            np.put_along_axis(block, others, 0, axis=1)
        rows.append(sparse.csr_matrix(block * popularity))
    return sparse.vstack(rows).tocsr()


def _walked(step: Any) -> Block:
    """(n_posts, n_posts): mean chance of being there after each of the steps."""
    now: Block = step.toarray()
    total = now.copy()
    for _ in range(STEPS - 1):
        now = step @ now
        total += now
    total /= STEPS
    return total
