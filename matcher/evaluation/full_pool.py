"""Quality of a ranking over the whole pool: every post that could have been listed is scored.

A measure over a sample of the pool flatters (0.69 on a sample was 0.1 on the pool for one published
model), so the pool is never sampled here; people may be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Floats = NDArray[np.float64]
Scores = NDArray[np.float32]

Scorer = Callable[[Positions], Scores]
"""Positions of people to (n_people, n_pool) scores, higher is better; NaN is never listed."""

PEOPLE_AT_A_TIME = 64


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What a ranking is judged by: outcomes it has not seen.

    Attributes:
        person_at, vacancy_at: (n,) the pairs, each once.
        gain: (n,) above 0, how much the outcome is worth.
        known_person_at, known_vacancy_at: (m,) pairs that the ranking was shown, which are taken
            out of a person's list.
        n_pool: how many posts there are.
        in_pool: (n_pool,) which of them may be listed; None all.
    """

    person_at: Positions
    vacancy_at: Positions
    gain: Floats
    known_person_at: Positions
    known_vacancy_at: Positions
    n_pool: int
    in_pool: NDArray[np.bool_] | None = None

    @property
    def people(self) -> Positions:
        """(n_people,) positions of those who have an outcome to find, ascending."""
        return np.unique(self.person_at)

    @property
    def pool_size(self) -> int:
        """How many posts are ranked for a person who has been shown none."""
        return self.n_pool if self.in_pool is None else int(self.in_pool.sum())

    def of_people(self, people: Positions) -> HeldOut:
        """The part that is about these people."""
        own, known = np.isin(self.person_at, people), np.isin(self.known_person_at, people)
        return HeldOut(
            self.person_at[own],
            self.vacancy_at[own],
            self.gain[own],
            self.known_person_at[known],
            self.known_vacancy_at[known],
            self.n_pool,
            self.in_pool,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Quality:
    """Measures of each person's list, and its head.

    Attributes:
        person_at: (n_people,) ascending.
        k: length of the list that counts.
        pool_size: how many posts were ranked.
        ndcg, recall, reciprocal_rank: (n_people,) float64 in [0, 1].
        top: (n_people, k) positions of the listed posts, best first; -1 where the list ends.
    """

    person_at: Positions
    k: int
    pool_size: int
    ndcg: Floats
    recall: Floats
    reciprocal_rank: Floats
    top: Positions


def full_pool_quality(score: Scorer, held: HeldOut, *, k: int, seed: int) -> Quality:
    """How well a ranking finds what was held out, over the whole pool.

    NDCG, recall and reciprocal rank are those of `matcher.evaluation.metrics`, with linear gains.
    Equal scores are ordered by a shuffle of the pool, so that a position in it is worth nothing.

    Args:
        score: the ranking; asked for some people at a time.
        held: what to find.
        k: length of the list, at least 1.
        seed: of the shuffle.

    Example:
        >>> one, none = np.array([0]), np.array([], dtype=np.int64)
        >>> held = HeldOut(one, np.array([2]), np.ones(1), one, np.array([1]), n_pool=3)
        >>> found = full_pool_quality(
        ...     lambda people: np.array([[0.5, 0.9, 0.1]], np.float32), held, k=2, seed=0
        ... )
        >>> found.ndcg.round(4), found.reciprocal_rank, found.top.tolist()
        (array([0.6309]), array([0.5]), [[0, 2]])
    """
    people = held.people
    tie = np.random.default_rng(seed).permutation(held.n_pool)
    ranks = np.empty(len(held.person_at), np.int64)
    top = np.full((len(people), k), -1, np.int64)
    for start in range(0, len(people), PEOPLE_AT_A_TIME):
        chunk = people[start : start + PEOPLE_AT_A_TIME]
        scores = _listed_scores(score, held, chunk)
        top[start : start + len(chunk)] = _heads(scores, tie, k)
        rows = np.flatnonzero((held.person_at >= chunk[0]) & (held.person_at <= chunk[-1]))
        at = np.searchsorted(chunk, held.person_at[rows])
        ranks[rows] = _ranks(scores, tie, at, held.vacancy_at[rows])
    group = np.searchsorted(people, held.person_at)
    return Quality(
        person_at=people,
        k=k,
        pool_size=held.pool_size,
        ndcg=_ndcg(group, held.gain, ranks, k),
        recall=np.bincount(group, weights=ranks <= k) / np.maximum(np.bincount(group), 1),
        reciprocal_rank=1 / _least(group, ranks, len(people)),
        top=top,
    )


def _listed_scores(score: Scorer, held: HeldOut, chunk: Positions) -> Scores:
    scores = np.array(score(chunk), dtype=np.float32)
    scores[np.isnan(scores)] = -np.inf
    if held.in_pool is not None:
        scores[:, ~held.in_pool] = -np.inf
    at = np.searchsorted(chunk, held.known_person_at)
    here = (at < len(chunk)) & (chunk[np.minimum(at, len(chunk) - 1)] == held.known_person_at)
    scores[at[here], held.known_vacancy_at[here]] = -np.inf
    return scores


def _ranks(scores: Scores, tie: Positions, row: Positions, column: Positions) -> Positions:
    """(n,) rank from 1 of each cell in its row; a post that is not listed ranks after the pool."""
    own, of_row = scores[row, column][:, None], scores[row]
    before = of_row > own
    before |= (of_row == own) & (tie[None, :] < tie[column][:, None])
    listed = np.isfinite(own[:, 0])
    return np.asarray(np.where(listed, before.sum(axis=1) + 1, scores.shape[1] + 1))


def _heads(scores: Scores, tie: Positions, k: int) -> Positions:
    order = np.argsort(tie)
    shuffled = scores[:, order]
    best = np.argsort(-shuffled, axis=1, kind="stable")[:, :k]
    head = order[best]
    head[~np.isfinite(np.take_along_axis(shuffled, best, axis=1))] = -1
    found = np.full((len(scores), k), -1, np.int64)
    found[:, : head.shape[1]] = head
    return found


def _ndcg(group: Positions, gain: Floats, ranks: Positions, k: int) -> Floats:
    found = np.bincount(group, weights=np.where(ranks <= k, gain / np.log2(ranks + 1), 0.0))
    order = np.lexsort((-gain, group))
    counts = np.bincount(group)
    place = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    best = np.where(place < k, gain[order] / np.log2(place + 2), 0.0)
    ideal = np.bincount(group[order], weights=best)
    made: Floats = found / ideal
    return made


def _least(group: Positions, ranks: Positions, n: int) -> Floats:
    least = np.full(n, np.inf)
    np.minimum.at(least, group, ranks.astype(np.float64))
    return least
