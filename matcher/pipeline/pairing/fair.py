"""The plan of a job fair: its invitees and booths, paired as the law orders them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pandas as pd

from matcher.allocation.certificate import Rechecked, certificate, recheck
from matcher.allocation.conditions import Conditions
from matcher.allocation.problem import Plan, Problem, plan_frame, read_plan
from matcher.allocation.solving.solve import Progress, Solution, quiet, solve
from matcher.pipeline.pairing.gathering import Ask, conditions_of, fair_problem
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker


@dataclass(frozen=True, slots=True)
class FairPlan:
    """The plan of a job fair, with its certificate and what a separate check says of it."""

    fair_id: str
    on: date
    ask: Ask
    problem: Problem
    conditions: Conditions
    solution: Solution
    certificate: Mapping[str, Any]
    violations: tuple[str, ...]
    not_seeking: int

    @property
    def plan(self) -> Plan:
        """The pairings."""
        return self.solution.plan

    def rows(self) -> pd.DataFrame:
        """The plan as `person_id,vacancy_id,score`."""
        return plan_frame(self.problem, self.plan)


def never() -> bool:
    """Nobody asks a solve to stop."""
    return False


def pair_fair(  # noqa: PLR0913 - who, what is asked, and how a long solve is watched
    snapshot: Snapshot,
    ranker: Ranker,
    fair: Mapping[Any, Any],
    ask: Ask | None = None,
    *,
    previous: pd.DataFrame | None = None,
    found: pd.DataFrame | None = None,
    stop: Callable[[], bool] = never,
    progress: Progress = quiet,
) -> FairPlan:
    """Pair a fair's invitees with the vacancies of its booths, as the law orders them.

    Args:
        snapshot: of the fair's day.
        ranker: what scores the pairs.
        fair: the fair's record (`fair_id`, `booths`, `invitees`). A booth that names no posts
            shows all that its employer has open that day.
        ask: what the organiser adds; nothing by default.
        previous: an earlier plan (`person_id,vacancy_id,score`); among equally good plans the one
            that changes the fewest of its pairings is made.
        stop: asked now and then where rules over households need a search; True ends it with the
            best plan so far and its proven bound.
        found: a plan that an earlier, stopped search had found: the search goes on from there.
        progress: told how many steps of how many are done.

    Returns:
        The best plan over the lawful pairs worth a talk that nobody has acted upon yet. A
        public-welfare post goes by the order that the law of its own place sets.

    Raises:
        Infeasible: pins, bans and limits that cannot hold together.
        MalformedProblem: a pinned or banned id that is not at this fair.
    """
    ask = ask or Ask()
    problem, not_seeking = fair_problem(snapshot, ranker, fair, ask)
    conditions = conditions_of(snapshot, problem, ask)
    before = None if previous is None else read_plan(problem, previous)
    solution = solve(
        problem,
        conditions,
        households_first=ask.households_first,
        previous=before,
        found=None if found is None else read_plan(problem, found),
        stop=stop,
        progress=progress,
    )
    stated = certificate(problem, solution, conditions, households_first=ask.households_first)
    checked = recheck(problem, solution.plan, stated, conditions)
    return FairPlan(
        fair_id=str(fair["fair_id"]),
        on=snapshot.market.on,
        ask=ask,
        problem=problem,
        conditions=conditions,
        solution=solution,
        certificate={**stated, "fair_id": str(fair["fair_id"]), "ask": asdict(ask)},
        violations=checked.violations,
        not_seeking=not_seeking,
    )


def check_fair(
    snapshot: Snapshot,
    ranker: Ranker,
    fair: Mapping[Any, Any],
    rows: pd.DataFrame,
    stated: Mapping[str, Any] | None,
) -> Rechecked:
    """Check a fair's plan against the records as they are, asked the way its certificate says."""
    ask = ask_of(stated)
    problem, _ = fair_problem(snapshot, ranker, fair, ask)
    conditions = conditions_of(snapshot, problem, ask)
    return recheck(problem, read_plan(problem, rows), stated, conditions)


def ask_of(stated: Mapping[str, Any] | None) -> Ask:
    """What an organiser had asked when a certificate was written."""
    asked = dict((stated or {}).get("ask", {}))
    for name in ("pins", "bans", "reserves", "settled"):
        asked[name] = tuple(tuple(pair) for pair in asked.get(name, ()))
    asked["declined"] = tuple(asked.get("declined", ()))
    asked["absent"] = tuple(asked.get("absent", ()))
    return Ask(**asked)
