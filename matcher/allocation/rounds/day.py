"""Policies for a day in rounds, compared on the same arrivals: who gets which place, and when.

A person is answered in the round of arrival and then leaves; a place that was given is gone. The
hindsight plan knows all arrivals: in the sum of worths no policy beats it. Each member of a
household without a place when a round begins counts its bonus, so two of one household in the same
round count it twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import NO_HOUSEHOLD, Plan, Problem
from matcher.allocation.rounds.matching import (
    Longs,
    Reals,
    best_now,
    best_on_average,
    edges_of,
    gains,
    worth_of,
)

NEVER = -1
"""The round of somebody who does not come."""


class Policy(StrEnum):
    """How a round's arrivals are answered."""

    GREEDY = "greedy"
    MYOPIC = "myopic"
    LOOK_AHEAD = "look-ahead"
    HINDSIGHT = "hindsight"


@dataclass(frozen=True, slots=True)
class Forecast:
    """When people are expected.

    Attributes:
        chance: (n, n_rounds) float64, the chance that a person comes in a round; a row sums to at
            most 1, the rest is the chance of not coming.
        samples: how many futures a look-ahead draws each round.
    """

    chance: Reals
    samples: int = 8


def draw_arrivals(chance: Reals, rng: np.random.Generator) -> NDArray[np.int64]:
    """(n,) int64: the round in which each person comes, `NEVER` for not at all."""
    position = (rng.random(len(chance))[:, None] >= np.cumsum(chance, axis=1)).sum(axis=1)
    return np.where(position < chance.shape[1], position, NEVER)


def run_day(
    problem: Problem,
    arrives: NDArray[np.int64],
    policy: Policy,
    forecast: Forecast,
    rng: np.random.Generator,
) -> Plan:
    """The pairings of a whole day under a policy; everybody has at most one.

    Args:
        problem: everybody who may come, the posts and the pairs; caps above 1 count as 1.
        arrives: (n,) the round in which each person comes, as `draw_arrivals` gives it.
        policy: how arrivals are answered.
        forecast: what the look-ahead expects; others do not read it.
        rng: draws the look-ahead's futures.
    """
    n_rounds = forecast.chance.shape[1]
    if policy is Policy.HINDSIGHT:
        n_rounds, arrives = 1, np.where(arrives == NEVER, NEVER, 0)
    worth, left = worth_of(problem), problem.places.astype(np.int64)
    may_come = problem.cap > 0
    made: list[Longs] = []
    served = np.zeros(len(problem.household_ids) + 1, dtype=np.bool_)
    for number in range(n_rounds):
        here = np.flatnonzero((arrives == number) & may_come)
        edge = edges_of(problem, here)
        unserved = problem.zero_employment & ~(
            served[problem.household] & (problem.household != NO_HOUSEHOLD)
        )
        gain = gains(problem, worth, edge, unserved)
        if policy is Policy.GREEDY:
            taken = _one_by_one(problem, edge, gain, left)
        elif policy is Policy.LOOK_AHEAD:
            awaited = may_come & ~((arrives >= 0) & (arrives <= number))
            futures = [
                (later, gains(problem, worth, later, unserved))
                for _ in range(forecast.samples if number + 1 < n_rounds else 0)
                for later in [edges_of(problem, _later(forecast.chance, number, awaited, rng))]
            ]
            taken = best_on_average(problem, (edge, gain), futures, left)
        else:
            taken = best_now(problem, edge, gain, left)
        left = left - np.bincount(problem.vacancy_at[taken], minlength=problem.n_vacancies)
        served[problem.household[problem.person_at[taken]]] = True
        made.append(taken)
    chosen = np.sort(np.concatenate(made))
    return Plan(problem.person_at[chosen], problem.vacancy_at[chosen], problem.score[chosen])


def _later(
    chance: Reals, number: int, awaited: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Who of those awaited comes after this round, drawn knowing that they have not come yet."""
    after = chance[:, number + 1 :].sum(axis=1)
    rest = 1.0 - chance[:, : number + 1].sum(axis=1)
    comes = np.divide(after, rest, out=np.zeros_like(after), where=rest > 0)
    return np.flatnonzero(awaited & (rng.random(len(chance)) < comes))


def _one_by_one(problem: Problem, edge: Longs, gain: Reals, left: Longs) -> Longs:
    """Each person in order takes the best place that is left, as a counter without a plan does."""
    room, taken = left.copy(), []
    begins = np.flatnonzero(np.diff(problem.person_at[edge], prepend=-1))
    for mine, worths in zip(np.split(edge, begins[1:]), np.split(gain, begins[1:]), strict=True):
        free = room[problem.vacancy_at[mine]] > 0
        if free.any():
            best = mine[np.argmax(np.where(free, worths, -np.inf))]
            room[problem.vacancy_at[best]] -= 1
            taken.append(int(best))
    return np.array(taken, dtype=np.int64)
