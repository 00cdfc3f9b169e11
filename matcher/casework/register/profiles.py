"""What each place wants to be clear of a person: the tables of "four clear" and "six clear"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import pandas as pd

from matcher.policy.catalogue import wider_places
from matcher.reference.paths import path

ANY_OF, ALL_OF, YES = "|", "&", "=yes"


@dataclass(frozen=True, slots=True)
class ClearItem:
    """One thing that is to be clear, and the columns that make it so.

    Attributes:
        name: its code.
        zh, en: its words.
        filled_by: columns as `persons.skills`, `facts.pension_paid` or `own.unemployment_reason`.
        all_of: every one of them must be known; else one is enough.
    """

    name: str
    zh: str
    en: str
    filled_by: tuple[str, ...]
    all_of: bool


@dataclass(frozen=True, slots=True)
class ClearProfile:
    """What one place asks for.

    Attributes:
        rule: the rule of the coverage ledger that says so.
        place: who set it.
        since: its first day; None where the text bears none.
        inheritable: whether smaller places without a text of their own follow it.
        group: the tag of those whom it is about; empty for everyone.
        zh, en: what the place calls it.
        items: in the order of the text.
    """

    rule: str
    place: str
    since: date | None
    inheritable: bool
    group: str
    zh: str
    en: str
    items: tuple[ClearItem, ...]


def clear_profiles_in(place: str, on: date) -> tuple[ClearProfile, ...]:
    """The profiles in force for people of a place on a day, the one that answers first.

    A place's own text answers, else the next wider one that smaller places follow; one that is
    about a group only is followed by the one for everyone else.

    Raises:
        UnknownPlace: no such place.

    Example:
        >>> [each.rule for each in clear_profiles_in("cn/jiangsu/nantong", date(2026, 11, 2))]
        ['nt-six-clear-profile', 'js-four-clear-profile']
    """
    found = []
    for wider in wider_places(place):
        for profile in _profiles():
            begun = profile.since is None or profile.since <= on
            reaches = profile.inheritable or profile.place == place
            if profile.place == wider and begun and reaches:
                found.append(profile)
    return tuple(found)


@cache
def _items() -> dict[str, ClearItem]:
    table = _table("clear_items.csv")
    return {row["item"]: _item(row) for row in table}


def _item(row: dict[str, str]) -> ClearItem:
    all_of = ALL_OF in row["filled_by"]
    columns = row["filled_by"].split(ALL_OF if all_of else ANY_OF)
    return ClearItem(row["item"], row["zh"], row["en"], tuple(columns), all_of)


@cache
def _profiles() -> tuple[ClearProfile, ...]:
    return tuple(
        ClearProfile(
            rule=row["rule"],
            place=row["place"],
            since=None if row["since"] == "unknown" else date.fromisoformat(row["since"]),
            inheritable=row["inheritable"] == "1",
            group=row["group"],
            zh=row["zh"],
            en=row["en"],
            items=tuple(_items()[name] for name in row["items"].split(";")),
        )
        for row in _table("clear_profiles.csv")
    )


def _table(file: str) -> list[dict[str, str]]:
    table = pd.read_csv(
        path("casework", "register", file), dtype=str, keep_default_na=False, encoding="utf-8"
    )
    return [
        {str(name): str(cell) for name, cell in row.items()} for row in table.to_dict("records")
    ]
