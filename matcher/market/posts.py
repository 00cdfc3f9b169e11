"""Vacancies as arrays from frames of vacancies."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.market.arrays import Vacancies
from matcher.market.columns import (
    NOT_STATED,
    codes,
    days,
    decimals,
    distinct_ids,
    flags,
    integers,
    places_of,
    positions_in,
    texts,
)
from matcher.market.occupations import of_vacancies
from matcher.market.vocabulary import (
    Draft,
    TextColumn,
    canonical,
    found_in_texts,
    item_terms,
    list_terms,
    rows_of,
)
from matcher.reference.education import levels
from matcher.text.normalise import terms


class PostText(NamedTuple):
    """The text of vacancies in terms of a draft vocabulary.

    `skills_found`: (n,) bool, the skills come from title and description, none being stated.
    """

    skills: TextColumn
    skills_found: NDArray[np.bool_]
    certificates: TextColumn
    title: TextColumn
    every: tuple[TextColumn, ...]


def read_post_text(vacancies: pd.DataFrame, draft: Draft) -> PostText:
    """Read the text columns of vacancies into the draft.

    Of the description only what an import found in it counts: skills stand in for stated ones, a
    certificate is a word among others, for what a sentence seems to ask excludes nobody.
    """
    found = found_in_texts(vacancies)
    stated = canonical("skills", vacancies["skills_wanted"])
    skills = stated.fillna(canonical("skills", found["skills_from_text"]))
    certificates = canonical("certificates", vacancies["certificates_required"])
    of_texts = canonical("certificates", found["certificates_from_text"])
    lists = [skills, certificates, of_texts.mask(certificates.notna())]
    lists += [vacancies[name] for name in ("skills_wanted", "certificates_required", "tags")]
    title = draft.read(vacancies["title"], terms)
    return PostText(
        skills=draft.read(skills, item_terms),
        skills_found=(stated.isna() & skills.notna()).to_numpy(np.bool_),
        certificates=draft.read(certificates, item_terms),
        title=title,
        every=(
            title,
            *(draft.read(column, list_terms) for column in lists),
        ),
    )


def vacancies_of(
    vacancies: pd.DataFrame,
    text: PostText,
    place: NDArray[np.int32],
    hired: pd.DataFrame | None,
) -> Vacancies:
    """These vacancies as arrays.

    Args:
        vacancies: conformed, ascending by id.
        text: what `read_post_text` read.
        place: of `Draft.sorted_words`.
        hired: (vacancy_id, hired) hires on record; None: none.
    """
    employer, employer_ids = distinct_ids(vacancies["employer_id"])
    occupation, confidence = of_vacancies(
        vacancies["occupation_code"], vacancies.get("occupation_confidence"), vacancies["title"]
    )
    headcount = integers(vacancies["headcount"], np.int32)
    return Vacancies(
        ids=texts(vacancies["vacancy_id"]),
        titles=texts(vacancies["title"], missing=""),
        employer_names=texts(vacancies["employer_name"], missing=""),
        employer=employer,
        employer_ids=employer_ids,
        places=places_of(vacancies["area_code"]),
        occupation=occupation,
        occupation_confidence=confidence,
        headcount=headcount,
        places_left=_places_left(headcount, vacancies["vacancy_id"], hired),
        wage_min=decimals(vacancies["wage_min"]),
        wage_max=decimals(vacancies["wage_max"]),
        work_form=codes(vacancies["work_form"], "work_form"),
        education_min=levels(vacancies["education_min"]),
        experience_months_min=integers(vacancies["experience_months_min"], np.int32),
        age_min=integers(vacancies["age_min"], np.int16),
        age_max=integers(vacancies["age_max"], np.int16),
        sex_required=codes(vacancies["sex_required"], "sex"),
        skills=rows_of([text.skills], place),
        skills_found=text.skills_found,
        certificates=rows_of([text.certificates], place),
        title=rows_of([text.title], place),
        text=rows_of(text.every, place),
        posted_on=days(vacancies["posted_on"]),
        expires_on=days(vacancies["expires_on"]),
        public_welfare=flags(vacancies["public_welfare"]),
        public_welfare_kind=codes(vacancies["public_welfare_kind"], "public_welfare_kind"),
        duplicate_of=_duplicate_of(vacancies),
    )


def _places_left(
    headcount: NDArray[np.int32], ids: pd.Series[Any], hired: pd.DataFrame | None
) -> NDArray[np.int32]:
    """Openings less hires, at least 0; not known where the headcount is not."""
    if hired is None or hired.empty:
        return headcount.copy()
    at = positions_in(hired["vacancy_id"].astype("str"), ids)
    count = hired["hired"].to_numpy(dtype=np.int64, na_value=0)
    taken = np.bincount(at[at >= 0], weights=count[at >= 0], minlength=len(headcount))
    left = np.maximum(headcount - taken.astype(np.int64), 0)
    return np.where(headcount < 0, NOT_STATED, left).astype(np.int32)


def _duplicate_of(vacancies: pd.DataFrame) -> NDArray[np.int32]:
    if "duplicate_of" not in vacancies:
        return np.full(len(vacancies), NOT_STATED, np.int32)
    return positions_in(vacancies["duplicate_of"].astype("str"), vacancies["vacancy_id"])
