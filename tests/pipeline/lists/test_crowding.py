"""Everyone's lists made together, held against the demo city's known truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from matcher.demo.basis.assumptions import demo_day, demo_seed
from matcher.demo.city import generate_city
from matcher.demo.truth import CityTruth
from matcher.domain.scope import Scope
from matcher.evaluation.metrics import gini
from matcher.pipeline import matching
from matcher.pipeline.lists import crowding
from matcher.pipeline.lists.crowding import match_together
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.registry import ranker_named
from matcher.store.store import Store

RULES = ranker_named("rules")
TOP = 10


@pytest.fixture(scope="module")
def snapshot(city: Path) -> Snapshot:
    """The demo city on its day."""
    with Store.open(f"sqlite:///{city / 'rengang.sqlite'}") as store:
        return take_snapshot(store, Scope.office("test"), on=demo_day())


@pytest.fixture(scope="module")
def truth() -> CityTruth:
    """Who would take and get which post."""
    return generate_city(demo_seed(), demo_day()).truth


def true_gain(truth: CityTruth, lists: pd.DataFrame) -> pd.Series[float]:
    """Each person's discounted chance of work over their list."""
    person = truth.persons_at(lists["person_id"].tolist())
    vacancy = truth.vacancies_at(lists["vacancy_id"].tolist())
    chance = truth.success(person, vacancy) / np.log2(lists["rank"] + 1)
    gains: pd.Series[float] = chance.groupby(lists["person_id"]).sum()
    return gains


def exposure(lists: pd.DataFrame, in_reach: pd.Index[str]) -> float:
    """Gini over all posts that any list could show."""
    return gini(lists["vacancy_id"].value_counts().reindex(in_reach, fill_value=0))


@pytest.mark.slow
def test_exposure_is_twice_as_even_at_three_per_cent_of_true_gain(
    snapshot: Snapshot, truth: CityTruth
) -> None:
    plain = matching.match_all(snapshot, RULES, top=TOP)
    together, report = match_together(snapshot, RULES, top=TOP)
    candidates = matching.scored_candidates(snapshot, RULES, top=TOP)
    in_reach = pd.Index(snapshot.market.vacancies.ids[np.unique(candidates[1])])
    assert exposure(plain, in_reach) == pytest.approx(report.before.gini)
    assert exposure(together, in_reach) == pytest.approx(report.after.gini)
    assert report.after.gini <= 0.5 * report.before.gini
    kept = true_gain(truth, together).sum() / true_gain(truth, plain).sum()
    assert kept >= 0.97
    assert report.after.shown > report.before.shown


def test_lists_hold_the_same_people_and_only_lawful_candidates(snapshot: Snapshot) -> None:
    plain = matching.match_all(snapshot, RULES, top=200)
    together, _ = match_together(snapshot, RULES, top=TOP)
    assert list(together.columns) == list(plain.columns)
    sizes = plain.groupby("person_id").size().clip(upper=TOP)
    assert together.groupby("person_id").size().equals(sizes)
    both = together.merge(plain, on=["person_id", "vacancy_id"], suffixes=("", "_plain"))
    assert len(both) == len(together)
    assert (both["score"] == both["score_plain"]).all()
    assert together["person_id"].is_monotonic_increasing


@pytest.mark.slow
def test_prices_of_a_sample_serve_a_round_too_large_to_hold(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, report = match_together(snapshot, RULES, top=TOP)
    monkeypatch.setattr(crowding, "PAIRS_HELD", len(snapshot.market.jobseekers) * 100)
    sampled, of_sample = match_together(snapshot, RULES, top=TOP)
    assert of_sample.priced_on < report.priced_on == whole["person_id"].nunique()
    assert sampled["person_id"].equals(whole["person_id"])
    reach = pd.Index(whole["vacancy_id"].unique())
    assert exposure(sampled, reach) <= 0.6 * report.before.gini


def test_chunks_do_not_change_the_lists(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = np.arange(0, len(snapshot.market.jobseekers), 7, dtype=np.int32)
    whole, _ = match_together(snapshot, RULES, top=TOP, persons=some)
    monkeypatch.setattr(crowding, "PERSONS_A_CHUNK", 50)
    again, _ = match_together(snapshot, RULES, top=TOP, persons=some)
    pd.testing.assert_frame_equal(whole, again)


def test_nobody_has_no_lists(snapshot: Snapshot) -> None:
    lists, report = match_together(snapshot, RULES, top=TOP, persons=np.empty(0, np.int32))
    assert lists.empty
    assert report.people == report.priced_on == 0
    assert report.strength == 0
