"""Pair 100,000 people with 20,000 vacancies over 5 million pairs: exact, in three tiers, proved.

The peer is one plain `SimpleMinCostFlow` of OR-Tools over the same pairs for the score alone: no
tiers, no households, no tie rule, no proof. Demand is skewed as at a real fair (a few posts that
everybody wants), places are nine for ten people.

    python benchmarks/pairing.py [--persons N] [--vacancies N] [--degree N] [--seed N]

Prints the times of the plain flow, of the exact plan and of its check by other code, the ratios,
and the peak memory of the process. Targets: plan at most 2.0 times the plain flow, check at most
1.0 times the plan, memory under 2 GB.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from ortools.graph.python import min_cost_flow

from matcher.allocation.certificate import certificate, recheck
from matcher.allocation.problem import Problem
from matcher.allocation.solving.solve import solve

PLAN_TARGET, CHECK_TARGET, MEMORY_TARGET_GB = 2.0, 1.0, 2.0


def drawn(persons: int, vacancies: int, degree: int, seed: int) -> Problem:
    """A fair of people with skewed wishes, households of two, tiers that follow households."""
    rng = np.random.default_rng(seed)
    wanted = rng.zipf(1.3, size=vacancies).clip(0, 300) + 3.0
    person = np.repeat(np.arange(persons), degree)
    vacancy = rng.choice(vacancies, size=persons * degree, p=wanted / wanted.sum())
    key = np.unique(person.astype(np.int64) * vacancies + vacancy)
    person_at = (key // vacancies).astype(np.int32)
    household = rng.integers(0, persons // 2, size=persons).astype(np.int32)
    zero = (rng.random(persons // 2) < 0.2)[household]
    tier = np.where(zero, 1, rng.choice([2, 3, 0], size=persons, p=[0.2, 0.2, 0.6]))
    return Problem(
        person_ids=np.array([f"P{at:07}" for at in range(persons)], dtype=object),
        tier=tier.astype(np.int16),
        household=household,
        household_ids=np.array([f"H{at:07}" for at in range(persons // 2)], dtype=object),
        zero_employment=zero,
        cap=np.ones(persons, dtype=np.int32),
        vacancy_ids=np.array([f"V{at:07}" for at in range(vacancies)], dtype=object),
        places=rng.multinomial(int(0.9 * persons), np.full(vacancies, 1 / vacancies)).astype(
            np.int32
        ),
        public_welfare=rng.random(vacancies) < 0.12,
        person_at=person_at,
        vacancy_at=(key % vacancies).astype(np.int32),
        score=rng.integers(1_000, 10_001, size=len(key)).astype(np.int32),
        edge_tier=tier[person_at].astype(np.int16),
        tie=rng.integers(0, 1_001, size=persons).astype(np.int32),
    )


def plain_flow(problem: Problem) -> int:
    """The best total score alone, by one plain min-cost flow."""
    n, m = problem.n_persons, problem.n_vacancies
    sink = n + m
    people, posts = np.arange(n), n + np.arange(m)
    tail = np.concatenate([problem.person_at, people, posts]).astype(np.int32)
    head = np.concatenate([n + problem.vacancy_at, np.full(n, sink), np.full(m, sink)]).astype(
        np.int32
    )
    room = np.concatenate([np.ones(problem.n_edges), problem.cap, problem.places]).astype(np.int64)
    cost = np.zeros(len(tail), dtype=np.int64)
    cost[: problem.n_edges] = -problem.score
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
    supply = np.zeros(sink + 1, dtype=np.int64)
    supply[:n], supply[sink] = problem.cap, -int(problem.cap.sum())
    flow.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    assert flow.solve() == flow.OPTIMAL
    return -int(flow.optimal_cost())


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """(seconds, what the run gave)."""
    start = time.perf_counter()
    answer = run()
    return time.perf_counter() - start, answer


def main() -> int:
    """Measure and print; exit 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--vacancies", type=int, default=20_000)
    parser.add_argument("--degree", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    warm = drawn(500, 50, 8, 1)
    recheck(warm, solve(warm).plan, None)
    problem = drawn(asked.persons, asked.vacancies, asked.degree, asked.seed)
    plain, score = timed(lambda: plain_flow(problem))
    exact, solution = timed(lambda: solve(problem))
    stated = certificate(problem, solution)
    check, found = timed(lambda: recheck(problem, solution.plan, stated))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"pairs: {problem.n_edges:,}; welfare places by tier {solution.value.filled}, ", end="")
    print(f"households {solution.value.households:,}")
    print(f"plain flow, score alone: {plain:.2f} s, score {score:,}")
    print(f"exact plan: {exact:.2f} s, score {solution.value.score:,}, proved {solution.proved}")
    print(f"check by other code: {check:.2f} s, sound {not found.violations}, best {found.proved}")
    print(f"plan / plain flow: {exact / plain:.2f} (target at most {PLAN_TARGET})")
    print(f"check / plan: {check / exact:.2f} (target at most {CHECK_TARGET})")
    print(f"peak memory: {peak:.2f} GB (target under {MEMORY_TARGET_GB})")
    met = exact <= PLAN_TARGET * plain and check <= exact * CHECK_TARGET
    return 0 if met and peak < MEMORY_TARGET_GB and found.proved else 1


if __name__ == "__main__":
    sys.exit(main())
