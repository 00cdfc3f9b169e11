"""A fair's day: booths, slots, numbers, and papers that tell each reader what they may know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from matcher.allocation.waiting import waiting_list
from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import NotFound, WrongUse
from matcher.pipeline.fairs.booths import booths_of
from matcher.pipeline.fairs.keeping import (
    Attendance,
    Result,
    keep_pairings,
    record_attendance,
    record_result,
)
from matcher.pipeline.fairs.pairing_ids import pairing_id, typed
from matcher.pipeline.fairs.papers.sheets import SHOWN_OF_A_PERSON, sheets
from matcher.pipeline.fairs.papers.slips import reasons_of, slips
from matcher.pipeline.fairs.papers.words import LANGUAGES, words
from matcher.pipeline.fairs.papers.workbook import write_workbook
from matcher.pipeline.fairs.programme import Opening, Programme, programme_of
from matcher.pipeline.pairing.fair import pair_fair
from matcher.pipeline.snapshot import Snapshot, take_snapshot
from matcher.ranking.registry import ranker_named
from matcher.store.store import Store
from tests.pipeline.test_fair import CLEANER, GOOD_FIT, HARBIN, ON, SEEKER, write

FAIR = {
    "fair_id": "F1",
    "name": "冬季<招聘会>",
    "on": ON.isoformat(),
    "booths": "E1:V1;E2",
    "invitees": "P1;P2;P3",
}
NAMES = {"P1": "（生成）王小芳", "P2": "（生成）李强", "P3": "（生成）赵敏"}
STATUS = '{"recognised_hard_to_employ": true, "zef_member": true}'


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        people = [
            SEEKER | GOOD_FIT | {"person_id": person, "facts": STATUS, "name": name}
            for person, name in NAMES.items()
        ]
        people[0] |= {"health": "chronic", "household_id": "H77", "education": "junior"}
        people[1] |= {"experience_months": 30}
        write(opened, Kind.HOUSEHOLDS, {"household_id": "H77"})
        write(opened, Kind.PERSONS, *people)
        post = CLEANER | {"area_code": HARBIN, "headcount": 2}
        write(
            opened,
            Kind.VACANCIES,
            post | {"vacancy_id": "V1", "employer_id": "E1", "employer_name": "一厂"},
            post
            | {"vacancy_id": "V2", "employer_id": "E2", "employer_name": "二厂"}
            | {"title": "护工", "certificates_required": "健康证"},
        )
        yield opened


def day_of(store: Store, **opening: Any) -> tuple[Snapshot, Programme]:
    snapshot = take_snapshot(store, Scope.office("fair"), on=ON)
    paired = pair_fair(snapshot, ranker_named("rules"), FAIR)
    return snapshot, programme_of(snapshot, FAIR, paired.problem, paired.plan, Opening(**opening))


def test_every_pairing_has_a_number_a_booth_and_a_time(store: Store) -> None:
    _, day = day_of(store)
    assert len(day.talks) == 3
    assert day.talks["pairing_id"].is_unique
    first = day.talks.iloc[0]
    assert first["pairing_id"] == pairing_id("F1", first["person_id"], first["vacancy_id"])
    assert (first["start"], first["end"]) == ("09:00", "09:10")
    assert day.n_slots == day.bound == 2
    assert set(zip(day.talks["vacancy_id"], day.talks["booth"], strict=True)) == {
        ("V1", 1),
        ("V2", 2),
    }
    assert day.employers == ("一厂", "二厂")


def test_interviewers_shorten_the_day(store: Store) -> None:
    _, day = day_of(store, interviewers={"": 2})
    assert day.n_slots == 1
    assert sorted(day.talks["interviewer"]) == [1, 1, 2]


def test_talks_that_do_not_fit_the_hours_say_what_would_help(store: Store) -> None:
    with pytest.raises(WrongUse, match=r"need 2 slots and 1 of 60 minutes.*--interviewers E\d=2"):
        day_of(store, start=time(9), until=time(10), minutes=60)


def test_a_slip_tells_when_where_why_and_what_to_bring(store: Store) -> None:
    snapshot, day = day_of(store)
    reasons = reasons_of(snapshot, ranker_named("rules"), day.talks)
    for language in LANGUAGES:
        page = slips(
            day, names=NAMES, reasons=reasons, certificates={"V2": "健康证"}, language=language
        )
        assert page.count("<section>") == 3
        assert all(name in page for name in NAMES.values())
        assert all(number in page for number in day.talks["pairing_id"])
        assert words(language)["slip"]["why"] in page
        assert page.count("健康证") == 1
        assert "冬季&lt;招聘会&gt;" in page
        assert "第1档" not in page.replace(" ", "")
        assert "tier" not in page
        assert "慢性病" not in page


def test_a_booth_sheet_keeps_status_names_and_households_from_the_employer(store: Store) -> None:
    _, day = day_of(store)
    people = store.persons(Scope.office("fair"), parts=("profile", "status", "identity"))
    plain = people[["person_id", *SHOWN_OF_A_PERSON]]
    page = sheets(day, names=NAMES, profiles=plain, language="zh")
    assert sheets(day, names=NAMES, profiles=people, language="zh") == page
    assert page.count("<section>") == 2
    text = re.sub(r"<svg.*?</svg>", "", page.partition("<body>")[2], flags=re.DOTALL)
    assert "王*芳" in text
    assert "工作 30 个月" in text
    private = ("小芳", "李强", "H77", "零就业", "档", "困难", "1984", "女", "P1", "慢性", "健康")
    assert [word for word in private if word in text] == []


def test_a_booth_without_talks_says_so(store: Store) -> None:
    snapshot = take_snapshot(store, Scope.office("fair"), on=ON)
    fair = FAIR | {"invitees": "P1", "booths": "E1:V1;E9"}
    paired = pair_fair(snapshot, ranker_named("rules"), fair)
    day = programme_of(snapshot, fair, paired.problem, paired.plan, Opening())
    empty = pd.DataFrame(columns=["person_id", *SHOWN_OF_A_PERSON])
    page = sheets(day, names=NAMES, profiles=empty, language="en")
    assert page.count("No interview arranged") == 1
    assert "E9" in page


def test_the_workbook_holds_the_day_booths_waiting_lists_and_codes(
    store: Store, tmp_path: Path
) -> None:
    _, day = day_of(store)
    file = tmp_path / "plan.xlsx"
    waiting = waiting_list(day.problem, day.plan)
    write_workbook(file, day, waiting=waiting, names=NAMES | {"P3": "=1+1"}, language="en")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Interviews", "Booths", "Waiting lists"]
    talks = book["Interviews"]
    assert talks.max_row == 4
    assert len(talks._images) == 3
    heads = [cell.value for cell in talks[1]]
    assert {talks.cell(row, heads.index("Pairing") + 1).value for row in (2, 3, 4)} == set(
        day.talks["pairing_id"]
    )
    name = [talks.cell(row, heads.index("Name") + 1) for row in (2, 3, 4)]
    assert {cell.data_type for cell in name} == {"s"}
    assert sum(row[4].value for row in book["Booths"].iter_rows(min_row=2)) == 3


def test_both_languages_have_the_same_words() -> None:
    def keys(of: Any, path: str = "") -> set[str]:
        if not isinstance(of, dict):
            return {path + str(sorted(re.findall(r"{\w+}", str(of))))}
        return {each for key, value in of.items() for each in keys(value, f"{path}.{key}")}

    assert keys(words("zh")) == keys(words("en"))


def test_numbers_are_read_as_they_are_typed() -> None:
    number = pairing_id("F1", "P1", "V1")
    assert typed(f" {number.lower()} ") == number
    assert pairing_id("F1", "P1", "V2") != number
    assert pairing_id("F1", "P1V", "1") != pairing_id("F1", "P1", "V1")


@pytest.mark.parametrize(
    "interviewers",
    [
        pytest.param({"E9": 2}, id="an employer without a booth"),
        pytest.param({"": 0}, id="nobody"),
    ],
)
def test_interviewers_that_cannot_be_are_refused(interviewers: dict[str, int]) -> None:
    with pytest.raises(WrongUse, match="interviewers of"):
        booths_of(FAIR, interviewers)


def test_a_fair_without_booths_has_none() -> None:
    assert len(booths_of({"fair_id": "F1", "booths": None})) == 0


OFFICE = Scope.office("fair")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BY = {"actor": "tester", "at": NOW}


def attendance(store: Store) -> dict[str, str]:
    found = store.pairings(OFFICE, fair_ids=["F1"])
    return dict(zip(found["person_id"], found["attendance"], strict=True))


@pytest.fixture
def kept(store: Store) -> tuple[Store, Programme]:
    write(store, Kind.FAIRS, FAIR)
    _, day = day_of(store)
    assert keep_pairings(store, OFFICE, day, **BY).created == 3
    return store, day


def number_of(day: Programme, person: str) -> str:
    return str(day.talks.set_index("person_id").at[person, "pairing_id"])


def test_pairings_are_kept_and_who_came_stands_when_they_are_kept_again(
    kept: tuple[Store, Programme],
) -> None:
    store, day = kept
    assert set(attendance(store).values()) == {"invited"}
    typed_by_hand = number_of(day, "P1").lower()
    assert record_attendance(store, OFFICE, [typed_by_hand], Attendance.CAME, **BY).updated == 1
    again = keep_pairings(store, OFFICE, day, **BY)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    assert attendance(store) == {"P1": "came", "P2": "invited", "P3": "invited"}


def test_a_pairing_that_leaves_the_plan_is_cancelled_and_invited_when_it_comes_back(
    kept: tuple[Store, Programme],
) -> None:
    store, day = kept
    shorter = replace(day, talks=day.talks[day.talks["person_id"] == "P1"])
    record_attendance(store, OFFICE, [number_of(day, "P2")], Attendance.CAME, **BY)
    keep_pairings(store, OFFICE, shorter, **BY)
    assert attendance(store) == {"P1": "invited", "P2": "came", "P3": "cancelled"}
    keep_pairings(store, OFFICE, day, **BY)
    assert attendance(store) == {"P1": "invited", "P2": "came", "P3": "invited"}


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        pytest.param(Result.HIRED, None, id="hired"),
        pytest.param(Result.REFUSED_BY_EMPLOYER, "skills", id="refused with a reason"),
    ],
)
def test_a_result_at_the_booth_is_an_outcome_of_the_fair(
    kept: tuple[Store, Programme], result: Result, reason: str | None
) -> None:
    store, day = kept
    number = number_of(day, "P3")
    assert record_result(store, OFFICE, number, result, reason=reason, **BY).created == 1
    assert record_result(store, OFFICE, number, result, reason=reason, **BY).unchanged == 1
    outcome = store.outcomes(OFFICE).iloc[0]
    assert (outcome["person_id"], outcome["stage"]) == ("P3", result.value)
    assert (outcome["on"], outcome["channel"]) == (ON.isoformat(), "fair:F1")
    assert outcome["reason"] == reason if reason else pd.isna(outcome["reason"])
    assert attendance(store)["P3"] == "came"


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        pytest.param(Result.REFUSED_BY_PERSON, None, id="a refusal without a reason"),
        pytest.param(Result.HIRED, "because", id="a reason that is no code"),
    ],
)
def test_results_that_say_too_little_are_refused(
    kept: tuple[Store, Programme], result: Result, reason: str | None
) -> None:
    store, day = kept
    with pytest.raises(WrongUse, match="expected one of skills, experience"):
        record_result(store, OFFICE, number_of(day, "P1"), result, reason=reason, **BY)
    assert store.outcomes(OFFICE).empty


def test_a_number_that_is_nobodys_writes_nothing(kept: tuple[Store, Programme]) -> None:
    store, day = kept
    numbers = [number_of(day, "P1"), "F1-XXXXX"]
    with pytest.raises(NotFound, match="no pairing 'F1-XXXXX'"):
        record_attendance(store, OFFICE, numbers, Attendance.CAME, **BY)
    assert set(attendance(store).values()) == {"invited"}
