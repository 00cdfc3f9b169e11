"""A round: the scored pairs of people whose lists are made together, and the posts' budgets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from matcher.errors import WrongUse

DEPTH = 10
"""Places of a list that count as exposure: what a person reads."""

Budget = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Round:
    """Scored pairs by person, what each is worth to the list, and the posts' shares of attention.

    Attributes:
        persons: (n_persons,) int32 positions in the market.
        offsets: (n_persons + 1,) int64; the i-th person's pairs are `offsets[i]:offsets[i + 1]`.
        vacancy_at: (n_pairs,) int32, ascending within a person.
        score: (n_pairs,) float32, NaN read as 0.
        worth: (n_pairs,) float32, what the list would lose of its discounted gain without this
            pair, as a share of the most it could gain, so that everyone's list counts alike,
            however high or low a person's scores are.
        budget: (n_vacancies,) float64, lists that each post should be on; 0 for a post that is
            no one's candidate. They sum to the places of all lists.
        depth: places of a list that count.
    """

    persons: NDArray[np.int32]
    offsets: NDArray[np.int64]
    vacancy_at: NDArray[np.int32]
    score: NDArray[np.float32]
    worth: NDArray[np.float32]
    budget: Budget
    depth: int

    @property
    def in_reach(self) -> NDArray[np.bool_]:
        """(n_vacancies,) the posts that are someone's candidate: all that a list could show."""
        return self.budget > 0


def build_round(
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
    score: NDArray[np.float32],
    weight: ArrayLike,
    *,
    depth: int = DEPTH,
) -> Round:
    """A round of these pairs.

    Args:
        person_at: (n_pairs,) positions in the market, ascending.
        vacancy_at: (n_pairs,) positions in the market, ascending within a person.
        score: (n_pairs,) at least 0, higher is better; calibrated scores make the price fair.
        weight: (n_vacancies,) above 0, the posts' shares of the attention there is.
        depth: at least 1.

    Raises:
        WrongUse: a depth below 1, or a weight that is not above 0.
    """
    shares = np.asarray(weight, dtype=np.float64)
    if depth < 1 or not (shares > 0).all():
        raise WrongUse(
            what=f"a round of depth {depth} with {int((~(shares > 0)).sum())} posts of no weight",
            expected="a depth of at least 1 and weights above 0",
            do="Give a post of unknown openings the weight 1.",
        )
    known = np.nan_to_num(np.asarray(score, dtype=np.float32), nan=0.0)
    persons, starts = np.unique(person_at, return_index=True)
    offsets = np.append(starts, len(person_at)).astype(np.int64)
    candidates = np.bincount(vacancy_at, minlength=len(shares))
    shares = np.where(candidates > 0, shares, 0.0)
    places = float(np.minimum(np.diff(offsets), depth).sum())
    budget = shares * (places / shares.sum() if places else 0.0)
    worth = discounted_worth(offsets, known, _discounts(depth))
    return Round(persons.astype(np.int32), offsets, vacancy_at, known, worth, budget, depth)


def _discounts(depth: int) -> NDArray[np.float64]:
    return np.asarray(1.0 / np.log2(np.arange(2, depth + 2)))


@njit(cache=True, nogil=True)
def discounted_worth(
    offsets: NDArray[np.int64], score: NDArray[np.float32], discount: NDArray[np.float64]
) -> NDArray[np.float32]:
    """(n_pairs,) float32: what share of its discounted gain a list loses without the pair.

    When the post at rank r goes, all below move up one: the loss is the sum over ranks j from r
    of (score_j - score_j+1) discount_j. Past the last rank that counts its discount goes on, so
    that worth falls with the score down to the person's last candidate, which is worth 0. Equal
    scores are worth the same. The share is of the gain of the best list; a person without any
    score above 0 has a worth of 0 throughout.
    """
    worth = np.zeros(len(score), np.float32)
    for person in range(len(offsets) - 1):
        first, last = offsets[person], offsets[person + 1]
        order = np.argsort(-score[first:last], kind="mergesort")
        most = 0.0
        for rank in range(min(len(discount), last - first)):
            most += score[first + order[rank]] * discount[rank]
        if not most > 0:
            continue
        total = 0.0
        for rank in range(last - first - 2, -1, -1):
            here, below = first + order[rank], first + order[rank + 1]
            total += (score[here] - score[below]) * discount[min(rank, len(discount) - 1)]
            worth[here] = total / most
    return worth
