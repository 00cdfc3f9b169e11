"""What the list of vacancies is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import api.lists.asking as lists
from api.lists.asking import NUMBER, Place, Text, filled
from matcher.domain.kinds import Kind
from matcher.store.lists.listing import Condition, Listing, Test

COLUMNS = ("employer_name", "wage_min", "area_code", "headcount", "work_form", "expires_on")
"""Columns beside title and number."""

FACETS = {"area_code": 6, "work_form": 0, "education_min": 0, "public_welfare": 0}
"""What the list is counted by, and by how many first signs of it."""


@dataclass(frozen=True)
class Asked(lists.Asked):
    """The list of vacancies; `q` is part of a title, or a number of ours."""

    PATH = "/vacancies"
    KIND = Kind.VACANCIES
    TESTS: ClassVar[Mapping[str, Test]] = {"area_code": Test.BEGINS, "employer_name": Test.CONTAINS}

    def of(self, held: Sequence[Condition]) -> Listing:
        """The page asked for, of what the caller may see."""
        where = [*held, *self.conditions()]
        if NUMBER.fullmatch(self.q):
            where.append(Condition("vacancy_id", Test.EQUAL, self.q))
        elif self.q:
            where.append(Condition("title", Test.CONTAINS, self.q))
        return self.page(where=where)


def asked(
    q: Text = "",
    area_code: Text = "",
    employer_name: Text = "",
    work_form: Text = "",
    education_min: Text = "",
    public_welfare: Text = "",
    sort: Text = "",
    after: Place = None,
) -> Asked:
    """A dependency: the list that an address asks for."""
    filters = filled(
        area_code=area_code,
        employer_name=employer_name,
        work_form=work_form,
        education_min=education_min,
        public_welfare=public_welfare,
    )
    return Asked(q.strip(), filters, sort, after)
