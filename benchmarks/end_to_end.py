"""Twenty posts of a million for one person, from the question to the reasons in numbers.

Ours is what the service does between a page's question and its words: retrieve under all hard
filters, leave out what was acted upon, compute features, score, order, explain the 20 shown; warm,
one process, one thread. The peer is the sum of two in the same run: roaring bitmaps with compiled
scoring (as in `retrieval.py`), then XGBoost's bare prediction of 200 ready rows and exact
contributions of 20.

    python benchmarks/end_to_end.py [--workspace DIR] [--vacancies N] [--queries N] [--rounds N]

Prints the ratio of the medians (target at most 1.5) and p99 against p50 (at most 5), each by the
clock and in processor time, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from office.champion import champion
from office.generated import ON, generated_snapshot
from office.peers import bare
from rank_explain import CANDIDATES, SHOWN, explained_scores, features_of
from retrieval import Bitmaps

from matcher.pipeline.matching import explained_matches, rank_for_persons
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.ranker import Ranker
from matcher.retrieval.retrieve import search
from matcher.screening.rows import full_years

TARGET = 1.5
SPREAD = 5.0
PROCESSOR = "processor time"


def people_asked(snapshot: Snapshot, n: int) -> list[int]:
    """Persons with enough posts to choose from; the others are answered sooner."""
    found = search(snapshot.index, k=CANDIDATES)
    return np.flatnonzero(np.diff(found.offsets) == CANDIDATES)[:n].tolist()


class Times:
    """Seconds by what was done, a list for each."""

    def __init__(self) -> None:
        self.of: dict[str, list[float]] = {}

    def add(self, name: str, seconds: float) -> None:
        """One more."""
        self.of.setdefault(name, []).append(seconds)

    def told(self, name: str, *, percentile: float = 50) -> float:
        """A percentile of one list."""
        return float(np.percentile(self.of[name], percentile))


def measure(
    snapshot: Snapshot, ranker: Ranker, people: list[int], rounds: int
) -> tuple[Times, Times]:
    """Ours and the peer's times of every person, in turn."""
    peer, library = Bitmaps.build(snapshot.index), bare(ranker)
    ages = full_years(snapshot.market.standing.birth_date, ON)
    ours, theirs = Times(), Times()
    for turn in range(rounds + 1):
        for person in people:
            alone = np.array([person], np.int32)
            begun = time.thread_time()
            t0 = time.perf_counter()
            ranked = rank_for_persons(snapshot, ranker, top=SHOWN, persons=alone)
            t1 = time.perf_counter()
            explained_scores(snapshot, ranker, ranked)
            t2 = time.perf_counter()
            spent = time.thread_time() - begun
            begun = time.thread_time()
            _, vacancy, _, _ = peer.answer(person, int(ages[person]))
            t3 = time.perf_counter()
            spent_by_peer = time.thread_time() - begun
            ready = features_of(snapshot, ranker, np.full(len(vacancy), person, np.int32), vacancy)
            begun = time.thread_time()
            t4 = time.perf_counter()
            library.predict(ready)
            library.contributions(ready[:SHOWN])
            t5 = time.perf_counter()
            spent_by_peer += time.thread_time() - begun
            if turn:  # the first round compiles and warms
                ours.add("retrieve and rank", t1 - t0)
                ours.add("explain", t2 - t1)
                ours.add("end to end", t2 - t0)
                ours.add(PROCESSOR, spent)
                theirs.add("retrieve", t3 - t2)
                theirs.add("rank and explain", t5 - t4)
                theirs.add("sum", t3 - t2 + t5 - t4)
                theirs.add(PROCESSOR, spent_by_peer)
    return ours, theirs


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--workspace", type=Path, help="whose champion scores")
    parser.add_argument("--vacancies", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20261102)
    asked = parser.parse_args()
    ranker = champion(asked.workspace)
    start = time.perf_counter()
    snapshot = generated_snapshot(asked.vacancies, 2_000, asked.seed)
    built = time.perf_counter() - start
    print(
        f"model '{ranker.name}'; {asked.vacancies:,} vacancies (generated), built in {built:.0f} s"
    )
    people = people_asked(snapshot, asked.queries)
    ours, theirs = measure(snapshot, ranker, people, asked.rounds)
    for times in (ours, theirs):
        for name in times.of:
            p50, p99 = (times.told(name, percentile=at) * 1000 for at in (50, 99))
            print(f"{name:20} p50 {p50:8.3f} ms   p99 {p99:8.3f} ms")
    begun = time.perf_counter()
    alone = np.array(people[:1], np.int32)
    explained_matches(
        snapshot, ranker, rank_for_persons(snapshot, ranker, top=SHOWN, persons=alone)
    )
    print(
        f"with sentences and law in words, one list: {(time.perf_counter() - begun) * 1e3:.0f} ms"
    )
    for of, name, peer in (("clock", "end to end", "sum"), (PROCESSOR, PROCESSOR, PROCESSOR)):
        spread = ours.told(name, percentile=99) / ours.told(name)
        ratio = ours.told(name) / theirs.told(peer)
        print(f"{of}: p99 / p50 {spread:.1f} (target at most {SPREAD:g})")
        print(f"{of}: ratio {ratio:.2f} (target at most {TARGET:g})")


if __name__ == "__main__":
    main()
