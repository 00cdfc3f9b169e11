"""The kinds of record that files carry, and what a column of such a file is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of record that `rengang import` takes."""

    PERSONS = "persons"
    HOUSEHOLDS = "households"
    EMPLOYERS = "employers"
    VACANCIES = "vacancies"
    OUTCOMES = "outcomes"
    COURSES = "courses"
    FAIRS = "fairs"
    PLACEMENTS = "placements"
    REFUSALS = "refusals"
    CASES = "cases"
    PAIRINGS = "pairings"


class ColumnType(StrEnum):
    """How the text of a cell is read; each has one parser in `matcher/ingest`."""

    ID = "id"
    TEXT = "text"
    INT = "int"
    DECIMAL = "decimal"
    BOOL = "bool"
    DATE = "date"
    CODE = "code"
    LIST = "list"
    AREA = "area"
    OCCUPATION = "occupation"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    USCC = "uscc"
    BOOTHS = "booths"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a kind.

    `part` names the table that keeps it: for persons the work profile, the policy status and the
    identity rest apart, so that the ranker cannot reach the last two.
    """

    kind: Kind
    name: str
    zh: str
    type: ColumnType
    required: bool
    codes: str | None
    part: str
    unit: str | None
    example: str | None
    help: str | None


KEYS: dict[Kind, tuple[str, ...]] = {
    Kind.PERSONS: ("person_id",),
    Kind.HOUSEHOLDS: ("household_id",),
    Kind.EMPLOYERS: ("employer_id",),
    Kind.VACANCIES: ("vacancy_id",),
    Kind.OUTCOMES: ("person_id", "vacancy_id", "stage", "on"),
    Kind.COURSES: ("course_id",),
    Kind.FAIRS: ("fair_id",),
    Kind.PLACEMENTS: ("placement_id",),
    Kind.REFUSALS: ("person_id", "offered_on", "vacancy_id"),
    Kind.CASES: ("case_id",),
    Kind.PAIRINGS: ("pairing_id",),
}
"""The columns that identify a record of each kind."""
