"""What is filed with a plan: its values, their bounds, envy, and the digest of the problem.

Years later the plan can be checked against the same problem files, without trust in whoever made
it: `recheck` counts everything again and looks for a better plan by other code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from matcher.allocation.checking.envy import left_out
from matcher.allocation.checking.limits import check
from matcher.allocation.checking.optimal import better_plan
from matcher.allocation.conditions import FREE, Conditions
from matcher.allocation.problem import Plan, Problem
from matcher.allocation.solving.solve import Solution
from matcher.allocation.value import tiers_of, value_of

CERTIFICATE_VERSION = 1


def certificate(
    problem: Problem,
    solution: Solution,
    conditions: Conditions = FREE,
    *,
    households_first: bool = False,
) -> dict[str, Any]:
    """The certificate of a solved plan, as it is written to JSON.

    Its values stand under the names of the levels, and again under `upper_bounds`: equal where the
    plan is proved to be best. `envy` lists every justified envy and is empty for a lawful plan.
    """
    tiers = tiers_of(problem)
    return {
        **solution.value.stated(tiers),
        "upper_bounds": solution.bound.stated(tiers),
        "tie_ranks": solution.value.tie,
        "proved": solution.proved,
        "order": "households_first" if households_first else "welfare_first",
        "envy": check(problem, solution.plan, conditions, households_first=households_first),
        "pairings": len(solution.plan),
        "persons_placed": len(np.unique(solution.plan.person_at)),
        "places": int(problem.places.sum(dtype=np.int64)),
        "problem_sha256": digest(problem, conditions),
        "plan_sha256": plan_digest(problem, solution.plan),
        "certificate_version": CERTIFICATE_VERSION,
    }


def left_out_rows(
    problem: Problem,
    plan: Plan,
    conditions: Conditions = FREE,
    *,
    households_first: bool = False,
) -> pd.DataFrame:
    """Who stands before a holder of a public-welfare place and is not at that post, and why.

    Returns:
        `vacancy_id`, `person_id`, `tier` (of the person for this post), `why` in words; ordered by
        post, then person. No row says "justified envy" in a lawful plan.
    """
    person, vacancy = plan.person_at.astype(np.int64), plan.vacancy_at.astype(np.int64)
    rows = left_out(problem, conditions, person, vacancy, households_first=households_first)
    return pd.DataFrame(rows, columns=["vacancy_id", "person_id", "tier", "why"])


def digest(problem: Problem, conditions: Conditions = FREE) -> str:
    """The SHA-256 of everything that decides a plan, whatever the order of the rows was."""
    total = hashlib.sha256()
    for name in (
        *("person_ids", "tier", "household", "household_ids", "zero_employment", "cap", "tie"),
        *("vacancy_ids", "places", "public_welfare"),
        *("person_at", "vacancy_at", "score", "edge_tier"),
    ):
        total.update(_bytes(name, getattr(problem, name)))
    for name, part in _condition_parts(conditions):
        total.update(_bytes(name, part))
    return total.hexdigest()


def plan_digest(problem: Problem, plan: Plan) -> str:
    """The SHA-256 of the pairings, by id."""
    rows = np.column_stack(
        [problem.person_ids[plan.person_at], problem.vacancy_ids[plan.vacancy_at]]
    )
    return hashlib.sha256(json.dumps(rows.tolist(), ensure_ascii=False).encode()).hexdigest()


def _condition_parts(conditions: Conditions) -> Iterator[tuple[str, Any]]:
    for name in ("pin_person", "pin_vacancy", "ban_person", "ban_vacancy"):
        if len(getattr(conditions, name)):
            yield name, getattr(conditions, name)
    for number, reserve in enumerate(conditions.reserves):
        for name in ("member", "vacancy_at", "places"):
            yield f"reserve {number} {name}", getattr(reserve, name)
    for name in ("floor", "employer", "employer_limit"):
        if getattr(conditions, name) is not None:
            yield name, getattr(conditions, name)
    rules = conditions.household
    if rules.any:
        yield "one_per_employer", np.array([rules.one_per_employer])
        for name in ("shift", "clashes"):
            if getattr(rules, name) is not None:
                yield name, getattr(rules, name)


def _bytes(name: str, values: Any) -> bytes:
    if values.dtype == object:
        body = json.dumps(values.tolist(), ensure_ascii=False).encode()
    else:
        body = np.ascontiguousarray(values.astype(np.int64)).tobytes()
    return f"{name} {len(values)} {len(body)}\n".encode() + body


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What other code says of a plan and its certificate.

    Attributes:
        violations: limits broken, certificate entries that are wrong, and a better plan if any.
        proved: no better plan exists; None where the rules over households leave it open.
    """

    violations: tuple[str, ...]
    proved: bool | None


def recheck(
    problem: Problem,
    plan: Plan,
    stated: Mapping[str, Any] | None,
    conditions: Conditions = FREE,
    *,
    households_first: bool | None = None,
) -> Rechecked:
    """Check a plan, and its certificate where there is one, from the problem alone.

    Args:
        problem: who may be sent where.
        plan: as read from its file.
        stated: the certificate, or None.
        conditions: what the organiser added.
        households_first: the order of aims; None takes the certificate's.
    """
    first = (stated or {}).get("order") == "households_first"
    first = first if households_first is None else households_first
    violations = check(problem, plan, conditions, households_first=first)
    if violations:
        return Rechecked(tuple(violations), proved=False)
    wrong = [] if stated is None else list(_wrong_entries(problem, plan, stated, conditions))
    if conditions.household.any:
        return Rechecked(tuple(wrong), proved=None)
    better = better_plan(problem, conditions, plan, households_first=first)
    if better is not None:
        wrong.append(_gain_in_words(problem, better.given_up, better.taken))
    return Rechecked(tuple(wrong), proved=better is None)


def _wrong_entries(
    problem: Problem, plan: Plan, stated: Mapping[str, Any], conditions: Conditions
) -> Iterator[str]:
    width = np.int64(max(problem.n_vacancies, 1))
    keys = problem.person_at * width + problem.vacancy_at
    edges = np.searchsorted(keys, plan.person_at * width + plan.vacancy_at)
    value = value_of(problem, edges)
    counted = value.stated(tiers_of(problem))
    expected = {
        **counted,
        "tie_ranks": value.tie,
        "problem_sha256": digest(problem, conditions),
        "plan_sha256": plan_digest(problem, plan),
    }
    if not conditions.household.any:
        expected["upper_bounds"] = counted
    for name, value in expected.items():
        if name in stated and stated[name] != value:
            yield f"the certificate says {name} {stated[name]}, counted anew it is {value}"


def _gain_in_words(problem: Problem, given_up: Any, taken: Any) -> str:
    def pairs(rows: Any) -> str:
        return ", ".join(
            f"{problem.person_ids[problem.person_at[row]]} with "
            f"{problem.vacancy_ids[problem.vacancy_at[row]]}"
            for row in sorted(rows.tolist())
        )

    less = f" instead of {pairs(given_up)}" if len(given_up) else ""
    return f"a better plan exists: {pairs(taken) or 'nobody'}{less}"
