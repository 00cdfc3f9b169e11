"""One record made or changed by the rules of an import: read, checked, fenced, written whole."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
import pandas as pd

from matcher.domain.kinds import KEYS, Kind
from matcher.errors import AlreadyThere, NotFound, RowRefused, WrongUse
from matcher.ingest.batch import Batch
from matcher.ingest.files import read_files
from matcher.pipeline.importing import REFERENCES
from matcher.pipeline.records.writer import OF_AREAS, Writer, welcome
from matcher.reference.columns import columns
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.schema.records import RECORDS
from matcher.store.store import Store

WAGE_TEXT = "wage"
"""A wage given as text says the two bounds; an edit of one makes the other stale."""


NO_AREA = "不能删去：没有区划的记录各单位都看不到；本人已迁走的，请改为迁入地的区划"
"""In an import an area that is not stated stays as it is; an edit would take it away."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Who edits records, when, and by which day ages and minimum wages are read."""

    store: Store
    writer: Writer
    on: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Edited:
    """A record after the edit: its key, its version, what was odd about it."""

    key: str
    version: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a record as it stands: by column what refuses it, and what is odd."""

    problems: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def make(edit: Edit, kind: Kind, values: Mapping[str, Any]) -> Edited:
    """Make one record; without an id it gets one from its content, as in an import.

    Raises:
        RowRefused: with every reason.
        AlreadyThere: a record of this id exists.
    """
    batch = _read(edit, kind, values)
    key = str(batch.accepted[KEYS[kind][0]].iloc[0])
    if len(edit.store.ids(kind, [key])):
        raise AlreadyThere(kind=kind.value, key=key)
    with edit.store.writing(actor=edit.writer.scope.actor, at=edit.at) as writing:
        if batch.employers is not None and len(batch.employers):
            writing.upsert(Kind.EMPLOYERS, batch.employers)
        done = writing.upsert(kind, batch.accepted)
        if not done.created:
            raise AlreadyThere(kind=kind.value, key=key)
        if kind is Kind.PERSONS:
            writing.readmit(batch.accepted)
    return Edited(key, 1, tuple(batch.warnings["message"]))


def check(edit: Edit, kind: Kind, values: Mapping[str, Any]) -> Checked:
    """What `make` would say of a record, which is not written."""
    try:
        batch = _read(edit, kind, values)
    except RowRefused as refused:
        return Checked(refused.problems, ())
    return Checked((), tuple(batch.warnings["message"]))


def proposed(edit: Edit, kind: Kind, values: Mapping[str, Any]) -> pd.DataFrame:
    """The one row that `make` would write, with the key that it would have.

    Raises:
        RowRefused: with every reason.
    """
    return _read(edit, kind, values).accepted


def change(
    edit: Edit, kind: Kind, key: str, changes: Mapping[str, Any], expected_version: int
) -> Edited:
    """Change single values of one record; None takes a value away.

    The whole record is read again with the changes in it, so that what one column says of another
    (a wage text, an area name, warnings) stays true.

    Raises:
        NotFound: no such record, or none that the writer may see.
        RowRefused: the record would not pass an import.
        Conflict: somebody else changed it since that version.
    """
    names = {column.name for column in columns(kind)}
    (of_key,) = KEYS[kind]
    unknown = sorted(set(changes) - (names - {of_key}))
    if unknown:
        raise WrongUse(
            what=f"{', '.join(unknown)} to change in {kind.value}",
            expected=f"some of {', '.join(sorted(names - {of_key}))}",
            do="Correct the names.",
        )
    stored = _stored(edit, kind, key)
    batch = _changed(edit, kind, stored, changes)
    after = batch.accepted.iloc[0].to_dict()
    whole = [column.name for column in RECORDS[kind].columns()]
    new = {
        name: _cell(after.get(name))
        for name in whole
        if name != of_key and name in after and _cell(after.get(name)) != stored.get(name)
    }
    with edit.store.writing(actor=edit.writer.scope.actor, at=edit.at) as writing:
        version = writing.edit(kind, key, new, expected_version)
        if kind is Kind.PERSONS:
            writing.readmit(batch.accepted)
    return Edited(key, version, tuple(batch.warnings["message"]))


def check_change(edit: Edit, kind: Kind, key: str, changes: Mapping[str, Any]) -> None:
    """Would an import take the record with these values in it? Nothing is written.

    What is wrong with the record as it stands is no reason: nobody else can put that right first.

    Raises:
        NotFound: no such record, or none that the writer may see.
        RowRefused: it would not; with every new reason.
    """
    stored = _stored(edit, kind, key)
    try:
        _changed(edit, kind, stored, changes)
    except RowRefused as refused:
        new = [each for each in refused.problems if each not in _problems(edit, kind, stored)]
        if new:
            raise RowRefused(kind=kind.value, problems=new) from None


def _problems(edit: Edit, kind: Kind, stored: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What an import would refuse of a record as it stands."""
    try:
        _changed(edit, kind, stored, {})
    except RowRefused as refused:
        return refused.problems
    return ()


def _changed(
    edit: Edit, kind: Kind, stored: Mapping[str, Any], changes: Mapping[str, Any]
) -> Batch:
    """The whole record with the changes in it, as an import reads it."""
    names = {column.name for column in columns(kind)} | {"facts"}
    row = {name: value for name, value in stored.items() if name in names}
    if WAGE_TEXT in changes:
        row |= {"wage_min": None, "wage_max": None}
    whole = row | dict(changes)
    batch = _read(edit, kind, {name: said for name, said in whole.items() if said is not None})
    had_area = kind in OF_AREAS and stored.get("area_code") is not None
    if had_area and batch.accepted["area_code"].isna().all():
        raise RowRefused(kind=kind.value, problems=[("area_code", NO_AREA)])
    return batch


def _read(edit: Edit, kind: Kind, values: Mapping[str, Any]) -> Batch:
    """The one row as an import reads it.

    Raises:
        RowRefused: it would be refused there.
    """
    known = {each: _named(edit.store, kind, each, values) for each in REFERENCES.get(kind, ())}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.json"
        file.write_bytes(orjson.dumps([dict(values)]))
        batch = read_files(
            kind,
            [file],
            on=edit.on,
            known=known,
            fence=edit.writer.fence(edit.store, kind),
            welcome=welcome(edit.store, kind, edit.on, fresh=True),
        )
    if batch.accepted.empty:
        problems = batch.problems[["column", "message"]].itertuples(index=False)
        raise RowRefused(
            kind=kind.value, problems=[(str(column), str(said)) for column, said in problems]
        )
    return batch


def _named(store: Store, kind: Kind, other: Kind, values: Mapping[str, Any]) -> set[str]:
    """The ids of the other kind that a record may name: the one alone if it is there as written."""
    named = values.get(KEYS[other][0])
    found = set(store.ids(other, [named])) if isinstance(named, str) else set[str]()
    if kind is Kind.FAIRS or (named is not None and not found):  # lists of them, or otherwise spelt
        return set(store.ids(other))
    return found


def _stored(edit: Edit, kind: Kind, key: str) -> dict[str, Any]:
    """The whole record as it is, if the writer may see it."""
    (of_key,) = KEYS[kind]
    parts = tuple(RECORDS[kind].parts)
    named = Listing(kind, parts, where=(Condition(of_key, Test.EQUAL, key),), limit=1)
    found = edit.store.page(edit.writer.scope, named).rows
    if found.empty:
        raise NotFound(kind=kind.value, key=key)
    row = {str(name): _cell(value) for name, value in found.iloc[0].to_dict().items()}
    if edit.writer.employer_id not in (None, row.get("employer_id")):
        raise NotFound(kind=kind.value, key=key)
    return row


def _cell(value: Any) -> Any:
    """A cell as JSON has it."""
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
