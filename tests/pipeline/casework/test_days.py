"""The day's list in memory says what one read anew would say, after every kind of write."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Role, Scope
from matcher.pipeline.casework.agenda import day_of
from matcher.pipeline.casework.days import AHEAD_DAYS, Days
from matcher.pipeline.casework.moving import (
    Desk,
    move_referral,
    propose_pairs,
    start_work,
    visit_person,
)
from matcher.pipeline.records.editing import Edit, change
from matcher.pipeline.records.writer import Writer
from matcher.store.lists.listing import Listing
from matcher.store.store import Store

ON = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
SCOPE = Scope(Role.CASEWORKER, ("3206",), "test", "test")


@pytest.fixture(scope="module")
def store(city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The demo city, which the moves below change one after the other."""
    folder = tmp_path_factory.mktemp("days") / "w"
    shutil.copytree(city, folder)
    with Store.open(f"sqlite:///{folder / 'rengang.sqlite'}") as opened:
        yield opened


@pytest.fixture(scope="module")
def days(store: Store) -> Days:
    """Held over all the moves."""
    made = Days(store)
    made.of(SCOPE, ON)
    return made


def people(store: Store) -> list[str]:
    """Members of households with a clock that runs."""
    due = day_of(store, SCOPE, ON, ahead_days=AHEAD_DAYS).due
    homes = due[due["person_id"].isna()]["household_id"].unique().tolist()
    found = store.members(SCOPE, homes)
    able = found[found["seeks_work"].fillna(value=True)]
    return able.drop_duplicates("household_id")["person_id"].tolist()


def home_of(store: Store, person: str) -> str:
    found = store.persons(SCOPE, [person], parts=("profile", "status"))
    return str(found["household_id"].iloc[0])


def plans(store: Store, desk: Desk) -> None:
    """A visit on the list."""
    visit_person(desk, people(store)[0], ON, event="plan")


def refers(store: Store, desk: Desk, turn: int = 0) -> None:
    """A referral that waits for its answer."""
    post = store.frame(Kind.VACANCIES)["vacancy_id"].iloc[turn]
    pair = pd.DataFrame({"person_id": [people(store)[1]], "vacancy_id": [post]})
    number = propose_pairs(desk, pair, ON).events["subject_id"].iloc[0]
    move_referral(desk, number, "refer", ON)


def starts(store: Store, desk: Desk) -> None:
    """Work, which ends the clock of the whole household."""
    start_work(desk, people(store)[2], ON)


def moves_out(store: Store, desk: Desk) -> None:
    """A member who belongs to another household from now on."""
    here, there = people(store)[3:5]
    home = home_of(store, there)
    edit = Edit(store, Writer(SCOPE, None), ON, AT)
    version = store.person_version(SCOPE, here)
    change(edit, Kind.PERSONS, here, {"household_id": home}, version)


def leaves(store: Store, desk: Desk) -> None:
    """A household that is on record as one no more."""
    person = people(store)[5]
    home = home_of(store, person)
    edit = Edit(store, Writer(SCOPE, None), ON, AT)
    named = Listing(Kind.HOUSEHOLDS, ("household",), ids=(home,))
    version = int(store.page(SCOPE, named).rows["version"].iloc[0])
    change(edit, Kind.HOUSEHOLDS, home, {"state": "left"}, version)


def imports(store: Store, desk: Desk) -> None:
    """Many at once, whom no row of the audit names."""
    households = store.households(SCOPE).head(60)
    with store.writing(actor="test", at=AT) as batch:
        batch.upsert(Kind.HOUSEHOLDS, households.assign(certified_on="2026-10-30"))


@pytest.mark.parametrize("written", [plans, refers, starts, moves_out, leaves, imports])
def test_after_a_write_the_list_is_that_of_everyone_read_anew(
    store: Store, days: Days, written: Callable[[Store, Desk], None]
) -> None:
    before = days.of(SCOPE, ON)
    written(store, Desk(store, SCOPE, "test", AT))
    held = days.of(SCOPE, ON)
    anew = day_of(store, SCOPE, ON, ahead_days=AHEAD_DAYS).due
    pd.testing.assert_frame_equal(held.due, anew, check_dtype=False)
    assert held is not before, "the write was seen"


def test_nothing_written_is_the_very_same_list(days: Days) -> None:
    assert days.of(SCOPE, ON) is days.of(SCOPE, ON)


def test_another_office_has_its_own_list(days: Days) -> None:
    other = Scope(Role.CASEWORKER, ("320613",), "test", "test")
    areas = days.of(other, ON).due["area_code"].astype(str)
    assert len(areas) > 0
    assert areas.str.startswith("320613").all()


def test_moves_of_the_month_are_counted_by_who_made_them(store: Store, days: Days) -> None:
    refers(store, Desk(store, SCOPE, "somebody", AT), turn=1)
    moved = days.of(SCOPE, ON).moved
    own = moved[moved["actor"] == "somebody"].set_index("event")["n"]
    assert own["refer"] == 1


def test_what_neither_law_nor_ledger_reads_leaves_the_list_as_it_is(
    store: Store, days: Days
) -> None:
    person = people(store)[6]
    disability = store.persons(SCOPE, [person], parts=("profile", "status"))["disability"].iloc[0]
    edit = Edit(store, Writer(SCOPE, None), ON, AT)
    before = days.of(SCOPE, ON)
    version = change(
        edit, Kind.PERSONS, person, {"max_commute_km": 17}, store.person_version(SCOPE, person)
    ).version
    assert days.of(SCOPE, ON) is before
    change(edit, Kind.PERSONS, person, {"disability": disability is not True}, version)
    assert days.of(SCOPE, ON) is not before
