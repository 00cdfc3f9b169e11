"""Replaying months under every policy and seed, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from matcher.demo.basis.assumptions import assumed, assumed_count
from matcher.demo.simulator.month import Luck, hired
from matcher.demo.simulator.policies import Policy, policies
from matcher.demo.simulator.scene import NO_HOUSEHOLD, Scene
from matcher.ranking.congestion.exposure import gini

Progress = Callable[[int, int], None]

MEASURES = ("placements", "households_cleared", "in_time", "gini")
"""Counted per replay: people placed; zero-employment households with a member placed; share of
those whose time ran out or who were cleared that were cleared in time; mean Gini of exposure."""

LEVEL = 0.95


def replay(
    scene: Scene, *, months: int, seeds: int, progress: Progress | None = None
) -> pd.DataFrame:
    """A row per policy and seed with the columns of `MEASURES`.

    Every policy of a seed meets the same arrivals, the same luck and the same renewals, so that
    rows of a seed differ by their lists alone.

    Args:
        scene: the city.
        months: at least 1.
        seeds: at least 1; seeds 0, 1, … are replayed.
        progress: told how many replays are done.
    """
    rows, total = [], len(policies()) * seeds
    for seed in range(seeds):
        for name, policy in policies().items():
            rows.append({"policy": name, "seed": seed, **_one(scene, policy, seed, months)})
            if progress is not None:
                progress(len(rows), total)
    return pd.DataFrame(rows)


def _one(scene: Scene, policy: Policy, seed: int, months: int) -> dict[str, float]:
    arrives = _arrivals(np.random.default_rng([seed, 0]), scene.n_persons, months)
    placed_in = np.full(scene.n_persons, months, np.int64)
    places, spread = scene.places.copy(), []
    for month in range(months):
        rng = np.random.default_rng([seed, 1 + month])
        luck = Luck.drawn(rng, len(scene.person_at))
        back = rng.binomial(scene.places, assumed("simulated_renewal"))
        seeking = (arrives <= month) & (placed_in == months)
        rows = np.flatnonzero(seeking[scene.person_at] & (places[scene.vacancy_at] > 0))
        shown = policy(scene, rows, places, assumed_count("simulated_list"))
        work = hired(scene, shown, places, luck)
        placed_in[scene.person_at[work]] = month
        places = places - np.bincount(scene.vacancy_at[work], minlength=len(places)) + back
        count = np.bincount(scene.vacancy_at[shown], minlength=len(places))
        spread.append(gini(count[np.unique(scene.vacancy_at[rows])]))
    cleared, in_time = _cleared(scene.household, arrives, placed_in, months)
    return {
        "placements": float((placed_in < months).sum()),
        "households_cleared": cleared,
        "in_time": in_time,
        "gini": float(np.nanmean(spread)) if not np.isnan(spread).all() else float("nan"),
    }


def _arrivals(rng: np.random.Generator, n: int, months: int) -> NDArray[np.int64]:
    """(n,) month in which each person comes: most are there at the start."""
    later = rng.integers(0, months, n)
    return np.where(rng.random(n) < assumed("simulated_arrivals"), later, 0)


def _cleared(
    household: NDArray[np.int32],
    arrives: NDArray[np.int64],
    placed_in: NDArray[np.int64],
    months: int,
) -> tuple[float, float]:
    """(households with a member placed, share in time of those for whom it can be said)."""
    counted = household != NO_HOUSEHOLD
    if not counted.any():
        return 0.0, float("nan")
    people = pd.DataFrame({"home": household, "came": arrives, "placed": placed_in})[counted]
    homes = people.groupby("home").min()
    limit = homes["came"] + assumed_count("simulated_clear_months")
    cleared = homes["placed"] < months
    in_time = cleared & (homes["placed"] < limit)
    known = cleared | (limit <= months)
    share = float(in_time[known].mean()) if known.any() else float("nan")
    return float(cleared.sum()), share


def summary(runs: pd.DataFrame) -> pd.DataFrame:
    """A row per policy: of each measure the mean over seeds and half its interval of 95 %.

    One seed has no interval (NaN). Columns are `policy`, `seeds`, and for each measure its name
    and its name with `_pm`.
    """
    rows = []
    for name, group in runs.groupby("policy", sort=False):
        n = len(group)
        row: dict[str, object] = {"policy": name, "seeds": n}
        for measure in MEASURES:
            values = group[measure].to_numpy(np.float64)
            reach = float(student.ppf((1 + LEVEL) / 2, n - 1)) if n > 1 else float("nan")
            spread = values.std(ddof=1) / np.sqrt(n) if n > 1 else float("nan")
            row |= {measure: float(values.mean()), f"{measure}_pm": float(reach * spread)}
        rows.append(row)
    return pd.DataFrame(rows)
