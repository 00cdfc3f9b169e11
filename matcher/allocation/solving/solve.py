"""The best plan under the published order of aims, with the bounds that prove it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matcher.allocation.conditions import FREE, Conditions
from matcher.allocation.problem import Plan, Problem
from matcher.allocation.solving.branching import branch
from matcher.allocation.solving.levels import solve_levels
from matcher.allocation.solving.network import Longs, Room
from matcher.allocation.solving.room import require_floors, rows_kept, settle
from matcher.allocation.value import Value, value_of
from matcher.errors import Infeasible


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan, what it is worth, and what no plan can exceed.

    Attributes:
        plan: the pairings.
        value: what they are worth, level by level.
        bound: what no plan under the same conditions is worth more than; equal to `value` where
            the plan is proved to be best.
        flows: how many nodes of the branching were solved; 1 where no rule needed it.
    """

    plan: Plan
    value: Value
    bound: Value
    flows: int

    @property
    def proved(self) -> bool:
        """Is the plan proved to be the best one."""
        return self.value == self.bound


Progress = Callable[[int, int], None]
"""Told how many steps of how many are done."""


def _never() -> bool:
    return False


def quiet(_done: int, _total: int) -> None:
    """Tell nobody."""


def solve(  # noqa: PLR0913 - the problem, what is asked of it, and how a long solve is watched
    problem: Problem,
    conditions: Conditions = FREE,
    *,
    households_first: bool = False,
    previous: Plan | None = None,
    found: Plan | None = None,
    stop: Callable[[], bool] = _never,
    progress: Progress = quiet,
) -> Solution:
    """The best plan: public-welfare places by tier, households served, score, tie rule, in order.

    The same problem gives the same plan, whatever the order of its rows was. Below the tie rule
    the order of (person_id, vacancy_id) settles it.

    Args:
        problem: who may be sent where.
        conditions: pins, bans, reserves, floors, limits of employers, rules over households.
        households_first: households served come before public-welfare places.
        previous: an earlier plan; among plans of equal value the one that changes the fewest of
            its pairings is chosen.
        stop: asked now and then where rules over households need branching; True ends the search
            with the best plan so far and its proven bound.
        found: a plan that keeps the conditions, such as a stopped search left: the search goes on
            from it and never ends with less.
        progress: told after each flow; their number is known where nothing needs branching.

    Raises:
        Infeasible: conditions that cannot hold together, each with the number by which it fails.
        FlowTooLarge: more people than 64-bit sums can hold.

    Example:
        >>> import pandas as pd
        >>> from matcher.allocation.problem import build_problem, plan_frame
        >>> persons = pd.DataFrame({"person_id": ["P1", "P2"], "tier": [2, 1],
        ...     "household_id": ["H1", "H2"], "zero_employment": [0, 1], "cap": [1, 1]})
        >>> posts = pd.DataFrame({"vacancy_id": ["V1"], "places": [1], "public_welfare": [1]})
        >>> edges = pd.DataFrame({"person_id": ["P1", "P2"], "vacancy_id": ["V1", "V1"],
        ...     "score": [9000, 3000]})
        >>> problem = build_problem(persons, posts, edges)
        >>> solution = solve(problem)
        >>> plan_frame(problem, solution.plan).to_dict("records")
        [{'person_id': 'P2', 'vacancy_id': 'V1', 'score': 3000}]
        >>> solution.proved
        True
    """
    pins, room = settle(problem, conditions)
    kept = None if previous is None else rows_kept(problem, previous)

    def relax(narrower: Room) -> Longs:
        return solve_levels(
            problem,
            conditions,
            narrower,
            households_first=households_first,
            kept=kept,
            progress=progress,
        )

    if conditions.household.any:
        first = None if found is None else rows_kept(problem, found)
        best = branch(
            problem,
            conditions,
            pins,
            room,
            relax,
            households_first=households_first,
            stop=stop,
            found=first,
        )
        if best.edges is None:
            raise Infeasible(limits=["no plan found keeps the rules over members of one household"])
        edges, bound, flows = best.edges, best.bound, best.nodes
    else:
        edges = np.sort(np.concatenate([pins, relax(room)]))
        bound, flows = value_of(problem, edges), 1
    require_floors(problem, conditions, edges)
    plan = Plan(problem.person_at[edges], problem.vacancy_at[edges], problem.score[edges])
    return Solution(plan, value_of(problem, edges), bound, flows)
