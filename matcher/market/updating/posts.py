"""Vacancies put into a market, or changed in it, without reading anything else anew."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.market.arrays import Csr, Jobseekers, Market, Vacancies
from matcher.market.columns import distinct_ids, positions_in, texts
from matcher.market.posts import read_post_text, vacancies_of
from matcher.market.vocabulary import Draft, weighted

Rows = TypeVar("Rows", Jobseekers, Vacancies)

NOBODY = np.array([None], dtype=object)
"""What stands at position -1."""

WORDS_OF_PEOPLE = ("skills", "certificates", "training_wishes", "jobs", "text")
WORDS_OF_POSTS = ("skills", "certificates", "title", "text")
"""Columns whose values are positions in the vocabulary."""


def with_posts(
    market: Market, vacancies: pd.DataFrame, *, hired: pd.DataFrame | None = None
) -> Market:
    """The market with these vacancies, new or as they now are; all others as they were.

    What is asked of it is answered as by a market built anew. Arrays that do not change are the
    old market's own, which stays as it was for whoever still reads it.

    Args:
        market: of the day.
        vacancies: conformed, each id once.
        hired: (vacancy_id, hired) hires on record; None where there are none.

    Returns:
        A market whose vocabulary may keep words that no row uses any more.
    """
    posts = vacancies.sort_values("vacancy_id", ignore_index=True)
    draft = Draft()
    text = read_post_text(posts, draft)
    words, shift, place = _joined(market.terms.words, list(draft.number))
    fresh = vacancies_of(posts, text, place, hired)
    old = _moved(market.vacancies, WORDS_OF_POSTS, shift)
    made = _spliced(old, fresh, posts)
    return Market(
        on=market.on,
        jobseekers=_moved(market.jobseekers, WORDS_OF_PEOPLE, shift),
        standing=market.standing,
        vacancies=made,
        terms=weighted(words, made.text),
    )


def _joined(
    words: tuple[str, ...], own: list[str]
) -> tuple[tuple[str, ...], NDArray[np.int32] | None, NDArray[np.int32]]:
    """A vocabulary with further words.

    Returns:
        All words; how far each old word moves, None where none does; and where the own words stand.
    """
    old = np.array(words, dtype=object)
    mine = np.array(own, dtype=object)
    at = np.searchsorted(old, mine) if len(mine) else np.empty(0, np.int64)
    there = np.concatenate([old, NOBODY])[at] == mine
    fresh = np.sort(mine[~there])
    if not len(fresh):
        return words, None, at.astype(np.int32)
    before = np.searchsorted(old, fresh)
    shift = np.searchsorted(before, np.arange(len(old)), side="right").astype(np.int32)
    every = np.insert(old, before, fresh)
    return tuple(every), shift, np.searchsorted(every, mine).astype(np.int32)


def _moved(rows: Rows, names: tuple[str, ...], shift: NDArray[np.int32] | None) -> Rows:
    """The rows with the positions of their words moved; the order of words does not change."""
    if shift is None:
        return rows
    moved: dict[str, Any] = {}
    for name in names:
        ragged: Csr = getattr(rows, name)
        moved[name] = Csr(ragged.offsets, ragged.values + shift[ragged.values])
    return replace(rows, **moved)


def _spliced(old: Vacancies, fresh: Vacancies, posts: pd.DataFrame) -> Vacancies:
    """Both, in order of their ids; where both have one, the fresh one counts."""
    kept = np.flatnonzero(~np.isin(old.ids, fresh.ids))
    ids = np.concatenate([old.ids[kept], fresh.ids])
    order = np.argsort(ids, kind="stable")
    employers = np.concatenate(
        [_named(old.employer, old.employer_ids)[kept], _named(fresh.employer, fresh.employer_ids)]
    )
    first = np.concatenate([_named(old.duplicate_of, old.ids)[kept], _first_of(posts)])
    employer, employer_ids = distinct_ids(pd.Series(employers[order], dtype="str"))
    whole: dict[str, Any] = {
        each.name: _stacked(getattr(old, each.name), getattr(fresh, each.name), kept, order)
        for each in fields(Vacancies)
        if each.name not in ("employer", "employer_ids", "duplicate_of")
    }
    return Vacancies(
        **whole,
        employer=employer,
        employer_ids=employer_ids,
        duplicate_of=positions_in(
            pd.Series(first[order], dtype="str"), pd.Series(ids[order], dtype="str")
        ),
    )


def _stacked(old: Any, fresh: Any, kept: NDArray[np.intp], order: NDArray[np.intp]) -> Any:
    """The kept rows of one column, then the fresh ones, in this order."""
    if isinstance(old, Csr):
        rest = old.take(kept)
        offsets = np.concatenate([rest.offsets, fresh.offsets[1:] + rest.offsets[-1]])
        return Csr(offsets, np.concatenate([rest.values, fresh.values])).take(order)
    if is_dataclass(old) and not isinstance(old, type):
        parts = {
            each.name: _stacked(getattr(old, each.name), getattr(fresh, each.name), kept, order)
            for each in fields(old)
        }
        return replace(old, **parts)
    return np.concatenate([old[kept], fresh])[order]


def _named(at: NDArray[np.int32], ids: NDArray[np.object_]) -> NDArray[np.object_]:
    """(n,) object: the ids that positions stand for; None for -1."""
    return np.concatenate([ids, NOBODY])[at]


def _first_of(posts: pd.DataFrame) -> NDArray[np.object_]:
    if "duplicate_of" not in posts:
        return np.full(len(posts), None, dtype=object)
    return texts(posts["duplicate_of"])
