"""What stands above every tab of a file: who it is, with names and numbers masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.auth.callers import Caller
from api.records.verbs import rows_of
from api.web.formats import place
from matcher.casework.privacy.masking import (
    masked_address,
    masked_id_number,
    masked_phone,
)
from matcher.errors import NotFound
from matcher.pipeline.fairs.papers.words import masked
from matcher.store.store import Store

PARTS = ("profile", "status")
MASKS = {
    "name": masked,
    "id_number": masked_id_number,
    "phone": masked_phone,
    "address": masked_address,
}
"""What is shown masked until somebody asks for it, which is written down."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a file.

    Attributes:
        key: the person's number.
        row: work profile and status; what nobody asked for is left out.
        masked: who it is, as screens show it; absent where nothing is stored.
        age: full years on the day; None without a day of birth.
        area: where they live, in words.
        tags: what the person is on record as.
    """

    key: str
    row: Mapping[str, Any]
    masked: Mapping[str, str]
    age: int | None
    area: str | None
    tags: Sequence[Tag] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """One word of status, `person_file.tag.<name>`: its state, since when, by which matter."""

    name: str
    state: str | None = None
    on: str | None = None
    decision: str | None = None


RECOGNISED = ("certified", "aided", "cleared")
"""States of a household that was recognised and has not left."""

MARKS = ("dibao", "disability", "not_choosy")
"""Facts of the record that are tags where they are so."""


def head_of(store: Store, caller: Caller, key: str, on: date) -> Head:
    """The head of a person's file; reading it is written down.

    Raises:
        NotFound: no such person, or none within the scope.
    """
    found = store.persons(caller.scope, [key], parts=(*PARTS, "identity"), at=caller.at)
    if found.empty:
        raise NotFound(kind="person", key=key)
    row = rows_of(found)[0]
    hidden = {name: mask(str(row[name])) for name, mask in MASKS.items() if name in row}
    shown = {name: value for name, value in row.items() if name not in MASKS}
    age, area = _age(row.get("birth_date"), on), _place(row.get("area_code"))
    return Head(key, shown, hidden, age, area, _tags(store, caller, row))


def told(store: Store, caller: Caller, key: str, column: str) -> str | None:
    """One value of who a person is, in full.

    Raises:
        NotFound: no such person within the scope, or no such value to be shown.
    """
    if column not in MASKS:
        raise NotFound(kind="person", key=key)
    found = store.persons(caller.scope, [key], parts=("identity",), at=caller.at)
    if found.empty:
        raise NotFound(kind="person", key=key)
    value = rows_of(found)[0].get(column)
    return None if value is None else str(value)


def _tags(store: Store, caller: Caller, row: Mapping[str, Any]) -> list[Tag]:
    """What is on record, each with its day; a status that nobody recognised is no tag."""
    found: list[Tag] = []
    if row.get("household_id"):
        homes = store.households(caller.scope, [str(row["household_id"])], at=caller.at)
        found += [
            Tag("zero", home["state"], home.get("certified_on"), "zero_employment_household")
            for home in rows_of(homes[homes["state"].isin(RECOGNISED)])
        ]
    if row.get("employment_state") == "unemployed" and row.get("unemployment_registered_on"):
        found.append(Tag("unemployed", None, str(row["unemployment_registered_on"])))
    return [*found, *(Tag(name) for name in MARKS if row.get(name) is True)]


def _age(born: Any, on: date) -> int | None:
    if born is None:
        return None
    day = date.fromisoformat(str(born)[:10])
    return on.year - day.year - ((on.month, on.day) < (day.month, day.day))


def _place(code: Any) -> str | None:
    return None if code is None else place(str(code))
