"""The weeks before the city's day hold like the year, run once, and leave work for today."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from matcher.casework.ledger.recording import data_of
from matcher.casework.reports.monthly import monthly
from matcher.cli.session import Session
from matcher.domain.kinds import Kind
from matcher.pipeline.casework.agenda import day_of
from matcher.pipeline.year.invariants import Recount
from matcher.pipeline.year.lately import work_lately
from matcher.pipeline.year.office import SCOPE
from matcher.settings import Settings
from matcher.store.events.reading import Wanted
from matcher.store.store import Store

ON = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 7, tzinfo=UTC)
DAYS = 12


@pytest.fixture(scope="module")
def worked(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("lately") / "w"
    shutil.copytree(city, folder)
    session = Session(Settings(workspace=folder), as_json=True)
    with session.open_store() as store:
        for _ in range(2):  # asked again it does nothing
            moved = work_lately(store, session.ranker("rules"), days=DAYS, at=AT)
        assert moved["n"].sum() == len(store.events(SCOPE, Wanted()))
        yield store


@pytest.fixture(scope="module")
def events(worked: Store) -> pd.DataFrame:
    return worked.events(SCOPE, Wanted())


def test_all_that_a_year_must_hold_holds(worked: Store) -> None:
    assert Recount(worked, SCOPE).month_end(ON - timedelta(days=1)) == []


def test_it_happened_before_today_by_the_demo_accounts_and_was_written_now(
    events: pd.DataFrame,
) -> None:
    assert events["on"].max() < ON.isoformat()
    assert set(events["actor"]) <= {"caseworker", "supervisor", "year"}
    assert set(events["at"].astype(str)) == {str(events["at"].iloc[0])}
    made = events[events["event"] == "propose"]
    assert made["on"].min() >= (ON - timedelta(days=DAYS)).isoformat()


def test_nobody_is_referred_to_a_post_that_was_not_out(worked: Store, events: pd.DataFrame) -> None:
    made = events[events["event"] == "propose"]
    posts = worked.frame(Kind.VACANCIES, columns=["posted_on"]).set_index("vacancy_id")
    out = made["vacancy_id"].map(posts["posted_on"].astype(object))
    assert len(made) > 50
    assert (out.fillna("") <= made["on"]).all()


def test_no_household_is_on_the_ledger_before_its_record_says_so(
    worked: Store, events: pd.DataFrame
) -> None:
    homes = worked.households(SCOPE).set_index("household_id")
    moved = events[(events["stream"] == "household") & (events["event"] == "certify")]
    said = moved["subject_id"].map(homes["certified_on"].astype(object))
    known = said.notna()
    assert known.sum() > 100
    assert (moved["on"][known] >= said[known]).all()


def test_the_shown_employer_and_the_desk_have_answers_to_wait_for(
    worked: Store, events: pd.DataFrame
) -> None:
    waits = worked.states(SCOPE, Wanted(streams=["referral"], states=["referred"]))
    listed = worked.frame(Kind.VACANCIES, columns=["employer_id"]).set_index("vacancy_id")
    shown = listed["employer_id"].value_counts().index[0]
    assert (waits["vacancy_id"].map(listed["employer_id"]) == shown).sum() >= 1
    due = day_of(worked, SCOPE, ON, ahead_days=7).due
    late = due[(due["matter"] == "first_job_household") & (due["days_left"] < 0)]
    homes = worked.households(SCOPE)
    assert 0 < len(late) < 0.05 * homes["state"].isin(["certified", "aided"]).sum()


def test_the_table_of_every_month_of_the_last_year_has_households_that_came_and_were_cleared(
    events: pd.DataFrame,
) -> None:
    moved = events[events["stream"] == "household"]
    for month in pd.date_range("2025-11-01", "2026-10-01", freq="MS"):
        total = monthly(moved, month.date()).table.loc["total"]
        assert total["appeared"] > 10
        assert total["cleared"] > 10
    assert total["removed"] >= 1
    assert total["total"] - total["cleared_total"] - total["end"] > 0


def test_a_case_that_is_over_was_worked_through_in_order_and_ended_before_today(
    worked: Store, events: pd.DataFrame
) -> None:
    past = events[
        (events["stream"] == "household") & events["key"].str.contains(":past:", na=False)
    ]
    assert set(past["event"]) == {"clear", "leave", "remove"}
    ended = events[events["subject_id"].isin(past["subject_id"])]
    in_order = ended.groupby("subject_id")["on"].apply(lambda on: on.is_monotonic_increasing)
    assert in_order.all()
    cleared = past[past["event"] == "clear"]
    people = worked.persons(SCOPE, data_of(cleared, "person_id"), parts=("status",))
    assert people["employment_state"].isin(["employed", "self_employed"]).all()
    assert len(people) == len(cleared)


def test_a_certified_household_that_the_record_shows_in_work_is_not_waited_for(
    worked: Store,
) -> None:
    due = day_of(worked, SCOPE, ON, ahead_days=7).due
    late = due[(due["matter"] == "first_job_household") & (due["days_left"] < 0)]
    members = worked.members(SCOPE, late["household_id"], parts=("status",))
    assert not members["employment_state"].isin(["employed", "self_employed"]).any()
