"""The hidden truth is an oracle: fixed, bounded, blind to groups, and what the history shows."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from matcher.demo.basis.assumptions import assumed, assumed_count
from matcher.demo.city import City
from matcher.demo.history import FILLED, TOOK_ANOTHER, draw_lists
from matcher.demo.truth import CityTruth
from matcher.domain.kinds import Kind


def some_pairs(truth: CityTruth, n: int = 5000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return (
        rng.integers(0, len(truth.person_ids), n),
        rng.integers(0, len(truth.vacancy_ids), n),
    )


def test_chances_lie_between_no_and_yes_and_differ(city: City) -> None:
    person, vacancy = some_pairs(city.truth)
    for chance in (city.truth.accept(person, vacancy), city.truth.hire(person, vacancy)):
        assert chance.shape == (5000,)
        assert ((chance > 0) & (chance < 1)).all()
        assert chance.std() > 0.1


def test_a_pair_has_the_same_chance_alone_as_among_others(city: City) -> None:
    person, vacancy = some_pairs(city.truth)
    alone = city.truth.accept(person[17:18], vacancy[17:18])
    assert city.truth.accept(person, vacancy)[17] == alone[0]
    backwards = city.truth.hire(person[::-1], vacancy[::-1])[::-1]
    assert (city.truth.hire(person, vacancy) == backwards).all()


def test_a_grid_of_pairs_broadcasts(city: City) -> None:
    grid = city.truth.accept(np.arange(3)[:, None], np.arange(4)[None, :])
    assert grid.shape == (3, 4)
    assert grid[2, 1] == city.truth.accept(np.array([2]), np.array([1]))[0]


def test_better_pay_and_shorter_ways_draw_people_and_leave_employers_alone(city: City) -> None:
    truth, pairs = city.truth, some_pairs(city.truth)
    paid = replace(truth, _wage_middle=truth._wage_middle * 1.2)
    near = replace(truth, _reach_km=truth._reach_km * 2)
    low = truth.wage_gap(*pairs) < assumed("accept_wage_most")
    assert (paid.accept(*pairs)[low] > truth.accept(*pairs)[low]).all()
    assert (paid.accept(*pairs)[~low] == truth.accept(*pairs)[~low]).all()
    assert (near.accept(*pairs) >= truth.accept(*pairs)).all()
    assert (paid.hire(*pairs) == truth.hire(*pairs)).all()


def test_a_lacking_certificate_costs_the_job_and_not_the_interest(city: City) -> None:
    truth, pairs = city.truth, some_pairs(city.truth)
    barred = replace(truth, _lacking=truth._lacking + np.float32(1))
    assert (barred.hire(*pairs) < truth.hire(*pairs)).all()
    assert (barred.accept(*pairs) == truth.accept(*pairs)).all()


def test_the_truth_holds_no_fact_about_sex_age_or_household() -> None:
    words = {word for field in fields(CityTruth) for word in field.name.split("_")}
    assert not words & {"sex", "female", "age", "birth", "household", "state", "tier", "dibao"}


def test_positions_are_found_by_id_and_strangers_are_minus_one(city: City) -> None:
    truth = city.truth
    assert truth.persons_at([truth.person_ids[3], "nobody"]).tolist() == [3, -1]
    assert truth.vacancies_at([truth.vacancy_ids[5], ""]).tolist() == [5, -1]
    assert (np.sort(truth.person_ids.astype(str)) == truth.person_ids).all()


def history(city: City) -> pd.DataFrame:
    """Outcomes with positions, and the sex and age of the person."""
    people = city.frames[Kind.PERSONS].set_index("person_id")
    rows = city.frames[Kind.OUTCOMES].copy()
    rows["person_at"] = city.truth.persons_at(rows["person_id"])
    rows["vacancy_at"] = city.truth.vacancies_at(rows["vacancy_id"])
    rows["female"] = (people["sex"].reindex(rows["person_id"]) == "female").to_numpy()
    birth = people["birth_date"].reindex(rows["person_id"])
    rows["older"] = (birth < "1980").fillna(value=False).to_numpy(bool)
    return rows


def assert_as_often_as_said(happened: np.ndarray, chance: np.ndarray) -> None:
    """The mean of what happened lies within four standard errors of the mean chance."""
    spread = np.sqrt((chance * (1 - chance)).sum()) / len(chance)
    assert abs(happened.mean() - chance.mean()) < 4 * spread


@pytest.mark.parametrize("group", ["everybody", "women", "men", "older", "younger"])
def test_in_every_group_people_apply_as_often_as_the_truth_says(city: City, group: str) -> None:
    rows = history(city)
    rows = rows[rows["on"] < "2026-10-01"].sort_values("on", kind="stable")
    keys = ["person_id", "vacancy_id"]
    viewed = rows[rows["stage"] == "viewed"].drop_duplicates(keys)  # the first time it was seen
    applied = rows[rows["stage"] == "applied"].set_index(keys)["on"]
    chosen = {
        "everybody": np.ones(len(viewed), bool),
        "women": viewed["female"].to_numpy(),
        "men": ~viewed["female"].to_numpy(),
        "older": viewed["older"].to_numpy(),
        "younger": ~viewed["older"].to_numpy(),
    }[group]
    part = viewed[chosen]
    chance = city.truth.accept(part["person_at"].to_numpy(), part["vacancy_at"].to_numpy())
    answered = pd.to_datetime(applied.reindex(pd.MultiIndex.from_frame(part[keys])).to_numpy())
    waited = answered - pd.to_datetime(part["on"].to_numpy())
    happened = waited <= pd.Timedelta(days=assumed_count("wait_applied_to"))
    assert len(part) > 500
    assert_as_often_as_said(happened, chance)


def test_employers_offer_as_often_as_the_truth_says(city: City) -> None:
    rows = history(city)
    keys = ["person_id", "vacancy_id"]
    met = rows[(rows["stage"] == "interviewed") & (rows["on"] < "2026-09-20")]
    assert not met.duplicated(keys).any()
    offered = rows[rows["stage"] == "offered"].set_index(keys).index
    chance = city.truth.hire(met["person_at"].to_numpy(), met["vacancy_at"].to_numpy())
    assert_as_often_as_said(pd.MultiIndex.from_frame(met[keys]).isin(offered), chance)


def test_refusals_that_say_nothing_about_the_pair_are_told_apart(city: City) -> None:
    rows = city.frames[Kind.OUTCOMES]
    assert (rows.loc[rows["reason"] == TOOK_ANOTHER, "stage"] == "refused_by_person").all()
    assert (rows.loc[rows["reason"] == FILLED, "stage"] == "refused_by_employer").all()


def test_dividing_by_the_logged_chance_counts_every_post_once() -> None:
    weights = np.tile(np.array([8.0, 4.0, 2.0, 1.0, 1.0, 0.5, 0.5, 0.25]), (20_000, 1))
    lists = draw_lists(np.random.default_rng(3), weights)
    counted = np.bincount(lists.vacancy, 1 / lists.propensity, minlength=8) / len(weights)
    assert counted == pytest.approx(np.ones(8), abs=0.05)


def test_a_list_is_no_longer_than_the_posts_that_are_open() -> None:
    weights = np.zeros((2, 30))
    weights[0, 4] = weights[1, :3] = 1.0
    lists = draw_lists(np.random.default_rng(3), weights)
    assert lists.session.tolist() == [0, 1, 1, 1]
    assert set(lists.vacancy[1:].tolist()) == {0, 1, 2}
    assert lists.propensity.tolist() == [1.0] * 4
