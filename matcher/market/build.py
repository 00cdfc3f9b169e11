"""The market of one day from frames of persons and vacancies."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from matcher.domain.kinds import KEYS, Kind
from matcher.errors import WrongUse
from matcher.market.arrays import Market
from matcher.market.people import jobseekers_of, read_people_text, standing_of
from matcher.market.posts import read_post_text, vacancies_of
from matcher.market.vocabulary import Draft, weighted
from matcher.reference.columns import conform


def build_market(
    persons: pd.DataFrame,
    vacancies: pd.DataFrame,
    *,
    on: date,
    hired: pd.DataFrame | None = None,
) -> Market:
    """Everyone who seeks work and every vacancy, as arrays of one vocabulary.

    The order of the rows and of unique texts plays no part: rows are put in order of their ids.

    Args:
        persons: conformed, with the profile and the status columns; who does not seek work
            (`seeks_work` is no) stays out, a job held now does not matter.
        vacancies: conformed. Expired and full ones stay in, so that it can be said why they are
            out of question; retrieval skips them.
        on: the day of the question.
        hired: (vacancy_id, hired) number of hires on record; None where there are none.

    Raises:
        WrongUse: an id comes twice in a frame.
    """
    seeking = persons[persons["seeks_work"].fillna(True).astype(bool)]
    people, posts = _by_id(Kind.PERSONS, seeking), _by_id(Kind.VACANCIES, vacancies)
    draft = Draft()
    people_text, post_text = read_people_text(people, draft), read_post_text(posts, draft)
    words, place = draft.sorted_words()
    made = vacancies_of(posts, post_text, place, hired)
    return Market(
        on=on,
        jobseekers=jobseekers_of(people, people_text, place),
        standing=standing_of(people, on),
        vacancies=made,
        terms=weighted(words, made.text),
    )


def empty_market(on: date = date.min) -> Market:
    """A market with nobody and nothing in it.

    Example:
        >>> len(empty_market().vacancies)
        0
    """
    nobody, nothing = (conform(kind, pd.DataFrame()) for kind in (Kind.PERSONS, Kind.VACANCIES))
    return build_market(nobody, nothing, on=on)


def _by_id(kind: Kind, frame: pd.DataFrame) -> pd.DataFrame:
    key = KEYS[kind][0]
    ids: pd.Series[Any] = frame[key]
    if not ids.is_unique:
        twice = ids[ids.duplicated()].iloc[0]
        raise WrongUse(
            what=f"{kind.value} with {key} '{twice}' more than once",
            expected="one row for each id",
            do="Build the market from the store, which keeps one.",
        )
    return frame.sort_values(key, ignore_index=True)
