"""What the list of vacancies is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query

from api.protocol.pages import place_of
from matcher.domain.kinds import Kind
from matcher.store.lists.listing import Condition, Listing, Test, order_of

PAGE = 50
COLUMNS = ("employer_name", "wage_min", "area_code", "headcount", "work_form", "expires_on")
"""Columns beside title and number."""

FACETS = {"area_code": 6, "work_form": 0, "education_min": 0, "public_welfare": 0}
"""What the list is counted by, and by how many first signs of it."""

BEGINS = ("area_code",)
CONTAINS = ("employer_name",)
_NUMBER = re.compile(r"[A-Za-z]{1,3}-?\d{3,}")


@dataclass(frozen=True)
class Asked:
    """The list as its address says it.

    Attributes:
        q: part of a title, or a number of ours.
        filters: by column, what its cells equal, begin with or contain.
        sort: one column, with a minus where it falls.
        after: the place to go on from.
    """

    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    after: str | None = None

    def address(self, path: str = "/vacancies", **changed: Any) -> str:
        """The address of this list with something changed; None takes it away."""
        said: dict[str, Any] = {"q": self.q, **self.filters}
        said |= {"sort": self.sort, "after": self.after} | changed
        kept = {name: value for name, value in said.items() if value not in (None, "")}
        return path + (f"?{urlencode(kept)}" if kept else "")

    def listing(self, held: Sequence[Condition], limit: int = PAGE) -> Listing:
        """The page asked for, of what the caller may see."""
        where = [*held]
        for name, value in self.filters.items():
            test = Test.BEGINS if name in BEGINS else Test.EQUAL
            where.append(Condition(name, Test.CONTAINS if name in CONTAINS else test, value))
        if _NUMBER.fullmatch(self.q):
            where.append(Condition("vacancy_id", Test.EQUAL, self.q))
        elif self.q:
            where.append(Condition("title", Test.CONTAINS, self.q))
        order, after = order_of(self.sort), place_of(self.after)
        return Listing(Kind.VACANCIES, (), tuple(where), order, after, limit)


Text = Annotated[str, Query(max_length=200)]


def asked(
    q: Text = "",
    area_code: Text = "",
    employer_name: Text = "",
    work_form: Text = "",
    education_min: Text = "",
    public_welfare: Text = "",
    sort: Text = "",
    after: Annotated[str | None, Query(max_length=1000)] = None,
) -> Asked:
    """A dependency: the list that an address asks for."""
    given = {
        "area_code": area_code,
        "employer_name": employer_name,
        "work_form": work_form,
        "education_min": education_min,
        "public_welfare": public_welfare,
    }
    filters = {name: value.strip() for name, value in given.items() if value.strip()}
    return Asked(q.strip(), filters, sort, after)
