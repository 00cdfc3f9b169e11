"""Jobseekers put into a market, changed in it or taken out, without reading others anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from matcher.market.arrays import Csr, Jobseekers, Market, Places, Standing
from matcher.market.columns import distinct_ids
from matcher.market.people import jobseekers_of, read_people_text, standing_of
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


@dataclass(frozen=True, slots=True)
class Changed:
    """A market with other people, and how its rows of people came about.

    `columns` are those of `Jobseekers` in which anybody's row says something else than before:
    all of them where people came or went, or where words moved.
    """

    market: Market
    splice: Splice
    columns: frozenset[str]


def with_people(market: Market, persons: pd.DataFrame, *, leaving: Collection[str]) -> Changed:
    """The market with these jobseekers, new or as they now are, and without those who leave.

    Every array is that of a market built anew. Arrays that do not change are the old market's own,
    which stays as it was for whoever still reads it.

    Args:
        market: of the day.
        persons: conformed, profile and status, each id once; who does not seek work leaves.
        leaving: ids of further people who seek work no more, or whose office this is not.
    """
    seeking = persons["seeks_work"].fillna(value=True).astype(bool)
    gone = np.array([*leaving, *persons.loc[~seeking, "person_id"]], dtype=object)
    people = persons[seeking].sort_values("person_id", ignore_index=True)
    draft = Draft()
    text = read_people_text(people, draft)
    words, shift, place = joined(market.terms.words, list(draft.number))
    fresh = jobseekers_of(people, text, place)
    old = shifted(market.jobseekers, WORDS_OF_PEOPLE, shift)
    splice = Splice.of(old.ids, gone, fresh.ids)
    standing = _standing(market.standing, standing_of(people, market.on), splice)
    told = {each.name for each in fields(Jobseekers)}
    if shift is None and splice.in_place:
        told = {name for name in told if not _alike(old, fresh, splice, name)}
    whole = {name: splice.column(getattr(old, name), getattr(fresh, name)) for name in told}
    posts = shifted(market.vacancies, WORDS_OF_POSTS, shift)
    grown = Market(
        on=market.on,
        jobseekers=replace(old, **whole) if whole else old,
        standing=standing,
        vacancies=posts,
        terms=market.terms if shift is None else weighted(words, posts.text),
    )
    made = without_unused(grown, words_in(old, WORDS_OF_PEOPLE, splice.gone))
    if made.terms is not market.terms:
        told = {each.name for each in fields(Jobseekers)}
    return Changed(made, splice, frozenset(told))


def _standing(old: Standing, fresh: Standing, splice: Splice) -> Standing:
    """What law and posts ask of everyone; households are numbered in order of their ids."""
    homes = named(old.household, old.household_ids)
    of_fresh = named(fresh.household, fresh.household_ids)
    whole: dict[str, Any] = {
        each.name: splice.dense(getattr(old, each.name), getattr(fresh, each.name))
        for each in fields(Standing)
        if each.name not in ("household", "household_ids")
    }
    if splice.in_place and bool((homes[splice.gone] == of_fresh).all()):
        return Standing(**whole, household=old.household, household_ids=old.household_ids)
    every = pd.Series(splice.dense(homes, of_fresh), dtype="str")
    household, household_ids = distinct_ids(every)
    return Standing(**whole, household=household, household_ids=household_ids)


def _alike(old: Jobseekers, fresh: Jobseekers, splice: Splice, name: str) -> bool:
    """Do the fresh rows say in a column what those said in whose place they come?"""
    one: Any = getattr(old, name)
    other: Any = getattr(fresh, name)
    at, pairs = splice.gone, list[tuple[Any, Any]]()
    if isinstance(one, Csr):
        taken = one.take(at)
        pairs = [(taken.offsets, other.offsets), (taken.values, other.values)]
    elif isinstance(one, Places):
        pairs = [(getattr(one, p.name)[at], getattr(other, p.name)) for p in fields(one)]
    else:
        pairs = [(one[at], other)]
    return all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in pairs)
