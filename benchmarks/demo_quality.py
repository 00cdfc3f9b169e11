"""How near the trained ranker comes to the demo city's known truth, and where its chances are off.

    python benchmarks/demo_quality.py WORKSPACE          (a workspace after `rengang demo`)

The ranker learns from the whole history as `rengang train` does. Every jobseeker's lawful open
posts are scored; the gain of a post is the truth's expected success, luck left out, for no file
tells it. The oracle orders by that gain itself; content-only is the ranker without the record of
posts and employers; the calibration error compares chances with the truth, luck included.
"""

from __future__ import annotations

import argparse
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
from matcher.pipeline.models.training import lawful_of, train
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.features import pair_features
from matcher.ranking.models.two_sided import TwoSidedRanker
from matcher.ranking.rules import RulesRanker
from matcher.store.store import Store

K = 10
PEOPLE = 1_000
BINS = 10
REACH = 0.9
MOST_ERROR = 0.03


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
    ranker, _ = train(snapshot, name="measured", seed=seed)
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


def main() -> None:
    """Print the figures against what they are to reach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    table = figures(parser.parse_args().workspace)
    print(table.round(4).to_string(index=False))
    whole, worst = float(table["trained"].iloc[0]), float(table["ece"].max())
    print(f"NDCG@{K} {whole:.4f} of the oracle's (to reach {REACH})")
    print(f"largest calibration error {worst:.4f} (at most {MOST_ERROR})")


if __name__ == "__main__":
    main()
