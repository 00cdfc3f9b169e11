"""Rank 200 candidates and explain the 20 shown, against the library's bare calls.

Ours begins with the ids of a person and 200 candidates and ends with 20 posts in order, each with
its calibrated score, both chances behind it and what every group of features did to it. The peer
gets the matrix of features ready and asks XGBoost for 200 predictions and 20 rows of exact
contributions. What words cost (filters, law and sentences in two languages) has no peer and is
told beside.

    python benchmarks/rank_explain.py [--workspace DIR] [--vacancies N] [--queries N] [--rounds N]

Times are the processor's, of one thread: two calls of a few milliseconds on a busy machine differ
by whether they were interrupted. Who goes second finds the caches warm, so ours and the peer begin
in turn. Prints the ratio of the medians; the target is at most 1.3.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from office.champion import champion
from office.generated import generated_snapshot
from office.peers import Bare, bare

from matcher.explanation.scored import Scored, scored
from matcher.pipeline.matching import Ranked, best_of, explained_matches
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.features import pair_features
from matcher.ranking.ranker import Ranker, reads_past
from matcher.retrieval.retrieve import search

TARGET = 1.3
CANDIDATES, SHOWN = 200, 20

Positions = NDArray[np.int32]


def ranked_and_explained(
    snapshot: Snapshot, ranker: Ranker, person_at: Positions, vacancy_at: Positions
) -> tuple[Ranked, Scored]:
    """What a page asks of the ranker: the order of the candidates, and why of those shown."""
    found_by = np.ones(len(person_at), np.uint16)
    shown = best_of(snapshot, ranker, person_at, vacancy_at, found_by, top=SHOWN)
    return shown, explained_scores(snapshot, ranker, shown)


def explained_scores(snapshot: Snapshot, ranker: Ranker, shown: Ranked) -> Scored:
    """Why each shown pair has its score, as pages ask before they put it into words."""
    past = snapshot.past if reads_past(ranker) else None
    at = shown.person_at, shown.vacancy_at
    return scored(snapshot.market, ranker, *at, past=past, features=shown.features)


def features_of(
    snapshot: Snapshot, ranker: Ranker, person_at: Positions, vacancy_at: Positions
) -> NDArray[np.float32]:
    """The matrix that the peer finds ready."""
    market = snapshot.market
    return pair_features(
        market.jobseekers,
        market.vacancies,
        market.terms,
        person_at,
        vacancy_at,
        on=market.on,
        names=ranker.features,
        past=snapshot.past if reads_past(ranker) else None,
    )


def questions(snapshot: Snapshot, n: int) -> list[tuple[Positions, Positions]]:
    """Persons who have 200 candidates, with those."""
    found = search(snapshot.index, k=CANDIDATES)
    full = np.flatnonzero(np.diff(found.offsets) == CANDIDATES)[:n]
    cuts = [slice(found.offsets[at], found.offsets[at + 1]) for at in full]
    return [(found.person_at[cut], found.vacancy_at[cut]) for cut in cuts]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and what was made."""
    start = time.process_time()
    made = work()
    return time.process_time() - start, made


def measure(
    snapshot: Snapshot, ranker: Ranker, pairs: list[tuple[Positions, Positions]], rounds: int
) -> tuple[list[float], list[float]]:
    """Ours and the peer's seconds of every question of every round."""
    peer = bare(ranker)
    ours: list[float] = []
    theirs: list[float] = []
    for turn in range(rounds + 1):
        for at, (person_at, vacancy_at) in enumerate(pairs):
            ready = features_of(snapshot, ranker, person_at, vacancy_at)
            works: list[tuple[list[float], Callable[[], Any]]] = [
                (ours, partial(ranked_and_explained, snapshot, ranker, person_at, vacancy_at)),
                (theirs, partial(alone, peer, ready)),
            ]
            for taken, work in works if (turn + at) % 2 else reversed(works):
                seconds, made = timed(work)
                if turn:  # the first round compiles and warms
                    taken.append(seconds)
                if taken is ours:
                    check_sums(ranker, made[1])
    return ours, theirs


def alone(peer: Bare, ready: NDArray[np.float32]) -> None:
    """The library's calls, and nothing around them."""
    peer.predict(ready)
    peer.contributions(ready[:SHOWN])


def check_sums(ranker: Ranker, said: Scored) -> None:
    """Refuse to time reasons that do not explain the score."""
    if not np.allclose(said.parts.sum(axis=1) + ranker.base, said.score, atol=1e-5):
        raise SystemExit("contributions do not sum to the score")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--workspace", type=Path, help="whose champion scores")
    parser.add_argument("--vacancies", type=int, default=20_000)
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=20261102)
    asked = parser.parse_args()
    ranker = champion(asked.workspace)
    snapshot = generated_snapshot(asked.vacancies, 4 * asked.queries, asked.seed)
    pairs = questions(snapshot, asked.queries)
    ours, theirs = measure(snapshot, ranker, pairs, asked.rounds)
    words = []
    for person_at, vacancy_at in pairs:
        shown, _ = ranked_and_explained(snapshot, ranker, person_at, vacancy_at)
        reasons, _ = timed(partial(explained_scores, snapshot, ranker, shown))
        words.append(timed(partial(explained_matches, snapshot, ranker, shown))[0] - reasons)
    print(f"model '{ranker.name}', {len(ranker.features)} features, questions {len(ours)}")
    for name, times in (("rank 200, explain 20", ours), ("bare XGBoost", theirs)):
        p50, p99 = np.percentile(times, [50, 99]) * 1000
        print(f"{name:22} p50 {p50:8.3f} ms   p99 {p99:8.3f} ms")
    print(f"sentences, filters and law of the 20: about {np.median(words) * 1000:.1f} ms more")
    print(f"ratio {np.median(ours) / np.median(theirs):.2f} (target at most {TARGET:g})")


if __name__ == "__main__":
    main()
