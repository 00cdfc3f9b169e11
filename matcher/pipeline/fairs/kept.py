"""A fair's day as its kept pairings have it: what is printed, called and noted down on the day."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from matcher.allocation.timetable.layout import rows_of_booths
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.fairs.booths import booths_of
from matcher.pipeline.fairs.keeping import Attendance, Result, channel_of
from matcher.pipeline.fairs.programme import BOOTHS_IN_A_ROW, FairDay
from matcher.store.store import Store

ENDS = [
    *(Result.INTERVIEWED.value, Result.REFUSED_BY_PERSON.value),
    *(Result.REFUSED_BY_EMPLOYER.value, Result.HIRED.value),
]
"""How a talk may end; of several that were written down the later one here counts."""

OF_POSTS = ("title", "employer_id", "employer_name", "wage_min", "wage_max")


def kept_day(store: Store, fair: Mapping[Any, Any], pairings: pd.DataFrame) -> FairDay:
    """The day of a fair from its kept pairings; cancelled ones are left out.

    A slot ends where the next one of the day begins; the last one lasts as long as the shortest.

    Args:
        store: of the posts' and employers' names.
        fair: the record.
        pairings: of this fair, as `Store.pairings` gives them; those without a booth or a start
            are not in the timetable and left out.
    """
    posts = store.frame(
        Kind.VACANCIES, sorted(set(pairings["vacancy_id"])), columns=list(OF_POSTS)
    ).set_index("vacancy_id")
    whose = booths_of(fair)
    told = pairings[
        (pairings["attendance"] != Attendance.CANCELLED.value)
        & pairings["booth"].between(1, len(whose)).fillna(value=False)
        & pairings["starts_at"].notna()
    ]
    talks = told.assign(
        booth_at=told["booth"].astype("int64") - 1,
        booth=told["booth"].astype("int64"),
        interviewer=told["interviewer"].fillna(1).astype("int64"),
        start=told["starts_at"],
        end=told["starts_at"].map(_ends(told["starts_at"])),
        title=told["vacancy_id"].map(posts["title"]).fillna(told["vacancy_id"]),
        employer=told["vacancy_id"].map(posts["employer_name"]).fillna(""),
        wage_min=told["vacancy_id"].map(posts["wage_min"]).astype("float64"),
        wage_max=told["vacancy_id"].map(posts["wage_max"]).astype("float64"),
    )
    talks["slot"] = talks["start"].rank(method="dense").astype("int64") - 1
    at_once = talks.groupby("booth_at")["interviewer"].max()
    staffed = {employer: int(at_once.get(at, 1)) for at, employer in enumerate(whose.employer_ids)}
    hall = rows_of_booths(len(whose), BOOTHS_IN_A_ROW)
    return FairDay(
        fair=fair,
        booths=booths_of(fair, staffed),
        employers=_employers(store, whose.employer_ids),
        number=tuple(range(1, len(whose) + 1)),
        hall=hall,
        talks=talks.sort_values(["start", "booth", "interviewer"], ignore_index=True),
    )


def _ends(starts: pd.Series[Any]) -> dict[str, str]:
    """When each slot ends, by when it starts; both as 09:30."""
    known = sorted(set(starts))
    minutes = [int(each[:2]) * 60 + int(each[3:]) for each in known]
    gaps = [later - earlier for earlier, later in pairwise(minutes)]
    shortest = min(gaps, default=0)
    return {
        start: f"{(at + shortest) // 60:02d}:{(at + shortest) % 60:02d}" if shortest else ""
        for start, at in zip(known, minutes, strict=True)
    }


def _employers(store: Store, ids: tuple[str, ...]) -> tuple[str, ...]:
    found = store.frame(Kind.EMPLOYERS, ids, columns=["name"]).set_index("employer_id")["name"]
    return tuple(str(found.get(each) or each) for each in ids)


def results_of(store: Store, scope: Scope, fair_id: str, pairings: pd.DataFrame) -> pd.DataFrame:
    """The pairings with `stage` and `reason`: how each talk ended; missing where nobody said.

    Args:
        store: where outcomes are.
        scope: who reads.
        fair_id: of the fair.
        pairings: of this fair, as `Store.pairings` gives them.
    """
    came = pairings[pairings["attendance"] == Attendance.CAME.value]
    found = store.outcomes(scope, sorted(set(came["person_id"])), sorted(set(came["vacancy_id"])))
    found = found[(found["channel"] == channel_of(fair_id)) & found["stage"].isin(ENDS)]
    found = found.sort_values("stage", key=lambda stages: stages.map(ENDS.index), kind="stable")
    last = found.drop_duplicates(["person_id", "vacancy_id"], keep="last")
    told = last[["person_id", "vacancy_id", "stage", "reason"]]
    return pairings.merge(told, on=["person_id", "vacancy_id"], how="left")


def left_to_plan(results: pd.DataFrame) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """(who is there no more, which pairs stay as they are) when the rest is planned anew.

    Who did not come or was hired is not planned again; who came keeps the talk, unless it ended in
    a refusal: then both the person and the place are free.

    Args:
        results: as `results_of` gives them.
    """
    hired = results["stage"] == Result.HIRED.value
    gone = (results["attendance"] == Attendance.ABSENT.value) | hired
    refused = results["stage"].isin(
        [Result.REFUSED_BY_PERSON.value, Result.REFUSED_BY_EMPLOYER.value]
    )
    stays = (results["attendance"] == Attendance.CAME.value) & ~refused & ~hired
    pairs = results[stays & ~results["person_id"].isin(results.loc[gone, "person_id"])]
    return (
        tuple(sorted(set(results.loc[gone, "person_id"]))),
        tuple(sorted(zip(pairs["person_id"], pairs["vacancy_id"], strict=True))),
    )
