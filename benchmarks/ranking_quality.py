"""Full-pool NDCG@10 of the trained ranker against plain methods, on outcomes held out.

    python benchmarks/ranking_quality.py --measure-data DIR [--seeds 0 1]

DIR, or its folder `scout`, holds persons.csv, vacancies.csv and outcomes.csv in the import format.
Two fifths of what each person with a history went for are held out, and everything of one person
in ten. The ranker is trained on the rest through the workspace, as `rengang train` does, and ranks
the whole pool. With several seeds the split is drawn anew for each, and the means count.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from matcher.cli.main import run
from matcher.domain.scope import Scope
from matcher.pipeline.matching import rank_for_persons
from matcher.pipeline.models.training import train
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.features import pair_features
from matcher.ranking.history.signals import best_posts, blocks
from matcher.ranking.training.examples import Ground, Scheme, drawn, hold_out, together
from matcher.store.store import Store

ON = date(2026, 11, 22)
TOP = 10
SIGNALS_ALONE = ("regression", "walk", "embedding", "choice", "consensus", "profile")
HAND_MADE = (
    *("together", "alike", "popularity", "activity", "neighbours", "wording", "same_wording"),
    *("text_cosine", "skills_covered", "skills_used", "education_margin", "experience_margin"),
    *("occupation_wanted_distance", "occupation_done_distance", "certificates_covered"),
    *("wage_gap", "distance_km", "same_city", "work_form_fit", "days_since_posted", "openings"),
    "usual_popularity",
)
"""Twenty-two plain features for the untuned peer."""


@dataclass(frozen=True)
class Held:
    """What was held out: (n_persons, n_vacancies), and whose it is."""

    pairs: Any
    known: NDArray[np.int64]
    newcomers: NDArray[np.int64]


def split(outcomes: pd.DataFrame, seed: int) -> NDArray[np.bool_]:
    """(n,) bool, held out: two fifths of each person's rows, all rows of one person in ten."""
    rng = np.random.default_rng(seed)
    person = pd.factorize(outcomes["person_id"], sort=True)[0]
    count = np.bincount(person)
    new = np.zeros(len(count), bool)
    new[rng.choice(len(count), len(count) // 10, replace=False)] = True
    order = np.lexsort((rng.random(len(person)), person))
    rank = np.empty(len(person), np.int64)
    rank[order] = np.arange(len(person)) - np.r_[0, np.cumsum(count)[:-1]][person[order]]
    return np.asarray((rank < np.round(0.4 * count)[person]) | new[person])


def prepared(folder: Path, workspace: Path, seed: int) -> tuple[Snapshot, Held]:
    """The snapshot of a workspace without the held-out rows, and those rows."""
    outcomes = pd.read_csv(folder / "outcomes.csv", dtype=str)
    out = split(outcomes, seed)
    kept = workspace / "kept.csv"
    outcomes[~out].to_csv(kept, index=False)
    files = {"persons": folder / "persons.csv", "vacancies": folder / "vacancies.csv"}
    for kind, file in (files | {"outcomes": kept}).items():
        try:
            run(["--workspace", str(workspace), "import", kind, str(file)])
        except SystemExit as done:
            if done.code:
                raise
    with Store.open(f"sqlite:///{workspace / 'rengang.sqlite'}") as store:
        snapshot = take_snapshot(store, Scope.office("measure"), on=ON)
    ids = snapshot.market.jobseekers.ids, snapshot.market.vacancies.ids
    person = pd.Index(ids[0]).get_indexer(pd.Index(outcomes["person_id"][out]))
    vacancy = pd.Index(ids[1]).get_indexer(pd.Index(outcomes["vacancy_id"][out]))
    pairs = sparse.csr_matrix(
        (np.ones(len(person), np.float32), (person, vacancy)), (len(ids[0]), len(ids[1]))
    )
    asked, new = np.diff(pairs.indptr) > 0, snapshot.past.is_newcomer()
    return snapshot, Held(pairs, np.flatnonzero(asked & ~new), np.flatnonzero(asked & new))


def ndcg(held: Held, person: Any, vacancy: Any, rank: Any) -> NDArray[np.float64]:
    """(n_persons,) NDCG@10 of lists given as pairs with ranks from 1."""
    hit = np.asarray(held.pairs[person, vacancy]).ravel() * (rank <= TOP)
    reached = np.bincount(person, hit / np.log2(rank + 1), minlength=held.pairs.shape[0])
    best = np.r_[0, np.cumsum(1 / np.log2(np.arange(2, TOP + 2)))]
    return np.asarray(reached / np.maximum(best[np.minimum(np.diff(held.pairs.indptr), TOP)], 1e-9))


def told(name: str, held: Held, values: NDArray[np.float64]) -> tuple[float, float]:
    """Print one row; the two means."""
    means = []
    for people in (held.known, held.newcomers):
        of = values[people]
        means.append((of.mean(), 1.96 * of.std() / np.sqrt(len(of))))
    (known, k), (new, n) = means
    print(f"{name:32s} known {known:.4f} ± {k:.4f}   newcomers {new:.4f} ± {n:.4f}", flush=True)
    return float(known), float(new)


def block_lists(snapshot: Snapshot, people: Any, scores: Any) -> tuple[Any, Any, Any]:
    """The best ten of dense scores over the posts of the past, without what is known."""
    lists = [
        _best(snapshot, some, scores(some))
        for some in np.split(people, range(512, len(people), 512))
    ]
    return tuple(np.concatenate(parts) for parts in zip(*lists, strict=True))


def signal_lists(snapshot: Snapshot, people: Any) -> dict[str, tuple[Any, Any, Any]]:
    """The best ten by each signal alone; of who has none, nothing."""
    lists: dict[str, list[Any]] = {name: [] for name in SIGNALS_ALONE}
    for some in np.split(people, range(256, len(people), 256)):
        made = blocks(snapshot.past, some).of
        for name, of in lists.items():
            of.append(_best(snapshot, some, made[name]))
    return {
        name: tuple(np.concatenate(parts) for parts in zip(*of, strict=True))
        for name, of in lists.items()
    }


def _best(snapshot: Snapshot, some: Any, scores: Any) -> tuple[Any, Any, Any]:
    past = snapshot.past
    block = np.asarray(scores, np.float64)
    block[past.taken[some].toarray() > 0] = -np.inf
    top = np.argsort(-block, axis=1, kind="stable")[:, :TOP]
    ranks = np.tile(np.arange(1, TOP + 1), len(some))
    return np.repeat(some, TOP), past.posts[top.ravel()], ranks


def _all_lawful(person_at: Any, _vacancy_at: Any) -> NDArray[np.bool_]:
    return np.ones(len(person_at), bool)


def lambdamart(snapshot: Snapshot, people: NDArray[np.int64], seed: int) -> tuple[Any, Any, Any]:
    """Lists of an untuned LightGBM LambdaRank on the hand-made features."""
    market, past, rng = snapshot.market, snapshot.past, np.random.default_rng(seed)
    work = market.jobseekers, market.vacancies, market.terms
    none = np.empty(0, np.int32)
    ground = Ground(*work, past, _all_lawful, lambda _: (none, none), ON, HAND_MADE)
    folds = [drawn(ground, hold_out(past, 0.3, rng), Scheme(), rng) for _ in range(3)]
    examples = together(folds)
    sizes = np.unique(examples.list_at, return_counts=True)[1]
    learnt = lightgbm.Dataset(examples.features, examples.label, group=sizes)
    settings = {"objective": "lambdarank", "num_threads": 1, "verbose": -1, "seed": seed}
    trees = lightgbm.train(settings, learnt, 100)
    person, vacancy = best_posts(past, people.astype(np.int32), of_each=80)
    score: Any = trees.predict(
        pair_features(*work, person, vacancy, on=ON, names=HAND_MADE, past=past), num_threads=1
    )
    order = np.lexsort((vacancy, -score, person))
    person, vacancy = person[order], vacancy[order]
    starts = np.flatnonzero(np.r_[True, person[1:] != person[:-1]])
    rank = 1 + np.arange(len(person)) - np.repeat(starts, np.diff(np.r_[starts, len(person)]))
    return person, vacancy, rank


def measured(folder: Path, seed: int) -> tuple[float, ...]:
    """Print every method on one split; ours and item-item, LambdaRank; newcomers, popularity."""
    with tempfile.TemporaryDirectory() as workspace:
        snapshot, held = prepared(folder, Path(workspace), seed)
    past, people = snapshot.past, np.r_[held.known, held.newcomers]
    people.sort()
    popular = block_lists(snapshot, people, lambda some: np.tile(past.popularity, (len(some), 1)))
    by_popularity = told("popularity", held, ndcg(held, *popular))
    items = (past.taken.T @ past.taken).tocsr()
    items.setdiag(0)
    item = block_lists(snapshot, people, lambda some: (past.taken[some] @ items).toarray())
    by_items = told("item-item", held, ndcg(held, *item))
    for name, lists in signal_lists(snapshot, people).items():
        told(f"the signal {name} alone", held, ndcg(held, *lists))
    by_mart = told(
        "LightGBM LambdaRank, 22 features", held, ndcg(held, *lambdamart(snapshot, people, seed))
    )
    started = time.perf_counter()
    ranker, _ = train(snapshot, name="measured", seed=seed)
    trained_in, started = time.perf_counter() - started, time.perf_counter()
    ranked = rank_for_persons(snapshot, ranker, top=TOP, persons=people.astype(np.int32))
    print(f"trained in {trained_in:.0f} s, ranked in {time.perf_counter() - started:.0f} s")
    known, new = told("rengang", held, ndcg(held, ranked.person_at, ranked.vacancy_at, ranked.rank))
    return known, by_items[0], by_mart[0], new, by_popularity[1]


def main() -> int:
    """Measure; 0 where the trained ranker reaches its targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure-data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    given = parser.parse_args()
    inner = given.measure_data / "scout"
    folder = inner if inner.is_dir() else given.measure_data
    rows = []
    for seed in given.seeds:
        print(f"split {seed}", flush=True)
        rows.append(measured(folder, seed))
    known, items, mart, new, popular = np.mean(rows, axis=0)
    ratios = known / items, known / mart, new / popular
    print(
        f"mean of {len(rows)} splits: ratio to item-item {ratios[0]:.2f} (1.35), "
        f"to LambdaRank {ratios[1]:.2f} (1.1); newcomers to popularity {ratios[2]:.2f} (1.5)"
    )
    return 0 if ratios[0] >= 1.35 and ratios[1] >= 1.1 and ratios[2] >= 1.5 else 1


if __name__ == "__main__":
    sys.exit(main())
