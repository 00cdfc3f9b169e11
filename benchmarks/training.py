"""Learning from pairs against the library's bare training on the same matrix.

    python benchmarks/training.py [--small | --pairs 10000000] [--features 20] [--trees 50]

Ours is `fit`: the split into people learnt from and held out, the line, the trees of one objective
with early stopping, the baselines of the report and calibration. The peer is XGBoost's own
`DMatrix` and `train` with the same settings on the same matrix, as many trees and no more. The
pairs are generated from a seed, with more to learn than so many trees can, so that early stopping
never makes ours the shorter work. Each takes its turn in a process of its own, one thread.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from dataclasses import asdict

import numpy as np
import xgboost

from matcher.ranking.training.examples import Examples
from matcher.ranking.training.fit import TreeSettings, fit

TARGET = 1.1
SMALL = 200_000
PAIRS_A_PERSON = 50


def generated(pairs: int, features: int, seed: int) -> Examples:
    """Pairs of which a thirtieth were taken; some values missing.

    The first columns tell of it as a line and as products of two, which only trees can learn.
    """
    rng = np.random.default_rng(seed)
    made = rng.standard_normal((pairs, features), dtype=np.float32)
    told = rng.logistic(size=pairs).astype(np.float32) - 6.0
    told += made[:, 0] + made[:, 1] * made[:, 2] + 2 * np.abs(made[:, 3])
    for column in range(4, features):
        made[rng.random(pairs, dtype=np.float32) < 0.2, column] = np.nan
    person = (np.arange(pairs) // PAIRS_A_PERSON).astype(np.int32)
    return Examples(made, told > 0, person, person)


def ours(examples: Examples, trees: int) -> tuple[float, int]:
    """Seconds of the processor in `fit`, and how many trees it kept."""
    names = ("popularity", *(f"column_{at}" for at in range(1, examples.features.shape[1])))
    settings = TreeSettings(most_trees=trees)
    started = time.process_time()
    fitted = fit(examples, names, np.random.default_rng(0), settings, objectives=("binary",))
    return time.process_time() - started, int(fitted.metrics["trees_grown"])


def bare(examples: Examples, trees: int) -> tuple[float, int]:
    """Seconds of the processor in the library alone, and how many trees it grew."""
    parameters = asdict(TreeSettings())
    parameters.pop("most_trees")
    parameters |= {"tree_method": "hist", "nthread": 1, "objective": "binary:logistic"}
    started = time.process_time()
    matrix = xgboost.DMatrix(examples.features, examples.label, nthread=1)
    grown = xgboost.train(parameters, matrix, trees)
    return time.process_time() - started, int(grown.num_boosted_rounds())


def _alone(which: str, pairs: int, features: int, trees: int) -> tuple[float, int, float]:
    seconds, grown = {"ours": ours, "bare": bare}[which](generated(pairs, features, 0), trees)
    return seconds, grown, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> int:
    """Measure; 0 where the ratio is within the target."""
    parser = argparse.ArgumentParser(description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--small", action="store_true", help=f"{SMALL} pairs, the default")
    size.add_argument("--pairs", type=int, default=SMALL)
    parser.add_argument("--features", type=int, default=20)
    parser.add_argument("--trees", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    taken: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(given.rounds):
        for which, seconds in taken.items():
            with spawn.Pool(1) as pool:
                told = pool.apply(_alone, (which, given.pairs, given.features, given.trees))
            seconds.append(told[0])
            print(f"{which}: {told[0]:.1f} s, {told[1]} trees, {told[2]:.1f} GB", flush=True)
    ratio = min(taken["ours"]) / min(taken["bare"])
    print(f"{given.pairs:,} pairs: ratio {ratio:.2f} (target {TARGET})")
    return 0 if ratio <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
