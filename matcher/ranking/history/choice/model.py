"""Posts as directions: a person points where their posts point, and chooses what lies that way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

SHARPNESS = 1 / 0.3
"""What a cosine of 1 adds to the logarithm of a post's weight in a choice."""

FAME = 0.35 * 0.3
"""Power of a post's popularity that multiplies its weight, over the sharpness."""

Block = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PostChoice:
    """A multinomial choice: the weight of a post grows with the cosine to a person's own posts.

    Attributes:
        vectors: (n_posts, rank) float32, of which a person's is the mean over their posts.
        fame: (n_posts,) float32, what a post's popularity adds to the logarithm of its weight.

    Source:
        The loss is the sampled softmax over cosines of Wu et al.: On the Effectiveness of Sampled
        Softmax Loss for Item Recommendation, TOIS 2024, over all posts; the vectors pass through
        the graph of people and posts as in He et al.: LightGCN, SIGIR 2020.
    """

    vectors: Block
    fame: Block

    def score(self, taken: Any) -> Block:
        """(n, n_posts) logarithm of each post's weight in the next choice.

        Args:
            taken: (n, n_posts) CSR rows of `Past.taken`; a row without posts scores 0.
        """
        own = directions(np.asarray(taken @ self.vectors, np.float32))
        score: Block = own @ (directions(self.vectors) * np.float32(SHARPNESS)).T + self.fame
        score[np.diff(taken.indptr) == 0] = 0
        return score


def lengths(vectors: Block) -> Block:
    """(n, 1) lengths of rows, never 0."""
    squared = np.einsum("ij,ij->i", vectors, vectors)
    made: Block = np.sqrt(squared)[:, None] + np.float32(1e-9)
    return made


def directions(vectors: Block) -> Block:
    """Rows of length 1; a row of zeros stays."""
    return vectors / lengths(vectors)
