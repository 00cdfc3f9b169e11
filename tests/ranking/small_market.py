"""A market of a few rows written by hand: what a test does not name was not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from matcher.market.arrays import Csr, Jobseekers, Market, Places, Standing, Terms, Vacancies
from matcher.reference.occupations import occupations

HOME, SAME_STREET, SAME_COUNTY = "320602001", "320602001003", "320602005"
SAME_CITY, ELSEWHERE = "320612", "310101"
ON = date(2026, 11, 22)
WORDS = ("保洁", "健康证", "养老护理员证", "烹饪", "电工证", "老人护理", "货运", "驾驶")
TERMS = Terms(words=WORDS, idf=np.linspace(1.0, 3.0, len(WORDS), dtype=np.float32))


def terms(*rows: Sequence[str]) -> Csr:
    """Rows of words as positions in `WORDS`."""
    return _csr([sorted(WORDS.index(word) for word in row) for row in rows])


def jobs(*rows: Sequence[str]) -> Csr:
    """Rows of occupation codes as positions in `occupations()`."""
    return _csr([sorted(int(at) for at in occupations().index(list(row))) for row in rows])


def _csr(rows: Sequence[Sequence[int]]) -> Csr:
    return Csr(
        offsets=np.cumsum([0, *map(len, rows)], dtype=np.int64),
        values=np.array([value for row in rows for value in row], dtype=np.int32),
    )


def places(*codes: str, lonlat: Sequence[tuple[float, float]] | None = None) -> Places:
    """Places from area codes of any length, "" unknown; the lonlat is NaN unless given."""

    def cut(length: int, dtype: Any) -> Any:
        return np.array([int(c[:length]) if len(c) >= length else -1 for c in codes], dtype=dtype)

    where = np.full((len(codes), 2), np.nan) if lonlat is None else np.array(lonlat, dtype=float)
    return Places(
        street=cut(9, np.int64),
        county=cut(6, np.int32),
        city=cut(4, np.int32),
        province=cut(2, np.int16),
        lonlat=where,
    )


def make_jobseekers(n: int = 1, **given: Any) -> Jobseekers:
    """n jobseekers of whom only the given columns were asked."""
    empty = _csr([()] * n)
    return replace(
        Jobseekers(
            ids=np.array([f"P{at}" for at in range(n)], dtype=object),
            places=places(*[""] * n),
            education=np.full(n, -1, np.int8),
            experience_months=np.full(n, -1, np.int32),
            graduate_year=np.full(n, -1, np.int16),
            wage_wanted=np.full(n, np.nan, np.float32),
            work_forms=np.zeros(n, np.uint8),
            max_commute_km=np.full(n, np.nan, np.float32),
            **dict.fromkeys(
                ("occupations_done", "occupations_wanted", "skills", "certificates"), empty
            ),
            training_wishes=empty,
            jobs=empty,
            text=empty,
        ),
        **given,
    )


def make_vacancies(m: int = 1, **given: Any) -> Vacancies:
    """m vacancies that state only the given columns."""
    empty = _csr([()] * m)
    return replace(
        Vacancies(
            ids=np.array([f"V{at}" for at in range(m)], dtype=object),
            titles=np.array(["保洁员"] * m, dtype=object),
            employer_names=np.array([""] * m, dtype=object),
            employer=np.full(m, -1, np.int32),
            employer_ids=np.array([], dtype=object),
            places=places(*[""] * m),
            occupation=np.full(m, -1, np.int32),
            occupation_confidence=np.full(m, np.nan, np.float32),
            headcount=np.full(m, -1, np.int32),
            places_left=np.full(m, -1, np.int32),
            wage_min=np.full(m, np.nan, np.float32),
            wage_max=np.full(m, np.nan, np.float32),
            work_form=np.full(m, -1, np.int8),
            education_min=np.full(m, -1, np.int8),
            experience_months_min=np.full(m, -1, np.int32),
            age_min=np.full(m, -1, np.int16),
            age_max=np.full(m, -1, np.int16),
            sex_required=np.full(m, -1, np.int8),
            skills=empty,
            skills_found=np.zeros(m, np.bool_),
            certificates=empty,
            title=empty,
            text=empty,
            posted_on=np.full(m, "NaT", "datetime64[D]"),
            expires_on=np.full(m, "NaT", "datetime64[D]"),
            public_welfare=np.full(m, -1, np.int8),
            public_welfare_kind=np.full(m, -1, np.int8),
            duplicate_of=np.full(m, -1, np.int32),
        ),
        **given,
    )


def make_standing(n: int = 1, **given: Any) -> Standing:
    """The standing of n people of whom only the given columns were asked."""
    return replace(
        Standing(
            sex=np.full(n, -1, np.int8),
            birth_date=np.full(n, "NaT", "datetime64[D]"),
            retirement_date=np.full(n, "NaT", "datetime64[D]"),
            retirement_sure=np.ones(n, np.bool_),
            health=np.full(n, -1, np.int8),
            disability=np.full(n, -1, np.int8),
            household=np.full(n, -1, np.int32),
            household_ids=np.array([], dtype=object),
        ),
        **given,
    )


def make_market(
    jobseekers: Jobseekers, vacancies: Vacancies, standing: Standing | None = None
) -> Market:
    """A market of these rows on the day of the tests."""
    return Market(
        on=ON,
        jobseekers=jobseekers,
        standing=make_standing(len(jobseekers)) if standing is None else standing,
        vacancies=vacancies,
        terms=TERMS,
    )
