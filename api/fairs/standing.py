"""A fair as each of its pages needs it: its head, its booths, its invitees, its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Depends

from api.auth.callers import Allow, Caller
from api.auth.roles import FAIRS
from api.deps import edit_of
from api.web.formats import place
from matcher.domain.kinds import Kind
from matcher.errors import NotFound
from matcher.pipeline.records import editing
from matcher.store.lists.listing import Condition, Listing, Test
from matcher.store.store import Store

Organiser = Annotated[Caller, Depends(Allow(FAIRS, "fair"))]

STEPS = (
    *("setup", "booths", "invitees", "plan"),
    *("timetable", "prints", "day", "results"),
)
"""The steps of a fair in their order; the first is the fair's own address."""

Booth = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Head:
    """A fair's record, taken apart.

    Attributes:
        record: as the store has it.
        version: to be given back with a change.
    """

    record: dict[str, Any]
    version: int

    @property
    def key(self) -> str:
        """Its number."""
        return str(self.record["fair_id"])

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.record["name"])

    @property
    def on(self) -> date:
        """Its day."""
        return date.fromisoformat(str(self.record["on"]))

    @property
    def area(self) -> str:
        """Where it is held; empty where nobody said."""
        said = self.record.get("area_code")
        return said if isinstance(said, str) else ""

    @property
    def place(self) -> str:
        """Where it is held, by name; empty where nobody said."""
        return place(self.area) if self.area else ""

    @cached_property
    def booths(self) -> tuple[Booth, ...]:
        """Employer and posts of each booth; no posts means all that the employer has open."""
        return booths_in(self.record.get("booths"))

    @cached_property
    def invitees(self) -> tuple[str, ...]:
        """The people who are invited."""
        return listed(self.record.get("invitees"))

    def path(self, step: str = "setup", **query: str) -> str:
        """The address of one of its pages."""
        base = f"/fairs/{quote(self.key)}" + ("" if step == "setup" else f"/{step}")
        said = {name: value for name, value in query.items() if value}
        return base + (f"?{urlencode(said)}" if said else "")


def listed(text: object) -> tuple[str, ...]:
    """The items of a list as records hold it.

    Example:
        >>> listed("P1;P2"), listed(None)
        (('P1', 'P2'), ())
    """
    return tuple(item for item in text.split(";") if item) if isinstance(text, str) else ()


def booths_in(text: object) -> tuple[Booth, ...]:
    """The booths as records hold them.

    Example:
        >>> booths_in("E1:V1、V2;E2")
        (('E1', ('V1', 'V2')), ('E2', ()))
    """
    split = [each.partition(":") for each in listed(text)]
    return tuple(
        (employer, tuple(post for post in posts.split("、") if post))
        for employer, _, posts in split
    )


def booths_text(booths: tuple[Booth, ...]) -> str:
    """The booths as records hold them.

    Example:
        >>> booths_text((("E1", ("V1", "V2")), ("E2", ())))
        'E1:V1、V2;E2'
    """
    return ";".join(
        employer + (":" + "、".join(posts) if posts else "") for employer, posts in booths
    )


def head_of(store: Store, caller: Caller, key: str) -> Head:
    """The fair of this number.

    Raises:
        NotFound: there is none.
    """
    named = Condition("fair_id", Test.EQUAL, key)
    page = store.page(caller.scope, Listing(Kind.FAIRS, where=(named,), limit=1), at=caller.at)
    if page.rows.empty or not key:
        raise NotFound(kind="fair", key=key)
    row = {str(name): value for name, value in page.rows.iloc[0].to_dict().items()}
    return Head(row, int(row["version"]))


def change_fair(store: Store, caller: Caller, head: Head, changes: dict[str, Any]) -> None:
    """Change a fair's record by the checks of an import.

    Raises:
        RowRefused: the record would not pass an import.
        Conflict: somebody else changed it meanwhile.
    """
    editing.change(edit_of(store, caller), Kind.FAIRS, head.key, changes, head.version)
