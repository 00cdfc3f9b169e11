"""What was done with records since an import: by whatever names them, with the reason in a code."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Connection, select

from matcher.domain.kinds import Kind
from matcher.store.schema.accounts import account
from matcher.store.schema.events import case_event
from matcher.store.schema.records import RECORDS
from matcher.store.schema.tables import (
    decision,
    fair,
    person_status,
    vacancy,
)
from matcher.store.selection import fetch


class Why(StrEnum):
    """Why an undo leaves a record as it is."""

    CHANGED = "changed"
    GONE = "gone"
    FOREIGN = "foreign"
    REFERRAL = "referral"
    PLACEMENT = "placement"
    REFUSAL = "refusal"
    DECISION = "decision"
    CASE = "case"
    FAIR = "fair"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Use:
    """A column that names records; `at` says when, `kind` whose rows they are where they have one.

    Without `at` only records that the import made can have been named since.
    """

    column: Column[Any]
    why: Why
    at: Column[Any] | None = None
    kind: Kind | None = None


def _of(kind: Kind, name: str, why: Why) -> Use:
    main = RECORDS[kind].main
    return Use(main.c[name], why, main.c.updated_at, kind)


def _moves(name: str) -> tuple[Use, ...]:
    return (
        Use(case_event.c[name], Why.CASE, case_event.c.at),
        Use(case_event.c.subject_id, Why.CASE, case_event.c.at),
        Use(decision.c.subject_id, Why.DECISION, decision.c.at),
    )


_SUBJECT = _moves("subject_id")[1:]
USES: Mapping[Kind, tuple[Use, ...]] = {
    Kind.PERSONS: (
        _of(Kind.OUTCOMES, "person_id", Why.REFERRAL),
        _of(Kind.PLACEMENTS, "person_id", Why.PLACEMENT),
        _of(Kind.REFUSALS, "person_id", Why.REFUSAL),
        _of(Kind.PAIRINGS, "person_id", Why.FAIR),
        _of(Kind.CASES, "person_id", Why.CASE),
        *_moves("person_id"),
    ),
    Kind.HOUSEHOLDS: (
        _of(Kind.CASES, "household_id", Why.CASE),
        Use(person_status.c.household_id, Why.USED),
        *_moves("household_id"),
    ),
    Kind.EMPLOYERS: (
        _of(Kind.PLACEMENTS, "employer_id", Why.PLACEMENT),
        _of(Kind.CASES, "employer_id", Why.CASE),
        Use(vacancy.c.employer_id, Why.USED, kind=Kind.VACANCIES),
        Use(account.c.employer_id, Why.USED),
        *_moves("employer_id"),
    ),
    Kind.VACANCIES: (
        _of(Kind.OUTCOMES, "vacancy_id", Why.REFERRAL),
        _of(Kind.PLACEMENTS, "vacancy_id", Why.PLACEMENT),
        _of(Kind.REFUSALS, "vacancy_id", Why.REFUSAL),
        _of(Kind.PAIRINGS, "vacancy_id", Why.FAIR),
        *_moves("vacancy_id"),
    ),
    Kind.FAIRS: (_of(Kind.PAIRINGS, "fair_id", Why.FAIR), *_SUBJECT),
    **dict.fromkeys((Kind.COURSES, Kind.OUTCOMES, Kind.PLACEMENTS), _SUBJECT),
    **dict.fromkeys((Kind.REFUSALS, Kind.CASES, Kind.PAIRINGS), _SUBJECT),
}
"""By what records of each kind may have been used."""

NAMED = re.compile(r"[^;；、,:：\s]+")
"""One id in a list of booths or invitations."""

OF_FAIRS = (Kind.PERSONS, Kind.EMPLOYERS, Kind.VACANCIES)
"""Kinds whose records booths and invitations of a fair name, in lists."""


def uses_since(
    connection: Connection,
    kind: Kind,
    made: Collection[str],
    changed: Collection[str],
    *,
    since: datetime,
    going: Mapping[Kind, Collection[str]],
) -> dict[str, Why]:
    """Which of these records something was done with, and what.

    Args:
        connection: inside a transaction.
        kind: of the records.
        made: keys of those that the import made: whatever names them came later.
        changed: keys of those that it changed: only what came after `since` counts.
        since: when the import was.
        going: records that the same undo takes back; what they name does not count.
    """
    found: dict[str, Why] = {}
    for use in USES[kind]:
        for key in _naming(connection, use, made, None, going):
            found.setdefault(key, use.why)
        if use.at is not None:
            for key in _naming(connection, use, changed, since, going):
                found.setdefault(key, use.why)
    if kind in OF_FAIRS:
        named = _in_fairs(connection, since)
        for key in (*made, *changed):
            if key in named:
                found.setdefault(key, Why.FAIR)
    return found


def _naming(
    connection: Connection,
    use: Use,
    keys: Collection[str],
    since: datetime | None,
    going: Mapping[Kind, Collection[str]],
) -> Iterable[str]:
    records = RECORDS[use.kind] if use.kind is not None else None
    naming = [] if records is None else [records.key.label("naming")]
    statement = select(use.column.label("named"), *naming)
    if since is not None and use.at is not None:
        statement = statement.where(use.at > since)
    found = fetch(connection, statement, by=use.column, ids=keys)
    if records is not None and going.get(records.kind):
        found = found[~found["naming"].isin(list(going[records.kind]))]
    return sorted(set(found["named"]))


def _in_fairs(connection: Connection, since: datetime) -> set[str]:
    """Every text in the lists of fairs that were written since; ids of anything among them."""
    statement = select(fair.c.booths, fair.c.invitees).where(fair.c.updated_at > since)
    found = fetch(connection, statement)
    texts = [*found["booths"].dropna(), *found["invitees"].dropna()]
    return {named for text in texts for named in NAMED.findall(text)}
