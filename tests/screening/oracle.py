"""The hard filters once more, in plain Python over the rows of frames: what the kernel must say.

Written from the meaning of each filter and from nothing in `matcher/screening`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from matcher.domain.filters import Filter
from matcher.reference.areas import areas, haversine_km
from matcher.reference.education import ladder
from matcher.reference.retirement import retirement_date
from matcher.text.skills import canonical_lists

Row = dict[str, Any]
Answer = bool | None
"""True passes, False fails, None: a fact of the person was not asked."""


@dataclass(frozen=True)
class Case:
    """One pair, its welfare answer (None for an ordinary post), and the law of the day."""

    person: Row
    post: Row
    eligible: int | None
    on: date
    working_age_min: int


def rows(frame: pd.DataFrame) -> list[Row]:
    """Rows as plain dictionaries by ascending id; NA becomes None."""
    ordered = frame.sort_values(frame.columns[0]).astype(object)
    return [
        {str(key): None if pd.isna(value) else value for key, value in row.items()}
        for row in ordered.to_dict("records")
    ]


def masks(case: Case) -> tuple[int, int]:
    """The failed filters, and those to ask."""
    failed = to_ask = 0
    for each, answer in ANSWERS.items():
        said = answer(case)
        failed |= each if said is False else 0
        to_ask |= each if said is None else 0
    return failed, to_ask


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _age(case: Case) -> int | None:
    born = _day(case.person["birth_date"])
    if born is None:
        return None
    return case.on.year - born.year - ((case.on.month, case.on.day) < (born.month, born.day))


def expired(case: Case) -> Answer:
    last = _day(case.post["expires_on"])
    return last is None or last >= case.on


def full(case: Case) -> Answer:
    return case.post["headcount"] is None or case.post["headcount"] > 0


def below_working_age(case: Case) -> Answer:
    age = _age(case)
    return None if age is None else age >= case.working_age_min


@cache
def _retires(born: date, category: str, on: date) -> date | None:
    return retirement_date(born, category, on)


def past_retirement(case: Case) -> Answer:
    of_sex = {"male": ["man"], "female": ["woman_55", "woman_50"]}
    categories = of_sex.get(case.person["sex"], ["man", "woman_55", "woman_50"])
    born = _day(case.person["birth_date"])
    if born is None:
        return None
    still = {day > case.on for each in categories if (day := _retires(born, each, case.on))}
    return still.pop() if len(still) == 1 else None


def age(case: Case) -> Answer:
    low, high, years = case.post["age_min"], case.post["age_max"], _age(case)
    if low is None and high is None:
        return True
    if years is None:
        return None
    return (low is None or years >= low) and (high is None or years <= high)


def sex(case: Case) -> Answer:
    asked, own = case.post["sex_required"], case.person["sex"]
    if asked is None:
        return True
    return None if own is None else bool(own == asked)


def education(case: Case) -> Answer:
    asked, held = case.post["education_min"], case.person["education"]
    if asked is None or ladder()[asked] == 1:
        return True
    return None if held is None else ladder()[held] >= ladder()[asked]


@cache
def _certificates(cell: str | None) -> frozenset[str]:
    spelled = canonical_lists("certificates", [cell]).cells[0]
    return frozenset(spelled.split(";")) if spelled else frozenset()


def certificates(case: Case) -> Answer:
    required = _certificates(case.post["certificates_required"])
    held = _certificates(case.person["certificates"])
    if not required:
        return True
    return None if not held else required <= held


def work_form(case: Case) -> Answer:
    offered, wanted = case.post["work_form"], case.person["work_forms_wanted"]
    if offered is None:
        return True
    return None if wanted is None else offered in wanted.split(";")


def health(case: Case) -> Answer:
    offered, state = case.post["work_form"], case.person["health"]
    if offered is None or offered == "home_based":
        return True
    return None if state is None else state != "cannot_go_out"


@cache
def _place(code: str | None) -> str | None:
    """The code in the table's spelling; None where it, or its centroid, is not known."""
    known = areas().canonical(code or "")
    return None if known is None or np.isnan(areas().lonlat([known])).any() else known


@cache
def _way(home: str, there: str) -> float:
    return float(haversine_km(areas().lonlat([home]), areas().lonlat([there]))[0])


def distance(case: Case) -> Answer:
    home, there = _place(case.person["area_code"]), _place(case.post["area_code"])
    limit = case.person["max_commute_km"]
    if there is None:
        return True
    if home is None:
        return None
    if min(len(home), len(there)) < 6 and (home.startswith(there) or there.startswith(home)):
        return None if len(home) < 6 or limit is None else True
    km = _way(home, there)
    if km == 0:
        return True
    return None if limit is None else bool(km <= limit)


def wage_floor(case: Case) -> Answer:
    offered, wanted = case.post["wage_max"], case.person["wage_wanted"]
    if offered is None:
        return True
    return None if wanted is None else bool(offered >= wanted)


def welfare_policy(case: Case) -> Answer:
    return {None: True, 1: True, 0: False, -1: None}[case.eligible]


ANSWERS: dict[Filter, Callable[[Case], Answer]] = {
    Filter.EXPIRED: expired,
    Filter.FULL: full,
    Filter.BELOW_WORKING_AGE: below_working_age,
    Filter.PAST_RETIREMENT: past_retirement,
    Filter.AGE: age,
    Filter.SEX: sex,
    Filter.EDUCATION: education,
    Filter.CERTIFICATES: certificates,
    Filter.WORK_FORM: work_form,
    Filter.HEALTH: health,
    Filter.DISTANCE: distance,
    Filter.WAGE_FLOOR: wage_floor,
    Filter.WELFARE_POLICY: welfare_policy,
}
