"""What the list of people is asked for: words to find, filters, columns, order, place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query

from api.auth.callers import Caller
from api.auth.roles import CASEWORK
from api.protocol.pages import place_of
from matcher.domain.kinds import Column, Kind
from matcher.reference.columns import columns
from matcher.store.lists.listing import Condition, Listing, Test, order_of
from matcher.store.store import Store

PAGE = 50
SHOWN = ("education", "occupations_wanted", "wage_wanted", "area_code", "max_commute_km")
"""Columns that are shown unless others are chosen."""

FACETS = {"area_code": 9, "education": 0, "seeks_work": 0, "employment_state": 0}
"""What the list is counted by, and by how many first signs of it."""

_NUMBER_OF_PERSON = re.compile(r"[A-Za-z]{1,3}-?\d{3,}")
_DIGITS = re.compile(r"[\d\s+-]{7,}")
_ID_NUMBER = re.compile(r"\d{17}[\dXx]")


@dataclass(frozen=True)
class Asked:
    """The list as its address says it.

    Attributes:
        q: a name, initials, a number of any kind.
        filters: by column, what its cells equal or begin with.
        shown: columns beside name and number.
        sort: one column, with a minus where it falls.
        after: the place to go on from.
    """

    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    shown: Sequence[str] = SHOWN
    sort: str = ""
    after: str | None = None

    def address(self, **changed: Any) -> str:
        """The address of this list with something changed; None takes it away."""
        said: dict[str, Any] = {"q": self.q, "sort": self.sort, "after": self.after}
        said |= self.filters
        if tuple(self.shown) != SHOWN:
            said["show"] = ",".join(self.shown)
        said |= changed
        kept = {name: value for name, value in said.items() if value not in (None, "")}
        return "/persons" + (f"?{urlencode(kept)}" if kept else "")

    def listing(self, parts: tuple[str, ...], ids: tuple[str, ...] | None) -> Listing:
        """The page asked for."""
        where = [
            Condition(name, Test.BEGINS if name == "area_code" else Test.EQUAL, value)
            for name, value in self.filters.items()
        ]
        order, after = order_of(self.sort), place_of(self.after)
        return Listing(Kind.PERSONS, parts, tuple(where), order, after, PAGE, ids)


Text = Annotated[str, Query(max_length=200)]


def asked(
    q: Text = "",
    area_code: Text = "",
    education: Text = "",
    seeks_work: Text = "",
    employment_state: Text = "",
    sort: Text = "",
    after: Annotated[str | None, Query(max_length=1000)] = None,
    show: Annotated[str, Query(max_length=1000)] = "",
) -> Asked:
    """A dependency: the list that an address asks for."""
    given = {
        "area_code": area_code,
        "education": education,
        "seeks_work": seeks_work,
        "employment_state": employment_state,
    }
    filters = {name: value.strip() for name, value in given.items() if value.strip()}
    shown = tuple(name for name in show.split(",") if name) or SHOWN
    return Asked(q.strip(), filters, shown, sort, after)


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
    if caller.account.role not in CASEWORK or _NUMBER_OF_PERSON.fullmatch(q):
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
