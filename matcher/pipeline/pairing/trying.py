"""What a change to a fair's plan would do, before anybody keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import pandas as pd

from matcher.allocation.problem import Problem, plan_frame, read_plan
from matcher.allocation.solving.solve import solve
from matcher.allocation.value import tiers_of, value_of
from matcher.pipeline.pairing.gathering import Ask, conditions_of
from matcher.pipeline.snapshot import Snapshot

Pair = tuple[str, str]


class Change(StrEnum):
    """What an organiser does to one pairing."""

    PIN = "pin"
    BAN = "ban"
    MOVE = "move"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the plan.

    Attributes:
        before, after: the levels as a certificate states them, with `pairings` and
            `persons_placed`.
        moved: `person_id`, `before`, `after`: the posts of each person that change, ids with
            "、" between them, empty where there are none; sorted by person.
        is_proved: no better plan keeps what is asked.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    moved: pd.DataFrame
    is_proved: bool


def changed(ask: Ask, change: Change, pair: Pair, *, instead_of: Pair | None = None) -> Ask:
    """What is asked after a change to one pair.

    Args:
        ask: what was asked before.
        change: to be done.
        pair: person and post; of a move the post to go to.
        instead_of: of a move, the pair that is given up.

    Example:
        >>> changed(Ask(), Change.MOVE, ("P1", "V2"), instead_of=("P1", "V1"))
        ... # doctest: +ELLIPSIS
        Ask(invitations=1, ratio=1.0, pins=(('P1', 'V2'),), bans=(('P1', 'V1'),), ...)
        >>> changed(Ask(pins=(("P1", "V1"),)), Change.FREE, ("P1", "V1")).pins
        ()
    """
    given_up = {pair} if instead_of is None else {pair, instead_of}
    pins = tuple(each for each in ask.pins if each not in given_up)
    bans = tuple(each for each in ask.bans if each not in given_up)
    if change in (Change.PIN, Change.MOVE):
        pins = (*pins, pair)
    if change is Change.BAN:
        bans = (*bans, pair)
    elif change is Change.MOVE and instead_of is not None:
        bans = (*bans, instead_of)
    return replace(ask, pins=pins, bans=bans)


def effect_of(snapshot: Snapshot, problem: Problem, rows: pd.DataFrame, ask: Ask) -> Effect:
    """What becomes of a plan when it is made anew as `ask` says, changing as little as it can.

    Args:
        snapshot: of the fair's day.
        problem: who may be sent where, which pins and bans leave as it is.
        rows: the plan as it is: `person_id`, `vacancy_id`, `score`.
        ask: what would be asked.

    Raises:
        Infeasible: the pins, bans and limits cannot hold together.
        MalformedProblem: a pinned or banned id that is not at this fair.
    """
    before = read_plan(problem, rows)
    solution = solve(
        problem,
        conditions_of(snapshot, problem, ask),
        households_first=ask.households_first,
        previous=before,
    )
    tiers = tiers_of(problem)
    key = pd.MultiIndex.from_arrays([problem.person_at, problem.vacancy_at])
    edges = key.get_indexer(pd.MultiIndex.from_arrays([before.person_at, before.vacancy_at]))
    known = value_of(problem, edges[edges >= 0]).stated(tiers)
    after = plan_frame(problem, solution.plan)
    return Effect(
        before=known | _counts(rows),
        after=solution.value.stated(tiers) | _counts(after),
        moved=moves_between(rows, after),
        is_proved=solution.proved,
    )


def moves_between(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Whose posts differ between two plans: `person_id`, `before`, `after`, by person.

    Example:
        >>> old = pd.DataFrame({"person_id": ["P1", "P2"], "vacancy_id": ["V1", "V2"]})
        >>> new = pd.DataFrame({"person_id": ["P1", "P3"], "vacancy_id": ["V1", "V2"]})
        >>> moves_between(old, new).to_dict("list")
        {'person_id': ['P2', 'P3'], 'before': ['V2', ''], 'after': ['', 'V2']}
    """
    pair = ["person_id", "vacancy_id"]
    both = before[pair].merge(after[pair], on=pair, how="outer", indicator=True)
    who = set(both.loc[both["_merge"] != "both", "person_id"])
    posts = [
        rows[rows["person_id"].isin(who)]
        .sort_values("vacancy_id")
        .groupby("person_id")["vacancy_id"]
        .agg("、".join)
        for rows in (before, after)
    ]
    moved = pd.DataFrame({"before": posts[0], "after": posts[1]}).fillna("")
    return moved.rename_axis("person_id").sort_index().reset_index()


def _counts(rows: pd.DataFrame) -> dict[str, Any]:
    return {"pairings": len(rows), "persons_placed": int(rows["person_id"].nunique())}
