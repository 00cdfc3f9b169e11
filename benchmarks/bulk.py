"""Lists for everyone: top 50 for 100k persons of 20k vacancies, 200 candidates each.

Two peers in the same run, taken in turn with ours chunk by chunk, one thread each:

- retrieval (all hard filters, then scores of the survivors, the best 200) against an unfiltered
  sparse product of skills that keeps the best 200: `sparse_dot_topn` where that package is
  installed, else the same algorithm (Gustavson's product, one heap a row) compiled by numba;
- the whole job (retrieval, features, scores, order, the table) against the bare library's
  prediction of the same ready rows by the same model. Feature time is told apart.

    python benchmarks/bulk.py [--workspace DIR] [--persons N] [--vacancies N] [--served N]

`--served` people, spread over all, are timed (default 20,000 of the 100,000); chunks make the
cost of each the same. Targets: at least 0.5 of the first peer's rate, at most 3 times the second.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from office.champion import champion
from office.generated import generated_snapshot
from office.peers import Bare, bare
from scipy import sparse

from matcher.market.arrays import Csr, Market
from matcher.pipeline.matching import Ranked, matches_frame
from matcher.pipeline.snapshot import Snapshot
from matcher.ranking.features import pair_features
from matcher.ranking.order import order_pairs, ranks
from matcher.ranking.ranker import Ranker, reads_past
from matcher.retrieval.retrieve import search

CANDIDATES, TOP = 200, 50
CHUNK = 2_048
ONE_CITY = ("31",)
RATE, TIMES = 0.5, 3.0


@njit(cache=True, nogil=True)
def product_topn(  # numba takes plain arrays
    a_offsets: NDArray[np.int32],
    a_terms: NDArray[np.int32],
    a_values: NDArray[np.float32],
    b_offsets: NDArray[np.int32],
    b_columns: NDArray[np.int32],
    b_values: NDArray[np.float32],
    n_columns: int,
    k: int,
) -> NDArray[np.int32]:
    """The k best columns of each row of a sparse product; -1 where a row has fewer."""
    n = len(a_offsets) - 1
    found = np.full((n, k), -1, np.int32)
    total = np.zeros(n_columns, np.float32)
    touched = np.empty(n_columns, np.int32)
    best = np.empty(k, np.float32)
    for row in range(n):
        m = 0
        for at in range(a_offsets[row], a_offsets[row + 1]):
            value = a_values[at]
            for other in range(b_offsets[a_terms[at]], b_offsets[a_terms[at] + 1]):
                column = b_columns[other]
                if total[column] == 0.0:
                    touched[m] = column
                    m += 1
                total[column] += value * b_values[other]
        size = 0
        for at in range(m):
            column = touched[at]
            score = total[column]
            total[column] = 0.0
            if size < k:
                child = size
                size += 1
                while child > 0 and best[(child - 1) // 2] > score:
                    best[child], found[row, child] = (
                        best[(child - 1) // 2],
                        found[row, (child - 1) // 2],
                    )
                    child = (child - 1) // 2
            elif score <= best[0]:
                continue
            else:
                child = 0
                while True:
                    low = 2 * child + 1
                    if low >= k:
                        break
                    if low + 1 < k and best[low + 1] < best[low]:
                        low += 1
                    if best[low] >= score:
                        break
                    best[child], found[row, child] = best[low], found[row, low]
                    child = low
            best[child], found[row, child] = score, column
    return found


def words_matrix(rows: Csr, market: Market) -> Any:
    """(n, n_terms) CSR of the rarity of each word, rows of length 1."""
    weight = market.terms.idf[rows.values].astype(np.float32)
    offsets = rows.offsets.astype(np.int32)
    made = sparse.csr_matrix((weight, rows.values, offsets), (len(rows), len(market.terms.idf)))
    length = np.sqrt(np.asarray(made.multiply(made).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return (sparse.diags(scale.astype(np.float32)) @ made).tocsr().astype(np.float32)


def unfiltered(market: Market) -> tuple[str, Callable[[NDArray[np.int32]], Any]]:
    """The peer of retrieval by name, and what it does for some people."""
    people = words_matrix(market.jobseekers.text, market)
    posts = words_matrix(market.vacancies.text, market).T.tocsr()
    if importlib.util.find_spec("sparse_dot_topn"):
        topn = importlib.import_module("sparse_dot_topn").sp_matmul_topn
        return "sparse_dot_topn", lambda rows: topn(people[rows], posts, top_n=CANDIDATES)

    def kept(rows: NDArray[np.int32]) -> Any:
        own = people[rows]
        given = own.indptr, own.indices, own.data, posts.indptr, posts.indices, posts.data
        return product_topn(*given, posts.shape[1], CANDIDATES)

    return "sparse product, best 200, compiled", kept


class Clock:
    """Seconds of one thread by what was done."""

    def __init__(self) -> None:
        self.of: dict[str, float] = {}
        self.pairs = 0

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        """Do some work and add its time."""
        start = time.process_time()
        made = work()
        self.of[name] = self.of.get(name, 0.0) + time.process_time() - start
        return made


def serve(snapshot: Snapshot, ranker: Ranker, rows: NDArray[np.int32], clock: Clock) -> Any:
    """What `rengang match --all` does for a chunk of people, timed by stage."""
    market = snapshot.market
    found = clock.timed("retrieval", lambda: search(snapshot.index, k=CANDIDATES, persons=rows))

    def features() -> NDArray[np.float32]:
        return pair_features(
            market.jobseekers,
            market.vacancies,
            market.terms,
            found.person_at,
            found.vacancy_at,
            on=market.on,
            names=ranker.features,
            past=snapshot.past if reads_past(ranker) else None,
        )

    ready = clock.timed("features", features)
    score = clock.timed("scores", lambda: ranker.score(ready))

    def table() -> Any:
        order = order_pairs(found.person_at, score, found.vacancy_at, n=TOP)
        person_at = found.person_at[order]
        ranked = Ranked(
            person_at,
            found.vacancy_at[order],
            ranks(person_at),
            score[order],
            found.found_by[order],
        )
        return matches_frame(snapshot, ranked)

    clock.timed("order and table", table)
    clock.pairs += len(found)
    return ready


def measure(
    snapshot: Snapshot, ranker: Ranker, library: Bare, served: NDArray[np.int32]
) -> tuple[str, Clock]:
    """Every chunk by us and by both peers in turn; the first chunk warms and is not counted."""
    name, product = unfiltered(snapshot.market)
    clock = Clock()
    chunks = [served[at : at + CHUNK] for at in range(0, len(served), CHUNK)]
    serve(snapshot, ranker, chunks[0][:64], Clock())
    product(chunks[0][:64])
    for rows in chunks:
        ready = serve(snapshot, ranker, rows, clock)
        clock.timed(name, lambda rows=rows: product(rows))
        clock.timed("bare scores", lambda ready=ready: library.predict(ready))
    return name, clock


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--workspace", type=Path, help="whose champion scores")
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--vacancies", type=int, default=20_000)
    parser.add_argument("--served", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20261102)
    asked = parser.parse_args()
    ranker = champion(asked.workspace)
    # One city's market, as people seek work: in four provinces few posts are within reach.
    snapshot = generated_snapshot(asked.vacancies, asked.persons, asked.seed, provinces=ONE_CITY)
    step = max(1, asked.persons // asked.served)
    served = np.arange(0, asked.persons, step, dtype=np.int32)
    name, clock = measure(snapshot, ranker, bare(ranker), served)
    seconds = clock.of
    print(f"model '{ranker.name}', {len(ranker.features)} features; all records generated")
    print(
        f"{asked.persons:,} persons x {asked.vacancies:,} vacancies, {len(served):,} persons served"
    )
    print(f"{clock.pairs:,} pairs, {clock.pairs / len(served):.0f} lawful candidates a person")
    for what, took in seconds.items():
        print(f"{what:36} {took:8.2f} s   {len(served) / took:10,.0f} persons a second")
    ours = [seconds[each] for each in ("retrieval", "features", "scores", "order and table")]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"peak memory {peak:.1f} GB")
    without = sum(ours) - seconds["features"]
    print(f"retrieval's rate over {name}: {seconds[name] / ours[0]:.2f} (target at least {RATE:g})")
    print(f"whole job without features over bare scores: {without / seconds['bare scores']:.2f}")
    print(f"features over bare scores: {seconds['features'] / seconds['bare scores']:.2f}")
    print(f"ratio {sum(ours) / seconds['bare scores']:.2f} (target at most {TIMES:g})")


if __name__ == "__main__":
    main()
