"""Clocks of the law run until work ends them; nothing overdue leaves the list by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.casework.deadlines.agenda import agenda, at_risk, matter_words
from matcher.casework.deadlines.clocks import People, clock_table, clocks
from matcher.documents.calendar import OCTETS_OF_A_LINE, DayEntry, calendar_text
from matcher.policy.catalogue import decision_kind
from matcher.policy.records import facts_from_records
from matcher.store.events.appending import STATE_COLUMNS

ON = date(2009, 3, 2)


def people(*, working: bool = False, certified_on: str = "2009-02-10") -> People:
    """A household of two of Nantong, recognised on a day."""
    households = pd.DataFrame(
        {
            "household_id": ["H1"],
            "area_code": ["320602001"],
            "certified_on": [certified_on],
            "members_complete": pd.array([True], dtype="boolean"),
            "facts": ['{"recognised_zero_employment": true}'],
        }
    )
    persons = pd.DataFrame(
        {
            "person_id": ["P1", "P2"],
            "household_id": ["H1", "H1"],
            "area_code": ["320602001", "320602001"],
            "birth_date": ["1970-01-01", "1972-01-01"],
        }
    )
    facts = facts_from_records(persons, households, ON)
    return People(facts, persons, households, np.array([working, False]))


def test_a_recognised_household_has_a_month() -> None:
    found = clocks(people(), ON, layer="source").set_index("clock")
    first = found.loc["first_job_household"]
    assert (first["due_on"], first["set_by"]) == ("2009-03-10", "cn/jiangsu")
    assert not first["open"]


def test_the_clock_of_a_household_is_not_told_again_for_each_member() -> None:
    found = clocks(people(), ON, layer="source")
    same = found[(found["due_on"] == "2009-03-10")]
    assert same["subject"].tolist() == ["household"]


def test_work_of_a_member_ends_the_clock_of_the_household() -> None:
    found = clocks(people(working=True), ON, layer="source")
    assert "first_job_household" not in set(found["clock"])


def test_every_clock_names_a_decision_with_that_answer() -> None:
    for clock in clock_table():
        assert decision_kind(clock.decision).answer in ("date", "list")


def test_every_clock_has_a_name_in_both_languages() -> None:
    chinese, english = matter_words("zh"), matter_words("en")
    assert set(chinese) == set(english) == {clock.name for clock in clock_table()}
    assert all(not name.isascii() for name in chinese.values())
    assert all(name.isascii() for name in english.values())


def state(subject: str, due_on: str | None, status: str = "referred") -> dict[str, object]:
    said = {"stream": "referral", "subject_id": subject, "state": status, "due_on": due_on}
    return {name: said.get(name) for name in STATE_COLUMNS}


NOBODY = clocks(people(working=True), ON, layer="source").iloc[:0]


def test_what_is_overdue_stays_and_what_is_over_goes() -> None:
    rows = [
        state("R1", "2009-02-01"),
        state("R2", "2009-03-02"),
        state("R3", "2009-03-05"),
        state("R4", "2009-02-01", "hired"),
        state("R5", "2009-02-01", "lapsed"),
        state("R6", None),
    ]
    due = agenda(pd.DataFrame(rows), NOBODY, ON, ahead_days=2)
    assert due["subject_id"].tolist() == ["R1", "R4", "R2"]
    assert due["days_left"].tolist() == [-29, -29, 0]


@given(
    st.lists(st.integers(-40, 40), max_size=20),
    st.integers(0, 30),
)
def test_every_open_step_due_by_then_is_on_the_list_once(days: list[int], ahead: int) -> None:
    rows = [state(f"R{at}", (ON + timedelta(days=day)).isoformat()) for at, day in enumerate(days)]
    due = agenda(pd.DataFrame(rows, columns=list(STATE_COLUMNS)), NOBODY, ON, ahead_days=ahead)
    expected = {f"R{at}" for at, day in enumerate(days) if day <= ahead}
    assert sorted(due["subject_id"]) == sorted(expected)
    assert due["days_left"].is_monotonic_increasing
    counted = at_risk(due.assign(area_code="320602001"), digits=6)
    assert int(counted[["overdue", "today", "coming"]].to_numpy().sum()) == len(expected)


def test_areas_are_counted_to_their_digits_and_unknown_ones_apart() -> None:
    rows = [state("R1", "2009-03-01"), state("R2", "2009-03-04")]
    frame = pd.DataFrame(rows)
    frame["area_code"] = pd.array(["320602001", None], dtype="str")
    counted = at_risk(agenda(frame, NOBODY, ON, ahead_days=9), digits=6)
    assert counted["area_code"].fillna("?").tolist() == ["320602", "?"]
    assert counted["coming"].tolist() == [0, 1]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_lines_of_a_calendar_are_short_and_whole_again_when_unfolded(text: str) -> None:
    entry = DayEntry("k", ON, text)
    made = calendar_text("名", [entry], at=datetime(2009, 3, 2, tzinfo=UTC))
    lines = made.split("\r\n")
    assert all(len(line.encode()) <= OCTETS_OF_A_LINE for line in lines)
    unfolded = made.replace("\r\n ", "")
    told = next(line for line in unfolded.split("\r\n") if line.startswith("SUMMARY:"))
    plain = told.removeprefix("SUMMARY:").replace("\\;", ";").replace("\\,", ",")
    assert plain.replace("\\\\", "\\") == text


def test_the_same_matter_keeps_its_id_when_its_day_moves() -> None:
    at = datetime(2009, 3, 2, tzinfo=UTC)
    ids = {
        next(line for line in calendar_text("n", [entry], at=at).split("\r\n") if "UID" in line)
        for entry in (DayEntry("k", ON, "a"), DayEntry("k", ON + timedelta(days=3), "b"))
    }
    assert len(ids) == 1


@pytest.mark.parametrize("clock", clock_table(), ids=lambda clock: clock.name)
def test_every_clock_has_words(clock: object) -> None:
    assert getattr(clock, "zh", "")
    assert getattr(clock, "en", "")
