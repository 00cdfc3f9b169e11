"""One record is edited, and what is refused."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from matcher.domain.kinds import Kind
from matcher.errors import Conflict, NotFound, WrongUse
from matcher.store.batch import Upserted
from matcher.store.store import Store
from tests.contracts.store.stores import (
    AT,
    CHONGCHUAN,
    WHOLE,
    filled,
    two_persons,
    write,
)


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
