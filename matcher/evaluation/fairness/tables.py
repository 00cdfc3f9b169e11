"""The tables of the fairness report: each measure by group, and how far the groups are apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from matcher.evaluation.fairness.groups import Grouping
from matcher.evaluation.tally import Interval, Tally, by_group, interval, permutation_p, spread

EVERYONE = "everyone"
BY_GROUP = ("attribute", "group", "measure", "people", "value", "low", "high")
APART = ("attribute", "measure", "difference", "ratio", "p_value")


def group_table(
    tallies: Sequence[Tally],
    groupings: Sequence[Grouping],
    rng: np.random.Generator,
    *,
    least_shown: int,
    resamples: int,
) -> pd.DataFrame:
    """Each measure over everyone and in each group.

    Args:
        tallies: the measures.
        groupings: ways of telling the same people apart.
        rng: draws people for the intervals.
        least_shown: a group of fewer people has no row for the measure, so that no row tells of
            one person.
        resamples: how often people are drawn.

    Returns:
        `attribute` ("everyone" for all), `group`, `measure`, `people`, `value`, `low`, `high`.
    """
    rows: list[tuple[object, ...]] = []
    for tally in tallies:
        found = interval(tally, rng, resamples=resamples)
        rows.append((EVERYONE, EVERYONE, tally.name, found.people, *_ends(found)))
        for groups in groupings:
            values = by_group(tally, groups.group_of, len(groups.names), rng, resamples=resamples)
            rows += [
                (groups.attribute, name, tally.name, each.people, *_ends(each))
                for name, each in zip(groups.names, values, strict=True)
                if each.people >= least_shown
            ]
    return pd.DataFrame(rows, columns=list(BY_GROUP))


def apart_table(
    tallies: Sequence[Tally],
    groupings: Sequence[Grouping],
    rng: np.random.Generator,
    *,
    least_shown: int,
    permutations: int,
) -> pd.DataFrame:
    """How far the groups of each attribute are apart, and how often chance does as much.

    Args:
        tallies: the measures.
        groupings: ways of telling the same people apart.
        rng: shuffles people between the groups.
        least_shown: groups of fewer people are left out.
        permutations: how often.

    Returns:
        `attribute`, `measure`, `difference` (largest less smallest), `ratio` (smallest over
        largest; NaN where a value is below 0 or all are 0) and `p_value`.
    """
    rows: list[tuple[object, ...]] = []
    for tally in tallies:
        counted = (tally.parts != 0).any(axis=1)
        for groups in groupings:
            sizes = np.bincount(
                groups.group_of[counted & (groups.group_of >= 0)], minlength=len(groups.names)
            )
            large = np.flatnonzero(sizes >= least_shown)
            kept = np.where(np.isin(groups.group_of, large), groups.group_of, -1)
            values = np.array([tally.take(kept == each).value for each in large])
            known = values[~np.isnan(values)]
            if len(known) < 2:
                continue
            share = known.min() / known.max() if known.min() >= 0 < known.max() else float("nan")
            p = permutation_p(tally, kept, len(groups.names), rng, permutations=permutations)
            rows.append((groups.attribute, tally.name, float(spread(known)), share, p))
    return pd.DataFrame(rows, columns=list(APART))


def _ends(found: Interval) -> tuple[float, float, float]:
    return found.value, found.low, found.high
