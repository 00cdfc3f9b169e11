"""Lists under prices: which pairs each person sees when crowded posts cost something."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matcher.ranking.congestion.round import Round

Prices = NDArray[np.float64]
Counts = NDArray[np.int64]

SPLIT = np.float32(0.2)
"""How far two people may see one price apart: alike people must not all turn to the same post."""


@njit(cache=True, nogil=True, inline="always")
def price_seen(price: np.float32, person: int, vacancy: int) -> np.float32:
    """The price as this person sees it: up to a tenth more or less, always the same.

    People with the same profile have the same candidates in the same order; were they to see the
    same prices, all would leave a crowded post together and none would stay.
    """
    key = np.uint64(person) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(vacancy)
    key = (key ^ (key >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    luck = np.float32(key >> np.uint64(40)) * np.float32(2.0**-24) - np.float32(0.5)
    return price * (np.float32(1.0) + SPLIT * luck)


def exposures(lists: Round, price: Prices) -> Counts:
    """(n_vacancies,) int64: on how many lists each post stands at these prices.

    A list is the person's first `depth` posts by worth less price; equal ones keep the earlier
    post.
    """
    count: Counts = _count(
        lists.persons,
        lists.offsets,
        lists.vacancy_at,
        lists.worth,
        price.astype(np.float32),
        lists.depth,
    )
    return count


@njit(cache=True, nogil=True)
def _count(
    persons: NDArray[np.int32],
    offsets: NDArray[np.int64],
    vacancy_at: NDArray[np.int32],
    worth: NDArray[np.float32],
    price: NDArray[np.float32],
    depth: int,
) -> Counts:
    count = np.zeros(len(price), np.int64)
    best, who = np.empty(depth, np.float32), np.empty(depth, np.int32)
    for person in range(len(offsets) - 1):
        size = 0
        for pair in range(offsets[person], offsets[person + 1]):
            vacancy = vacancy_at[pair]
            net = worth[pair] - price_seen(price[vacancy], persons[person], vacancy)
            if size == depth:
                if net <= best[depth - 1]:
                    continue
                at = depth - 1
            else:
                at = size
                size += 1
            while at > 0 and net > best[at - 1]:
                best[at], who[at] = best[at - 1], who[at - 1]
                at -= 1
            best[at], who[at] = net, vacancy
        for at in range(size):
            count[who[at]] += 1
    return count


def order_lists(
    lists: Round, price: Prices, *, n: int, rows: slice | None = None
) -> NDArray[np.int64]:
    """(n_kept,) int64 positions of each person's first n pairs, persons ascending.

    Prices choose which posts stand among the first `depth`; these are shown by score, best first,
    for among themselves they compete with nobody else's list. What follows goes by worth less
    price. With no prices the order is that of the scores.

    Args:
        lists: the round.
        price: (n_vacancies,) at least 0.
        n: how many to keep per person, at least 1.
        rows: which of the round's people; None orders all.
    """
    first, last, _ = (rows or slice(None)).indices(len(lists.persons))
    kept: NDArray[np.int64] = _order(
        lists.persons[first:last],
        lists.offsets[first : max(last, first) + 1],
        lists.vacancy_at,
        (lists.score, lists.worth),
        price.astype(np.float32),
        lists.depth,
        n,
    )
    return kept


@njit(cache=True, nogil=True)
def _order(  # noqa: PLR0913 - numba takes plain arguments
    persons: NDArray[np.int32],
    offsets: NDArray[np.int64],
    vacancy_at: NDArray[np.int32],
    values: tuple[NDArray[np.float32], NDArray[np.float32]],
    price: NDArray[np.float32],
    depth: int,
    n: int,
) -> NDArray[np.int64]:
    score, worth = values
    kept = np.empty(offsets[-1] - offsets[0], np.int64)
    used = 0
    for person in range(len(offsets) - 1):
        first, last = offsets[person], offsets[person + 1]
        net = worth[first:last].copy()
        for at in range(last - first):
            vacancy = vacancy_at[first + at]
            net[at] -= price_seen(price[vacancy], persons[person], vacancy)
        order = first + np.argsort(-net, kind="mergesort")
        head = np.sort(order[:depth])
        head = head[np.argsort(-score[head], kind="mergesort")]
        order[: len(head)] = head
        size = min(n, last - first)
        kept[used : used + size] = order[:size]
        used += size
    return kept[:used].copy()
