"""A record comes back as it was written, also under a new key."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from matcher.domain.kinds import KEYS, Kind
from matcher.errors import NotFound, WrongUse
from matcher.reference.columns import columns, conform, dtype_of
from matcher.store.store import Store
from tests.contracts.store.stores import (
    AT,
    FULL,
    WHOLE,
    filled,
    read_back,
    write,
)
from tests.factories import make_frame


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
