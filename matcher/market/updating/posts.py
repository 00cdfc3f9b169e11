"""Vacancies put into a market, or changed in it, without reading anything else anew."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.market.arrays import Market, Vacancies
from matcher.market.columns import distinct_ids, positions_in, texts
from matcher.market.posts import read_post_text, vacancies_of
from matcher.market.updating.rows import Splice, named
from matcher.market.updating.words import (
    WORDS_OF_PEOPLE,
    WORDS_OF_POSTS,
    joined,
    shifted,
    without_unused,
    words_in,
)
from matcher.market.vocabulary import Draft, weighted

NOT_COPIED = ("employer", "employer_ids", "duplicate_of")
"""Columns that name rows by position."""


def with_posts(
    market: Market, vacancies: pd.DataFrame, *, hired: pd.DataFrame | None = None
) -> Market:
    """The market with these vacancies, new or as they now are; all others as they were.

    Every array is that of a market built anew. Arrays that do not change are the old market's own,
    which stays as it was for whoever still reads it.

    Args:
        market: of the day.
        vacancies: conformed, each id once.
        hired: (vacancy_id, hired) hires on record; None where there are none.
    """
    posts = vacancies.sort_values("vacancy_id", ignore_index=True)
    draft = Draft()
    text = read_post_text(posts, draft)
    words, shift, place = joined(market.terms.words, list(draft.number))
    fresh = vacancies_of(posts, text, place, hired)
    old = shifted(market.vacancies, WORDS_OF_POSTS, shift)
    splice = Splice.of(old.ids, fresh.ids[:0], fresh.ids)
    made = _spliced(old, fresh, posts, splice)
    grown = Market(
        on=market.on,
        jobseekers=shifted(market.jobseekers, WORDS_OF_PEOPLE, shift),
        standing=market.standing,
        vacancies=made,
        terms=weighted(words, made.text),
    )
    return without_unused(grown, words_in(old, WORDS_OF_POSTS, splice.gone))


def _spliced(old: Vacancies, fresh: Vacancies, posts: pd.DataFrame, splice: Splice) -> Vacancies:
    """Both, in order of their ids; where both have one, the fresh one counts."""
    whole: dict[str, Any] = {
        each.name: splice.column(getattr(old, each.name), getattr(fresh, each.name))
        for each in fields(Vacancies)
        if each.name not in NOT_COPIED
    }
    employers = splice.dense(
        named(old.employer, old.employer_ids), named(fresh.employer, fresh.employer_ids)
    )
    first = splice.dense(named(old.duplicate_of, old.ids), _first_of(posts))
    employer, employer_ids = distinct_ids(pd.Series(employers, dtype="str"))
    return Vacancies(
        **whole,
        employer=employer,
        employer_ids=employer_ids,
        duplicate_of=positions_in(
            pd.Series(first, dtype="str"), pd.Series(whole["ids"], dtype="str")
        ),
    )


def _first_of(posts: pd.DataFrame) -> NDArray[np.object_]:
    if "duplicate_of" not in posts:
        return np.full(len(posts), None, dtype=object)
    return texts(posts["duplicate_of"])
