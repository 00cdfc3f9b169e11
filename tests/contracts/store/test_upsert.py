"""Writing a file of records: again, in part, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.errors import NotFound, WrongUse
from matcher.store.store import Store
from matcher.store.writes.upserting import Upserted
from tests.contracts.store.stores import (
    AT,
    FULL,
    WHOLE,
    filled,
    two_persons,
    write,
)
from tests.factories import make_frame


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
