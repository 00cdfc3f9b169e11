"""What the list of people is asked for: words to find, filters, columns, order, place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import api.lists.asking as lists
from api.auth.callers import Caller
from api.auth.roles import CASEWORK
from api.lists.asking import NUMBER, Names, Place, Text, filled
from matcher.domain.kinds import Column, Kind
from matcher.reference.columns import columns
from matcher.store.lists.listing import Listing
from matcher.store.store import Store

SHOWN = ("education", "occupations_wanted", "wage_wanted", "area_code", "max_commute_km")
"""Columns that are shown unless others are chosen."""

FACETS = {"area_code": 9, "education": 0, "seeks_work": 0, "employment_state": 0}
"""What the list is counted by, and by how many first signs of it."""

_DIGITS = re.compile(r"[\d\s+-]{7,}")
_ID_NUMBER = re.compile(r"\d{17}[\dXx]")


@dataclass(frozen=True)
class Asked(lists.Asked):
    """The list of people; `q` is a name, initials, a number of any kind.

    Attributes:
        shown: columns beside name and number.
    """

    PATH = "/persons"
    KIND = Kind.PERSONS

    shown: Sequence[str] = SHOWN

    def said(self) -> dict[str, Any]:
        """What the address says: also the columns, where they are not the usual ones."""
        chosen = None if tuple(self.shown) == SHOWN else ",".join(self.shown)
        return super().said() | {"show": chosen}

    def of(self, store: Store, caller: Caller) -> Listing:
        """The page of people that the caller may see."""
        return self.page(parts_of(caller), ids=found_by(store, caller, self.q))


def asked(
    q: Text = "",
    area_code: Text = "",
    education: Text = "",
    seeks_work: Text = "",
    employment_state: Text = "",
    sort: Text = "",
    after: Place = None,
    show: Names = "",
) -> Asked:
    """A dependency: the list that an address asks for."""
    filters = filled(
        area_code=area_code,
        education=education,
        seeks_work=seeks_work,
        employment_state=employment_state,
    )
    shown = tuple(name for name in show.split(",") if name) or SHOWN
    return Asked(q.strip(), filters, sort, after, shown)


def parts_of(caller: Caller) -> tuple[str, ...]:
    """What of people a caller's list shows: casework also status and who they are."""
    return ("profile", "status", "identity") if caller.account.role in CASEWORK else ("profile",)


def may_show(caller: Caller) -> list[Column]:
    """The columns that a caller's list may show, in the catalogue's order."""
    parts = set(parts_of(caller)) - {"identity"}
    return [each for each in columns(Kind.PERSONS) if each.part in parts]


def found_by(store: Store, caller: Caller, q: str) -> tuple[str, ...] | None:
    """The numbers of the people that words find; None where there are no words.

    A number of ours finds its person; digits an ID number or a phone; letters initials; else it
    is a whole name. Only casework finds by who people are.
    """
    if not q:
        return None
    if caller.account.role not in CASEWORK or NUMBER.fullmatch(q):
        return (q,)
    if _ID_NUMBER.fullmatch(q):
        sought = {"id_number": q}
    elif _DIGITS.fullmatch(q):
        sought = {"phone": q}
    elif q.isascii() and q.isalpha():
        sought = {"initials": q}
    elif any(sign.isalnum() for sign in q):
        sought = {"name": q}
    else:
        return ()
    return tuple(store.persons_called(caller.scope, **sought, at=caller.at))
