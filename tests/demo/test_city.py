"""The city keeps what it assumes, holds together, and is the same for the same seed."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from stdnum.cn import ric

from matcher.demo.basis.assumptions import assumed, assumed_count, demo_day, demo_seed, shares
from matcher.demo.basis.made_up import GENERATED, NO_SUCH_AREA
from matcher.demo.city import City, generate_city
from matcher.demo.people.standing import choose_own_effort
from matcher.demo.posts.vacancies import lawful_wage
from matcher.domain.kinds import KEYS, Kind
from matcher.errors import WrongUse
from matcher.reference.codes import code_list
from matcher.reference.columns import columns


def persons(city: City) -> pd.DataFrame:
    return city.frames[Kind.PERSONS]


def households(city: City) -> pd.DataFrame:
    return city.frames[Kind.HOUSEHOLDS]


def vacancies(city: City) -> pd.DataFrame:
    return city.frames[Kind.VACANCIES]


def outcomes(city: City) -> pd.DataFrame:
    return city.frames[Kind.OUTCOMES]


@pytest.mark.parametrize("seed", [1, 20261102])
def test_the_city_has_the_sizes_it_is_known_for(seed: int) -> None:
    city = generate_city(seed, demo_day())
    people = persons(city)
    assert len(households(city)) == 2348
    assert 6800 <= len(people) <= 7000
    size = len(people) / len(households(city))
    assert size == pytest.approx(assumed("members_per_household"), abs=0.01)
    assert people["seeks_work"].sum() == 3000
    assert len(vacancies(city)) == 1200
    assert len(city.frames[Kind.EMPLOYERS]) == assumed_count("employers")
    assert len(city.frames[Kind.FAIRS]) == 1
    assert 120_000 <= len(outcomes(city)) <= 170_000


def test_one_post_in_ten_is_a_public_welfare_post(city: City) -> None:
    posts = vacancies(city)
    assert posts["public_welfare"].mean() == pytest.approx(assumed("welfare_share"), abs=0.01)
    welfare = posts[posts["public_welfare"].fillna(value=False)]
    assert welfare["public_welfare_kind"].notna().all()
    assert welfare["sex_required"].isna().all()
    assert welfare["age_max"].isna().all()
    assert posts.loc[~posts["public_welfare"], "public_welfare_kind"].isna().all()


def test_referrals_end_in_work_as_often_as_offices_report(city: City) -> None:
    stages = outcomes(city)["stage"].value_counts()
    rate = stages["hired"] / stages["referred"]
    assert assumed("referral_to_hire_from") <= rate <= assumed("referral_to_hire_to")


def test_what_was_never_asked_is_missing_at_the_assumed_rate(city: City) -> None:
    people = persons(city)
    seekers = people[people["seeks_work"].fillna(value=False)]
    for column in ("wage_wanted", "max_commute_km", "not_choosy", "disability", "education"):
        assert seekers[column].isna().mean() == pytest.approx(
            assumed(f"unknown.{column}"), abs=0.03
        ), column


def test_vacancy_sources_and_household_kinds_have_the_assumed_shares(city: City) -> None:
    for values, prefix in (
        (vacancies(city)["source"], "vacancy_source"),
        (households(city)["household_kind"], "household_kind"),
    ):
        labels, weights = shares(prefix)
        realised = values.value_counts(normalize=True)
        assert realised[labels].to_numpy() == pytest.approx(weights, abs=0.03)


def test_everything_made_up_is_marked_so(city: City) -> None:
    people = persons(city)
    assert people["name"].str.startswith(GENERATED).all()
    assert people["address"].str.contains(GENERATED).all()
    assert city.frames[Kind.EMPLOYERS]["name"].str.startswith(GENERATED).all()
    assert city.frames[Kind.COURSES]["name"].str.startswith(GENERATED).all()
    assert people["phone"].dropna().str.startswith("0513-00").all()


def test_identity_numbers_fit_the_person_and_belong_to_nobody(city: City) -> None:
    people = persons(city).dropna(subset=["id_number", "birth_date"])
    numbers = people["id_number"]
    assert numbers.str.startswith(NO_SUCH_AREA).all()
    assert numbers.is_unique
    assert all(ric.calc_check_digit(number) == number[-1] for number in numbers)
    assert (numbers.str[6:14] == people["birth_date"].str.replace("-", "")).all()
    assert ((numbers.str[16].astype(int) % 2 == 0) == (people["sex"] == "female")).all()


def test_every_cell_with_a_code_list_holds_a_code_of_it(city: City) -> None:
    for kind, frame in city.frames.items():
        for column in columns(kind):
            if column.codes is None:
                continue
            cells = frame[column.name].dropna().str.split(";").explode()
            known = {*code_list(column.codes).codes, "不限"}
            assert set(cells) <= known, column.name


def test_members_of_a_household_fit_together(city: City) -> None:
    people = persons(city)
    heads = people[people["relation"] == "head"].set_index("household_id")
    assert len(heads) == len(households(city))
    for relation in ("child", "spouse"):
        pairs = people[people["relation"] == relation].merge(
            heads, left_on="household_id", right_index=True, suffixes=("", "_head")
        )
        pairs = pairs.dropna(subset=["birth_date", "birth_date_head"])
        if relation == "child":
            assert (pairs["birth_date"] > pairs["birth_date_head"]).all()
        else:
            assert (pairs["sex"] != pairs["sex_head"]).all()


def test_who_seeks_work_is_out_of_work_and_of_working_age(city: City) -> None:
    people = persons(city)
    seekers = people[people["seeks_work"].fillna(value=False)]
    assert set(seekers["employment_state"].dropna()) == {"unemployed", "flexible"}
    born = pd.to_datetime(seekers["birth_date"].dropna())
    ages = (pd.Timestamp(city.on) - born).dt.days / 365.25
    assert ages.between(assumed("grown_up_age"), 63).all()
    dates = seekers.dropna(subset=["unemployed_since", "unemployment_registered_on"])
    assert (dates["unemployed_since"] <= city.on.isoformat()).all()
    rest = people[~people["seeks_work"].fillna(value=False)]
    assert rest["unemployed_since"].isna().all()


def test_households_stand_at_every_step_of_certification(city: City) -> None:
    states = households(city)["state"].value_counts(dropna=False)
    wanted = {"discovered", "applied", "publicised", "certified", "aided", "cleared", "rejected"}
    assert wanted | {"left"} <= set(states.index.dropna())
    assert states.min() >= 10
    assert households(city)["state"].isna().sum() > 300


def test_the_steps_of_a_case_follow_each_other(city: City) -> None:
    homes = households(city)
    steps = [f"{step}_on" for step in ("discovered", "applied", "publicised", "certified")]
    for earlier, later in pairwise(steps):
        reached = homes.dropna(subset=[later])
        assert (reached[earlier] <= reached[later]).all()
        assert (reached[later] < city.on.isoformat()).all()


def test_a_certified_household_without_work_has_nobody_in_a_job(city: City) -> None:
    homes = households(city)
    certified = homes.loc[homes["state"].isin(["certified", "publicised"]), "household_id"]
    people = persons(city)
    members = people[people["household_id"].isin(certified)]
    assert not members["employment_state"].isin(["employed", "self_employed"]).any()
    cleared = homes.loc[homes["state"] == "cleared", "household_id"]
    at_work = people["employment_state"].isin(["employed", "self_employed", "flexible"])
    fed = people.loc[at_work | people["employment_state"].isna(), "household_id"]
    assert set(cleared) <= set(fed)


def test_posts_pay_the_minimum_wage_but_for_a_few_to_be_flagged(city: City) -> None:
    posts = vacancies(city)
    tiers = lawful_wage(city.on).monthly_tiers
    wages = posts["wage_min"].dropna()
    too_low = (wages < min(tiers)).sum()
    assert 0 < too_low < 25
    assert not wages.between(min(tiers), max(tiers), inclusive="left").any()
    welfare = posts.loc[posts["public_welfare"], "wage_min"]
    assert welfare.between(max(tiers), max(tiers) * 1.15).all()


def test_posts_are_open_standing_seasonal_and_over(city: City) -> None:
    posts, today = vacancies(city), city.on.isoformat()
    is_open = (posts["expires_on"] >= today) & (posts["posted_on"] <= today)
    assert 850 <= is_open.sum() <= 1050
    assert (posts["posted_on"] <= posts["expires_on"]).all()
    assert (posts["posted_on"] <= today).all()
    assert posts.loc[is_open, "work_form"].eq("temporary").any()
    assert posts["headcount"].dropna().min() >= 1


def test_some_posts_lack_what_a_posting_needs_and_some_come_twice(city: City) -> None:
    posts = vacancies(city)
    no_pay = posts["wage_min"].isna() & posts["wage"].isna()
    no_place = posts["area_code"].isna() & posts["area_name"].isna()
    no_employer = posts["employer_id"].isna() & posts["employer_name"].isna()
    for lacking in (no_pay, no_place, no_employer, posts["headcount"].isna()):
        assert 5 <= lacking.sum() <= 80
    twice = posts[posts["title"].str.startswith("诚聘")]
    assert 10 <= len(twice) <= 30
    named = posts.dropna(subset=["employer_name"])
    keys = set(zip(named["employer_name"], named["title"], strict=True))
    found = [
        (row.employer_name, str(row.title).removeprefix("诚聘")) in keys
        for row in twice.dropna(subset=["employer_name"]).itertuples()
    ]
    assert np.mean(found) > 0.8


def test_outcomes_are_of_known_people_and_posts_before_the_day(city: City) -> None:
    rows = outcomes(city)
    assert rows["person_id"].isin(persons(city)["person_id"]).all()
    assert rows["vacancy_id"].isin(vacancies(city)["vacancy_id"]).all()
    assert (rows["on"] < city.on.isoformat()).all()
    first = city.on - timedelta(days=assumed_count("history_days"))
    assert (rows["on"] >= first.isoformat()).all()
    assert not rows.duplicated(list(KEYS[Kind.OUTCOMES])).any()


def test_only_shown_rows_carry_rank_and_chance(city: City) -> None:
    rows = outcomes(city)
    shown = rows["stage"] == "shown"
    assert rows.loc[shown, "rank_shown"].between(1, assumed_count("list_length")).all()
    assert rows.loc[shown, "propensity"].between(0, 1, inclusive="right").all()
    assert rows.loc[~shown, ["rank_shown", "propensity"]].isna().all(axis=None)
    refused = rows["stage"].isin(["refused_by_person", "refused_by_employer"])
    assert rows.loc[refused, "reason"].notna().all()


def test_no_stage_comes_without_the_one_before(city: City) -> None:
    rows = outcomes(city)
    pairs = {
        stage: set(zip(part["person_id"], part["vacancy_id"], strict=True))
        for stage, part in rows.groupby("stage")
    }
    for stage, before in (
        ("viewed", "shown"),
        ("applied", "viewed"),
        ("referred", "shown"),
        ("interviewed", "referred"),
        ("offered", "interviewed"),
        ("hired", "offered"),
        ("retained", "hired"),
    ):
        assert pairs[stage] <= pairs[before], stage


def test_nobody_is_hired_past_the_places_of_a_post(city: City) -> None:
    rows = outcomes(city)
    hires = rows[rows["stage"] == "hired"].groupby("vacancy_id").size()
    places = vacancies(city).set_index("vacancy_id")["headcount"].reindex(hires.index)
    assert (hires <= places.fillna(10**6)).all()


def test_who_was_kept_in_a_job_does_not_seek_another(city: City) -> None:
    rows = outcomes(city)
    recent = (city.on - timedelta(days=120)).isoformat()
    hired = rows[(rows["stage"] == "hired") & (rows["on"] < recent)]
    kept = rows[rows["stage"] == "retained"]
    seekers = persons(city).set_index("person_id")["seeks_work"]
    lost = set(hired["person_id"]) - set(kept["person_id"])
    assert seekers.reindex(kept["person_id"]).mean() < seekers.reindex(sorted(lost)).mean()


def test_the_fair_has_booths_of_employers_with_their_own_open_posts(city: City) -> None:
    fair = city.frames[Kind.FAIRS].iloc[0]
    assert fair["on"] == (city.on + timedelta(days=14)).isoformat()
    booths = dict(booth.split(":") for booth in fair["booths"].split(";"))
    assert len(booths) == assumed_count("fair_booths")
    posts = vacancies(city).set_index("vacancy_id")
    for employer, ids in booths.items():
        for vacancy in ids.split("、"):
            assert posts.at[vacancy, "employer_id"] == employer
            assert posts.at[vacancy, "expires_on"] >= fair["on"]
    invited = fair["invitees"].split(";")
    assert len(set(invited)) == assumed_count("fair_invitees")
    seekers = persons(city).set_index("person_id")["seeks_work"]
    assert seekers[invited].all()


def test_the_same_seed_and_day_give_the_same_city_and_another_seed_another(city: City) -> None:
    again, other = generate_city(demo_seed(), demo_day()), generate_city(7, demo_day())
    for kind, frame in city.frames.items():
        pd.testing.assert_frame_equal(frame, again.frames[kind])
        if kind is not Kind.COURSES:
            assert not frame.equals(other.frames[kind]), kind


def test_a_city_too_small_for_its_seekers_is_refused_with_what_to_change() -> None:
    with pytest.raises(WrongUse, match=r"assumptions\.csv"):
        choose_own_effort(np.random.default_rng(1), np.zeros(10, bool))


def test_a_day_before_the_minimum_wage_table_is_refused() -> None:
    with pytest.raises(WrongUse, match="later day"):
        generate_city(1, date(1999, 1, 1))
