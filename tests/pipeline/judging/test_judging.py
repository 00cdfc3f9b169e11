"""Trials, the gate and the fairness report on a planted office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import orjson
import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.evaluation.limits import Limits, shipped_limits
from matcher.pipeline.judging.fairness import fairness_report
from matcher.pipeline.judging.promoting import Training, card_of, evaluate
from matcher.pipeline.judging.trials import OfficeTrial, _rated, chances_shown, take_trial
from matcher.pipeline.judging.versions import code_sha256, law_sha256
from matcher.pipeline.snapshot import take_snapshot
from matcher.ranking.rules import RulesRanker
from matcher.ranking.shelf.card import card_markdown
from matcher.store.store import Store
from tests.factories import make_frame
from tests.planted import AT, HEADCOUNT, ON, PEOPLE, POSTS, Leaning, fill

SCOPE = Scope.office("test")
SEEN = ("shown", "viewed")
OLD, NEW = Leaning("old-first", 1.0), Leaning("new-first", -1.0)
QUICK: Limits = replace(
    shipped_limits(),
    report=replace(shipped_limits().report, permutations=199, resamples=100),
)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        fill(opened)
        yield opened


@pytest.fixture(scope="module")
def trial(store: Store) -> OfficeTrial:
    return take_trial(store, SCOPE, on=ON, seed=0, limits=QUICK)


def test_the_market_of_a_trial_knows_nothing_of_what_is_held_out(
    store: Store, trial: OfficeTrial
) -> None:
    assert trial.split.first_held_day == trial.market.on
    assert (trial.learned["on"] < trial.market.on.isoformat()).all()
    hires = trial.learned[trial.learned["stage"] == "hired"]["vacancy_id"].value_counts()
    posts = trial.market.vacancies
    left = dict(zip(posts.ids, posts.places_left, strict=True))
    assert all(left[post] == HEADCOUNT - hires.get(post, 0) for post in posts.ids)
    later = store.hires_by_vacancy(until=ON)["hired"].sum()
    assert later > len(trial.learned[trial.learned["stage"] == "hired"])


def test_who_found_work_since_was_a_jobseeker_then(store: Store) -> None:
    with Store.open("sqlite://") as other:
        fill(other)
        persons = other.persons(SCOPE, parts=("profile", "status"))
        placed = persons.assign(seeks_work=False)
        with other.writing(actor="test", at=AT) as batch:
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, placed.to_dict(orient="records")))
        found = take_trial(other, SCOPE, on=ON, seed=0, limits=QUICK)
        whole = take_trial(store, SCOPE, on=ON, seed=0, limits=QUICK)
    assert len(found.trial.held.person_at) == len(whole.trial.held.person_at)


def test_a_pair_learned_from_is_not_to_be_found(trial: OfficeTrial) -> None:
    held = trial.trial.held
    found = set(zip(held.person_at.tolist(), held.vacancy_at.tolist(), strict=True))
    known = set(zip(held.known_person_at.tolist(), held.known_vacancy_at.tolist(), strict=True))
    assert found
    assert known
    assert not found & known
    assert held.pool_size == POSTS


def test_the_better_model_passes_the_gate_and_the_worse_does_not(trial: OfficeTrial) -> None:
    found = evaluate(trial, [OLD, RulesRanker()])
    assert found.judgement is not None
    assert found.judgement.findings[0].passed
    back = evaluate(trial, [NEW, OLD])
    assert back.judgement is not None
    assert not back.judgement.passed
    assert "beats_champion" in {each.check for each in back.judgement.refused}


def test_models_and_baselines_stand_in_one_table(trial: OfficeTrial) -> None:
    table = evaluate(trial, [OLD]).table
    expected = ["old-first", "random", "popularity", "item_item", "ridge"]
    assert table["model"].unique().tolist() == expected
    own = table[(table["model"] == "old-first") & (table["attribute"] == "everyone")]
    expected = ["ndcg@10", "recall@10", "mrr", "ece", "over_prediction", "brier"]
    assert own["measure"].tolist() == expected
    groups = set(table[table["model"] == "old-first"]["attribute"])
    assert groups == {"everyone", "sex", "age", "hukou", "newcomer"}
    best = table.set_index(["model", "measure", "group"])["value"]
    assert best["old-first", "ndcg@10", "everyone"] > best["random", "ndcg@10", "everyone"] * 1.5


def test_the_same_trial_gives_the_same_numbers(store: Store, trial: OfficeTrial) -> None:
    again = take_trial(store, SCOPE, on=ON, seed=0, limits=QUICK)
    one, other = evaluate(trial, [OLD]).table, evaluate(again, [OLD]).table
    assert one.equals(other)


def test_outcomes_without_days_are_held_out_by_lot_and_the_card_says_so() -> None:
    with Store.open("sqlite://") as undated:
        fill(undated, dated=False)
        trial = take_trial(undated, SCOPE, on=ON, seed=0, limits=QUICK)
    assert trial.market.on == ON
    card = card_of(
        trial,
        OLD,
        Training(pairs=10, positives=5, sampling="none", seed=0, parameters={}),
        evaluate(trial, [OLD]).table,
        generated=True,
    )
    assert card.cautions == ("not_calibrated_in_time", "generated")
    assert card.data.first_day is None
    page = card_markdown(orjson.loads(card.content()), "zh")
    assert "未按时间校准" in page


def test_a_card_tells_span_counts_origin_and_every_measure(trial: OfficeTrial) -> None:
    found = evaluate(trial, [OLD])
    training = Training(pairs=10, positives=5, sampling="none", seed=7, parameters={"trees": 3})
    card = card_of(trial, OLD, training, found.table, generated=False)
    assert card.cautions == ()
    assert card.data.last_day is not None
    assert card.data.last_day < trial.market.on.isoformat()
    assert (card.data.persons, card.data.vacancies) == (PEOPLE, POSTS)
    assert (card.origin.law_sha256, card.origin.code_sha256) == (law_sha256(), code_sha256())
    assert len(card.rows) == len(found.table)
    assert card.content() == card_of(trial, OLD, training, found.table, generated=False).content()


def test_an_office_without_outcomes_has_nothing_to_measure_on() -> None:
    with Store.open("sqlite://") as empty, pytest.raises(WrongUse, match="none to measure on"):
        take_trial(empty, SCOPE, on=ON, seed=0)


@pytest.mark.slow
def test_the_fairness_report_finds_what_is_unfair_and_only_that(
    store: Store, trial: OfficeTrial
) -> None:
    snapshot = take_snapshot(store, SCOPE, on=ON)
    groupings = trial.trial.groupings
    fair = fairness_report(snapshot, OLD, groupings, trial, limits=QUICK, seed=0)
    tables = fair.tables
    assert set(tables) == {
        *("by_group", "apart", "four_fifths", "proxies", "reliability", "weeks"),
    }
    sex = tables["apart"].set_index(["attribute", "measure"]).loc["sex"]
    assert (sex.loc[["selection@10", "exposure@10", "ndcg@10"], "p_value"] > 0.01).all()
    assert not tables["four_fifths"].set_index("attribute").loc["sex", "below_mark"]
    assert tables["by_group"]["people"].min() >= QUICK.report.least_shown
    assert tables["weeks"]["pairs"].sum() == len(trial.trial.rated or ())
    assert (tables["proxies"]["auc"].between(0.3, 0.7)).all(), "features here tell nothing"


def test_a_ranker_that_lists_one_sex_first_is_found_out(store: Store, trial: OfficeTrial) -> None:
    """Through the lists alone: the ranker itself could never see the sex."""
    snapshot = take_snapshot(store, SCOPE, on=ON)

    class Unfair(Leaning):
        def score(self, features: np.ndarray) -> np.ndarray:
            people = np.tile(np.arange(PEOPLE), len(features) // PEOPLE)
            return np.where(people % 2 == 1, 0.1, 0.9).astype(np.float32)

    fair = fairness_report(
        snapshot, Unfair("unfair", 1.0), trial.trial.groupings, None, limits=QUICK, seed=0
    )
    sex = fair.tables["apart"].set_index(["attribute", "measure"]).loc["sex"]
    assert (sex["p_value"] <= 0.01).all()
    assert fair.tables["four_fifths"].set_index("attribute").loc["sex", "below_mark"]
    assert fair.tables["reliability"].empty


@pytest.mark.slow
def test_lists_that_change_with_the_seed_are_told_by_group(
    store: Store, trial: OfficeTrial
) -> None:
    snapshot = take_snapshot(store, SCOPE, on=ON)
    fair = fairness_report(
        snapshot,
        OLD,
        trial.trial.groupings,
        trial,
        limits=QUICK,
        seed=0,
        retrained=(trial.measure(OLD), trial.measure(OLD), trial.measure(NEW)),
    )
    rows = fair.tables["by_group"].set_index(["measure", "group"])["value"]
    # Of the three pairs of trainings one agrees wholly and two put other posts first.
    assert 0.3 < rows["overlap@10", "everyone"] < 0.6
    assert rows["kendall@10", "everyone"] <= 1
    assert {"female", "male"} <= set(rows["overlap@10"].index)


def test_a_ranker_is_measured_by_its_scores_of_every_post(trial: OfficeTrial) -> None:
    """By hand for one person: who is listed is who has stood longest and is not yet known."""
    quality = trial.measure(OLD).quality
    person, held = int(quality.person_at[0]), trial.trial.held
    age = trial.market.on - trial.market.vacancies.posted_on.astype("datetime64[D]").astype(object)
    known = held.known_vacancy_at[held.known_person_at == person]
    order = [at for at in np.argsort(-np.array([d.days for d in age])) if at not in known]
    oldest = {int(at) for at in order[:10]}
    capped = {int(at) for at in order if age[at].days >= 365}
    assert set(quality.top[0].tolist()) <= oldest | capped


def _logged(days: list[tuple[str, str, str, int | None]]) -> pd.DataFrame:
    names = ["person_id", "stage", "on", "rank_shown"]
    return pd.DataFrame(days, columns=names).assign(vacancy_id="V000")


def test_where_looking_was_logged_a_chance_is_held_against_what_was_looked_at(
    trial: OfficeTrial,
) -> None:
    shown = [(f"P{at:03d}", "shown", "2026-03-02", 1) for at in range(1, 7)]
    looked = [(f"P{at:03d}", "viewed", "2026-03-02", None) for at in range(1, 6)]
    answered = [
        ("P001", "applied", "2026-03-03", None),
        ("P001", "hired", "2026-03-20", None),
        ("P002", "applied", "2026-03-03", None),
        ("P002", "refused_by_employer", "2026-03-10", None),
        ("P003", "applied", "2026-03-03", None),
        ("P005", "shown", "2026-03-19", 1),
    ]
    rated = _rated(trial.market, _logged([*shown, *looked, *answered]))
    assert rated is not None
    ids = trial.market.jobseekers.ids[rated.person_at].tolist()
    # P003 waits for the employer, P006 did not look.
    assert ids == ["P001", "P002", "P004", "P005"]
    assert rated.happened.tolist() == [True, False, False, False]
    assert set(rated.day.astype(str)) == {"2026-03-02"}


def test_what_was_shown_too_lately_to_be_answered_is_no_refusal(trial: OfficeTrial) -> None:
    lists = [(f"P{at:03d}", stage, "2026-03-02", None) for at in (1, 2) for stage in SEEN]
    late = [("P003", stage, "2026-03-19", None) for stage in SEEN]
    hired = [("P001", "applied", "2026-03-03", None), ("P001", "hired", "2026-03-20", None)]
    rated = _rated(trial.market, _logged([*lists, *late, *hired]))
    assert rated is not None
    assert trial.market.jobseekers.ids[rated.person_at].tolist() == ["P001", "P002"]


def test_where_looking_was_not_logged_the_first_of_a_list_counts(trial: OfficeTrial) -> None:
    given = [
        ("P001", "shown", "2026-03-02", 1),
        ("P001", "hired", "2026-03-02", None),
        ("P002", "shown", "2026-03-02", 1),
        ("P003", "shown", "2026-03-02", 2),
    ]
    rated = _rated(trial.market, _logged(given))
    assert rated is not None
    assert trial.market.jobseekers.ids[rated.person_at].tolist() == ["P001", "P002"]


def test_what_was_seldom_shown_counts_more_up_to_a_bound(trial: OfficeTrial) -> None:
    person, posts = trial.market.jobseekers.ids[0], trial.market.vacancies.ids[:4]
    rows: list[tuple[str, str, str, float | None]] = [(person, posts[0], "shown", 0.5)]
    rows += [(person, posts[0], "shown", 0.25)]
    rows += [(person, posts[1], "shown", 0.001), (person, posts[2], "shown", None)]
    columns = ["person_id", "vacancy_id", "stage", "propensity"]
    learned = pd.DataFrame(rows, columns=columns)
    held = pd.DataFrame([(person, each, "applied", None) for each in posts], columns=columns)
    chance = chances_shown(trial.market, learned, held)
    assert chance.tolist() == [0.5, 0.1, 1.0, 1.0]


def test_where_no_chance_was_logged_every_outcome_counts_alike() -> None:
    with Store.open("sqlite://") as store:
        fill(store)
        plain = take_trial(store, Scope.office("test"), on=ON, seed=0)
        outcomes = store.outcomes(Scope.office("test"))
    assert chances_shown(plain.market, plain.learned, outcomes).tolist() == [1.0] * len(outcomes)
    assert chances_shown(plain.market, plain.learned, outcomes[:0]).tolist() == []
