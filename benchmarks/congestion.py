"""Everyone's lists with and without congestion control: how attention spreads, what it costs.

The peer is the plain ranker: the same people, posts, candidates and scores in the same run. The
demo city knows its own truth, so the cost in NDCG@10 is told twice: by the model's own scores, as
the command does, and by the truth's expected success over every lawful open post.

    python benchmarks/congestion.py [--workspace DIR] [--people N] [--seed N]

Prints the ratio of the Gini coefficients of exposure@10 (target at most 0.5), the NDCG@10 lost
(at most 3 %), and the time of the whole job against that of the plain one.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from office.champion import champion, demo_snapshot

from matcher.demo.truth import CityTruth
from matcher.pipeline.lists.crowding import match_together
from matcher.pipeline.matching import match_all
from matcher.pipeline.models.training import lawful_of
from matcher.pipeline.snapshot import Snapshot

TOP = 10
HALF, MOST_LOST = 0.5, 0.03
WEIGHT = 1 / np.log2(np.arange(2, TOP + 2))


def ideal_gains(
    snapshot: Snapshot, truth: CityTruth, people: NDArray[np.int32]
) -> NDArray[np.float64]:
    """(n,) the discounted gain of each person's best list of lawful open posts, by the truth."""
    posts = np.arange(len(snapshot.market.vacancies), dtype=np.int32)
    best = np.zeros(len(people))
    for row, person in enumerate(people):
        person_at = np.full(len(posts), person, np.int32)
        may = lawful_of(snapshot)(person_at, posts)
        if may.any():
            gain = np.sort(gains(snapshot, truth, person_at[may], posts[may]))[::-1][:TOP]
            best[row] = (gain * WEIGHT[: len(gain)]).sum()
    return best


def gains(
    snapshot: Snapshot,
    truth: CityTruth,
    person_at: NDArray[np.int32],
    vacancy_at: NDArray[np.int32],
) -> NDArray[np.float64]:
    """The expected success of pairs, luck left out."""
    market = snapshot.market
    at = truth.persons_at(market.jobseekers.ids[person_at].tolist())
    return truth.expected(at, truth.vacancies_at(market.vacancies.ids[vacancy_at].tolist()))


def ndcg(
    lists: pd.DataFrame,
    snapshot: Snapshot,
    truth: CityTruth,
    people: NDArray[np.int32],
    ideal: NDArray[np.float64],
) -> float:
    """Mean NDCG@10 of the lists of some people, by the truth."""
    market = snapshot.market
    person_at = pd.Index(market.jobseekers.ids).get_indexer(lists["person_id"]).astype(np.int32)
    vacancy_at = pd.Index(market.vacancies.ids).get_indexer(lists["vacancy_id"]).astype(np.int32)
    counted = np.isin(person_at, people) & (lists["rank"] <= TOP).to_numpy()
    gain = gains(snapshot, truth, person_at[counted], vacancy_at[counted])
    place = lists["rank"].to_numpy()[counted] - 1
    row = np.searchsorted(people, person_at[counted])
    reached = np.bincount(row, gain * WEIGHT[place], minlength=len(people))
    return float((reached[ideal > 0] / ideal[ideal > 0]).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--workspace", type=Path, help="whose champion scores")
    parser.add_argument("--people", type=int, default=600, help="people held against the truth")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    ranker = champion(asked.workspace)
    snapshot, city = demo_snapshot()
    everyone = np.flatnonzero(city.truth.persons_at(snapshot.market.jobseekers.ids.tolist()) >= 0)
    drawn = np.random.default_rng(asked.seed).choice(
        everyone, min(asked.people, len(everyone)), replace=False
    )
    people = np.sort(drawn).astype(np.int32)
    match_all(snapshot, ranker, top=TOP)  # compiles, and builds the index
    start = time.perf_counter()
    plain = match_all(snapshot, ranker, top=TOP)
    middle = time.perf_counter()
    together, found = match_together(snapshot, ranker, top=TOP)
    end = time.perf_counter()
    ideal = ideal_gains(snapshot, city.truth, people)
    before, after = (
        ndcg(lists, snapshot, city.truth, people, ideal) for lists in (plain, together)
    )
    lost_by_truth, lost_by_model = 1 - after / before, 1 - found.expected_ndcg
    print(f"model '{ranker.name}', demo city (generated): {found.people:,} people, ", end="")
    print(f"{len(snapshot.market.vacancies):,} posts")
    print(f"Gini of exposure@{TOP} {found.before.gini:.3f} -> {found.after.gini:.3f}")
    print(f"posts anyone sees {found.before.shown:.1%} -> {found.after.shown:.1%}")
    print(f"NDCG@{TOP} by the truth, {len(people):,} people: {before:.4f} -> {after:.4f}")
    print(
        f"NDCG@{TOP} lost by the truth {lost_by_truth:.1%}, by the model {lost_by_model:.1%}",
        end="",
    )
    print(f" (target at most {MOST_LOST:.0%})")
    print(f"time against the plain job {(end - middle) / (middle - start):.2f}")
    ratio = found.after.gini / found.before.gini
    print(f"ratio {ratio:.2f} (target at most {HALF:g})")


if __name__ == "__main__":
    main()
