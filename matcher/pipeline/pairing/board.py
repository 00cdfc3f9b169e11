"""A fair's plan as an organiser looks at it: people, posts, levels, and what another plan moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from matcher.domain.job import Job
from matcher.domain.kinds import Kind
from matcher.pipeline.pairing.fair import ask_of
from matcher.pipeline.pairing.filing import (
    LEFT_OUT,
    PEOPLE,
    PLAN,
    POSTS,
    certificate_of,
    table_of,
)
from matcher.pipeline.pairing.gathering import Ask
from matcher.pipeline.pairing.trying import moves_between
from matcher.store.store import Store

OF_POSTS = ["title", "employer_id", "employer_name", "wage_min", "wage_max"]


@dataclass(frozen=True, slots=True)
class Level:
    """One aim of a plan, in the order in which plans are compared.

    Attributes:
        name: "tier", "households" or "score".
        tier: of the first kind; None of the others.
        value, bound: what the plan reaches, and what no plan can exceed.
    """

    name: str
    tier: int | None
    value: int
    bound: int

    @property
    def is_proved(self) -> bool:
        """Is it proved that no plan does better here."""
        return self.value == self.bound


@dataclass(frozen=True, slots=True)
class Board:
    """A plan with everything that its page shows.

    Attributes:
        job_id: of the job that made it.
        ask: what the organiser had asked.
        stated: its certificate.
        rows: one row for each pairing and each person without one, by tier, then id:
            `person_id`, `tier`, `options`, `vacancy_id` (missing where there is none), `score`,
            `title`, `employer_name`, `wage_min`, `wage_max`, `public_welfare`, `is_pinned`,
            `is_settled` (under way or over: it stays, and has no score).
        posts: `vacancy_id`, `places`, `filled`, `options`, `public_welfare`, `title`,
            `employer_id`, `employer_name`, `wage_min`, `wage_max`; by employer, then id.
        left_out: `vacancy_id`, `person_id`, `tier`, `why`.
        moved: `person_id`, `before`, `after` against the plan that this one was made from; empty
            where there was none.
        previous: the job of that plan; None where there was none.
    """

    job_id: str
    ask: Ask
    stated: Mapping[str, Any]
    rows: pd.DataFrame
    posts: pd.DataFrame
    left_out: pd.DataFrame
    moved: pd.DataFrame
    previous: str | None

    def levels(self) -> list[Level]:
        """The aims with what is reached and what is proved to be the most."""
        return levels_of(self.stated, self.stated["upper_bounds"])


def levels_of(stated: Mapping[str, Any], bounds: Mapping[str, Any]) -> list[Level]:
    """The aims of a certificate, or of a plan that is tried, with their bounds.

    Example:
        >>> stated = {"welfare_places_filled_by_tier": {"1": 2}, "total_score": 90,
        ...           "zero_employment_households_with_a_place": 3}
        >>> [(each.name, each.value, each.is_proved) for each in levels_of(stated, stated)]
        [('tier', 2, True), ('households', 3, True), ('score', 90, True)]
    """
    filled, most = (each["welfare_places_filled_by_tier"] for each in (stated, bounds))
    tiers = [Level("tier", int(tier), int(filled[tier]), int(most[tier])) for tier in filled]
    homes, score = "zero_employment_households_with_a_place", "total_score"
    return [
        *tiers,
        Level("households", None, int(stated[homes]), int(bounds[homes])),
        Level("score", None, int(stated[score]), int(bounds[score])),
    ]


def board_of(store: Store, job: Job) -> Board:
    """The board of a plan that is done; the store is asked for posts and employers alone.

    Args:
        store: of the job's files and the posts.
        job: as `plan_of` gives it.
    """
    stated = certificate_of(store, job)
    ask = ask_of(stated)
    plan = _with_settled(table_of(store, job, PLAN), ask)
    people, posts = table_of(store, job, PEOPLE), table_of(store, job, POSTS)
    told = store.frame(Kind.VACANCIES, posts["vacancy_id"].tolist(), columns=OF_POSTS)
    posts = posts.merge(told, on="vacancy_id", how="left")
    posts["title"] = posts["title"].fillna(posts["vacancy_id"])
    posts["employer_name"] = posts["employer_name"].fillna(posts["employer_id"])
    posts["filled"] = posts["vacancy_id"].map(plan["vacancy_id"].value_counts()).fillna(0)
    posts["filled"] = posts["filled"].astype("int64")
    used = pd.Series([post for _, post in ask.settled], dtype=object).value_counts()
    posts["places"] += posts["vacancy_id"].map(used).fillna(0).astype("int64")
    shown = ["vacancy_id", "title", "employer_name", "wage_min", "wage_max", "public_welfare"]
    rows = people.merge(plan, on="person_id", how="left").merge(
        posts[shown], on="vacancy_id", how="left"
    )
    pinned = pd.MultiIndex.from_tuples(ask.pins, names=["person_id", "vacancy_id"])
    rows["is_pinned"] = pd.MultiIndex.from_frame(rows[["person_id", "vacancy_id"]]).isin(pinned)
    rows["is_settled"] = rows["vacancy_id"].notna() & rows["score"].isna()
    return Board(
        job_id=job.job_id,
        ask=ask,
        stated=stated,
        rows=rows.sort_values(["tier", "person_id"], na_position="last", ignore_index=True),
        posts=posts.sort_values(["employer_id", "vacancy_id"], ignore_index=True),
        left_out=table_of(store, job, LEFT_OUT),
        moved=_moved(store, job, plan),
        previous=job.parameters.get("previous"),
    )


def _with_settled(plan: pd.DataFrame, ask: Ask) -> pd.DataFrame:
    """The plan with the pairs that it was made around, which have no score."""
    rows = pd.DataFrame(ask.settled, columns=["person_id", "vacancy_id"], dtype=object)
    if rows.empty:
        return plan
    return pd.concat([plan.astype({"score": "Float64"}), rows], ignore_index=True)


def _moved(store: Store, job: Job, plan: pd.DataFrame) -> pd.DataFrame:
    """Whose posts differ from the plan before; nobody's where that is not kept any more."""
    before = job.parameters.get("previous")
    if before is None or not store.jobs.files(str(before)):
        return moves_between(plan, plan)
    old = store.jobs.find(str(before))
    asked = ask_of(certificate_of(store, old))
    return moves_between(_with_settled(table_of(store, old, PLAN), asked), plan)


WHY = (
    ("holds a public-welfare place at ", "holds"),
    ("is sent to as many posts as they may have: ", "full"),
    ("is sent to as many posts as they may have", "full"),
    ("is banned from the post", "banned"),
    ("the place is kept for a group they are not in", "reserved"),
    ("the place is the only one of a zero-employment household", "household"),
    ("another member of the household rules it out", "member"),
)
"""Reasons as the check states them, each with its name."""


def why_of(told: str) -> list[tuple[str, str]]:
    """(name, whom or what it names) for each reason why somebody was left out.

    Example:
        >>> why_of("holds a public-welfare place at V7"), why_of("P3 is pinned there")
        ([('holds', 'V7')], [('pinned', 'P3')])
    """
    made = []
    for each in told.split("; "):
        begun = next(((text, name) for text, name in WHY if each.startswith(text)), None)
        if begun is not None:
            made.append((begun[1], each.removeprefix(begun[0])))
        elif each.endswith(" is pinned there"):
            made.append(("pinned", each.removesuffix(" is pinned there")))
        else:
            made.append(("other", each))
    return made
