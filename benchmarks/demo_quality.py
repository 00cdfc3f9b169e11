"""How near the trained ranker comes to the demo city's known truth, and where its chances are off.

    python benchmarks/demo_quality.py WORKSPACE          (a workspace after `rengang demo`)

The ranker is the workspace's champion, the shipped model where none else was promoted. Some
jobseekers' lawful posts are scored; the gain of a post is the truth's expected success, luck left
out, for no file tells it. The oracle orders by that gain itself, so its own NDCG@10 is 1;
content-only is the ranker without the record of posts and employers; the calibration error
compares chances with the truth, luck included. Exit 1 says that a target is missed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.demo.basis.assumptions import demo_day, demo_seed
from matcher.demo.city import generate_city
from matcher.demo.truth import CityTruth
from matcher.domain.scope import Scope
from matcher.evaluation.fairness.groups import groupings_of
from matcher.evaluation.limits import shipped_limits
from matcher.evaluation.metrics import ndcg_at_k
from matcher.pipeline.models.training import lawful_of
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.features import pair_features
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.rules import RulesRanker
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import Shelf
from matcher.store.store import Store

K = 10
PEOPLE = 1_000
BINS = 10
REACH = 0.9
MOST_ERROR = 0.03
NOISE = 0.01
"""Two lists of some two hundred newcomers differ by so much by chance alone."""


def pool_of(
    snapshot: Snapshot, truth: CityTruth, rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Every lawful open pair of some jobseekers whom the truth knows."""
    market = snapshot.market
    people = np.flatnonzero(truth.persons_at(market.jobseekers.ids.tolist()) >= 0)
    people = np.sort(rng.choice(people, min(PEOPLE, len(people)), replace=False))
    posts = len(market.vacancies)
    person_at = np.repeat(people, posts).astype(np.int32)
    vacancy_at = np.tile(np.arange(posts), len(people)).astype(np.int32)
    may = lawful_of(snapshot)(person_at, vacancy_at)
    return person_at[may], vacancy_at[may]


def error(chance: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """ECE over bins of equally many pairs, against the true chances themselves."""
    order = np.argsort(chance, kind="stable")
    gaps = [abs(float((chance[rows] - truth[rows]).sum())) for rows in np.array_split(order, BINS)]
    return sum(gaps) / max(len(chance), 1)


def figures(workspace: Path, seed: int = 0) -> pd.DataFrame:
    """NDCG@10 as a share of the oracle's and the calibration error, overall and by group."""
    truth = generate_city(demo_seed(), demo_day()).truth
    scope = Scope.office("measure")
    with Store.open(f"sqlite:///{workspace / 'rengang.sqlite'}", create=False) as store:
        snapshot = take_snapshot(store, scope, on=demo_day())
        persons = store.persons(scope, parts=("profile", "status"))
        outcomes = store.outcomes(scope)
    ranker = open_ranker(Shelf(workspace))
    market = snapshot.market
    person, vacancy = pool_of(snapshot, truth, np.random.default_rng(seed))
    given = market.jobseekers, market.vacancies, market.terms, person, vacancy
    seen = pair_features(*given, on=market.on, names=ranker.features, past=snapshot.past)
    unseen = pair_features(*given, on=market.on, names=ranker.features, past=None)
    rules = RulesRanker()
    scores = {
        "trained": ranker.score(seen),
        "content_only": ranker.score(unseen),
        "rules": rules.score(pair_features(*given, on=market.on, names=rules.features)),
    }
    at = truth.persons_at(market.jobseekers.ids[person].tolist())
    to = truth.vacancies_at(market.vacancies.ids[vacancy].tolist())
    gain, success = truth.expected(at, to), truth.success(at, to)
    chance = scores["trained"].astype(np.float64)
    known = np.isin(market.jobseekers.ids, outcomes["person_id"].unique())
    rows = []
    for label, group in groups_of(snapshot, persons, ~known):
        of = group[person]
        row = {"group": label, "people": len(np.unique(person[of]))}
        for name, score in scores.items():
            row[name] = float(np.nanmean(ndcg_at_k(person[of], gain[of], score[of], K)))
        rows.append(row | {"ece": error(chance[of], success[of])})
    if isinstance(ranker, TwoSidedRanker):
        sides = ranker.side_scores(seen)
        if sides.interest is not None and sides.success is not None:
            print("interest: said", sides.interest.mean(), "true", truth.accept(at, to).mean())
            print("success: said", sides.success.mean(), "true", truth.hire(at, to).mean())
    return pd.DataFrame(rows)


def groups_of(
    snapshot: Snapshot, persons: pd.DataFrame, newcomer: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Everyone, then each group."""
    ids = snapshot.market.jobseekers.ids
    yield "everyone", np.ones(len(ids), bool)
    bands = shipped_limits().report.age_bands
    for each in groupings_of(persons, ids, newcomer, on=snapshot.market.on, age_bands=bands):
        for number, name in enumerate(each.names):
            group = each.group_of == number
            if group.any():
                yield f"{each.attribute}: {name}", group


def missed(table: pd.DataFrame) -> list[str]:
    """The targets that these figures miss, each in a sentence."""
    by_group = table.set_index("group")
    whole, worst = float(by_group["trained"]["everyone"]), float(table["ece"].max())
    new = by_group.loc["newcomer: newcomer"]
    failed = {
        f"NDCG@{K} {whole:.4f} of the oracle's, to reach {REACH}": whole < REACH,
        f"calibration error {worst:.4f}, at most {MOST_ERROR}": not worst <= MOST_ERROR,
        f"newcomers {new['trained']:.4f}, content-only {new['content_only']:.4f}": (
            new["trained"] < new["content_only"] - NOISE
        ),
    }
    return [told for told, is_missed in failed.items() if is_missed]


def main() -> None:
    """Print the figures and which targets they miss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    table = figures(parser.parse_args().workspace)
    print(table.assign(oracle=1.0).round(4).to_string(index=False))
    failed = missed(table)
    print("\n".join(f"missed: {each}" for each in failed) or "all targets met")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
