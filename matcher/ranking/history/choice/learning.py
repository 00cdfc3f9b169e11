"""Learning the directions of posts, so that each person's posts point at their other posts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped] # it ships no types

from matcher.ranking.history.choice.model import (
    FAME,
    SHARPNESS,
    Block,
    PostChoice,
    lengths,
)
from matcher.ranking.history.regression import MOST_POSTS

MOST_PAIRS = 1_000_000
"""Pairs up to which it is learnt: every step passes through all of them."""

RANK = 128
STEPS = 120
PEOPLE_A_STEP = 512
"""Sixty thousand people asked, however many there are; more steps change nothing but the time."""

PASSES = 2
"""Steps from post to post, through who went for both, over which a vector is summed."""

RATE = 0.02
START = 0.1
"""Spread of the vectors before anything is learnt."""


def post_choice(
    taken: Any, *, rank: int = RANK, steps: int = STEPS, people: int = PEOPLE_A_STEP
) -> PostChoice | None:
    """The choice among these posts; None where there are too many posts or pairs, or none.

    Drawn from one seed and computed on one thread, so that the same past gives the same bytes.

    Args:
        taken: (n_persons, n_posts) CSR of 0 and 1, no column empty.
        rank: dimensions.
        steps: how many times the vectors are moved.
        people: how many people are asked in a step.
    """
    n_posts = taken.shape[1]
    if not (0 < n_posts <= MOST_POSTS and taken.nnz <= MOST_PAIRS):
        return None
    rng = np.random.default_rng(0)
    graph = Graph.of(taken)
    moved = _Moved(rng.normal(0, START, (n_posts, rank)).astype(np.float32))
    active = np.flatnonzero(np.diff(taken.indptr))
    with threadpool_limits(1):
        for some in _drawn(active, people, steps, rng):
            vectors = graph.spread(moved.value)
            moved.down(graph.spread(slope(vectors, taken[some])))
        vectors = graph.spread(moved.value)
    popularity = np.asarray(taken.sum(axis=0), np.float64).ravel()
    fame = SHARPNESS * FAME * np.log(np.maximum(popularity, 1))
    return PostChoice(vectors, fame.astype(np.float32))


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """People and posts, each pair weighed by one over the root of both their numbers of pairs.

    Attributes:
        of_people: (n_persons, n_posts) CSR float32.
        of_posts: the same, rows of posts.
    """

    of_people: Any
    of_posts: Any

    @classmethod
    def of(cls, taken: Any) -> Graph:
        """The graph of who went for what."""
        sides = (np.asarray(taken.sum(axis=at), np.float32).ravel() for at in (1, 0))
        people, posts = (sparse.diags(1 / np.sqrt(np.maximum(side, 1))) for side in sides)
        made = (people @ taken @ posts).tocsr().astype(np.float32)
        return cls(made, made.T.tocsr())

    def spread(self, vectors: Block) -> Block:
        """(n_posts, rank) each row with those of the posts that its people lead to; symmetric."""
        now, total = vectors, vectors.copy()
        for _ in range(PASSES):
            now = self.of_posts @ (self.of_people @ now)
            total += now
        return total


def slope(vectors: Block, taken: Any) -> Block:
    """(n_posts, rank) how the loss of some people's choices grows with each vector.

    The loss is minus the logarithm of what each of their posts weighs among all posts, a mean over
    the posts taken.

    Args:
        vectors: (n_posts, rank) of all posts.
        taken: (n, n_posts) CSR rows of people who each went for something.
    """
    count = np.diff(taken.indptr).astype(np.float32)
    own = np.asarray(taken @ vectors, np.float32)
    own_length, length = lengths(own), lengths(vectors)
    own, post = own / own_length, vectors / length
    miss = own @ post.T
    miss *= np.float32(SHARPNESS)
    np.exp(miss, out=miss)
    miss *= (count / miss.sum(axis=1))[:, None]
    miss[np.repeat(np.arange(len(count)), np.diff(taken.indptr)), taken.indices] -= 1
    miss *= np.float32(SHARPNESS) / count.sum()
    made: Block = _along(miss.T @ own, post) / length
    made += taken.T @ (_along(miss @ post, own) / own_length)
    return made


def _along(slopes: Block, unit: Block) -> Block:
    """What of each slope turns the direction; its length changes nothing."""
    made: Block = slopes - np.einsum("ij,ij->i", slopes, unit)[:, None] * unit
    return made


def _drawn(
    active: NDArray[np.int64], people: int, steps: int, rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """The people of each step: everyone once in new order, again and again."""
    parts = max(1, round(len(active) / people))
    rounds = -(-steps // parts)
    drawn = (part for _ in range(rounds) for part in np.array_split(rng.permutation(active), parts))
    return [np.sort(part) for part, _ in zip(drawn, range(steps), strict=False)]


@dataclass(slots=True, eq=False)
class _Moved:
    """Values that go down a slope, each at its own pace.

    Source:
        Kingma, Ba: Adam, ICLR 2015, with its usual constants.
    """

    value: Block
    mean: Block = field(init=False)
    square: Block = field(init=False)
    moves: int = 0

    def __post_init__(self) -> None:
        self.mean, self.square = np.zeros_like(self.value), np.zeros_like(self.value)

    def down(self, slopes: Block) -> None:
        """One move."""
        self.moves += 1
        self.mean += np.float32(0.1) * (slopes - self.mean)
        self.square += np.float32(0.001) * (slopes * slopes - self.square)
        spread = np.sqrt(self.square / np.float32(1 - 0.999**self.moves)) + np.float32(1e-8)
        self.value -= np.float32(RATE / (1 - 0.9**self.moves)) * self.mean / spread
