"""A fair in rounds: greedy, the best plan of each round, look-ahead, and hindsight.

Generated days: people of three tiers, some of zero-employment households, are invited; each comes
in a round drawn from a forecast, or not at all. Who has farther to travel or a stronger claim is
expected later, so that places given early are missed later. All policies answer the same arrivals.

    python benchmarks/rolling.py [--days N] [--people N] [--posts N] [--rounds N] [--seed N]
    python benchmarks/rolling.py --database URL [--fair ID]   the fair of a workspace instead

Prints the mean of each figure over the days with a 95 % interval, and the difference of look-ahead
to the best plan of each round, day by day; the target is that look-ahead loses nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.allocation.problem import Plan, Problem, build_problem
from matcher.allocation.rounds.day import Forecast, Policy, draw_arrivals, run_day
from matcher.allocation.rounds.matching import worth_of
from matcher.allocation.value import tiers_of, value_of
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.pipeline.pairing.fair import pair_fair
from matcher.pipeline.snapshot import take_snapshot
from matcher.ranking.registry import ranker_named
from matcher.store.store import Store

COMES = 0.8
WELFARE_SHARE, PLACES_PER_PERSON, POSTS_OF_A_PERSON = 0.3, 0.45, 12


def drawn_problem(people: int, posts: int, rng: np.random.Generator) -> Problem:
    """A fair with fewer places than people, three tiers, households of two."""
    tier = rng.choice([1, 2, 3, 0], people, p=[0.15, 0.2, 0.25, 0.4])
    persons = pd.DataFrame(
        {
            "person_id": [f"P{at:05d}" for at in range(people)],
            "tier": pd.Series(tier, dtype="Int64").where(tier > 0),
            "household_id": [f"H{at // 2:05d}" for at in range(people)],
            "zero_employment": (tier == 1).astype(int),
            "cap": 1,
        }
    )
    places = rng.multinomial(int(people * PLACES_PER_PERSON), np.full(posts, 1 / posts))
    vacancies = pd.DataFrame(
        {
            "vacancy_id": [f"V{at:04d}" for at in range(posts)],
            "places": places,
            "public_welfare": (rng.random(posts) < WELFARE_SHARE).astype(int),
        }
    )
    who = np.repeat(np.arange(people), POSTS_OF_A_PERSON)
    where = np.concatenate(
        [rng.choice(posts, POSTS_OF_A_PERSON, replace=False) for _ in range(people)]
    )
    quality = rng.beta(2, 2, people)[who] * rng.beta(3, 2, posts)[where]
    score = np.rint(10_000 * np.clip(quality + rng.normal(0, 0.15, len(who)), 0.05, 1))
    edges = pd.DataFrame(
        {
            "person_id": persons["person_id"].to_numpy()[who],
            "vacancy_id": vacancies["vacancy_id"].to_numpy()[where],
            "score": score.astype(int),
        }
    )
    return build_problem(persons, vacancies, edges)


def stored_problem(url: str, fair_id: str) -> Problem:
    """The problem of a fair in a database, such as the demo city's."""
    with Store.open(url, create=False) as store:
        fair = store.frame(Kind.FAIRS, [fair_id]).iloc[0].to_dict()
        day = date.fromisoformat(fair["on"])
        snapshot = take_snapshot(store, Scope.office("bench"), on=day)
    return pair_fair(snapshot, ranker_named("rules"), fair).problem


def drawn_chance(problem: Problem, rounds: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """The forecast: those of a tier are expected later on average."""
    late = np.where(problem.tier > 0, 0.65, 0.35) + rng.normal(0, 0.1, problem.n_persons)
    distance = np.abs(np.arange(rounds)[None, :] / max(rounds - 1, 1) - late[:, None])
    weight = np.exp(-4 * distance)
    return COMES * weight / weight.sum(axis=1, keepdims=True)


def figures(problem: Problem, plan: Plan) -> dict[str, float]:
    width = problem.n_vacancies
    at = np.searchsorted(
        problem.person_at.astype(np.int64) * width + problem.vacancy_at,
        plan.person_at.astype(np.int64) * width + plan.vacancy_at,
    )
    value = value_of(problem, at)
    worth = worth_of(problem)
    bonus = worth.household * problem.zero_employment[plan.person_at].sum()
    return {
        **{
            f"welfare tier {tier}": float(count)
            for tier, count in zip(tiers_of(problem), value.filled, strict=True)
        },
        "households": float(value.households),
        "score": float(value.score),
        "placed": float(len(plan)),
        "worth (millions)": (worth.pair[at].sum() + bonus) / 1e6,
    }


def interval(values: NDArray[np.float64]) -> str:
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    return f"{values.mean():,.2f} ± {half:,.2f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--posts", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--samples", type=int, default=6)
    parser.add_argument(
        "--flat", action="store_true", help="let the look-ahead expect everybody at any time alike"
    )
    parser.add_argument("--database", help="URL of a database with a fair")
    parser.add_argument("--fair", default="F0001")
    parser.add_argument("--seed", type=int, default=20261122)
    given = parser.parse_args()
    stored = stored_problem(given.database, given.fair) if given.database else None
    rows, seconds = [], dict.fromkeys(Policy, 0.0)
    for day, seed in enumerate(np.random.SeedSequence(given.seed).spawn(given.days)):
        rng = np.random.default_rng(seed)
        problem = stored or drawn_problem(given.people, given.posts, rng)
        forecast = Forecast(drawn_chance(problem, given.rounds, rng), given.samples)
        arrives = draw_arrivals(forecast.chance, rng)
        if given.flat:
            alike = np.full_like(forecast.chance, COMES / given.rounds)
            forecast = Forecast(alike, given.samples)
        for policy in Policy:
            begun = time.perf_counter()
            plan = run_day(problem, arrives, policy, forecast, rng)
            seconds[policy] += time.perf_counter() - begun
            rows.append({"day": day, "policy": policy.value, **figures(problem, plan)})
    table = pd.DataFrame(rows).set_index(["policy", "day"])
    size = f"{problem.n_persons} invited, {problem.n_vacancies} posts, {given.rounds} rounds"
    print(f"{given.days} days, {size}")
    for policy in Policy:
        print(f"{policy.value} ({seconds[policy] / given.days:.2f} s a day)")
        for name in table.columns:
            print(f"  {name}: {interval(table.loc[policy.value][name].to_numpy())}")
    ahead, now = table.loc[Policy.LOOK_AHEAD.value], table.loc[Policy.MYOPIC.value]
    print("look-ahead less the best plan of each round, day by day")
    for name in table.columns:
        print(f"  {name}: {interval((ahead[name] - now[name]).to_numpy())}")
    best = table.loc[Policy.HINDSIGHT.value]["worth (millions)"]
    for policy in (Policy.GREEDY, Policy.MYOPIC, Policy.LOOK_AHEAD):
        share = (table.loc[policy.value]["worth (millions)"] / best).to_numpy()
        print(f"{policy.value}: {interval(100 * share)} % of the worth of hindsight")
    return 0 if (ahead["worth (millions)"] - now["worth (millions)"]).mean() >= 0 else 1


if __name__ == "__main__":
    sys.exit(main())
