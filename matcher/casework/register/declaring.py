"""Facts that people declare: who said it, on what paper, from when, until when it counts.

A verified fact is written to the record that policy reads; an expired or withdrawn one is taken
out again, unless the record says something else by now. What is not asked any more counts as not
asked: never as "no".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from matcher.casework.certification.records import GIVEN_BY_CERTIFICATION
from matcher.casework.ledger.recording import data_of
from matcher.domain.kinds import Column, Kind
from matcher.errors import WrongUse
from matcher.policy.catalogue import GROUPS, FactKind, fact_catalogue
from matcher.reference.columns import columns
from matcher.reference.paths import path

STREAM = "fact"
COLUMN, FACT, OWN = "column", "fact", "own"
VERIFIED, EXPIRED, WITHDRAWN = "verified", "expired", "withdrawn"
IDENTITY = "identity"
NOT_DECLARED = frozenset(
    {"person_id", "household_id", "area_code", "area_name", "group_tags", "state"}
    | {"discovered_on", "applied_on", "publicised_on", "certified_on"}
    | GIVEN_BY_CERTIFICATION
)
"""What other matters write: who and where somebody is, and what certification gives."""

SUBJECTS = {Kind.PERSONS: "person", Kind.HOUSEHOLDS: "household"}


@dataclass(frozen=True, slots=True)
class Declarable:
    """A fact that may be declared, and where it is kept once it is verified.

    Attributes:
        name: of the column or the fact.
        zh: its words.
        kind: PERSONS or HOUSEHOLDS.
        kept: "column", "fact" (in the record's `facts`) or "own" (in the ledger alone).
        column, fact: how it is read.
    """

    name: str
    zh: str
    kind: Kind
    kept: str
    column: Column | None = None
    fact: FactKind | None = None


@cache
def _declarable() -> Mapping[tuple[Kind, str], Declarable]:
    found: dict[tuple[Kind, str], Declarable] = {}
    for kind, subject in SUBJECTS.items():
        for column in columns(kind):
            if column.part != IDENTITY and column.name not in NOT_DECLARED:
                found[kind, column.name] = Declarable(
                    column.name, column.zh, kind, COLUMN, column=column
                )
        for fact in fact_catalogue().values():
            if fact.subject == subject and fact.name not in NOT_DECLARED.union(GROUPS):
                made = Declarable(fact.name, fact.zh, kind, FACT, fact=fact)
                found.setdefault((kind, fact.name), made)
    table = pd.read_csv(path("casework", "register", "own_facts.csv"), dtype=str, encoding="utf-8")
    for row in table.to_dict("records"):
        kind = next(each for each, name in SUBJECTS.items() if name == row["subject"])
        made = Declarable(str(row["name"]), str(row["zh"]), kind, OWN)
        found[kind, made.name] = made
    return found


def declarable(kind: Kind, name: str) -> Declarable:
    """The fact of this name.

    Raises:
        WrongUse: nobody may declare it: it says who someone is, or it is no fact of ours.

    Example:
        >>> declarable(Kind.PERSONS, "health").kept, declarable(Kind.PERSONS, "pension_paid").kept
        ('column', 'fact')
    """
    found = _declarable().get((kind, name))
    if found is None:
        known = sorted(each for of, each in _declarable() if of is kind)
        raise WrongUse(
            what=f"'{name}' of {kind.value} cannot be declared",
            expected=f"one of {', '.join(known)}",
            do="Who someone is, and what certification sets, is changed by other commands.",
        )
    return found


def subject_of(kind: Kind, key: str, name: str) -> str:
    """The ledger's id of one fact of one record.

    Example:
        >>> subject_of(Kind.PERSONS, "P1", "health")
        'F-persons-P1-health'
    """
    return f"F-{kind.value}-{key}-{name}"


@dataclass(frozen=True, slots=True)
class Declaration:
    """Somebody's word for a fact.

    Attributes:
        kind, key: of the record.
        name: of the fact.
        value: as the record would keep it.
        declared_by: who said so.
        evidence: the document shown; None where none was.
        valid_until: the last day on which it counts; None where it does not end by itself.
    """

    kind: Kind
    key: str
    name: str
    value: Any
    declared_by: str
    evidence: str | None = None
    valid_until: date | None = None


def declared_move(said: Declaration, on: date, area_code: str | None) -> dict[str, Any]:
    """The move that writes a declaration down.

    Raises:
        WrongUse: nobody said it, or it ends before it begins.
    """
    if not said.declared_by.strip():
        raise WrongUse(
            what=f"fact '{said.name}' of {said.key} was declared by nobody",
            expected="who declared it",
            do="Name the person.",
        )
    if said.valid_until is not None and said.valid_until < on:
        raise WrongUse(
            what=f"fact '{said.name}' of {said.key} would be over before it is declared",
            expected=f"a last day from {on.isoformat()} on",
            do="Correct the day.",
        )
    until = None if said.valid_until is None else said.valid_until.isoformat()
    data = {
        "kind": said.kind.value,
        "key": said.key,
        "name": said.name,
        "value": said.value,
        "declared_by": said.declared_by,
        "declared_on": on.isoformat(),
        "evidence": said.evidence,
        "valid_until": until,
    }
    about = "person_id" if said.kind is Kind.PERSONS else "household_id"
    return {
        "stream": STREAM,
        "subject_id": subject_of(said.kind, said.key, said.name),
        "event": "declare",
        "on": on.isoformat(),
        "data": json.dumps(data, ensure_ascii=False),
        "area_code": area_code,
        about: said.key,
    }


def counting(states: pd.DataFrame, on: date) -> pd.DataFrame:
    """The facts that only casework keeps and that count on a day: `person_id` and `name`.

    Args:
        states: of the stream `fact`.
        on: the day; one whose last day is past does not count, whether or not it was closed yet.
    """
    if states.empty:
        return pd.DataFrame({"person_id": [], "name": []}, dtype=object)
    names = {name for (_, name), each in _declarable().items() if each.kept == OWN}
    told = data_of(states, "name")
    until = pd.Series(data_of(states, "valid_until"))
    is_verified = (states["state"] == VERIFIED).to_numpy(np.bool_)
    runs = (until.isna() | (until.astype(str) >= on.isoformat())).to_numpy(np.bool_)
    counts = is_verified & runs & np.isin(told.astype(str), sorted(names))
    return pd.DataFrame(
        {"person_id": states.loc[counts, "person_id"].to_numpy(object), "name": told[counts]}
    )


@dataclass(frozen=True, slots=True)
class Written:
    """What a record is to say of one fact: an upsert's frame and what it states or takes away."""

    kind: Kind
    frame: pd.DataFrame
    columns: tuple[str, ...]
    erased: Mapping[str, np.ndarray[Any, Any]]


def written(fact: Declarable, key: str, value: Any) -> Written | None:
    """The upsert that puts a fact into its record; a value of None takes it out.

    Returns:
        None where only the ledger keeps it.
    """
    id_column = "person_id" if fact.kind is Kind.PERSONS else "household_id"
    if fact.kept == OWN:
        return None
    if fact.kept == FACT:
        text = json.dumps({fact.name: value}, ensure_ascii=False)
        frame = pd.DataFrame({id_column: [key], "facts": [text]})
        return Written(fact.kind, frame, ("facts",), {})
    frame = pd.DataFrame({id_column: [key], fact.name: [pd.NA if value is None else value]})
    erased = {fact.name: np.array([True])} if value is None else {}
    return Written(fact.kind, frame, (fact.name,), erased)


def stored_value(fact: Declarable, record: pd.DataFrame) -> Any:
    """What the record says of a fact now; None where it says nothing.

    Args:
        fact: a column, or a fact under its own name.
        record: one row.
    """
    if fact.kept == OWN:
        return None
    if fact.kept == FACT:
        text = record["facts"].iloc[0]
        return None if pd.isna(text) else json.loads(text).get(fact.name)
    cell = record[fact.name].iloc[0]
    if pd.isna(cell):
        return None
    return cell.item() if isinstance(cell, np.generic) else cell


def due_facts(states: pd.DataFrame, on: date) -> Sequence[int]:
    """The rows of verified facts whose last day is past: to be closed and asked again."""
    until = pd.Series(data_of(states, "valid_until"), dtype=object)
    past = until.notna() & (until.astype(str) < on.isoformat())
    found = past.to_numpy(np.bool_) & (states["state"] == VERIFIED).to_numpy(np.bool_)
    return [int(at) for at in np.flatnonzero(found)]
