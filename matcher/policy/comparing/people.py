"""For whom two answers of the same decision differ: who gains, who loses, by groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.decision import Outcome
from matcher.errors import WrongUse
from matcher.policy.decisions import Decided
from matcher.policy.engine.kleene import OUTCOMES, UNKNOWN
from matcher.policy.turning.actions import toward

NOT_KNOWN = "unknown"
COUNTED = ("gains", "loses", "opened", "settled")


@dataclass(frozen=True)
class PeopleDifference:
    """The same n subjects decided twice.

    Attributes:
        decision: its id.
        gains: (n,) the answer becomes the wanted one, or the tier a better one.
        loses: (n,) the answer is no longer the wanted one, or the tier a worse one.
        opened: (n,) it was known and is not any more.
        settled: (n,) it was not known and is now.
        transitions: (3, 3) counts from (rows) to (columns) not met, unknown, met.
        groups: a row for each value of each label: `by`, `group`, `n`, and a count of each of the
            four; missing labels are `unknown`.
    """

    decision: str
    gains: NDArray[np.bool_]
    loses: NDArray[np.bool_]
    opened: NDArray[np.bool_]
    settled: NDArray[np.bool_]
    transitions: NDArray[np.int64]
    groups: pd.DataFrame

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        return {name: int(getattr(self, name).sum()) for name in COUNTED}


def compare_people(a: Decided, b: Decided, labels: pd.DataFrame | None = None) -> PeopleDifference:
    """Who gains and who loses when `b` answers instead of `a`.

    Args:
        a: the decision by one law.
        b: the same decision about the same subjects, in the same order, by the other.
        labels: a column for each way of grouping (sex, street, ...), n rows; None counts no groups.

    Raises:
        WrongUse: other decisions, or another number of subjects.
    """
    if a.decision != b.decision or len(a) != len(b):
        raise WrongUse(
            what=f"'{a.decision}' of {len(a)} was held against '{b.decision}' of {len(b)}",
            expected="one decision about the same subjects",
            do="Decide both on the same rows.",
        )
    before, after = np.asarray(a.outcome), np.asarray(b.outcome)
    known = (before != UNKNOWN) & (after != UNKNOWN)
    better = _standing(b) - _standing(a)
    changes = {
        "gains": known & (better > 0),
        "loses": known & (better < 0),
        "opened": (before != UNKNOWN) & (after == UNKNOWN),
        "settled": (before == UNKNOWN) & (after != UNKNOWN),
    }
    size = len(OUTCOMES)
    pairs = before.astype(np.int64) * size + after
    transitions = np.bincount(pairs, minlength=size * size).reshape(size, size)
    groups = _groups(pd.DataFrame(changes), labels)
    return PeopleDifference(a.decision, **changes, transitions=transitions, groups=groups)


def _standing(decided: Decided) -> NDArray[np.float64]:
    """The larger the better: the wanted answer above the other, the first tier above the next."""
    outcome = np.asarray(decided.outcome, np.float64)
    if toward(decided.decision) is not Outcome.MET:
        outcome = -outcome
    tier = decided.tier.astype(np.float64)
    return outcome + np.where(tier > 0, 1.0 / np.maximum(tier, 1.0), 0.0)


def _groups(changes: pd.DataFrame, labels: pd.DataFrame | None) -> pd.DataFrame:
    columns = ["by", "group", "n", *COUNTED]
    if labels is None or labels.empty:
        return pd.DataFrame(columns=columns)
    parts: list[pd.DataFrame] = []
    for by in labels.columns:
        keys = labels[by].fillna(NOT_KNOWN).astype(str).to_numpy()
        grouped = changes.assign(n=True).groupby(keys, sort=True).sum()
        parts.append(grouped.rename_axis("group").reset_index().assign(by=by))
    return pd.concat(parts, ignore_index=True)[columns]
