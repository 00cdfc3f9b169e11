"""Which tables make up a kind of record, and by what it is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from matcher.domain.kinds import KEYS, Kind
from matcher.store.schema.tables import (
    case_record,
    course,
    employer,
    fair,
    household,
    outcome,
    pairing,
    person,
    person_identity,
    person_status,
    placement,
    refusal,
    vacancy,
)

PROFILE, STATUS, IDENTITY = "profile", "status", "identity"
BOOKKEEPING = ("version", "content_hash", "updated_at")
"""Columns of a main row that frames do not carry."""

RECORD_KEYS = ("outcome_key", "refusal_key")
"""The key columns of kinds that several columns identify; frames do not carry them either."""


@dataclass(frozen=True, slots=True)
class Records:
    """Where one kind of record rests.

    `parts` are its tables by name, the main one first; all share the one key column.
    """

    kind: Kind
    parts: Mapping[str, Table]

    @property
    def main(self) -> Table:
        """The table that carries the version."""
        return next(iter(self.parts.values()))

    @property
    def key(self) -> Column[Any]:
        """The column that identifies a row of the main table."""
        return next(iter(self.main.primary_key.columns))

    def columns(self, *parts: str) -> tuple[Column[Any], ...]:
        """The columns that frames carry: of these parts, or of all; each name once."""
        found: dict[str, Column[Any]] = {}
        for part in parts or self.parts:
            for column in self.parts[part].columns:
                if column.name not in (*BOOKKEEPING, *RECORD_KEYS):
                    found.setdefault(column.name, column)
        return tuple(found.values())

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The catalogue's columns that identify a record."""
        return KEYS[self.kind]


RECORDS: dict[Kind, Records] = {
    records.kind: records
    for records in (
        Records(Kind.PERSONS, {PROFILE: person, STATUS: person_status, IDENTITY: person_identity}),
        Records(Kind.HOUSEHOLDS, {"household": household}),
        Records(Kind.EMPLOYERS, {"employer": employer}),
        Records(Kind.VACANCIES, {"vacancy": vacancy}),
        Records(Kind.OUTCOMES, {"outcome": outcome}),
        Records(Kind.COURSES, {"course": course}),
        Records(Kind.FAIRS, {"fair": fair}),
        Records(Kind.PLACEMENTS, {"placement": placement}),
        Records(Kind.REFUSALS, {"refusal": refusal}),
        Records(Kind.CASES, {"case_record": case_record}),
        Records(Kind.PAIRINGS, {"pairing": pairing}),
    )
}
"""Every kind and its tables; references point only to kinds above."""

PEOPLE = (
    *(Kind.PERSONS, Kind.HOUSEHOLDS, Kind.OUTCOMES),
    *(Kind.PLACEMENTS, Kind.REFUSALS, Kind.CASES, Kind.PAIRINGS),
)
"""Kinds that are about people: no read of them without a scope."""
