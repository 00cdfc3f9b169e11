"""Households and their members: how many, who, how old, where. No status yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import apportion, assumed, assumed_count, days, pick, table
from matcher.demo.basis.geography import Ground
from matcher.demo.basis.trades import words_of

DAYS_PER_YEAR = 365.2425
ROLES = ("head", "spouse", "child", "parent", "other")


@dataclass(frozen=True, slots=True, eq=False)
class Households:
    """One row per household.

    Attributes:
        street_at: (h,) positions in the ground.
        kind: (h,) codes of the list household_kind.
        members: (h,) how many people.
        single_parent, registered_elsewhere: (h,) bool.
    """

    street_at: NDArray[np.int64]
    kind: NDArray[np.object_]
    members: NDArray[np.int64]
    single_parent: NDArray[np.bool_]
    registered_elsewhere: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """One row per person, households together and in order.

    Attributes:
        household: (n,) positions.
        relation: (n,) codes of the list relation.
        female: (n,) bool.
        birth: (n,) datetime64[D].
        age: (n,) float64, years on the day of the city.
    """

    household: NDArray[np.int64]
    relation: NDArray[np.object_]
    female: NDArray[np.bool_]
    birth: NDArray[np.datetime64]
    age: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.household)


def draw_households(
    rng: np.random.Generator, ground: Ground, on: date
) -> tuple[Households, Members]:
    """The households of the city and their members.

    The number of households is assumed, types of household are apportioned, so that the number of
    people is the same in every city; the rest is drawn.
    """
    types = table("household_types")
    n = assumed_count("households")
    counts = apportion(types["share"].to_numpy(np.float64), n)
    type_at = rng.permutation(np.repeat(np.arange(len(types)), counts))
    roles = [words_of(cell) for cell in types["roles"]]
    sizes = np.array([len(row) for row in roles])
    households = Households(
        street_at=ground.draw(rng, n),
        kind=pick(rng, "household_kind", n),
        members=sizes[type_at],
        single_parent=types["type"].str.startswith("single_parent").to_numpy()[type_at],
        registered_elsewhere=rng.random(n) < assumed("registered_elsewhere"),
    )
    return households, _draw_members(rng, types, type_at, roles, on)


def _draw_members(
    rng: np.random.Generator,
    types: pd.DataFrame,
    type_at: NDArray[np.int64],
    roles: list[list[str]],
    on: date,
) -> Members:
    width = max(map(len, roles))
    grid = np.array(
        [[ROLES.index(role) for role in row] + [-1] * (width - len(row)) for row in roles]
    )[type_at]
    there = grid >= 0
    household = np.nonzero(there)[0]
    role = grid[there]
    head_age = _head_ages(rng, types, type_at)
    age = _ages(rng, role, head_age[household])
    birth = days(on) - np.floor(age * DAYS_PER_YEAR).astype(np.int64).astype("timedelta64[D]")
    head_female = rng.random(len(type_at)) < assumed("female_head")
    return Members(
        household=household,
        relation=np.array(ROLES, object)[role],
        female=_sexes(rng, role, head_female[household]),
        birth=birth,
        age=age,
    )


def _head_ages(
    rng: np.random.Generator, types: pd.DataFrame, type_at: NDArray[np.int64]
) -> NDArray[np.float64]:
    low, mode, high = (
        types[f"head_age_{name}"].to_numpy(np.float64)[type_at] for name in ("from", "mode", "to")
    )
    return rng.triangular(low, mode, high)


def _ages(
    rng: np.random.Generator, role: NDArray[np.int64], head: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Ages by role beside the age of the household's head; children are born after all."""
    n = len(role)
    spouse = head + rng.normal(assumed("spouse_age_gap"), assumed("spouse_age_spread"), n)
    child = head - rng.uniform(assumed("child_gap_from"), assumed("child_gap_to"), n)
    born = rng.uniform(0.1, assumed("child_youngest_to"), n)
    parent = head + rng.uniform(assumed("child_gap_from"), assumed("child_gap_to"), n)
    other = head + rng.normal(0, assumed("sibling_age_spread"), n)
    adult = assumed("grown_up_age")
    return np.choose(
        role,
        [
            head,
            np.maximum(spouse, adult),
            np.where(child > 0, child, born),
            parent,
            np.maximum(other, adult),
        ],
    )


def _sexes(
    rng: np.random.Generator, role: NDArray[np.int64], head_female: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """A spouse is of the other sex than the head (the law of the land); the rest is drawn."""
    drawn = rng.random(len(role)) < np.where(
        role == ROLES.index("parent"), assumed("female_parent"), 0.5
    )
    drawn = np.where(role == ROLES.index("head"), head_female, drawn)
    return np.where(role == ROLES.index("spouse"), ~head_female, drawn)
