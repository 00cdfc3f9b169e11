"""People as they would be after a course: the market's own rows, with what the course gives."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.explanation.unlock.taught import Taught, rows_and_values, united
from matcher.market.arrays import Csr, Jobseekers, Market, Places, Standing
from matcher.screening.welfare import WelfareEligibility

Positions = NDArray[np.int32]
Record = TypeVar("Record", Jobseekers, Standing, Places)

TABLES = ("household_ids",)
"""Columns that other columns point into, and that no row owns."""


def taken(record: Record, at: Positions) -> Record:
    """The rows of a record at these positions; a row may come more than once."""
    made: dict[str, Any] = {}
    for column in fields(record):
        value = getattr(record, column.name)
        if column.name in TABLES:
            continue
        if isinstance(value, Csr):
            made[column.name] = value.take(at)
        elif isinstance(value, Places):
            made[column.name] = taken(value, at)
        else:
            made[column.name] = value[at]
    return replace(record, **made)


def after_courses(
    market: Market,
    welfare: WelfareEligibility,
    taught: Taught,
    person_at: Positions,
    course_at: Positions,
) -> tuple[Market, WelfareEligibility]:
    """A market whose people are these, each with the skills and certificates of their course.

    Status, age and household stay as they are: a course changes what a person can do, nothing of
    what law says of them. A certificate is added to what is on record; where nothing is, the
    person's other certificates were not asked and this one is known.

    Args:
        market: of the day.
        welfare: policy's answers for its people.
        taught: the courses.
        person_at: (n,) positions of people, repeats allowed.
        course_at: (n,) the course of each.
    """
    people = taken(market.jobseekers, person_at)
    skills, certificates = taught.skills.take(course_at), taught.certificates.take(course_at)
    trained = replace(
        people,
        skills=_with(people.skills, skills),
        certificates=_with(people.certificates, certificates),
        text=_with(people.text, skills, certificates),
    )
    after = replace(market, jobseekers=trained, standing=taken(market.standing, person_at))
    answers = WelfareEligibility(
        welfare.eligible[person_at], welfare.tier[person_at], welfare.vacancy_class
    )
    return after, answers


def _with(rows: Csr, *more: Csr) -> Csr:
    return united(len(rows), *(rows_and_values(each) for each in (rows, *more)))
