"""How many open places there are for each registered unemployed person of an area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.casework.limits import Limit

COLUMNS = ("area_code", "vacancies", "places", "registered_unemployed", "ratio", "missing")


@dataclass(frozen=True, slots=True)
class Stock:
    """The stock of one area.

    Attributes:
        vacancies, places: that are valid, and the places they have left.
        ratio: places for each registered unemployed person; None where there is nobody.
        required: the ratio that the place asks for; None where no text does.
        missing: places that lack to it; 0 where it is held or not asked for.
    """

    area_code: str
    vacancies: int
    places: int
    registered_unemployed: int
    ratio: float | None
    required: Limit | None
    missing: int

    @property
    def holds(self) -> bool | None:
        """Whether the required ratio is held; None where none is asked for."""
        return None if self.required is None else self.missing == 0


def counted(places: pd.DataFrame, unemployed_areas: pd.Series, length: int) -> pd.DataFrame:
    """Vacancies, places and registered unemployed by area.

    Args:
        places: `area_code` and `places` (left, at least 1) of each valid vacancy.
        unemployed_areas: the area of each registered unemployed person.
        length: digits of the code that an area is told by (2 province … 9 street).

    Returns:
        A row per area that has either, sorted; whoever has no area of this length is left out.

    Example:
        >>> posts = pd.DataFrame({"area_code": ["320613001", None], "places": [3, 5]})
        >>> counted(posts, pd.Series(["320613002", "320613"]), 6).values.tolist()
        [['320613', 1, 3, 2]]
    """
    posts = places.assign(area_code=_cut(places["area_code"], length)).dropna(subset=["area_code"])
    by_area = posts.groupby("area_code")["places"].agg(["size", "sum"])
    people = _cut(unemployed_areas, length).dropna().value_counts()
    both = pd.concat([by_area, people.rename("people")], axis=1).fillna(0).astype(np.int64)
    both.columns = pd.Index(["vacancies", "places", "registered_unemployed"])
    return both.sort_index().rename_axis("area_code").reset_index()


def stock(row: pd.Series, required: Limit | None) -> Stock:
    """The stock of one counted area beside what the place asks for."""
    people, places = int(row["registered_unemployed"]), int(row["places"])
    needed = 0 if required is None else int(np.ceil(required.value * people))
    return Stock(
        area_code=str(row["area_code"]),
        vacancies=int(row["vacancies"]),
        places=places,
        registered_unemployed=people,
        ratio=places / people if people else None,
        required=required,
        missing=max(needed - places, 0),
    )


def _cut(codes: pd.Series, length: int) -> pd.Series:
    text = codes.astype(object)
    long_enough = text.notna() & (text.fillna("").astype(str).str.len() >= length)
    cut: pd.Series = text.where(long_enough, None).str[:length]
    return cut
