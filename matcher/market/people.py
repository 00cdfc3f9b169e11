"""Jobseekers and their standing from frames of persons."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.market.arrays import Jobseekers, Standing
from matcher.market.columns import (
    code_bits,
    codes,
    days,
    decimals,
    distinct_ids,
    flags,
    integers,
    places_of,
    texts,
)
from matcher.market.occupations import linked_lists, with_names
from matcher.market.vocabulary import (
    Draft,
    TextColumn,
    canonical,
    item_terms,
    list_terms,
    rows_of,
)
from matcher.reference.codes import code_list
from matcher.reference.education import levels
from matcher.reference.retirement import CATEGORIES, RetirementCategory, retirement_dates
from matcher.text.normalise import terms


class PeopleText(NamedTuple):
    """The text of persons in terms of a draft vocabulary."""

    skills: TextColumn
    certificates: TextColumn
    training_wishes: TextColumn
    jobs: tuple[TextColumn, ...]
    every: tuple[TextColumn, ...]


def read_people_text(persons: pd.DataFrame, draft: Draft) -> PeopleText:
    """Read the text columns of persons into the draft."""
    skills = canonical("skills", persons["skills"])
    certificates = canonical("certificates", persons["certificates"])
    lists = [skills, certificates, persons["skills"], persons["certificates"]]
    named = [with_names(persons[name]) for name in ("occupations_wanted", "occupations_done")]
    jobs = tuple(draft.read(column, list_terms) for column in named)
    return PeopleText(
        skills=draft.read(skills, item_terms),
        certificates=draft.read(certificates, item_terms),
        training_wishes=draft.read(canonical("skills", persons["training_wishes"]), item_terms),
        jobs=jobs,
        every=(
            *(draft.read(column, list_terms) for column in lists),
            *jobs,
            draft.read(persons["major"], terms),
        ),
    )


def jobseekers_of(persons: pd.DataFrame, text: PeopleText, place: NDArray[np.int32]) -> Jobseekers:
    """The work profiles of these persons; `place` as `Draft.sorted_words` gives it."""
    return Jobseekers(
        ids=texts(persons["person_id"]),
        places=places_of(persons["area_code"]),
        education=levels(persons["education"]),
        experience_months=integers(persons["experience_months"], np.int32),
        graduate_year=integers(persons["graduate_year"], np.int16),
        wage_wanted=decimals(persons["wage_wanted"]),
        work_forms=code_bits(persons["work_forms_wanted"], "work_form"),
        max_commute_km=decimals(persons["max_commute_km"]),
        occupations_done=linked_lists(persons["occupations_done"]),
        occupations_wanted=linked_lists(persons["occupations_wanted"]),
        skills=rows_of([text.skills], place),
        certificates=rows_of([text.certificates], place),
        training_wishes=rows_of([text.training_wishes], place),
        jobs=rows_of(text.jobs, place),
        text=rows_of(text.every, place),
    )


def standing_of(persons: pd.DataFrame, on: date) -> Standing:
    """What posts and law ask of the same persons."""
    birth, sex = days(persons["birth_date"]), codes(persons["sex"], "sex")
    retirement, sure = _retirement(birth, sex, _facts(persons), on)
    household, household_ids = distinct_ids(persons["household_id"])
    return Standing(
        sex=sex,
        birth_date=birth,
        retirement_date=retirement,
        retirement_sure=sure,
        health=codes(persons["health"], "health"),
        disability=flags(persons["disability"]),
        household=household,
        household_ids=household_ids,
    )


def _facts(persons: pd.DataFrame) -> pd.DataFrame:
    """The facts about retirement that were given under their own names; NA elsewhere."""
    names = ["retirement_category", "retirement_date"]
    if "facts" not in persons:
        return pd.DataFrame(index=persons.index, columns=names, dtype="str")
    given = persons["facts"].where(persons["facts"].str.contains("retirement_", na=False))
    code, distinct = pd.factorize(given)
    read = [json.loads(cell) for cell in distinct] + [{}]
    made = {name: np.array([row.get(name) for row in read], dtype=object)[code] for name in names}
    return pd.DataFrame(made, dtype="str")


def _retirement(
    birth: NDArray[np.datetime64], sex: NDArray[np.int8], facts: pd.DataFrame, on: date
) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """The latest day each person may retire by law, and whether another category changes today."""
    category = codes_in(facts["retirement_category"])
    man, woman = CATEGORIES.index(RetirementCategory.MAN), code_list("sex").position("female")
    category = np.where((category < 0) & (sex >= 0) & (sex != woman), man, category)
    possible = [
        np.where(
            _may_be(category, sex, at, man=man, woman=woman),
            retirement_dates(birth, np.full(len(birth), at), on),
            np.datetime64("NaT"),
        )
        for at in range(len(CATEGORIES))
    ]
    earliest = np.fmin.reduce(possible)
    latest = np.fmax.reduce(possible)
    stated = days(facts["retirement_date"])
    given = ~np.isnat(stated)
    day = np.datetime64(on, "D")
    matters = (earliest < day) & (day <= latest) & ~given
    return np.where(given, stated, latest).astype("datetime64[D]"), ~matters


def _may_be(
    category: NDArray[np.integer], sex: NDArray[np.int8], at: int, *, man: int, woman: int
) -> NDArray[np.bool_]:
    """Who may belong to a retirement category, as far as is known."""
    open_to = (sex < 0) | ((sex == woman) == (at != man))
    return np.asarray(np.where(category >= 0, category == at, open_to))


def codes_in(column: pd.Series[Any]) -> NDArray[np.int32]:
    """(n,) int32 positions in the retirement categories; -1 where NA or another text."""
    return pd.Index(CATEGORIES).get_indexer(pd.Index(column)).astype(np.int32)
