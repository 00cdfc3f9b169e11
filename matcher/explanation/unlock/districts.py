"""Which course would bring work within reach of most zero-employment households of a district."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.explanation.unlock.unlocked import Unlocked
from matcher.market.arrays import Market


def by_district(
    market: Market,
    zero_employment: NDArray[np.bool_],
    courses: pd.DataFrame,
    unlocked: Unlocked,
) -> pd.DataFrame:
    """A row per district and course that opens a post to any zero-employment household there.

    Args:
        market: of the day.
        zero_employment: (n_persons,) members of recognised zero-employment households.
        courses: those of `unlocked`, in its order.
        unlocked: posts opened to any people; only zero-employment members are counted.

    Returns:
        Columns `district` (county code), `course_id`, `households` with a member to whom it opens
        a post, `posts` so opened, `seats` (NA not stated), `served` (households, as far as seats
        go). Within a district the course that serves most comes first, then by id. People of no
        known county or household are not counted.
    """
    county = market.jobseekers.places.county[unlocked.person_at]
    household = market.standing.household[unlocked.person_at]
    counted = zero_employment[unlocked.person_at] & (county >= 0) & (household >= 0)
    pairs = pd.DataFrame(
        {
            "district": county[counted],
            "course": unlocked.course_at[counted],
            "household": household[counted],
            "post": unlocked.vacancy_at[counted],
        }
    )
    grouped = pairs.groupby(["district", "course"], sort=True)
    table = grouped.agg(households=("household", "nunique"), posts=("post", "nunique"))
    table = table.reset_index()
    at = table.pop("course").to_numpy(np.int64)
    seats = courses["seats"].to_numpy(dtype="float64", na_value=np.inf)[at]
    table.insert(1, "course_id", courses["course_id"].to_numpy(object)[at])
    table["seats"] = pd.array(courses["seats"].array[at], dtype="Int64")
    table["served"] = np.minimum(table["households"], seats).astype(np.int64)
    table["district"] = table["district"].astype(str)
    return table.sort_values(
        ["district", "served", "households", "posts", "course_id"],
        ascending=[True, False, False, False, True],
        ignore_index=True,
    )
