"""What the demo city assumes: every rate, share and amount is a row of data/demo/assumptions.csv.

A row names its source: a document where one gives the figure, else the word "assumption".
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.errors import UnknownCode
from matcher.reference.paths import path


@cache
def _rows() -> Mapping[str, str]:
    with path("demo", "assumptions.csv").open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["value"] for row in csv.DictReader(file)}


def _text(name: str) -> str:
    rows = _rows()
    if name not in rows:
        group = name.partition("_")[0]
        near = [known for known in rows if known.startswith(group)]
        raise UnknownCode(code=name, table="demo/assumptions.csv", nearest=near)
    return rows[name]


def assumed(name: str) -> float:
    """The value of one assumption, in the unit that its row states.

    Raises:
        UnknownCode: no row has the name; the message lists those of the same group.

    Example:
        >>> assumed("households")
        2348.0
    """
    return float(_text(name))


def assumed_count(name: str) -> int:
    """The value of an assumption that counts something.

    Example:
        >>> assumed_count("seekers")
        3000
    """
    return int(_text(name))


def demo_day() -> date:
    """The day on which the demo city is shown unless another is asked for.

    Example:
        >>> demo_day()
        datetime.date(2026, 11, 2)
    """
    return date.fromisoformat(_text("demo_day"))


def demo_seed() -> int:
    """The seed of the demo city unless another is asked for.

    Example:
        >>> demo_seed() > 0
        True
    """
    return int(_text("demo_seed"))


@cache
def table(name: str) -> pd.DataFrame:
    """One of the further tables of data/demo (trades, counties, names …); empty cells are NA.

    Example:
        >>> table("counties")["county"].tolist()[:2]
        ['320613', '320612']
    """
    frame = pd.read_csv(path("demo", f"{name}.csv"), dtype=str, keep_default_na=False)
    return frame.mask(frame == "")


def apportion(weights: Sequence[float] | NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """How many of `n` fall to each weight: largest remainders, the first of equals.

    Args:
        weights: (k,) not negative, not all 0; need not sum to 1.
        n: how many there are.

    Returns:
        (k,) counts that sum to `n`.

    Example:
        >>> apportion([0.5, 0.3, 0.2], 4).tolist()
        [2, 1, 1]
    """
    exact = np.asarray(weights, np.float64) * n / np.sum(weights)
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: n - counts.sum()]] += 1
    return counts


def shares(prefix: str) -> tuple[list[str], NDArray[np.float64]]:
    """The assumptions `prefix.label` as labels and weights that sum to 1.

    Example:
        >>> shares("work_form")[0][0]
        'full_time'
    """
    start = f"{prefix}."
    labels = [name.removeprefix(start) for name in _rows() if name.startswith(start)]
    weights = np.array([assumed(start + label) for label in labels])
    return labels, weights / weights.sum()


def pick(rng: np.random.Generator, prefix: str, n: int) -> NDArray[np.object_]:
    """`n` labels drawn by the shares of `prefix.label`.

    Example:
        >>> pick(np.random.default_rng(1), "work_form", 2).shape
        (2,)
    """
    labels, weights = shares(prefix)
    return np.array(labels, object)[rng.choice(len(labels), n, p=weights)]


def days(on: date) -> np.datetime64:
    """The day as numpy counts days.

    Example:
        >>> days(date(2026, 11, 2)) - days(date(2026, 11, 1))
        np.timedelta64(1,'D')
    """
    return np.datetime64(on, "D")
