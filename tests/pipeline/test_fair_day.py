"""A fair's day: booths, slots, numbers, and papers that tell each reader what they may know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.domain.scope import Scope
from matcher.errors import WrongUse
from matcher.pipeline.fairs.booths import booths_of
from matcher.pipeline.fairs.pairing_ids import pairing_id, typed
from matcher.pipeline.fairs.programme import Opening, Programme, programme_of
from matcher.pipeline.fairs.sheets import SHOWN_OF_A_PERSON, sheets
from matcher.pipeline.fairs.slips import reasons_of, slips
from matcher.pipeline.fairs.words import LANGUAGES, words
from matcher.pipeline.fairs.workbook import write_workbook
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
    write_workbook(file, day, names=NAMES | {"P3": "=1+1"}, language="en")
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
