"""Which outcomes may be learned from and which are held out: by time and by person, never by row.

All rows of a pair stay together. Some people are held out whole: no outcome of theirs is learned
from, so that a ranking is also measured on people without a history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PAIR = ["person_id", "vacancy_id"]
MOSTLY = 0.9
"""Share of pairs with a day above which a split by time can be made."""


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Rows of outcomes in three parts; the rest, earlier outcomes of people held out, is unused.

    Attributes:
        learned: (n_rows,) bool, may be learned from.
        held: (n_rows,) bool, is measured on.
        held_people: ids of the people held out whole, ascending.
        first_held_day: the day from which outcomes are held out; None where they carry no days
            and pairs were held out by lot.
    """

    learned: NDArray[np.bool_]
    held: NDArray[np.bool_]
    held_people: NDArray[np.object_]
    first_held_day: date | None

    @property
    def by_time(self) -> bool:
        """Were outcomes held out by their day."""
        return self.first_held_day is not None


def split_outcomes(
    outcomes: pd.DataFrame, *, seed: int, held_share: float, people_share: float
) -> Split:
    """Hold out the latest outcomes, and all outcomes of some people.

    A pair's day is that of its first row. Where too few pairs carry a day, pairs are drawn by lot
    instead. A lot depends on the ids and the seed alone, so that more rows move none.

    Args:
        outcomes: `person_id`, `vacancy_id` and `on` (ISO text, NA not known).
        seed: of the lots.
        held_share: of the pairs.
        people_share: of the people.

    Example:
        >>> rows = pd.DataFrame({
        ...     "person_id": ["P1", "P1", "P2", "P3"], "vacancy_id": ["V1", "V1", "V1", "V2"],
        ...     "on": ["2026-01-01", "2026-03-01", "2026-02-01", "2026-03-05"]})
        >>> split = split_outcomes(rows, seed=0, held_share=0.3, people_share=0.0)
        >>> split.learned.tolist(), split.first_held_day
        ([True, True, True, False], datetime.date(2026, 3, 5))
    """
    people = np.sort(outcomes["person_id"].unique().astype(object))
    held_people = people[_lots(pd.Series(people, dtype=object), f"people {seed}") < people_share]
    of_held_people = outcomes["person_id"].isin(held_people).to_numpy()
    pairs = pd.MultiIndex.from_frame(outcomes[PAIR])
    at, distinct = pd.factorize(pairs)
    first_day = _first_days(outcomes["on"], at, len(distinct))
    dated = ~np.isnat(first_day)
    cut: date | None = None
    if len(distinct) and dated.mean() >= MOSTLY:
        day = np.sort(first_day[dated])
        chosen = day[min(int(np.ceil(len(day) * (1 - held_share))), len(day) - 1)]
        cut = chosen.astype("datetime64[D]").item()
        late = first_day >= chosen
    else:
        ids = pd.Series(["\t".join(map(str, each)) for each in distinct], dtype=object)
        late = _lots(ids, f"pairs {seed}") < held_share
    held = late[at] if len(distinct) else np.zeros(0, np.bool_)
    measured = held | (of_held_people if cut is None else False)
    return Split(~held & ~of_held_people, measured, held_people, cut)


def _first_days(on: pd.Series[Any], at: NDArray[np.int64], n: int) -> NDArray[np.datetime64]:
    days = pd.to_datetime(on, errors="coerce", format="%Y-%m-%d")
    first = days.groupby(at).min().reindex(range(n))
    return first.to_numpy().astype("datetime64[D]")


def _lots(ids: pd.Series[Any], salt: str) -> NDArray[np.float64]:
    """(n,) in [0, 1), of the id and the salt alone."""
    salted = (ids.astype(str) + "\0" + salt).to_numpy(object)
    hashed = np.asarray(pd.util.hash_array(salted, categorize=False), np.uint64)
    return np.asarray((hashed >> np.uint64(11)).astype(np.float64) / 2.0**53)
