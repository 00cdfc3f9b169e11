"""What every engine under the store must do; a new engine joins STORES and nothing else changes."""

from __future__ import annotations

import ast
import contextlib
import inspect
import json
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import event, exc

from matcher.domain.kinds import KEYS, Kind
from matcher.domain.scope import Role, Scope
from matcher.errors import Conflict, NotFound, StoreBusy, WrongUse
from matcher.reference.columns import columns, conform, dtype_of
from matcher.store.batch import Batch, Upserted
from matcher.store.condition.written import Written
from matcher.store.reads import Reads
from matcher.store.schema.records import PEOPLE
from matcher.store.store import Store
from tests.factories import make_frame
from tests.postgres import Databases

STORES: dict[str, Callable[[Path], str]] = {
    "sqlite-file": lambda folder: f"sqlite:///{folder / 'rengang.sqlite'}",
    "sqlite-memory": lambda folder: "sqlite://",
}
AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
WHOLE = Scope.office("test")
CHONGCHUAN = Scope(Role.CASEWORKER, ("320602",), "match", "u1")


@pytest.fixture(params=[*STORES, "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with ExitStack() as kept:
        if request.param == "postgresql":
            databases: Databases = request.getfixturevalue("databases")
            url = kept.enter_context(databases.lent())
        else:
            url = STORES[request.param](tmp_path)
        yield kept.enter_context(Store.open(url, wait_s=0.3))


def write(store: Store, kind: Kind, *rows: dict[str, Any], **options: Any) -> Upserted:
    with store.writing(actor="tester", at=AT) as batch:
        return batch.upsert(kind, make_frame(kind, rows), **options)


def two_persons(store: Store) -> None:
    write(
        store,
        Kind.PERSONS,
        {"person_id": "P1", "area_code": "320602001", "birth_date": "1974-05-12", "name": "甲"},
        {"person_id": "P2", "area_code": "330106", "birth_date": "1980-01-01", "name": "乙"},
    )


FULL: dict[Kind, dict[str, Any]] = {
    Kind.PERSONS: {"person_id": "P1", "birth_date": "1974-05-12", "max_commute_km": 0.1}
    | {"dibao": False, "wage_wanted": 2800, "skills": "保洁;老人护理", "consent": True},
    Kind.HOUSEHOLDS: {"household_id": "H1", "per_capita_income": 680.5, "dibao": True},
    Kind.EMPLOYERS: {"employer_id": "E1", "name": "环卫所", "staff_total": 120},
    Kind.VACANCIES: {"vacancy_id": "V1", "title": "保洁员", "headcount": 3}
    | {"posted_on": "2026-11-02", "public_welfare": True, "description": "一行\n二行 😀 '\" \x1f"},
    Kind.OUTCOMES: {"person_id": "P1", "vacancy_id": "V1", "stage": "hired", "propensity": 1 / 3},
    Kind.COURSES: {"course_id": "C1", "name": "养老护理员", "seats": 30},
    Kind.FAIRS: {"fair_id": "F1", "name": "招聘会", "on": "2026-12-05"},
    Kind.PLACEMENTS: {"placement_id": "PL1", "person_id": "P1", "employer_id": "E1"}
    | {"start_date": "2026-10-08", "wage_yuan_month": 3200.5, "newly_hired": True},
    Kind.REFUSALS: {"person_id": "P1", "offered_on": "2026-10-08", "response": "refused"},
    Kind.CASES: {"case_id": "CA1", "household_id": "H1", "local_refusal_limit": 3}
    | {"benefits_already_received": "loan;post_subsidy"},
    Kind.PAIRINGS: {"pairing_id": "F1-A", "fair_id": "F1", "person_id": "P1", "vacancy_id": "V1"}
    | {"score": 9000, "booth": 3, "starts_at": "09:10", "attendance": "confirmed"},
}


def filled(store: Store) -> None:
    with store.writing(actor="tester", at=AT) as batch:
        for kind, row in FULL.items():
            batch.upsert(kind, make_frame(kind, [row]))


def read_back(store: Store, kind: Kind) -> pd.DataFrame:
    if kind is Kind.PERSONS:
        return store.persons(WHOLE, parts=("profile", "status", "identity"))
    if kind is Kind.HOUSEHOLDS:
        return store.households(WHOLE)
    if kind is Kind.OUTCOMES:
        return store.outcomes(WHOLE)
    if kind is Kind.PLACEMENTS:
        return store.placements(WHOLE)
    if kind is Kind.REFUSALS:
        return store.refusals(WHOLE)
    if kind is Kind.CASES:
        return store.cases(WHOLE)
    if kind is Kind.PAIRINGS:
        return store.pairings(WHOLE)
    return store.frame(kind)


class TestReassigning:
    def test_a_record_goes_over_under_a_new_key_and_comes_back(self, store: Store) -> None:
        filled(store)
        write(store, Kind.PERSONS, {"person_id": "P2"})
        before = store.outcomes(WHOLE)
        with store.writing(actor="tester", at=AT) as batch:
            moved = batch.reassign(Kind.OUTCOMES, "person_id", "P1", "P2")
        assert store.outcomes(WHOLE)["person_id"].tolist() == ["P2"]
        assert all(old != new for old, new in moved.items())
        with store.writing(actor="tester", at=AT) as batch:
            back = batch.reassign(Kind.OUTCOMES, "person_id", "P2", "P1", keys=list(moved.values()))
        assert back == {new: old for old, new in moved.items()}
        pd.testing.assert_frame_equal(store.outcomes(WHOLE), before)
        again = write(store, Kind.OUTCOMES, FULL[Kind.OUTCOMES])
        assert again.unchanged == 1

    def test_what_the_other_has_too_stays(self, store: Store) -> None:
        filled(store)
        write(store, Kind.PERSONS, {"person_id": "P2"})
        write(store, Kind.REFUSALS, FULL[Kind.REFUSALS] | {"person_id": "P2"})
        with store.writing(actor="tester", at=AT) as batch:
            assert batch.reassign(Kind.REFUSALS, "person_id", "P1", "P2") == {}
        assert store.refusals(WHOLE)["person_id"].tolist() == ["P1", "P2"]

    def test_nobody_new_is_made_up(self, store: Store) -> None:
        filled(store)
        with pytest.raises(NotFound), store.writing(actor="tester", at=AT) as batch:
            batch.reassign(Kind.PLACEMENTS, "person_id", "P1", "P9")
        with store.writing(actor="tester", at=AT) as batch:
            assert batch.reassign(Kind.PLACEMENTS, "person_id", "P9", "P1") == {}


class TestRoundTrip:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_a_record_comes_back_as_it_was_written(self, store: Store, kind: Kind) -> None:
        filled(store)
        back = conform(kind, read_back(store, kind))[[column.name for column in columns(kind)]]
        pd.testing.assert_frame_equal(back, make_frame(kind, [FULL[kind]]))

    @pytest.mark.parametrize("kind", list(Kind))
    def test_an_empty_store_gives_empty_frames_in_the_contract_dtypes(
        self, store: Store, kind: Kind
    ) -> None:
        found = read_back(store, kind)
        assert found.empty
        for column in columns(kind):
            assert str(found[column.name].dtype) == dtype_of(column)

    def test_derived_columns_are_kept(self, store: Store) -> None:
        row = {"vacancy_id": "V1", "title": "保洁员"}
        write(store, Kind.VACANCIES, row | {"warnings": "no_pay", "occupation_confidence": 0.5})
        found = store.frame(Kind.VACANCIES).iloc[0]
        assert (found["warnings"], found["occupation_confidence"]) == ("no_pay", 0.5)

    def test_only_the_columns_asked_for_are_read(self, store: Store) -> None:
        filled(store)
        found = store.frame(Kind.VACANCIES, columns=["title"])
        assert found.columns.tolist() == ["vacancy_id", "title"]
        with pytest.raises(WrongUse, match="no_such"):
            store.frame(Kind.VACANCIES, columns=["no_such"])

    def test_ids_choose_rows_once_each_in_the_order_of_the_key(self, store: Store) -> None:
        write(store, Kind.COURSES, *({"course_id": c, "name": c} for c in ("C3", "C1", "C2")))
        found = store.frame(Kind.COURSES, ["C3", "C1", "C3", "none"])
        assert found["course_id"].tolist() == ["C1", "C3"]
        assert store.frame(Kind.COURSES, []).empty

    @pytest.mark.parametrize("n_asked", [7_000, 12_000])
    def test_thousands_of_ids_are_found_like_a_few(self, store: Store, n_asked: int) -> None:
        every = [f"C{number:06d}" for number in range(12_000)]
        frame = conform(Kind.COURSES, pd.DataFrame({"course_id": every, "name": every}))
        with store.writing(actor="tester", at=AT) as batch:
            batch.upsert(Kind.COURSES, frame)
        asked = every[:n_asked]
        assert store.frame(Kind.COURSES, reversed(asked))["course_id"].tolist() == asked
        assert store.ids(Kind.COURSES).tolist() == every

    def test_counts_and_ids_know_every_kind(self, store: Store) -> None:
        filled(store)
        assert store.counts() == dict.fromkeys(Kind, 1)
        assert store.ids(Kind.PERSONS).tolist() == ["P1"]
        assert store.ids(Kind.OUTCOMES).names == list(KEYS[Kind.OUTCOMES])

    def test_meta_is_kept_and_replaced(self, store: Store) -> None:
        assert store.meta("demo_on") is None
        for value in ("2026-11-01", "2026-11-02"):
            with store.writing(actor="tester", at=AT) as batch:
                batch.set_meta("demo_on", value)
        assert store.meta("demo_on") == "2026-11-02"

    def test_hires_are_counted_once_per_person(self, store: Store) -> None:
        filled(store)
        hired = {"person_id": "P1", "vacancy_id": "V1", "stage": "hired", "on": "2026-11-02"}
        write(store, Kind.OUTCOMES, hired, hired | {"stage": "referred"})
        assert store.hires_by_vacancy().to_dict("list") == {"vacancy_id": ["V1"], "hired": [1]}

    def test_who_was_retained_has_the_place_though_no_hire_was_told(self, store: Store) -> None:
        filled(store)
        write(store, Kind.PERSONS, {"person_id": "P2"})
        stayed = {"person_id": "P2", "vacancy_id": "V1", "stage": "retained", "on": "2026-11-02"}
        write(store, Kind.OUTCOMES, stayed, stayed | {"person_id": "P1"})
        assert store.hires_by_vacancy()["hired"].tolist() == [2]

    @pytest.mark.parametrize(("day", "hired"), [(1, 1), (2, 2), (3, 2)])
    def test_a_past_day_does_not_see_later_hires(self, store: Store, day: int, hired: int) -> None:
        filled(store)
        write(store, Kind.PERSONS, {"person_id": "P2"})
        later = {"person_id": "P2", "vacancy_id": "V1", "stage": "hired", "on": "2026-11-02"}
        write(store, Kind.OUTCOMES, later)
        assert store.hires_by_vacancy(until=date(2026, 11, day))["hired"].tolist() == [hired]


class TestUpsert:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_the_same_file_twice_changes_nothing(self, store: Store, kind: Kind) -> None:
        filled(store)
        before = store.audit_rows()
        assert write(store, kind, FULL[kind]) == Upserted(0, 0, 1)
        assert store.audit_rows().equals(before)

    def test_a_changed_row_gets_a_new_version_and_an_unchanged_one_keeps_its_own(
        self, store: Store
    ) -> None:
        two_persons(store)
        done = write(
            store,
            Kind.PERSONS,
            {"person_id": "P1", "area_code": "320602001", "birth_date": "1974-05-13", "name": "甲"},
            {"person_id": "P2", "area_code": "330106", "birth_date": "1980-01-01", "name": "乙"},
            {"person_id": "P3"},
        )
        assert done == Upserted(created=1, updated=1, unchanged=1)
        assert [store.person_version(WHOLE, person) for person in ("P1", "P2", "P3")] == [2, 1, 1]

    def test_a_change_in_any_part_of_a_person_counts(self, store: Store) -> None:
        two_persons(store)
        for version, change in enumerate(({"education": "junior_high"}, {"name": "丙"}), 2):
            row = {"person_id": "P1", **change}
            write(store, Kind.PERSONS, row, columns=list(change))
            assert store.person_version(WHOLE, "P1") == version

    def test_of_a_key_given_twice_the_last_row_counts(self, store: Store) -> None:
        rows = ({"course_id": "C1", "name": name} for name in ("first", "last"))
        assert write(store, Kind.COURSES, *rows) == Upserted(1, 0, 0, repeated=1)
        assert store.frame(Kind.COURSES)["name"].tolist() == ["last"]

    def test_columns_that_a_file_lacks_are_not_erased(self, store: Store) -> None:
        two_persons(store)
        done = write(
            store,
            Kind.PERSONS,
            {"person_id": "P1", "education": "junior_high"},
            {"person_id": "P9", "education": "college"},
            columns=["person_id", "education"],
        )
        assert done == Upserted(created=1, updated=1, unchanged=0)
        found = store.persons(WHOLE, parts=("profile", "status", "identity")).set_index("person_id")
        assert found.loc["P1", ["name", "birth_date", "education"]].tolist() == [
            *("甲", "1974-05-12", "junior_high")
        ]
        assert found.loc["P9", "education"] == "college"

    def test_an_empty_cell_says_nothing_and_an_erased_one_takes_away(self, store: Store) -> None:
        write(store, Kind.PERSONS, {"person_id": "P1", "laid_off": True, "dibao": True})
        blank = {"person_id": "P1"}
        stated = ["person_id", "laid_off", "dibao"]
        assert write(store, Kind.PERSONS, blank, columns=stated) == Upserted(0, 0, 1)
        erased = {"dibao": np.array([True])}
        assert write(store, Kind.PERSONS, blank, columns=stated, erased=erased).updated == 1
        found = store.persons(WHOLE, parts=("status",)).iloc[0]
        assert found["laid_off"] is np.True_
        assert found["dibao"] is pd.NA

    def test_a_default_is_for_new_records_only(self, store: Store) -> None:
        write(store, Kind.PERSONS, {"person_id": "P1", "seeks_work": False})
        rows = [{"person_id": name, "seeks_work": True} for name in ("P1", "P2")]
        assumed = {"seeks_work": np.array([True, True])}
        done = write(store, Kind.PERSONS, *rows, columns=list(rows[0]), assumed=assumed)
        assert done == Upserted(created=1, updated=0, unchanged=1)
        assert store.persons(WHOLE)["seeks_work"].tolist() == [False, True]

    @pytest.mark.parametrize(
        ("stated", "kept", "done"),
        [
            pytest.param('{"b":2}', '{"a":1,"b":2}', Upserted(0, 1, 0), id="another key"),
            pytest.param('{"a":3}', '{"a":3}', Upserted(0, 1, 0), id="another value"),
            pytest.param('{"a": 1}', '{"a":1}', Upserted(0, 0, 1), id="the same, spelt otherwise"),
            pytest.param(None, '{"a":1}', Upserted(0, 0, 1), id="nothing"),
            pytest.param('{"a":null,"c":1}', '{"c":1}', Upserted(0, 1, 0), id="a key erased"),
            pytest.param('{"a":null}', None, Upserted(0, 1, 0), id="the last key erased"),
        ],
    )
    @pytest.mark.parametrize("column", ["facts", "extra"])
    def test_facts_and_extra_are_stated_key_by_key(
        self, store: Store, column: str, stated: str | None, kept: str | None, done: Upserted
    ) -> None:
        write(store, Kind.HOUSEHOLDS, {"household_id": "H1", column: '{"a":1}'})
        row = {"household_id": "H1", column: stated}
        assert write(store, Kind.HOUSEHOLDS, row, columns=list(row)) == done
        found = store.households(WHOLE)[column].astype(object).tolist()
        assert found == [kept] or (kept is None and pd.isna(found[0]))
        new = {"household_id": "H2", column: '{"a":null}'}
        write(store, Kind.HOUSEHOLDS, new, columns=list(new))
        assert store.households(WHOLE, ["H2"])[column].isna().all()

    def test_without_columns_an_empty_cell_erases(self, store: Store) -> None:
        two_persons(store)
        write(store, Kind.PERSONS, {"person_id": "P1"})
        assert store.persons(WHOLE, ["P1"])["area_code"].isna().all()

    def test_outcomes_without_a_day_are_one_record(self, store: Store) -> None:
        filled(store)
        row = FULL[Kind.OUTCOMES]
        assert write(store, Kind.OUTCOMES, row | {"reason": "x"}) == Upserted(0, 1, 0)
        assert write(store, Kind.OUTCOMES, row | {"on": "2026-11-02"}) == Upserted(1, 0, 0)
        assert store.outcomes(WHOLE)["on"].isna().tolist() == [True, False]

    @pytest.mark.parametrize(
        ("kind", "rows", "words"),
        [
            pytest.param(Kind.COURSES, {"course_id": ["C1"]}, "no name", id="required value"),
            pytest.param(Kind.COURSES, {"name": ["x"]}, "no course_id", id="key"),
            pytest.param(
                Kind.COURSES, {"course_id": ["C1"], "name": ["x"], "odd": [1]}, "odd", id="unknown"
            ),
        ],
    )
    def test_a_frame_that_cannot_be_kept_is_refused_as_a_whole(
        self, store: Store, kind: Kind, rows: dict[str, list[Any]], words: str
    ) -> None:
        def write_good_and_bad() -> None:
            with store.writing(actor="t", at=AT) as batch:
                batch.upsert(kind, make_frame(kind, [{"name": "good"}]))
                batch.upsert(kind, pd.DataFrame(rows))

        with pytest.raises(WrongUse, match=words):
            write_good_and_bad()
        assert store.counts()[Kind.COURSES] == 0

    @pytest.mark.parametrize("missing", ["person_id", "vacancy_id"])
    def test_an_outcome_of_nobody_is_refused(self, store: Store, missing: str) -> None:
        filled(store)
        with pytest.raises(NotFound, match="X9"):
            write(store, Kind.OUTCOMES, FULL[Kind.OUTCOMES] | {missing: "X9"})

    def test_an_empty_frame_is_nothing(self, store: Store) -> None:
        assert write(store, Kind.PERSONS) == Upserted(0, 0, 0)


class TestEdit:
    def test_an_edit_changes_its_columns_and_the_version(self, store: Store) -> None:
        two_persons(store)
        with store.writing(actor="u1", at=AT) as batch:
            edits = {"health": "healthy", "name": None, "wage_wanted": 3000}
            assert batch.edit(Kind.PERSONS, "P1", edits, 1) == 2
        found = store.persons(WHOLE, ["P1"], parts=("profile", "status", "identity")).iloc[0]
        assert (found["health"], found["wage_wanted"]) == ("healthy", 3000)
        assert pd.isna(found["name"])
        assert found["birth_date"] == "1974-05-12"
        assert store.person_version(WHOLE, "P1") == 2

    def test_an_upsert_of_what_an_edit_wrote_changes_nothing(self, store: Store) -> None:
        write(store, Kind.COURSES, {"course_id": "C1", "name": "x"})
        with store.writing(actor="u1", at=AT) as batch:
            batch.edit(Kind.COURSES, "C1", {"seats": 5}, 1)
        done = write(store, Kind.COURSES, {"course_id": "C1", "name": "x", "seats": 5})
        assert done == Upserted(0, 0, 1)

    def test_of_two_editors_the_second_is_told(self, store: Store) -> None:
        write(store, Kind.VACANCIES, {"vacancy_id": "V1", "title": "保洁员"})
        read_by_both = store.version(Kind.VACANCIES, "V1")
        with store.writing(actor="u1", at=AT) as batch:
            batch.edit(Kind.VACANCIES, "V1", {"headcount": 2}, read_by_both)
        with pytest.raises(Conflict, match="V1"), store.writing(actor="u2", at=AT) as batch:
            batch.edit(Kind.VACANCIES, "V1", {"headcount": 3}, read_by_both)
        assert store.frame(Kind.VACANCIES)["headcount"].tolist() == [2]

    def test_an_edit_that_says_nothing_new_keeps_the_version(self, store: Store) -> None:
        two_persons(store)
        with store.writing(actor="u1", at=AT) as batch:
            assert batch.edit(Kind.PERSONS, "P1", {"name": "甲"}, 1) == 1

    def test_an_outcome_is_edited_by_its_whole_key(self, store: Store) -> None:
        filled(store)
        with store.writing(actor="u1", at=AT) as batch:
            key = ("P1", "V1", "hired", None)
            assert batch.edit(Kind.OUTCOMES, key, {"reason": "x"}, 1) == 2
        assert store.outcomes(WHOLE)["reason"].tolist() == ["x"]

    def test_an_edit_out_of_scope_looks_like_one_of_nobody(self, store: Store) -> None:
        two_persons(store)
        said = []
        for person in ("P2", "P7"):
            with pytest.raises(NotFound) as refusal, store.writing(actor="u1", at=AT) as batch:
                batch.edit(Kind.PERSONS, person, {"name": "x"}, 9, scope=CHONGCHUAN)
            said.append(str(refusal.value).replace(person, "_"))
        assert said[0] == said[1]

    @pytest.mark.parametrize("changes", [{"course_id": "C2"}, {"odd": 1}, {"name": None}])
    def test_keys_unknown_columns_and_required_values_cannot_be_edited(
        self, store: Store, changes: dict[str, Any]
    ) -> None:
        write(store, Kind.COURSES, {"course_id": "C1", "name": "x"})
        with pytest.raises(WrongUse), store.writing(actor="u1", at=AT) as batch:
            batch.edit(Kind.COURSES, "C1", changes, 1)


class TestScope:
    def test_a_person_out_of_scope_cannot_be_told_from_no_person(self, store: Store) -> None:
        two_persons(store)
        for parts in (("profile",), ("status",), ("identity", "profile")):
            outside = store.persons(CHONGCHUAN, ["P2"], parts=parts)
            pd.testing.assert_frame_equal(
                outside, store.persons(CHONGCHUAN, ["nobody"], parts=parts)
            )
        said = []
        for person in ("P2", "P7"):
            with pytest.raises(NotFound) as refusal:
                store.person_version(CHONGCHUAN, person)
            said.append(str(refusal.value).replace(person, "_"))
        assert said[0] == said[1]

    @pytest.mark.parametrize(
        "areas",
        [("",), (), ("32",), ("320602",), ("320602001",), ("3206020",), ("33", "320612"), ("9",)],
        ids=lambda areas: ",".join(areas) or "none or all",
    )
    def test_a_read_gives_whom_the_scope_covers(self, store: Store, areas: tuple[str, ...]) -> None:
        codes = ["32", "3206", "320602", "320602001", "320602001003", "320612", "330106", "99"]
        people = {f"P{at}": code for at, code in enumerate([*codes, None])}
        write(
            store,
            Kind.PERSONS,
            *({"person_id": person, "area_code": code} for person, code in people.items()),
        )
        scope = Scope(Role.CASEWORKER, areas, "match", "u1")
        expected = [person for person, code in people.items() if scope.covers(code)]
        assert store.persons(scope)["person_id"].tolist() == expected

    def test_households_and_outcomes_keep_to_the_scope(self, store: Store) -> None:
        two_persons(store)
        write(store, Kind.VACANCIES, {"vacancy_id": "V1", "title": "保洁员"})
        write(
            store,
            Kind.OUTCOMES,
            *({"person_id": p, "vacancy_id": "V1", "stage": "applied"} for p in ("P1", "P2")),
        )
        areas = {"H1": "320602", "H2": "3301"}
        rows = ({"household_id": h, "area_code": area} for h, area in areas.items())
        write(store, Kind.HOUSEHOLDS, *rows)
        assert store.households(CHONGCHUAN)["household_id"].tolist() == ["H1"]
        for asked in ({}, {"person_ids": ["P1", "P2"]}, {"vacancy_ids": ["V1"]}):
            assert store.outcomes(CHONGCHUAN, **asked)["person_id"].tolist() == ["P1"]
        both = store.outcomes(WHOLE, person_ids=["P2"], vacancy_ids=["V1"])
        assert both["person_id"].tolist() == ["P2"]
        assert store.outcomes(WHOLE, person_ids=["P2"], vacancy_ids=["V2"]).empty

    def test_what_was_done_about_people_keeps_to_the_scope(self, store: Store) -> None:
        two_persons(store)
        areas = {"H1": "320602", "H2": "3301"}
        rows = ({"household_id": h, "area_code": area} for h, area in areas.items())
        write(store, Kind.HOUSEHOLDS, *rows)
        both = ("P1", "P2")
        placements = ({"placement_id": f"PL{p}", "person_id": p} for p in both)
        write(store, Kind.PLACEMENTS, *placements)
        days = ("2026-10-09", "2026-10-08")
        offers = ({"person_id": p, "offered_on": day} for p in both for day in days)
        write(store, Kind.REFUSALS, *offers)
        cases = (
            {"case_id": "CA1", "household_id": "H1", "person_id": "P2"},
            {"case_id": "CA2", "household_id": "H2"},
            {"case_id": "CA3", "person_id": "P1"},
        )
        write(store, Kind.CASES, *cases)
        assert store.placements(CHONGCHUAN)["placement_id"].tolist() == ["PLP1"]
        assert store.placements(CHONGCHUAN, ["PLP2"]).empty
        assert store.placements(WHOLE, person_ids=["P2"])["placement_id"].tolist() == ["PLP2"]
        assert store.refusals(CHONGCHUAN)["offered_on"].tolist() == sorted(days)
        assert store.refusals(CHONGCHUAN, ["P2"]).empty
        assert store.cases(CHONGCHUAN)["case_id"].tolist() == ["CA1", "CA3"]
        of_household = store.cases(WHOLE, ["H2"], about=Kind.HOUSEHOLDS)
        assert of_household["case_id"].tolist() == ["CA2"]
        traces = store.audit_rows(last=1, kind=Kind.CASES)
        assert traces[["action", "count"]].to_numpy().tolist() == [["read", 1]]

    @pytest.mark.parametrize(
        ("kind", "row", "unknown"),
        [
            pytest.param(Kind.PLACEMENTS, {"placement_id": "X", "person_id": "P9"}, "P9", id="who"),
            pytest.param(
                Kind.PLACEMENTS,
                {"placement_id": "X", "person_id": "P1", "employer_id": "E9"},
                "E9",
                id="employer",
            ),
            pytest.param(
                Kind.REFUSALS,
                {"person_id": "P1", "offered_on": "2026-10-08", "vacancy_id": "V9"},
                "V9",
                id="post",
            ),
            pytest.param(Kind.CASES, {"case_id": "X", "household_id": "H9"}, "H9", id="household"),
        ],
    )
    def test_what_was_done_names_records_that_exist(
        self, store: Store, kind: Kind, row: dict[str, Any], unknown: str
    ) -> None:
        filled(store)
        with pytest.raises(NotFound, match=unknown):
            write(store, kind, row)

    def test_an_offer_is_one_record_whoever_reports_it_again(self, store: Store) -> None:
        filled(store)
        known = FULL[Kind.REFUSALS] | {"just_cause": True}
        assert write(store, Kind.REFUSALS, known) == Upserted(0, 1, 0)
        assert write(store, Kind.REFUSALS, known | {"vacancy_id": "V1"}) == Upserted(1, 0, 0)

    def test_members_are_seen_through_their_household(self, store: Store) -> None:
        write(store, Kind.HOUSEHOLDS, {"household_id": "H1", "area_code": "320602"})
        members = {"P1": "320602001", "P2": "3301", "P3": None}
        write(
            store,
            Kind.PERSONS,
            *({"person_id": p, "area_code": a, "household_id": "H1"} for p, a in members.items()),
            {"person_id": "P4", "area_code": "320602"},
        )
        found = store.members(CHONGCHUAN, ["H1"])
        assert found["person_id"].tolist() == ["P1", "P2", "P3"]
        assert {"household_id", "birth_date", "skills"} <= set(found.columns)
        assert "name" not in found
        elsewhere = Scope(Role.CASEWORKER, ("3301",), "match", "u2")
        assert store.members(elsewhere, ["H1"])["person_id"].tolist() == ["P2"]
        assert store.members(CHONGCHUAN, ["H9"]).empty

    def test_people_cannot_be_read_by_another_door(self, store: Store) -> None:
        for kind in PEOPLE:
            with pytest.raises(WrongUse, match="scope"):
                store.frame(kind)
            with pytest.raises(WrongUse, match="scope"):
                store.version(kind, "P1")

    def test_parts_are_named_ones(self, store: Store) -> None:
        for parts in ((), ("health",)):
            with pytest.raises(WrongUse, match="profile, status, identity"):
                store.persons(WHOLE, parts=parts)


WITHOUT_PEOPLE = {
    "open": "makes a store",
    "close": "ends it",
    "writing": "writes",
    "version": "refuses kinds about people",
    "frame": "refuses kinds about people",
    "ids": "keys alone, for reference checks at import",
    "hires_by_vacancy": "counts",
    "counts": "counts",
    "jobs": "what was ordered; its files name people and go to who ordered",
    "requests": "answers kept for who asked",
    "webhooks": "where news go",
    "backup": "a file for the office itself",
    "problems": "about the store",
    "accounts": "who may sign in",
    "tokens": "digests of tokens",
    "views": "what lists were asked for, kept by who asked",
    "keys": "ids of keys",
    "office_settings": "days that offices set, and who set them",
    "seal": "digests, how many rows",
    "broken_seals": "digests, numbers of rows",
}


READS_WITHOUT_PEOPLE = {
    "condition": "about the database",
    "meta": "about the store",
    "audit_rows": "who read, not who was read",
    "audit_search": "who read, not who was read",
    "erased_among": "says of given rows which may not come in",
}


COUNTS_OF_WRITES = {
    "changes": "keys of what was written",
    "last_event": "a number",
    "writes": "numbers",
    "writes_count": "a number",
    "written": "a number",
}


def unscoped(source: str) -> set[str]:
    """Public methods of the first class in the source that do not take `scope: Scope` first."""
    (made, *_) = [n for n in ast.parse(textwrap.dedent(source)).body if isinstance(n, ast.ClassDef)]
    return {
        node.name
        for node in made.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if [ast.unparse(argument) for argument in node.args.args][1:2] != ["scope: Scope"]
    }


def test_every_read_of_people_takes_a_scope_first() -> None:
    assert unscoped(inspect.getsource(Store)) == set(WITHOUT_PEOPLE)
    assert unscoped(inspect.getsource(Reads)) == set(READS_WITHOUT_PEOPLE)
    assert unscoped(inspect.getsource(Written)) == set(COUNTS_OF_WRITES)


def test_a_read_without_a_scope_is_caught() -> None:
    assert unscoped("class S:\n    def names(self, ids: list[str]) -> None: ...") == {"names"}


class TestAudit:
    def test_a_read_of_status_leaves_one_row_whatever_its_size(self, store: Store) -> None:
        two_persons(store)
        before = len(store.audit_rows())
        store.persons(WHOLE)
        assert len(store.audit_rows()) == before
        store.persons(CHONGCHUAN, parts=("profile", "status"), at=AT)
        row = store.audit_rows().iloc[-1]
        assert len(store.audit_rows()) == before + 1
        assert row[["actor", "role", "purpose", "areas", "action", "kind", "count"]].tolist() == [
            *("u1", "caseworker", "match", "320602", "read", "persons", 1)
        ]
        assert row["at"] == AT
        assert json.loads(row["detail"]) == {"ids": ["P1"], "parts": ["profile", "status"]}

    def test_the_same_people_give_the_same_hash(self, store: Store) -> None:
        two_persons(store)
        store.persons(WHOLE, parts=("status",))
        store.persons(WHOLE, ["P2", "P1"], parts=("identity",))
        store.persons(WHOLE, ["P1"], parts=("identity",))
        rows = store.audit_rows(last=3)
        one, two, three = rows["ids_hash"]
        assert one == two != three
        assert all(moment.tzinfo is not None for moment in rows["at"])  # the database's own clock

    def test_households_and_members_are_sensitive_too(self, store: Store) -> None:
        filled(store)
        store.households(WHOLE)
        store.members(WHOLE, ["H1"], parts=("profile",))
        assert store.audit_rows(last=2)["kind"].tolist() == ["households", "persons"]
        assert len(store.audit_rows(kind=Kind.HOUSEHOLDS)) == 2

    def test_a_read_that_found_nobody_leaves_a_row(self, store: Store) -> None:
        store.persons(CHONGCHUAN, ["P2"], parts=("status",))
        assert store.audit_rows()["count"].tolist() == [0]

    def test_writes_leave_rows_without_content(self, store: Store) -> None:
        two_persons(store)
        with store.writing(actor="u2", at=AT) as batch:
            batch.edit(Kind.PERSONS, "P1", {"name": "秘密"}, 1)
        rows = store.audit_rows()
        assert rows["action"].tolist() == ["upsert", "edit"]
        assert json.loads(rows["detail"].iloc[0])["created"] == 2
        assert json.loads(rows["detail"].iloc[1]) == {"columns": ["name"], "ids": ["P1"]}

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit SET actor = 'x'",
            "DELETE FROM audit",
        ],
    )
    def test_rows_are_never_changed(self, store: Store, statement: str) -> None:
        two_persons(store)
        with (
            pytest.raises(exc.DatabaseError, match="never changed"),
            store._engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
        assert store.audit_rows()["actor"].tolist() == ["tester"]


class TestTransactions:
    def test_a_block_that_raises_leaves_nothing(self, store: Store) -> None:
        two_persons(store)

        def fail(batch: Batch) -> None:
            batch.upsert(Kind.PERSONS, make_frame(Kind.PERSONS, [{"person_id": "P9"}]))
            batch.edit(Kind.PERSONS, "P1", {"name": "x"}, 1)
            batch.set_meta("x", "1")
            raise InterruptedError

        with pytest.raises(InterruptedError), store.writing(actor="t", at=AT) as batch:
            fail(batch)
        assert store.ids(Kind.PERSONS).tolist() == ["P1", "P2"]
        assert store.person_version(WHOLE, "P1") == 1
        assert store.meta("x") is None
        assert len(store.audit_rows()) == 1

    def test_readers_do_not_see_what_is_not_finished(self, store: Store) -> None:
        seen = []
        with store.writing(actor="t", at=AT) as batch:
            batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, [{"name": "x"}]))
            with contextlib.suppress(StoreBusy):  # a store in memory has one user at a time
                seen.append(store.counts()[Kind.COURSES])
        assert seen in ([], [0])
        assert store.counts()[Kind.COURSES] == 1

    def test_a_second_writer_is_told_when_the_first_takes_too_long(self, store: Store) -> None:
        one = make_frame(Kind.COURSES, [{"course_id": "C1", "name": "x"}])
        with store.writing(actor="one", at=AT) as batch:
            batch.upsert(Kind.COURSES, one)
            with pytest.raises(StoreBusy, match="Nothing was changed"):
                write(store, Kind.COURSES, {"course_id": "C1", "name": "y"})
        assert store.frame(Kind.COURSES)["name"].tolist() == ["x"]

    def test_writers_wait_for_each_other(self, tmp_path: Path) -> None:
        names = [f"C{at}" for at in range(8)]
        with Store.open(STORES["sqlite-file"](tmp_path), wait_s=30) as store:

            def add(name: str) -> None:
                write(store, Kind.COURSES, {"course_id": name, "name": name})

            threads = [threading.Thread(target=add, args=(name,)) for name in names]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert store.ids(Kind.COURSES).tolist() == names

    def test_a_moment_without_zone_is_refused(self, store: Store) -> None:
        naive = AT.replace(tzinfo=None)
        with pytest.raises(WrongUse, match="zone"), store.writing(actor="t", at=naive) as batch:
            batch.upsert(Kind.COURSES, make_frame(Kind.COURSES, [{"name": "x"}]))


def test_the_ranker_s_path_never_opens_status_or_identity(store: Store) -> None:
    two_persons(store)
    seen: list[str] = []

    def note(*call: Any) -> None:
        seen.append(call[2])

    event.listen(store._engine, "before_cursor_execute", note)
    found = store.persons(CHONGCHUAN, ["P1"])
    assert seen
    assert not [text for text in seen if "person_status" in text or "person_identity" in text]
    profile = {c.name for c in columns(Kind.PERSONS) if c.part in ("key", "profile")}
    assert set(found.columns) == profile
