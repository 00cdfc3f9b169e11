"""The shipped ranker against the known truth of the demo city: order, chances, groups, crowds."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from matcher.demo.basis.assumptions import demo_day, demo_seed
from matcher.demo.city import generate_city
from matcher.domain.scope import Scope
from matcher.evaluation.metrics import ndcg_at_k
from matcher.pipeline.lists.crowding import match_together
from matcher.pipeline.matching import match_all
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.shelf.opening import open_ranker
from matcher.ranking.shelf.shelf import Shelf
from matcher.ranking.shelf.shipped import DEMO_CITY
from matcher.store.store import Store

pytestmark = pytest.mark.slow

LISTED = 10
QUALITY = Path(__file__).resolve().parents[2] / "benchmarks" / "demo_quality.py"


@pytest.fixture(scope="module")
def snapshot(city: Path) -> Snapshot:
    """The demo city on its day, as the workspace holds it."""
    with Store.open(f"sqlite:///{city / 'rengang.sqlite'}", create=False) as store:
        return take_snapshot(store, Scope.office("quality"), on=demo_day())


def test_the_champion_of_the_demo_city_comes_near_the_oracle_for_every_group(city: Path) -> None:
    assert open_ranker(Shelf(city)).name == DEMO_CITY
    quality = runpy.run_path(str(QUALITY))
    table = quality["figures"](city)
    assert len(table) > 8
    assert quality["missed"](table) == []


def test_spreading_halves_the_gini_of_exposure_at_three_per_cent_of_ndcg(
    city: Path, snapshot: Snapshot
) -> None:
    ranker = open_ranker(Shelf(city))
    plain = match_all(snapshot, ranker, top=200)
    spread, told = match_together(snapshot, ranker, top=LISTED)
    assert told.after.gini <= 0.5 * told.before.gini
    truth = generate_city(demo_seed(), demo_day()).truth

    def gains(person: np.ndarray, vacancy: np.ndarray) -> np.ndarray:
        return truth.expected(truth.persons_at(person), truth.vacancies_at(vacancy))

    known = truth.persons_at(plain["person_id"].tolist()) >= 0
    plain = plain[known]
    pairs = plain.merge(
        spread[["person_id", "vacancy_id", "rank"]],
        on=["person_id", "vacancy_id"],
        how="left",
        suffixes=("", "_spread"),
    )
    query = pairs["person_id"].factorize()[0]
    gain = gains(pairs["person_id"].to_numpy(), pairs["vacancy_id"].to_numpy())
    before = np.nanmean(ndcg_at_k(query, gain, -pairs["rank"], LISTED))
    order = -pairs["rank_spread"].fillna(10**6)
    after = np.nanmean(ndcg_at_k(query, gain, order, LISTED))
    assert after >= 0.97 * before
