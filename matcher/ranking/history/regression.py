"""Each post from all others: the closed-form item regression, for a bounded number of posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

MOST_POSTS = 8_000
"""Posts up to which the square matrix is held: a quarter of a gigabyte of float32."""

RIDGE = 100.0
WORDS = 0.5
"""What likeness in words counts of one person who went for both posts."""


@dataclass(frozen=True, slots=True, eq=False)
class PostRegression:
    """The inverse of the ridged co-occurrence matrix, from which every weight follows.

    Attributes:
        inverse: (n_posts, n_posts) float32, symmetric.

    Source:
        Steck: Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019.
    """

    inverse: NDArray[np.float32]

    def score(self, taken: Any) -> NDArray[np.float32]:
        """(n, n_posts) what each person's posts say of all posts, the person's own row left out.

        A person's own row is taken out of the regression by the rank-one update of the inverse,
        so that people inside and outside the past are scored alike.

        Args:
            taken: (n, n_posts) CSR rows of `Past.taken`.
        """
        pull = np.asarray(taken @ self.inverse, np.float32)
        count = np.maximum(np.diff(taken.indptr), 1).astype(np.float32)
        own = np.asarray(taken.multiply(pull).sum(axis=1), np.float32).ravel() / np.sqrt(count)
        left = np.maximum(1.0 - own, 1e-6)[:, None]
        weight = np.diagonal(self.inverse)[None, :] + pull * pull / (left * np.sqrt(count)[:, None])
        score: NDArray[np.float32] = -(pull / left) / weight
        return score


def post_regression(
    taken: Any, wordings: Any, *, ridge: float = RIDGE, words: float = WORDS
) -> PostRegression | None:
    """The regression over these posts; None where there are more than `MOST_POSTS`, or none.

    A person weighs one over the root of how many posts they went for.

    Args:
        taken: (n_persons, n_posts) CSR of 0 and 1.
        wordings: (n_posts, n_terms) CSR of the posts' words, rows of length 1.
        ridge: what is added to each post's own count.
        words: weight of the cosine of two posts' words beside the people who went for both.
    """
    n_posts = taken.shape[1]
    if not 0 < n_posts <= MOST_POSTS:
        return None
    count = np.maximum(np.diff(taken.indptr), 1)
    even = sparse.diags((1.0 / np.sqrt(count)).astype(np.float32))
    together = (taken.T @ even @ taken).toarray().astype(np.float32)
    together += words * (wordings @ wordings.T).toarray()
    together[np.arange(n_posts), np.arange(n_posts)] += ridge
    factor, _ = lapack.spotrf(together)
    upper, _ = lapack.spotri(factor)
    inverse = np.triu(upper) + np.triu(upper, 1).T
    return PostRegression(np.ascontiguousarray(inverse, dtype=np.float32))
