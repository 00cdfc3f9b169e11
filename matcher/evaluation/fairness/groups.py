"""Which group each person belongs to: sex, age band, town or country, newcomer.

The labels come from what the law and the office know of a person, by person id. They are used to
count afterwards; nothing here can reach a ranker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """One way of telling people apart.

    Attributes:
        attribute: its name.
        names: of the groups.
        group_of: (n_people,) int64 position in `names`, -1 where it is not known.
    """

    attribute: str
    names: tuple[str, ...]
    group_of: Positions


def grouping(attribute: str, labels: Sequence[Any] | pd.Series[Any]) -> Grouping:
    """Groups from labels, in the order of their names; a missing label is no group.

    Example:
        >>> found = grouping("sex", ["male", None, "female", "male"])
        >>> found.names, found.group_of
        (('female', 'male'), array([ 1, -1,  0,  1]))
    """
    at, names = pd.factorize(pd.Series(labels, dtype=object), sort=True)
    return Grouping(attribute, tuple(str(name) for name in names), at.astype(np.int64))


def age_grouping(birth_date: pd.Series[Any], *, on: date, bands: Sequence[int]) -> Grouping:
    """Groups by full years of age on a day.

    Args:
        birth_date: ISO text, NA where not asked.
        on: the day.
        bands: where a new group begins, ascending.

    Example:
        >>> born = pd.Series(["1990-12-01", "1990-11-30", None, "2006-01-01"])
        >>> found = age_grouping(born, on=date(2026, 11, 30), bands=[25, 36])
        >>> found.names, found.group_of
        (('under 25', '25-35', '36+'), array([ 1,  2, -1,  0]))
    """
    born = pd.to_datetime(birth_date, errors="coerce", format="%Y-%m-%d")
    had_birthday = (born.dt.month < on.month) | (
        (born.dt.month == on.month) & (born.dt.day <= on.day)
    )
    years = on.year - born.dt.year - (~had_birthday).astype(int)
    names = [f"under {bands[0]}", *(f"{low}-{high - 1}" for low, high in pairwise(bands))]
    band = np.searchsorted(np.asarray(bands), years.fillna(0).to_numpy(), side="right")
    group_of = np.where(born.isna().to_numpy(), -1, band).astype(np.int64)
    return Grouping("age", (*names, f"{bands[-1]}+"), group_of)


def groupings_of(
    status: pd.DataFrame,
    person_ids: NDArray[np.object_],
    newcomer: NDArray[np.bool_],
    *,
    on: date,
    age_bands: Sequence[int],
) -> tuple[Grouping, ...]:
    """Sex, age band, town or country, and newcomer, for these people.

    Args:
        status: `person_id`, `sex`, `birth_date` and `hukou_kind`; any order, more people are fine.
        person_ids: (n_people,) whom the groupings are about, in order.
        newcomer: (n_people,) has no outcome on record that a ranker could have learned from.
        on: the day that ages are counted on.
        age_bands: where a new band begins.
    """
    rows = status.set_index("person_id").reindex(pd.Index(person_ids))
    return (
        grouping("sex", rows["sex"]),
        age_grouping(rows["birth_date"].reset_index(drop=True), on=on, bands=age_bands),
        grouping("hukou", rows["hukou_kind"]),
        grouping("newcomer", pd.Series(newcomer).map({True: "newcomer", False: "with outcomes"})),
    )
