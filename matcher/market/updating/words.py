"""A vocabulary that grows by new words and loses those that no row uses any more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.market.arrays import Csr, Jobseekers, Market, Vacancies
from matcher.market.updating.rows import named
from matcher.market.vocabulary import weighted

Rows = TypeVar("Rows", Jobseekers, Vacancies)
Shift = NDArray[np.int32] | None
"""How far each word moves; None where none does."""

WORDS_OF_PEOPLE = ("skills", "certificates", "training_wishes", "jobs", "text")
WORDS_OF_POSTS = ("skills", "certificates", "title", "text")
"""Columns whose values are positions in the vocabulary."""


def joined(
    words: tuple[str, ...], own: list[str]
) -> tuple[tuple[str, ...], Shift, NDArray[np.int32]]:
    """A vocabulary with further words.

    Returns:
        All words; how far each old word moves, None where none does; and where the own words stand.
    """
    old = np.array(words, dtype=object)
    mine = np.array(own, dtype=object)
    at = np.searchsorted(old, mine) if len(mine) else np.empty(0, np.int64)
    there = named(at, old) == mine
    fresh = np.sort(mine[~there])
    if not len(fresh):
        return words, None, at.astype(np.int32)
    before = np.searchsorted(old, fresh)
    shift = np.searchsorted(before, np.arange(len(old)), side="right").astype(np.int32)
    every = np.insert(old, before, fresh)
    return tuple(every), shift, np.searchsorted(every, mine).astype(np.int32)


def shifted(rows: Rows, names: tuple[str, ...], shift: Shift) -> Rows:
    """The rows with the positions of their words moved; the order of words does not change."""
    if shift is None:
        return rows
    moved: dict[str, Any] = {}
    for name in names:
        ragged: Csr = getattr(rows, name)
        moved[name] = Csr(ragged.offsets, ragged.values + shift[ragged.values])
    return replace(rows, **moved)


def words_in(rows: Rows, names: tuple[str, ...], at: NDArray[np.integer]) -> NDArray[np.int32]:
    """Positions in the vocabulary of every word that these rows use, ascending."""
    found = [getattr(rows, name).take(at).values for name in names]
    return np.unique(np.concatenate(found))


def without_unused(market: Market, doubted: NDArray[np.int32]) -> Market:
    """The market without those of the doubted words that no row uses.

    A market built anew has no others, so that both have the same words at the same positions.

    Args:
        market: with words that may have lost their last row.
        doubted: positions of the words that rows which went had used.
    """
    used = np.ones(len(market.terms.words), np.bool_)
    used[doubted] = False
    if used.all():
        return market
    sides = ((market.jobseekers, WORDS_OF_PEOPLE), (market.vacancies, WORDS_OF_POSTS))
    for rows, names in sides:
        for name in names:
            used[getattr(rows, name).values] = True
    if used.all():
        return market
    words = np.array(market.terms.words, dtype=object)[used]
    shift = (np.cumsum(used) - 1 - np.arange(len(used))).astype(np.int32)
    vacancies = shifted(market.vacancies, WORDS_OF_POSTS, shift)
    return replace(
        market,
        jobseekers=shifted(market.jobseekers, WORDS_OF_PEOPLE, shift),
        vacancies=vacancies,
        terms=weighted(tuple(words), vacancies.text),
    )
