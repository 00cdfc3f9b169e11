"""Rows that are not written: unknown columns, required values missing, references to nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection

from matcher.domain.kinds import Kind
from matcher.errors import NotFound, WrongUse
from matcher.store.schema.tables import employer, fair, household, person, vacancy
from matcher.store.selection import missing_ids

_PERSON = (person.c.person_id, Kind.PERSONS)
_HOUSEHOLD = (household.c.household_id, Kind.HOUSEHOLDS)
_EMPLOYER = (employer.c.employer_id, Kind.EMPLOYERS)
_VACANCY = (vacancy.c.vacancy_id, Kind.VACANCIES)
_FAIR = (fair.c.fair_id, Kind.FAIRS)
REFERENCES = {
    Kind.OUTCOMES: (_PERSON, _VACANCY),
    Kind.PLACEMENTS: (_PERSON, _EMPLOYER, _VACANCY),
    Kind.REFUSALS: (_PERSON, _VACANCY),
    Kind.CASES: (_PERSON, _HOUSEHOLD, _EMPLOYER),
    Kind.PAIRINGS: (_FAIR, _PERSON, _VACANCY),
}
"""Columns that must name a record that exists, where they name one: what, and of which kind."""

MAY_BE_OPEN = ((Kind.OUTCOMES, "on"), (Kind.REFUSALS, "vacancy_id"))
"""Parts of a key that may be unknown: the day of an outcome, the post that was refused."""


def refuse_dangling(connection: Connection, kind: Kind, frame: pd.DataFrame) -> None:
    """What the rows name exists.

    Raises:
        NotFound: the first that does not.
    """
    for named, named_kind in REFERENCES.get(kind, ()):
        missing = missing_ids(connection, named, frame[named.name].dropna().unique())
        if missing:
            raise NotFound(kind=named_kind.value, key=missing[0])


def refuse_unknown(kind: Kind, given: Sequence[str], known: Sequence[str]) -> None:
    """Columns are those that the store may write.

    Raises:
        WrongUse: others are named.
    """
    unknown = sorted(set(given).difference(known))
    if unknown:
        raise WrongUse(
            what=f"columns {', '.join(unknown)} of {kind.value}",
            expected=f"columns the store may write: {', '.join(known)}",
            do="Put what has no column of its own into 'extra'.",
        )


def refuse_gaps(kind: Kind, frame: pd.DataFrame, names: Sequence[str]) -> None:
    """These columns have a value in every row.

    Raises:
        WrongUse: some are NA.
    """
    for name in names:
        gaps = int(frame[name].isna().sum())
        if gaps and (kind, name) not in MAY_BE_OPEN:
            raise WrongUse(
                what=f"{gaps} row(s) of {kind.value} have no {name}",
                expected="every row with its key and required values",
                do="Let the import refuse such rows first.",
            )
