"""The market as arrays: what each row of jobseekers, standing and vacancies holds.

`Jobseekers` carries only the work profile; `Standing` carries what law and posts ask about a
person and is read by screening alone. The two have the same rows in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Csr:
    """Ragged rows: the values of row i are `values[offsets[i]:offsets[i + 1]]`, sorted, unique."""

    offsets: NDArray[np.int64]
    values: NDArray[np.int32]

    def row(self, at: int) -> NDArray[np.int32]:
        """The values of one row."""
        return self.values[self.offsets[at] : self.offsets[at + 1]]

    def take(self, at: NDArray[np.integer]) -> Csr:
        """The rows at these positions, in that order; a position may come more than once.

        Example:
            >>> rows = Csr(np.array([0, 2, 3]), np.array([4, 7, 1], np.int32))
            >>> rows.take(np.array([1, 0], np.int32)).values
            array([1, 4, 7], dtype=int32)
        """
        starts, lengths = self.offsets[at], self.offsets[at + 1] - self.offsets[at]
        offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        source = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
        return Csr(offsets, self.values[source])

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The shared vocabulary of skills, certificates and title words; equal to itself alone.

    Attributes:
        words: (n_terms,) the normalised terms, sorted; positions are the values of the Csr rows.
        idf: (n_terms,) float32, ln((1 + n_vacancies) / (1 + df)) + 1 over the vacancies' terms.
    """

    words: tuple[str, ...]
    idf: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Places:
    """Where each row is: integer codes (-1 unknown or not that fine) and county centroids.

    Attributes:
        street: (n,) int64, nine-digit code.
        county: (n,) int32, six-digit code.
        city: (n,) int32, four-digit code.
        province: (n,) int16, two-digit code.
        lonlat: (n, 2) float64 degrees, NaN unknown.
    """

    street: NDArray[np.int64]
    county: NDArray[np.int32]
    city: NDArray[np.int32]
    province: NDArray[np.int16]
    lonlat: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jobseekers:
    """Active jobseekers by work profile; -1, NaN, NaT, 0 bits or an empty row mean not asked.

    Attributes:
        ids: (n,) object, person ids, ascending.
        education: (n,) int8, level of the education ladder, 1 upward.
        experience_months: (n,) int32.
        graduate_year: (n,) int16.
        wage_wanted: (n,) float32, yuan a month.
        work_forms: (n,) uint8, one bit per position of the code list `work_form`; 0 not asked.
        max_commute_km: (n,) float32.
        occupations_done, occupations_wanted: positions in `occupations()`.
        skills, certificates, training_wishes: positions in `Terms.words`.
        jobs: terms of the names of the jobs wanted and done, positions in `Terms.words`.
        text: every term of the profile (skills, certificates, wanted, done, major), for matching.
    """

    ids: NDArray[np.object_]
    places: Places
    education: NDArray[np.int8]
    experience_months: NDArray[np.int32]
    graduate_year: NDArray[np.int16]
    wage_wanted: NDArray[np.float32]
    work_forms: NDArray[np.uint8]
    max_commute_km: NDArray[np.float32]
    occupations_done: Csr
    occupations_wanted: Csr
    skills: Csr
    certificates: Csr
    training_wishes: Csr
    jobs: Csr
    text: Csr

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Standing:
    """What posts and law ask of the same rows as `Jobseekers`; never seen by the ranker.

    Attributes:
        sex: (n,) int8, position in the code list `sex`, -1 not asked.
        birth_date: (n,) datetime64[D], NaT not asked.
        retirement_date: (n,) datetime64[D], the day on which the statutory age of retirement is
            reached; for a woman whose category was not asked the later of the two.
        retirement_sure: (n,) bool, False where the category was not asked and it matters.
        health: (n,) int8, position in the code list `health`, -1 not asked.
        disability: (n,) int8, 1 yes, 0 no, -1 not asked.
        household: (n,) int32, position in `household_ids`, -1 none.
        household_ids: (n_households,) object.
    """

    sex: NDArray[np.int8]
    birth_date: NDArray[np.datetime64]
    retirement_date: NDArray[np.datetime64]
    retirement_sure: NDArray[np.bool_]
    health: NDArray[np.int8]
    disability: NDArray[np.int8]
    household: NDArray[np.int32]
    household_ids: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Vacancies:
    """Vacancies as arrays; -1, NaN, NaT or an empty row mean not stated.

    Attributes:
        ids: (m,) object, vacancy ids, ascending.
        titles, employer_names: (m,) object, text as posted ("" not stated).
        employer: (m,) int32, position in `employer_ids`, -1 not stated.
        occupation: (m,) int32, position in `occupations()`.
        occupation_confidence: (m,) float32 in [0, 1]; 1 where the code was given.
        headcount: (m,) int32, openings posted; -1 not stated.
        places_left: (m,) int32, openings less hires on record; -1 not stated.
        wage_min, wage_max: (m,) float32, yuan a month.
        work_form: (m,) int8, position in the code list `work_form`.
        education_min: (m,) int8, level of the ladder; 0 none asked, -1 not stated.
        experience_months_min: (m,) int32; 0 none asked, -1 not stated.
        age_min, age_max: (m,) int16 full years, inclusive.
        sex_required: (m,) int8, position in the code list `sex`.
        skills, certificates, title, text: positions in `Terms.words`.
        skills_found: (m,) bool, the skills were found in title and description, none being stated.
        posted_on, expires_on: (m,) datetime64[D]; the last day counts as open.
        public_welfare: (m,) int8, 1 yes, 0 no, -1 not stated.
        public_welfare_kind: (m,) int8, position in its code list.
        duplicate_of: (m,) int32, position of the first of the same postings, -1 none.
    """

    ids: NDArray[np.object_]
    titles: NDArray[np.object_]
    employer_names: NDArray[np.object_]
    employer: NDArray[np.int32]
    employer_ids: NDArray[np.object_]
    places: Places
    occupation: NDArray[np.int32]
    occupation_confidence: NDArray[np.float32]
    headcount: NDArray[np.int32]
    places_left: NDArray[np.int32]
    wage_min: NDArray[np.float32]
    wage_max: NDArray[np.float32]
    work_form: NDArray[np.int8]
    education_min: NDArray[np.int8]
    experience_months_min: NDArray[np.int32]
    age_min: NDArray[np.int16]
    age_max: NDArray[np.int16]
    sex_required: NDArray[np.int8]
    skills: Csr
    skills_found: NDArray[np.bool_]
    certificates: Csr
    title: Csr
    text: Csr
    posted_on: NDArray[np.datetime64]
    expires_on: NDArray[np.datetime64]
    public_welfare: NDArray[np.int8]
    public_welfare_kind: NDArray[np.int8]
    duplicate_of: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Market:
    """Open vacancies and active jobseekers on one day."""

    on: date
    jobseekers: Jobseekers
    standing: Standing
    vacancies: Vacancies
    terms: Terms
