"""Does a score of 0.3 come true three times in ten: reliability, calibration error, Brier.

Bins hold equally many pairs, because chances of success are small and equal widths would put nearly
all of them into one bin. Groups share the bins of the whole.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from matcher.evaluation.tally import Tally, ratio

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

BINS = 10
RELIABILITY = ("low", "high", "pairs", "predicted", "happened")
_DRAWS = 50


def bins_of(predicted: ArrayLike, bins: int = BINS) -> Positions:
    """(n,) the bin of each score, of equally many pairs; equal scores share one.

    Example:
        >>> bins_of([0.1, 0.1, 0.1, 0.9], bins=2)
        array([0, 0, 0, 1])
    """
    scores = np.asarray(predicted, np.float64)
    if not len(scores):
        return np.empty(0, np.int64)
    edges = np.unique(np.quantile(scores, np.arange(1, bins) / bins))
    at = np.searchsorted(edges, scores, side="left")
    return np.unique(at, return_inverse=True)[1].astype(np.int64)


def reliability(predicted: ArrayLike, happened: ArrayLike, bins: int = BINS) -> pd.DataFrame:
    """What was predicted and what happened, bin by bin.

    Args:
        predicted: (n,) in [0, 1].
        happened: (n,) 0 or 1.
        bins: at most so many.

    Returns:
        `low` and `high` score, `pairs`, mean `predicted`, share that `happened`; lowest bin first.

    Example:
        >>> reliability([0.2, 0.2, 0.8, 0.8], [0, 0, 1, 0], bins=2)["happened"].tolist()
        [0.0, 0.5]
    """
    frame = pd.DataFrame(
        {
            "bin": bins_of(predicted, bins),
            "predicted": np.asarray(predicted, np.float64),
            "happened": np.asarray(happened, np.float64),
        }
    )
    grouped = frame.groupby("bin")
    table = pd.DataFrame(
        {
            "low": grouped["predicted"].min(),
            "high": grouped["predicted"].max(),
            "pairs": grouped.size(),
            "predicted": grouped["predicted"].mean(),
            "happened": grouped["happened"].mean(),
        }
    )
    return table.reset_index(drop=True)[list(RELIABILITY)]


def calibration_error(
    person: Positions,
    predicted: ArrayLike,
    happened: ArrayLike,
    *,
    n_people: int,
    bins: int = BINS,
) -> Tally:
    """ECE: mean over pairs of how far their bin's prediction is from what happened in it.

    ECE = sum over bins b of (n_b / n) |mean predicted_b - mean happened_b|.

    Args:
        person: (n,) position of each pair's person.
        predicted: (n,) in [0, 1].
        happened: (n,) 0 or 1.
        n_people: how many people there are.
        bins: at most so many.

    Source:
        Naeini, Cooper, Hauskrecht, AAAI 2015; with bins of equal mass.

    Example:
        >>> at = np.array([0, 0, 1, 1])
        >>> calibration_error(at, [0.5, 0.5, 0.5, 0.5], [1, 0, 1, 1], n_people=2).value
        0.25
    """
    at = bins_of(predicted, bins)
    width = int(at.max(initial=-1)) + 1
    gap = np.asarray(predicted, np.float64) - np.asarray(happened, np.float64)
    cells = person * max(width, 1) + at
    size = n_people * max(width, 1)
    gaps = np.bincount(cells, weights=gap, minlength=size).reshape(n_people, -1)
    counts = np.bincount(cells, minlength=size).reshape(n_people, -1).astype(np.float64)

    def of_sums(sums: Floats) -> Floats:
        gap_of, count_of = np.split(sums, 2, axis=-1)
        whole = count_of.sum(axis=-1)
        off = np.abs(gap_of).sum(axis=-1)
        found: Floats = np.divide(off, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
        return found

    return Tally("ece", np.hstack([gaps, counts]), of_sums)


def over_prediction(
    person: Positions, predicted: ArrayLike, happened: ArrayLike, *, n_people: int
) -> Tally:
    """Mean of predicted less happened: above 0 the scores promise too much.

    Example:
        >>> over_prediction(np.array([0, 1]), [0.5, 0.5], [0, 0], n_people=2).value
        0.5
    """
    gap = np.asarray(predicted, np.float64) - np.asarray(happened, np.float64)
    return _per_pair("over_prediction", person, gap, n_people)


def brier(person: Positions, predicted: ArrayLike, happened: ArrayLike, *, n_people: int) -> Tally:
    """Mean squared distance of prediction and what happened; lower is better.

    Example:
        >>> brier(np.array([0, 1]), [0.5, 1.0], [0, 1], n_people=2).value
        0.125
    """
    gap = np.asarray(predicted, np.float64) - np.asarray(happened, np.float64)
    return _per_pair("brier", person, gap**2, n_people)


def error_of_perfect(
    predicted: ArrayLike, rng: np.random.Generator, *, bins: int = BINS, draws: int = _DRAWS
) -> float:
    """The ECE that scores which are exactly right would show on so many pairs, by chance alone.

    A small group shows an error even when there is none; its ECE is read against this.

    Example:
        >>> few = error_of_perfect(np.full(50, 0.3), np.random.default_rng(0))
        >>> many = error_of_perfect(np.full(5000, 0.3), np.random.default_rng(0))
        >>> 0.03 < few < 0.08, many < 0.01
        (True, True)
    """
    scores = np.asarray(predicted, np.float64)
    if not len(scores):
        return float("nan")
    at = bins_of(scores, bins)
    drawn = rng.random((draws, len(scores))) < scores
    belongs = (at[:, None] == np.arange(at.max() + 1)).astype(np.float64)
    off = np.abs((scores - drawn) @ belongs).sum(axis=1) / len(scores)
    return float(off.mean())


def by_week(day: NDArray[np.datetime64], predicted: ArrayLike, happened: ArrayLike) -> pd.DataFrame:
    """Calibration and drift by week: what was predicted, what happened, how far scores moved.

    Args:
        day: (n,) datetime64[D]; pairs without a day are left out.
        predicted: (n,) in [0, 1].
        happened: (n,) 0 or 1.

    Returns:
        `week` (its Monday, ISO), `pairs`, mean `predicted`, share that `happened`, `gap`
        (predicted less happened) and `drift` (population stability index of the week's scores
        against those of the first week; above 0.2 is commonly called a shift), oldest first.

    Example:
        >>> days = np.array(["2026-10-05", "2026-10-11", "2026-10-12"], dtype="datetime64[D]")
        >>> by_week(days, [0.5, 0.5, 0.5], [1, 0, 0])[["week", "pairs", "gap"]].values.tolist()
        [['2026-10-05', 2, 0.0], ['2026-10-12', 1, 0.5]]
    """
    known = ~np.isnat(day)
    monday = day[known] - ((day[known].astype(np.int64) + 3) % 7).astype("timedelta64[D]")
    frame = pd.DataFrame(
        {
            "week": monday.astype(str),
            "predicted": np.asarray(predicted, np.float64)[known],
            "happened": np.asarray(happened, np.float64)[known],
            "bin": bins_of(np.asarray(predicted, np.float64)[known]),
        }
    )
    grouped = frame.groupby("week")
    table = pd.DataFrame(
        {
            "pairs": grouped.size(),
            "predicted": grouped["predicted"].mean(),
            "happened": grouped["happened"].mean(),
        }
    )
    table["gap"] = table["predicted"] - table["happened"]
    counts = pd.crosstab(frame["week"], frame["bin"]).to_numpy(np.float64) + 0.5
    shares = counts / counts.sum(axis=1, keepdims=True)
    first = shares[:1]
    table["drift"] = ((shares - first) * np.log(shares / first)).sum(axis=1)
    return table.reset_index()


def _per_pair(name: str, person: Positions, values: Floats, n_people: int) -> Tally:
    total = np.bincount(person, weights=values, minlength=n_people)
    return ratio(name, total, np.bincount(person, minlength=n_people))
